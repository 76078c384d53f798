"""Scans with one line in place of a doublet."""

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve

from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.preprocessing._noise import count_sigma
from xrdmatch.preprocessing._scan_transformer import ScanTransformer


class KAlpha2Stripper(ScanTransformer):
    """Leave only what the strongest line of the radiation gave, K-alpha 1 of a tube's doublet.

    A weaker line of wavelength lambda_k repeats, at the angle theta, what the strongest of
    wavelength lambda_1 shows at theta' with sin(theta') = sin(theta) lambda_1 / lambda_k. With the
    lines' weights this is one linear equation a point, and all are solved at once: Rachinger's
    correction [1]_ without its stepwise errors. A scan of one line stays as it is.

    The sum over a peak falls to the strongest line's share. Before the scan's first point nothing
    is known, and it is taken to go on evenly.

    See Also
    --------
    BackgroundRemover : Another step before peaks are sought.
    PeakFinder : Needs no stripping: it fits all lines.

    References
    ----------
    .. [1] W. A. Rachinger, J. Sci. Instrum. 25, 254 (1948).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import KAlpha2Stripper
    >>> x = np.arange(79, 82, 0.01)
    >>> doublet = np.exp(-(((x - 80) / 0.06) ** 2)) + 0.5 * np.exp(-(((x - 80.239) / 0.06) ** 2))
    >>> (single,) = KAlpha2Stripper().transform([Scan(x, 1 + doublet, radiation="CuKa")])
    >>> bool(abs(single.counts[x > 80.15] - 2 / 3).max() < 0.02)
    True
    >>> single.radiation
    Radiation(kind='xray', lines=((1.5405929, 1.0),))
    """

    def _check_options(self):
        pass

    def _transform_one(self, scan):
        if scan.radiation is None or not scan.radiation.lines:
            raise ValueError(
                "to strip K-alpha 2 the lines must be known, got a scan without; give "
                "radiation='CuKa' or what it was taken with."
            )
        (strongest, weight), *others = sorted(scan.radiation.lines, key=lambda line: -line[1])
        if not others:
            return scan
        repeated = csr_array((scan.n_points, scan.n_points))
        squared = repeated
        for wavelength, other in others:
            share = _repetition(scan.two_theta, strongest / wavelength) * (other / weight)
            repeated, squared = repeated + share, squared + share.multiply(share)
        one = eye_array(scan.n_points, format="csr")
        counts = spsolve((one + repeated).tocsc(), scan.counts)
        # Errors of neighbours are taken as independent.
        variance = spsolve((one - squared).tocsc(), count_sigma(scan) ** 2)
        radiation = Radiation(scan.radiation.kind, ((strongest, 1.0),))
        sigma = np.sqrt(np.maximum(variance, count_sigma(scan) ** 2))
        return Scan(scan.two_theta, counts, sigma, radiation, scan.name)


def _repetition(two_theta, ratio):
    """Build the matrix that turns the strongest line's profile into another's of equal weight.

    Cubic interpolation, times the stretch of the angles, so that areas are kept.
    """
    sine = ratio * np.sin(np.radians(two_theta / 2))
    angle = 2 * np.degrees(np.arcsin(np.minimum(sine, 1.0)))
    angle = np.clip(angle, two_theta[0], two_theta[-1])
    stretch = ratio * np.cos(np.radians(two_theta / 2)) / np.cos(np.radians(angle / 2))
    columns, values = _cubic(two_theta, angle)
    n = len(two_theta)
    rows = np.repeat(np.arange(n), columns.shape[1])
    return csr_array(((values * stretch[:, None]).ravel(), (rows, columns.ravel())), (n, n))


def _cubic(x, wanted):
    """Find indices and weights of Lagrange's interpolation between four points."""
    n_nodes = min(4, len(x))
    first = np.clip(np.searchsorted(x, wanted) - n_nodes // 2, 0, len(x) - n_nodes)
    columns = first[:, None] + np.arange(n_nodes)
    nodes = x[columns]  # (n_points, n_nodes)
    gaps = wanted[:, None] - nodes
    values = np.ones_like(nodes)
    for i in range(n_nodes):
        for j in range(n_nodes):
            if i != j:
                values[:, i] *= gaps[:, j] / (nodes[:, i] - nodes[:, j])
    return columns, values
