"""`CalibratedRetriever`: probabilities of answers and of an unknown crystal."""

from copy import copy
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xrdmatch.metrics import UNKNOWN, top_k_accuracy
from xrdmatch.retrieval._calibration.answers import best_labels, with_unknown
from xrdmatch.retrieval._calibration_holder import CalibrationHolder
from xrdmatch.retrieval._queries import check_lengths
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._types import Elements, Neighbors, Patterns, Structures


class CalibratedRetriever(CalibrationHolder):
    """Say how probable each answer is, and whether the crystal is in the gallery at all.

    Distances are no probabilities, and a retriever has an answer to everything. What its answers
    are worth is learned from queries whose crystals are known: simulated from the gallery's own
    structures, or measured ones of yours. Each is asked twice, with its crystal in the gallery
    and with all entries of that phase taken out. A logistic regression learns from the best
    candidate's fit whether the crystal is there, and how far other phases are behind the best one
    says how the probability is shared among them. Entries of equal formula and space group count
    as one phase. With 500 queries or more there is enough to learn finer laws from: the log odds
    are then a sum of smooth curves [3]_ in place of a straight line, and corrected by a beta
    calibration [4]_.

    Around a `PhysicsReranker` the fit's own numbers are weighed: of scans the residual, the
    first stage's distance and the change of the cell; of spots the likelihood, the strain, the
    displacement, the noise and the spots that are missing or too many. Around another retriever
    there are distances only, which tell less.

    Around a retriever that has a gallery it is ready at once: the calibration is made by
    `calibrate`, or when it is first needed.

    Parameters
    ----------
    retriever : StructureRetriever
        The one whose answers are weighed, such as `make_powder_retriever` makes.
    false_rejection : float, default=0.05
        Share of queries whose crystal is in the gallery that may be answered by `UNKNOWN`.
    prior_unknown : float, default=0.5
        Probability, before anything is seen, that a crystal is not in the gallery.
    cells : {"mixed", "measured", "computed"}, default="mixed"
        Scans: where the gallery's cells are from. Those of measured structures agree with a
        sample's within 0.1 %, so that a change of the cell speaks against a candidate; computed
        ones, as those of the Materials Project, are off by a percent, and it says little.
    severity : float, default=None
        How imperfect simulated queries are, as of `perturb_patterns` and `perturb_scans`. None
        is 1 for scans, whose conditions vary widely; of spots each has its own then, between 0.25
        and 2, and the fit tells which. Where it is known for spots, say it: answers get surer.
    n_queries : int, default=200
        How many queries are simulated. 1,000 make probabilities of spots more exact.
    score_k : int, default=1
        k of the accuracy that `score` gives.
    random_state : int, RandomState or None, default=0
        Makes the simulated queries repeatable.
    verbose : int, default=0
        1 shows a progress bar while calibrating.

    Attributes
    ----------
    calibration_ : Calibration
        What was learned, printable; there after `calibrate` or the first question.
    retriever_ : StructureRetriever
        The fitted clone, after `fit`, or the retriever with another gallery, after `set_gallery`.
    gallery_, classes_ : list of Structure, ndarray
        Those of the retriever inside.

    See Also
    --------
    xrdmatch.metrics.expected_calibration_error : Whether probabilities mean what they say.
    xrdmatch.inspection.ReliabilityDisplay : The same as a picture.

    Notes
    -----
    Probabilities hold for queries like those that were learned from: scans of mixtures, of
    amorphous samples or with effects that are not simulated are others. The benchmark in the
    documentation says what happens with measured ones.

    References
    ----------
    .. [1] J. Platt, Probabilistic outputs for support vector machines, Advances in Large Margin
       Classifiers (1999): logistic regression on scores.
    .. [2] V. Vovk, A. Gammerman and G. Shafer, Algorithmic Learning in a Random World (2005):
       split conformal prediction, which `predict_set` and the threshold of rejection use.
    .. [3] T. Hastie and R. Tibshirani, Generalized additive models, Stat. Sci. 1, 297 (1986).
    .. [4] M. Kull, T. Silva Filho and P. Flach, Beyond sigmoids: how to obtain well-calibrated
       probabilities from binary classifiers with beta calibration, Electron. J. Stat. 11, 5052
       (2017).

    Examples
    --------
    >>> from xrdmatch import CalibratedRetriever, PatternMatcher, PhysicsReranker
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.simulation import perturb_patterns
    >>> layers = load_monolayers()
    >>> reranker = PhysicsReranker(PatternMatcher().fit(layers[:120]), n_candidates=15)
    >>> calibrated = CalibratedRetriever(reranker, severity=0.5, n_queries=100)
    >>> in_gallery, foreign = perturb_patterns([layers[7], layers[130]], 0.5, random_state=0)
    >>> calibrated.predict([in_gallery, foreign])
    array([7, UNKNOWN], dtype=object)
    >>> probabilities, indices = calibrated.probabilities([in_gallery, foreign], k=2)
    >>> probabilities.shape, indices.shape  # the unknown's share comes last
    ((2, 3), (2, 2))
    >>> calibrated.predict_set([in_gallery, foreign], coverage=0.9)
    [{7}, set()]
    """

    def __init__(
        self,
        retriever: StructureRetriever | None = None,
        false_rejection: float = 0.05,
        prior_unknown: float = 0.5,
        cells: Literal["mixed", "measured", "computed"] = "mixed",
        *,
        severity: float | None = None,
        n_queries: int = 200,
        score_k: int = 1,
        random_state: int | np.random.RandomState | None = 0,
        verbose: int = 0,
    ) -> None:
        self.retriever = retriever
        self.false_rejection = false_rejection
        self.prior_unknown = prior_unknown
        self.cells = cells
        self.severity = severity
        self.n_queries = n_queries
        self.score_k = score_k
        self.random_state = random_state
        self.verbose = verbose

    def predict(self, patterns: Patterns, k: int = 1, elements: Elements = None) -> NDArray[Any]:
        """Name the structures that patterns most likely came from, or `UNKNOWN`.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            One pattern is one query; a tuple holds several patterns of one crystal.
        k : int, default=1
            How many candidates to name.
        elements : str, list or ElementFilter, default=None
            Known chemistry: ``"Li,O"`` allows only these elements.

        Returns
        -------
        ndarray of shape (n_queries,) for k=1, else (n_queries, k)
            Labels, best first. Where the crystal is probably not in the gallery, `UNKNOWN` comes
            first and the best candidates follow it.
        """
        confidence = self._known_calibration().of(elements)
        self._check_n_neighbors(k)
        evidence = self._gatherer().gather(patterns, elements=elements)
        if k > evidence.indices.shape[1]:  # the retriever inside knows more than was looked at
            labels = self.inner_.predict(patterns, k, elements)
        else:
            labels = best_labels(evidence, k, self.classes_)
        labels = with_unknown(labels, confidence.rejects(evidence, self.false_rejection))
        return labels[:, 0] if k == 1 else labels

    def probabilities(
        self, patterns: Patterns, k: int = 10, elements: Elements = None
    ) -> Neighbors:
        """Give the probability of the best entries, and of none.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            The queries, as in `predict`.
        k : int, default=10
            How many entries to list.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        probabilities : ndarray of shape (n_queries, k + 1)
            Of each entry, and last of a crystal that is not in the gallery. Entries of one phase
            share its probability evenly. What is missing to 1 is that of entries not listed.
        indices : ndarray of shape (n_queries, k)
            Positions in the gallery, the most probable phase first; -1 where there is none.
        """
        found = self.weigh(patterns, k, elements=elements)
        return found.probabilities, found.indices

    def predict_set(
        self, patterns: Patterns, coverage: float = 0.9, elements: Elements = None
    ) -> list[set[Any]]:
        """Give the labels among which the right one is, most of the time.

        By split conformal prediction: of queries that are exchangeable with those of the
        calibration and whose crystal is in the gallery, that share has it in its set, on the
        average over all queries. Nothing is said of a single one, nor of queries of another kind,
        nor of crystals that are not in the gallery.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            The queries, as in `predict`.
        coverage : float, default=0.9
            That share.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        list of n_queries sets
            Labels of all entries of the phases; an empty set where nothing in the gallery is
            probable enough.
        """
        return self.weigh(patterns, 1, coverage, elements).sets

    def score(self, structures: Structures, patterns: Patterns) -> float:
        """Top-k accuracy, k = `score_k`, unknowns included.

        Parameters
        ----------
        structures : list of Structure
            Row i is the structure of pattern i, or `UNKNOWN` where its crystal is not in the pool,
            which all others make. The retriever's own gallery stays untouched, and the copy that
            searches the pool is calibrated for it.
        patterns : list
            The queries.

        Returns
        -------
        float
            Share of patterns whose structure is among the first k, or that are rightly answered by
            `UNKNOWN`.
        """
        check_lengths(structures, patterns)
        is_unknown = np.array([structure is UNKNOWN for structure in structures])
        pool = [s for s in structures if s is not UNKNOWN] if is_unknown.any() else structures
        truth = np.empty(len(is_unknown), dtype=object)
        truth[is_unknown], truth[~is_unknown] = UNKNOWN, np.arange((~is_unknown).sum())
        found = copy(self).set_gallery(pool).predict(patterns, self.score_k)
        return top_k_accuracy(truth, found.reshape(len(truth), -1), self.score_k)
