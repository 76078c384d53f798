"""`ReliabilityDisplay`: calibration and use of confidences."""

from xrdmatch.inspection._first_answers import first_answers
from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot
from xrdmatch.inspection._plot.reliability_panels import draw_panels
from xrdmatch.metrics import expected_calibration_error, risk_coverage

SIZE = (10, 5)  # inches


class ReliabilityDisplay(DrawnIntoFiles):
    """How often answers are right at each confidence, and what is gained by leaving some out.

    On the left, each point is a bin of queries: the share of right answers over the mean
    confidence, which agree on the diagonal. The calibration error and that of perfect models
    with the same confidences are written into it, and a histogram of the confidences stands
    below. On the right, the share of wrong answers is drawn over the share of queries that are
    answered if the least confident ones are not, between a constant confidence and a perfect
    order.

    Parameters
    ----------
    calibration : Bunch
        Output of `xrdmatch.metrics.expected_calibration_error`.
    curve : Bunch
        Output of `xrdmatch.metrics.risk_coverage`.
    confidence : ndarray of shape (n_queries,)
        Confidences.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes that the panels stand in, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    panels_ : dict of str to matplotlib.axes.Axes
        ``"reliability"``, ``"histogram"`` and ``"risk"``.

    See Also
    --------
    xrdmatch.retrieval.CalibratedRetriever : Gives answers with a probability.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.inspection import ReliabilityDisplay
    >>> rng = np.random.RandomState(0)
    >>> confidence = rng.beta(4, 1, size=500)
    >>> correct = rng.uniform(size=500) < confidence
    >>> display = ReliabilityDisplay.from_predictions(correct, confidence).plot()
    >>> sorted(display.panels_)
    ['histogram', 'reliability', 'risk']
    """

    size = SIZE

    def __init__(self, calibration, curve, confidence):
        self.calibration = calibration
        self.curve = curve
        self.confidence = confidence

    @classmethod
    def from_predictions(
        cls,
        correct,
        confidence,
        *,
        n_bins=15,
        strategy="quantile",
        clusters=None,
        n_draws=1000,
        random_state=0,
    ):
        """Make a display of answers and their confidences.

        Parameters
        ----------
        correct : array-like of bool, shape (n_queries,)
            Whether each answer is right.
        confidence : array-like of shape (n_queries,)
            Probability that was given to it.
        n_bins : int, default=15
            How many bins.
        strategy : {"quantile", "uniform"}, default="quantile"
            Bins of equally many queries, or of equal width.
        clusters : array-like of shape (n_queries,), default=None
            Which structure each query is of, as for `clustered_bootstrap`; if None, each is of
            its own.
        n_draws : int, default=1000
            How often clusters are drawn for intervals.
        random_state : int, RandomState or None, default=0
            Makes the draws repeatable.

        Returns
        -------
        ReliabilityDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If lengths differ, there is no query, or a value is out of its range.
        """
        draws = {"clusters": clusters, "n_draws": n_draws, "random_state": random_state}
        calibration = expected_calibration_error(
            correct, confidence, n_bins=n_bins, strategy=strategy, **draws
        )
        return cls(calibration, risk_coverage(correct, confidence, **draws), confidence)

    @classmethod
    def from_estimator(cls, retriever, patterns, truth, *, elements=None, **options):
        """Ask a retriever that gives probabilities.

        An answer is the label of the most probable entry, or `UNKNOWN` where that is more
        probable, and its confidence that probability.

        Parameters
        ----------
        retriever : CalibratedRetriever or Pipeline that ends in one
            The one to judge.
        patterns : list of length n_queries
            The queries, as in `predict`.
        truth : sequence of length n_queries
            The label of each query's structure, `UNKNOWN` where its crystal is not in the gallery.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.
        **options : dict
            More parameters of `from_predictions`.

        Returns
        -------
        ReliabilityDisplay
            The display, not yet plotted.

        Raises
        ------
        TypeError
            If the retriever gives no probabilities.
        ValueError
            If lengths differ, or a truth is no label of the gallery.

        Examples
        --------
        >>> from xrdmatch import UNKNOWN, CalibratedRetriever, PatternMatcher
        >>> from xrdmatch.datasets import load_monolayers
        >>> from xrdmatch.inspection import ReliabilityDisplay
        >>> from xrdmatch.simulation import perturb_patterns
        >>> layers = load_monolayers()[:60]
        >>> matcher = PatternMatcher().fit(layers[:40])
        >>> calibrated = CalibratedRetriever(matcher, severity=0.5, n_queries=40)
        >>> queries = perturb_patterns(layers, 0.5, random_state=0)
        >>> truth = [*range(40)] + 20 * [UNKNOWN]
        >>> display = ReliabilityDisplay.from_estimator(calibrated, queries, truth, n_bins=4)
        >>> display.calibration.bin_count.tolist()
        [15, 15, 15, 15]
        """
        answers = first_answers(retriever, patterns, truth, elements)
        return cls.from_predictions(*answers, **options)

    def plot(self, ax=None):
        """Draw the curves and the histogram.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None. They are divided into three panels.

        Returns
        -------
        ReliabilityDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=SIZE, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.panels_ = draw_panels(ax, self.calibration, self.curve, self.confidence)
        return self
