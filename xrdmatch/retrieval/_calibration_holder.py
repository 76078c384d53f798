"""Mixin of a retriever that learns and keeps a calibration."""

import warnings
from numbers import Integral, Real
from typing import Literal, Self

import numpy as np
from sklearn.utils import Bunch, check_random_state
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._calibration.answers import check_coverage, listed, sets_of_labels
from xrdmatch.retrieval._calibration.calibration import (
    KINDS,
    Calibration,
    asked_in_parts,
    learn_calibration,
)
from xrdmatch.retrieval._calibration.confidence import FEWEST
from xrdmatch.retrieval._calibration.gathering import EvidenceGatherer
from xrdmatch.retrieval._calibration.simulated_queries import simulated_queries
from xrdmatch.retrieval._calibration.truths import positions_of
from xrdmatch.retrieval._calibration.with_and_without import asked_with_and_without
from xrdmatch.retrieval._entry_facts import EntryFacts
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._types import Elements, Labels, Neighbors, Patterns, Structures
from xrdmatch.retrieval._wrapper import RetrieverWrapper

CELLS = ("measured", "computed", "mixed")


class CalibrationHolder(RetrieverWrapper):
    """Wrapper of a retriever that has a calibration, made when it is first needed."""

    calibration_: Calibration

    def kneighbors(
        self, patterns: Patterns, n_neighbors: int = 10, elements: Elements = None
    ) -> Neighbors:
        """Find the nearest structures: those of the retriever inside, in its order.

        Parameters
        ----------
        patterns, elements : object
            The queries, and known chemistry, as in `predict`.
        n_neighbors : int, default=10
            How many.

        Returns
        -------
        distances, indices : ndarray of shape (n_queries, n_neighbors)
            Those of the retriever inside; no probabilities.
        """
        return self.inner_.kneighbors(patterns, n_neighbors, elements)

    def calibrate(self, patterns: Patterns | None = None, labels: Labels | None = None) -> Self:
        """Learn what answers are worth.

        Parameters
        ----------
        patterns : list of patterns, default=None
            Queries whose crystals are known; simulated from the gallery if None.
        labels : sequence, default=None
            The label in the gallery of each one's crystal.

        Returns
        -------
        CalibratedRetriever
            The retriever itself.

        Raises
        ------
        ValueError
            If a label is not in the gallery, there are too few queries, none is answered rightly,
            or nothing is left once their crystals are taken out.
        """
        self._check_options()
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        simulated = patterns is None
        patterns, truth = self._simulated() if simulated else self._given(patterns, labels)
        self.calibration_ = learn_calibration(
            self._gatherer(),
            patterns,
            truth,
            source="simulated" if simulated else "measured",
            prior_unknown=self.prior_unknown,
            verbose=bool(self.verbose),
        )
        return self

    def weigh(
        self, patterns: Patterns, k: int = 10, coverage: float = 0.9, elements: Elements = None
    ) -> Bunch:
        """Give probabilities, sets and rejections at once, which costs one search.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            The queries, as in `predict`.
        k : int, default=10
            How many entries to list.
        coverage : float, default=0.9
            As in `predict_set`.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        Bunch
            ``probabilities`` and ``indices`` as of `probabilities`; ``sets`` as of `predict_set`;
            ``rejected``, ndarray of bool: where `predict` says `UNKNOWN`.
        """
        check_coverage(coverage)
        confidence = self._known_calibration().of(elements)
        self._check_n_neighbors(k)
        evidence = self._gatherer().gather(patterns, elements=elements)
        probabilities, indices = listed(evidence, confidence, k)
        return Bunch(
            probabilities=probabilities,
            indices=indices,
            sets=sets_of_labels(evidence, confidence, coverage, self.classes_),
            rejected=confidence.rejects(evidence, self.false_rejection),
        )

    def ask_with_and_without(
        self,
        patterns: Patterns,
        labels: Labels,
        k: int = 10,
        coverage: float = 0.9,
        *,
        known: Literal["nothing", "elements"] = "nothing",
    ) -> Bunch:
        """Ask about patterns twice: as the gallery is, and with their crystals taken out.

        What the metrics of calibration are computed from, for patterns of one's own.

        Parameters
        ----------
        patterns : list of n patterns
            Queries whose crystals are in the gallery.
        labels : sequence
            The label of each one's crystal.
        k : int, default=10
            How many entries are listed.
        coverage : float, default=0.9
            As in `predict_set`.
        known : {"nothing", "elements"}, default="nothing"
            What is told of the chemistry: nothing, or the elements of each crystal.

        Returns
        -------
        Bunch
            Arrays of 2 n rows, those with the crystals in the gallery first: ``probabilities`` and
            ``indices``, as of `probabilities`; ``right``, of shape (2 n, k), which of these entries
            are of the right phase; ``is_known``; ``rejected``, where `predict` says `UNKNOWN`;
            ``n_phases_in_set``, ``n_labels_in_set`` and ``covered``, of `predict_set`; ``query``,
            the number of the pattern.

        See Also
        --------
        xrdmatch.metrics.expected_calibration_error, xrdmatch.metrics.risk_coverage
        """
        check_coverage(coverage)
        if known not in KINDS:
            raise ValueError(f"known must be 'nothing' or 'elements', got {known!r}; pick one.")
        confidence = self._known_calibration().of(None if known == "nothing" else known)
        patterns, truth = self._given(patterns, labels)
        asked = asked_in_parts(self._gatherer(), patterns, truth, known, bool(self.verbose))
        return asked_with_and_without(*asked, confidence, k, self.false_rejection, coverage)

    def take_gallery(self, before: Structures | None = None) -> None:
        """Forget what was learned by simulation; take along what measured patterns taught.

        Parameters
        ----------
        before : sequence, default=None
            The gallery that the new one begins with, if it has grown.
        """
        known = getattr(self, "calibration_", None)
        if known is not None and known.source == "measured":
            warnings.warn(
                f"The calibration is of {known.n_queries} measured patterns among "
                f"{known.n_gallery} structures, and is taken along to {len(self.gallery_)}; call "
                "calibrate once more.",
                UserWarning,
                stacklevel=3,
            )
        elif known is not None:
            del self.calibration_

    def _simulated(self):
        rng = check_random_state(self.random_state)
        asked = self.n_queries, self.severity, self.cells
        return simulated_queries(self.inner_, *asked, rng)

    def _given(self, patterns, labels):
        return list(patterns), positions_of(labels, patterns, self.classes_)

    def _known_calibration(self):
        """Return what was learned, made when it is first asked for."""
        if getattr(self, "calibration_", None) is None:
            self.calibrate()
        return self.calibration_

    def _gatherer(self):
        """Return what asks the retriever inside, kept as long as the gallery is the same."""
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        known, inner = getattr(self, "_gathers", None), self.inner_
        if known is None or known.retriever is not inner or known.structures is not self.gallery_:
            self._gathers = EvidenceGatherer(inner, EntryFacts(self.gallery_))
        return self._gathers

    def _check_options(self):
        super()._check_options()
        for name in ("false_rejection", "prior_unknown"):
            value = getattr(self, name)
            if not isinstance(value, Real) or not 0 < value < 1:
                raise ValueError(f"{name} must lie between 0 and 1, got {value!r}; try 0.05.")
        if self.cells not in CELLS:
            raise ValueError(
                f"cells must be one of {', '.join(map(repr, CELLS))}, got {self.cells!r}; take "
                "'mixed' where it is not known."
            )
        if self.severity is not None and not (
            isinstance(self.severity, Real) and 0 <= self.severity < np.inf
        ):
            raise ValueError(
                f"severity must be a number of at least 0, or None, got {self.severity!r}; 1 is "
                "the standard perturbation."
            )
        if not isinstance(self.n_queries, Integral) or self.n_queries < FEWEST:
            raise ValueError(
                f"n_queries must be a whole number of at least {FEWEST}, got {self.n_queries!r}; "
                "200 is the default."
            )
