"""Preparation of a scan for refinement: regular grid, background and weights."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import next_fast_len
from scipy.ndimage import gaussian_filter1d

from xrdmatch.crystallography import Radiation
from xrdmatch.preprocessing import count_sigma, flattened
from xrdmatch.refinement._expected_lines import ExpectedLines, expected_lines

# All lengths [degrees] are those of a laboratory's lines and scale with the fineness of others.
STEP = 0.03  # finest grid
MARGIN = 2.0  # room for tails beyond either end
PEAK_WIDTH = 0.3  # neighbours within it err together
SEEN, TAIL = 0.06, 0.6  # what counts as being at a point; how far shapes reach
Q_RANGE = 0.03, 0.95  # [1/Å] what is refined; beyond it peaks of most cells overlap
N_BACKGROUND = 12  # Chebyshev polynomials that the refinement may add to the background
TO_SIGMA = 1 / np.sqrt(8 * np.log(2))
LEAST = 1e-12  # counts: fits are in single precision, whose range squares of less would leave
FEWEST_POINTS = 50  # of a scan
FEWEST_STEPS, MOST_STEPS = 100, 20_000  # of a grid: short scans get finer ones, long ones end


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
    lines : ExpectedLines
        What its lines are expected to look like.

    See Also
    --------
    scan_queries : Make a scan ready: widened much, where its lines are narrow less, and as it is.
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
    lines: ExpectedLines

    @cached_property
    def step(self):
        """Distance of grid points [degrees]."""
        return float(self.two_theta[1] - self.two_theta[0])

    @cached_property
    def n_margin(self):
        """Grid points beyond either end."""
        return int(np.ceil(MARGIN * self.lines.reach / self.step))

    @cached_property
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


def scan_queries(scan, model, instrument=None):
    """Make a scan ready: widened much, where its lines are narrow less, and as it is.

    Parameters
    ----------
    scan : Scan or FlattenedScan
        The scan, with its radiation; with its background if that is known.
    model : ScanModel
        Priors.
    instrument : InstrumentProfile, default=None
        What it was taken with, where that is known.

    Returns
    -------
    tuple of ScanQuery
        The scan as the refinement needs it, one stage after the other.

    Raises
    ------
    ValueError
        If the scan has no radiation, or hardly a point within reach.

    See Also
    --------
    ScanQuery : One scan on a regular grid.
    fit_queries : Fit structures to a scan that was made ready, each on its own.
    """
    check_refinable(scan)
    (scan,) = flattened([scan])
    ends = scan.two_theta[_within(scan)][[0, -1]]
    lines = expected_lines(scan, ends, model, instrument)
    return tuple(scan_query(scan, model, lines, blur) for blur in lines.blurs)


def scan_query(scan, model, lines, blur=0.0):
    """Put a scan on a grid, and weigh its points.

    Parameters
    ----------
    scan : FlattenedScan
        The scan, with its background.
    model : ScanModel
        What a calculated profile errs by.
    lines : ExpectedLines
        What its lines are expected to look like.
    blur : float, default=0.0
        Full width of a Gaussian by which the counts are widened, on a coarser grid [degrees].

    Returns
    -------
    ScanQuery
        The scan as the refinement needs it.
    """
    fineness = lines.fineness
    grid, columns = _on_grid(scan, max(STEP * fineness, blur / 5))
    observed, baseline, variance = columns
    step = grid[1] - grid[0]
    net = observed - baseline
    if blur:
        points = blur * TO_SIGMA / step
        net = gaussian_filter1d(net, points)
        variance = gaussian_filter1d(variance, points) / (2 * np.sqrt(np.pi) * points)
    weight = 1 / np.sqrt(variance + _faults(net, fineness / step, model))
    polynomials = np.polynomial.chebyshev.chebvander(np.linspace(-1, 1, len(grid)), N_BACKGROUND)
    background, _ = np.linalg.qr(polynomials[:, :N_BACKGROUND] * weight[:, None])
    target = weight * net
    target = target - background @ (background.T @ target)
    share = min(1.0, float(step / np.hypot(PEAK_WIDTH * fineness, blur)))
    arrays = (x.astype(np.float32) for x in (weight, background, target))
    sigma = np.sqrt(variance)
    return ScanQuery(grid, observed, baseline, sigma, *arrays, blur, share, scan.radiation, lines)


def _faults(net, unit, model):
    """Variance of what calculated profiles err by; `unit`: grid points a degree of fineness 1."""
    seen = np.maximum(gaussian_filter1d(net, SEEN * unit), 0.0)
    near = np.maximum(gaussian_filter1d(net, TAIL * unit), 0.0)
    parts = model.model_error * seen, model.tail_error * near, model.faintest * seen.max()
    return sum(part**2 for part in parts)


def check_refinable(scan):
    """Check that a scan's angles mean something and that it has points within reach.

    See Also
    --------
    refine_scan : Refine a known structure against a powder scan.
    scan_queries : Make a scan ready: widened much, where its lines are narrow less, and as it is.
    """
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
    largest = scan.counts[_within(scan)].max()
    if largest < LEAST:
        got = "nothing above zero" if largest <= 0 else f"at most {largest:.3g} counts"
        raise ValueError(
            f"A scan is refined where something was counted, got {got} in the scan{name}; read the "
            "column that has the counts, or rescale them."
        )


def _within(scan):
    return (scan.q >= Q_RANGE[0]) & (scan.q <= Q_RANGE[1])


def _on_grid(scan, step):
    """Put counts, baseline and variance on the grid: means over its bins, else interpolated."""
    low, high = scan.two_theta[_within(scan)][[0, -1]]
    step = max(min(step, (high - low) / FEWEST_STEPS), scan.step)
    grid = np.arange(low, min(high, low + step * MOST_STEPS) + 1e-6, step)
    columns = scan.counts, scan.background, count_sigma(scan) ** 2
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
