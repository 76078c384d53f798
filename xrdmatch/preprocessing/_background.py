"""Scans without their background."""

from numbers import Real

import numpy as np
from pybaselines import Baseline
from scipy.ndimage import grey_opening

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing._noise import count_sigma
from xrdmatch.preprocessing._scan_transformer import ScanTransformer

_FEWEST_POINTS = 16
_WIDEST_PEAK = 0.5  # of the half width, among the last points of a scan
_PEAK = 2.5  # times the median above the lower envelope, which lies two deviations deep
_COARSEST = 0.05  # [degrees] of the grid on which a background, which is smooth, is sought


class BackgroundRemover(ScanTransformer):
    """Subtract what is smooth from scans.

    Parameters
    ----------
    method : {"snip", "arpls"}, default="snip"
        Clipping of peaks [1]_, which follows the steep rise at low angles and humps, a little
        below the middle of the noise; or asymmetrically reweighted penalised least squares [2]_,
        which runs through the middle of the noise but is stiffer and slower.
    width : float, default=6.0
        Width of the narrowest hump that still is background [degrees]; the widest peak should be
        several times narrower.

    See Also
    --------
    KAlpha2Stripper : Another step before peaks are sought.

    References
    ----------
    .. [1] C. G. Ryan et al., Nucl. Instrum. Methods B 34, 396 (1988).
    .. [2] S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140, 250 (2015).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import BackgroundRemover
    >>> x = np.arange(10, 60, 0.02)
    >>> scan = Scan(x, 200 - 2 * x + 900 * np.exp(-(((x - 30) / 0.1) ** 2)))
    >>> (flat,) = BackgroundRemover().fit_transform([scan])
    >>> round(float(flat.counts.max()), -1), bool(abs(np.median(flat.counts)) < 1)
    (900.0, True)
    """

    def __init__(self, method="snip", width=6.0):
        self.method = method
        self.width = width

    def background(self, scan):
        """Find the background of one scan.

        Parameters
        ----------
        scan : Scan
            The scan.

        Returns
        -------
        ndarray of shape (n_points,)
            Counts of the background.

        Raises
        ------
        ValueError
            If the scan has fewer than 16 points.
        """
        self._check_options()
        if scan.n_points < _FEWEST_POINTS:
            raise ValueError(
                f"a background is sought in scans of at least {_FEWEST_POINTS} points, got "
                f"{scan.n_points}."
            )
        n = max(scan.n_points // max(round(_COARSEST / scan.step), 1), 10)
        edges = np.linspace(scan.two_theta[0], scan.two_theta[-1], n + 1)
        centres, means = _bin_means(scan, edges)
        step = edges[1] - edges[0]
        fitter = Baseline(centres)
        half = max(round(self.width / step / 2), 2)
        baseline = _METHODS[self.method](fitter, means, half)
        return np.interp(scan.two_theta, centres, baseline)

    def _transform_one(self, scan):
        counts = scan.counts - self.background(scan)
        return Scan(scan.two_theta, counts, count_sigma(scan), scan.radiation, scan.name)

    def _check_options(self):
        if self.method not in [*_METHODS]:
            raise ValueError(
                f"method must be one of {', '.join(map(repr, _METHODS))}, got {self.method!r}; "
                "pick one."
            )
        if not (isinstance(self.width, Real) and 0 < self.width < np.inf):
            raise ValueError(
                f"width must be a positive number of degrees, got {self.width!r}; 6.0 suits most "
                "scans."
            )


def _bin_means(scan, edges):
    """Centres and mean counts of the bins that have points."""
    bins = np.clip(np.searchsorted(edges, scan.two_theta, side="right") - 1, 0, len(edges) - 2)
    n = np.bincount(bins, minlength=len(edges) - 1)
    kept = n > 0
    sums = (np.bincount(bins, x, minlength=len(n))[kept] for x in (scan.two_theta, scan.counts))
    return tuple(total / n[kept] for total in sums)


def _arpls(fitter, counts, half):
    # A Whittaker smoother of order two passes waves longer than 2 pi lam^(1/4) points.
    return fitter.arpls(counts, lam=max((2 * half / np.pi) ** 4, 10.0), tol=1e-2, max_iter=50)[0]


def _snip(fitter, counts, half):
    half = min(half, (len(counts) - 1) // 2)
    return fitter.snip(
        counts,
        max_half_window=half,
        decreasing=True,
        smooth_half_window=3,
        pad_kwargs={"mode": _continued},
    )[0]


def _continued(padded, widths, axis, options):
    """Fill both ends of an array, as a mode of numpy.pad."""
    n = widths[0]
    padded[:n] = _beyond(padded[n : 2 * n][::-1])[::-1]
    padded[-n:] = _beyond(padded[-2 * n : -n])


def _beyond(counts):
    """As many bins again, on a straight line that no peak among the last ones tilts."""
    n = len(counts)
    width = max(round(_WIDEST_PEAK * n), 2)
    columns = np.column_stack([np.ones(2 * n), np.arange(2 * n)])
    above = counts - grey_opening(counts, width)
    flat = (above <= _PEAK * np.median(above)) | _climbs(counts, width // 4)
    line = np.linalg.lstsq(columns[:n][flat], counts[flat], rcond=None)[0]
    return columns[n:] @ line


def _climbs(counts, width):
    """Whether counts are highest at the end, as near the beam, and more slowly than a flank."""
    middle = (counts.min() + counts.max()) / 2
    return counts.argmax() >= len(counts) - 2 and (counts[-width:] > middle).all()


_METHODS = {"snip": _snip, "arpls": _arpls}
