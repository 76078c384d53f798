"""A scan made ready for refinement: a regular grid, its background, and what a point weighs."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len
from scipy.ndimage import gaussian_filter1d

from xrdmatch.crystallography import Radiation
from xrdmatch.preprocessing import BackgroundRemover, count_sigma

STEP = 0.03  # [degrees] finest grid
Q_RANGE = 0.03, 0.95  # [1/Å] what is refined; beyond it peaks of most cells overlap
MARGIN = 2.0  # [degrees] room for tails beyond either end
N_BACKGROUND = 12  # Chebyshev polynomials that the refinement may add to the background
PEAK_WIDTH = 0.3  # [degrees] neighbours within it err together
TAIL, TAIL_ERROR = 0.6, 0.1  # [degrees] how far shapes reach; what they err by, of what is near
FAINTEST = 0.02  # of the strongest peak: what other phases and a background's humps may show
TO_SIGMA = 1 / np.sqrt(8 * np.log(2))
FEWEST_POINTS = 50


@dataclass(frozen=True, eq=False)
class ScanQuery:
    """One scan on a regular grid.

    Parameters
    ----------
    two_theta : ndarray of shape (n_points,)
        The grid [degrees].
    observed, baseline, sigma : ndarray of shape (n_points,)
        Counts, the background found beforehand, and the counting error of a grid point.
    weight : ndarray of shape (n_points,)
        One over the standard deviation of a point, model errors included.
    background : ndarray of shape (n_points, n_background)
        Orthonormal columns: weighted polynomials.
    target : ndarray of shape (n_points,)
        Weighted counts above the background, its polynomials projected out.
    blur : float
        Full width of the Gaussian by which the counts were widened [degrees].
    share : float
        Independent points for each point of the grid.
    radiation : Radiation
        What it was taken with.
    """

    two_theta: np.ndarray
    observed: np.ndarray
    baseline: np.ndarray
    sigma: np.ndarray
    weight: np.ndarray
    background: np.ndarray
    target: np.ndarray
    blur: float
    share: float
    radiation: Radiation

    @property
    def step(self):
        """Distance of grid points [degrees]."""
        return float(self.two_theta[1] - self.two_theta[0])

    @property
    def n_margin(self):
        """Grid points beyond either end."""
        return int(np.ceil(MARGIN / self.step))

    @property
    def n_fast(self):
        """Length of the Fourier transforms."""
        return next_fast_len(len(self.two_theta) + 2 * self.n_margin, real=True)

    @property
    def misfit_of_nothing(self):
        """Misfit where no peak is calculated at all."""
        return self.share * float((self.target.astype(float) ** 2).sum())

    def without_background(self, profiles):
        """Project the background out of weighted profiles (..., n_points)."""
        return profiles - (profiles @ self.background) @ self.background.T


def scan_query(scan, model_error, blur=0.0):
    """Make a scan ready.

    Parameters
    ----------
    scan : Scan
        The scan, with its radiation.
    model_error : float
        What a calculated profile errs by, in units of the peak that is seen there.
    blur : float, default=0.0
        Full width of a Gaussian by which the counts are widened, on a coarser grid [degrees].

    Returns
    -------
    ScanQuery
        The scan as the refinement needs it.

    Raises
    ------
    ValueError
        If the scan has no radiation, or hardly a point within reach.
    """
    check_refinable(scan)
    baseline = BackgroundRemover().background(scan)
    grid, columns = _on_grid(scan, baseline, max(STEP, blur / 5))
    observed, baseline, variance = columns
    step = grid[1] - grid[0]
    net = observed - baseline
    if blur:
        points = blur * TO_SIGMA / step
        net = gaussian_filter1d(net, points)
        variance = gaussian_filter1d(variance, points) / (2 * np.sqrt(np.pi) * points)
    seen = np.maximum(gaussian_filter1d(net, 0.06 / step), 0.0)
    near = np.maximum(gaussian_filter1d(net, TAIL / step), 0.0)
    faults = (model_error * seen) ** 2 + (TAIL_ERROR * near) ** 2 + (FAINTEST * seen.max()) ** 2
    weight = 1 / np.sqrt(variance + faults)
    polynomials = np.polynomial.chebyshev.chebvander(np.linspace(-1, 1, len(grid)), N_BACKGROUND)
    background, _ = np.linalg.qr(polynomials[:, :N_BACKGROUND] * weight[:, None])
    target = weight * net
    target = target - background @ (background.T @ target)
    share = min(1.0, step / np.hypot(PEAK_WIDTH, blur))
    arrays = (x.astype(np.float32) for x in (weight, background, target))
    return ScanQuery(
        grid, observed, baseline, np.sqrt(variance), *arrays, blur, share, scan.radiation
    )


def check_refinable(scan):
    """Check that a scan's angles mean something and that it has points within reach."""
    name = f" {scan.name!r}" if scan.name else ""
    if scan.radiation is None or not scan.radiation.lines:
        raise ValueError(
            f"A scan is refined with its wavelength, got the scan{name} without radiation; give "
            "it as radiation='CuKa' or in Å."
        )
    if _within(scan).sum() < FEWEST_POINTS:
        raise ValueError(
            f"A scan is refined on at least {FEWEST_POINTS} points between {Q_RANGE[0]} and "
            f"{Q_RANGE[1]} 1/Å, got {_within(scan).sum()} in the scan{name}; check its wavelength."
        )


def _within(scan):
    return (scan.q >= Q_RANGE[0]) & (scan.q <= Q_RANGE[1])


def _on_grid(scan, baseline, step):
    """Put counts, baseline and variance on the grid: means over its bins, else interpolated."""
    inside = _within(scan)
    low, high = scan.two_theta[inside][[0, -1]]
    step = max(step, scan.step)
    grid = np.arange(low, high + 1e-6, step)
    columns = scan.counts, baseline, count_sigma(scan) ** 2
    edges = np.append(grid - step / 2, grid[-1] + step / 2)
    place = np.digitize(scan.two_theta, edges) - 1
    held = (place >= 0) & (place < len(grid))
    n = np.bincount(place[held], minlength=len(grid))
    if (n == 0).any() or step < 2 * scan.step:
        share = min(1.0, scan.step / step)
        dense = [np.interp(grid, scan.two_theta, column) for column in columns]
        return grid, (dense[0], dense[1], dense[2] * share)
    sums = [np.bincount(place[held], column[held], minlength=len(grid)) / n for column in columns]
    return grid, (sums[0], sums[1], sums[2] / n)
