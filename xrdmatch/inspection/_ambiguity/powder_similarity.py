"""How alike pairs of powders are to a scan."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import gaussian_filter1d
from tqdm import tqdm

from xrdmatch.simulation import Diffractometer

PER_WIDTH = 3  # steps of the grid for the narrowest line
PER_LINE = 8  # steps of angle for a line, which sharing between two points makes 1 % wider
TO_SIGMA = 1 / np.sqrt(8 * np.log(2))
LARGEST_ANGLE = 175.0  # [degrees] of the lines that are drawn
AT_ONCE = 2_000_000  # numbers in the rows of pairs that are compared together


class RootProfiles:
    """Roots of profiles on a grid that is even in the logarithm of q.

    There a cell of another size is a shift. The root makes the scatter of counts the same
    everywhere.

    Parameters
    ----------
    measurement : ScanMeasurement
        The scan.
    """

    def __init__(self, measurement):
        self.measurement = measurement
        low, high = np.log(measurement.q_range)
        steepest = np.tan(np.radians(measurement.two_theta[1] / 2))
        self.step = np.radians(measurement.fwhm) / (2 * steepest) / PER_WIDTH
        self.reach = int(np.ceil(np.log1p(measurement.cell_change) / self.step))
        self.n_points = int(np.ceil((high - low) / self.step)) + 1
        points = low + self.step * np.arange(-self.reach, self.n_points + self.reach)
        sine = np.exp(points) * measurement.radiation.wavelength / 2
        sine = np.minimum(sine, np.sin(np.radians(LARGEST_ANGLE / 2)))
        theta = np.arcsin(sine)
        self._angles, self._stretch = np.degrees(2 * theta), np.tan(theta)

    def rows(self, lines):
        """Draw powders, the range's own points between `reach` more on either side.

        Parameters
        ----------
        lines : PowderLines
            Of n powders.

        Returns
        -------
        ndarray of shape (n, n_points + 2 reach)
            The rows, of any length.
        """
        profiles, first, step = self._by_angle(lines)
        place = (self._angles - first) / step
        left = np.clip(place.astype(int), 0, profiles.shape[1] - 2)
        share = place - left
        at = profiles[:, left] * (1 - share) + profiles[:, left + 1] * share
        return np.sqrt(np.maximum(at * self._stretch, 0.0)).astype(np.float32)

    def _by_angle(self, lines):
        """Profiles on a grid of angles, with its first angle and its step [degrees]."""
        scan = self.measurement
        step, margin = scan.fwhm / PER_LINE, 4 * scan.fwhm
        first = self._angles[0] - margin
        n = int(np.ceil((self._angles[-1] + margin - first) / step)) + 2
        sticks = line_heights(lines, scan)
        place = (two_theta_of(lines.q, scan.radiation.wavelength) - first) / step
        inside = (place >= 0) & (place < n - 1)
        left = place[inside].astype(int)
        share, heights = place[inside] - left, sticks[inside]
        at = lines.row[inside] * n + left
        size = len(lines) * n
        grid = np.bincount(at, heights * (1 - share), size)
        grid += np.bincount(at + 1, heights * share, size)
        smooth = gaussian_filter1d(grid.reshape(-1, n), PER_LINE * TO_SIGMA, mode="constant")
        return smooth, first, step


def two_theta_of(q, wavelength):
    """Angles of lines [degrees]; 180 for those that are out of reach."""
    return np.degrees(2 * np.arcsin(np.minimum(q * wavelength / 2, 1.0)))


def line_heights(lines, scan):
    """Strengths with the Lorentz-polarisation factor, each powder's sum being 1."""
    tool = Diffractometer(scan.radiation, scan.monochromator, scan.q_needed)
    heights = lines.strength * tool.factor(lines.q)
    total = np.bincount(lines.row, heights, len(lines))
    return heights / np.maximum(total, np.finfo(float).tiny)[lines.row]


def scan_similarity(lines, pairs, measurement, verbose=False):
    """Compare pairs of powders.

    The similarity is the sum of the roots of the products of two profiles (Bhattacharyya's
    coefficient) for the size of one cell, within `cell_change`, at which it is largest; each
    profile's sum within the range is 1.

    Parameters
    ----------
    lines : PowderLines
        The powders.
    pairs : ndarray of int, shape (n_pairs, 2)
        Their positions.
    measurement : ScanMeasurement
        The scan.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    ndarray of shape (n_pairs,)
        From 0 to 1; NaN where one of them shows nothing in the range.
    """
    profiles = RootProfiles(measurement)
    size = profiles.n_points + 2 * profiles.reach
    n_blocks = max(1, -(-len(pairs) * size // AT_ONCE))
    blocks = np.array_split(pairs, n_blocks)
    blocks = tqdm(blocks, "pairs", unit=" blocks", disable=not verbose)
    return np.concatenate([_of_block(lines, block, profiles) for block in blocks])


def _of_block(lines, pairs, profiles):
    entries, at = np.unique(pairs, return_inverse=True)
    rows = profiles.rows(lines.of(entries))
    first, second = rows[at.reshape(-1, 2).T]
    return np.fmax(_best(first, second, profiles.reach), _best(second, first, profiles.reach))


def _best(first, second, reach):
    """Similarity of first rows with second ones at the best shift of the second, (n,)."""
    if not len(first):
        return np.zeros(0)
    window = slice(reach, first.shape[1] - reach)
    fixed = first[:, window]
    size = next_fast_len(first.shape[1], real=True)
    product = irfft(rfft(fixed, size).conj() * rfft(second, size), size)[:, : 2 * reach + 1]
    squares = np.cumsum(np.square(second, dtype=float), axis=1)
    squares = np.pad(squares, ((0, 0), (1, 0)))
    within = squares[:, fixed.shape[1] :] - squares[:, : 2 * reach + 1]
    lengths = np.sqrt(np.square(fixed, dtype=float).sum(1)[:, None] * within)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _top(np.where(lengths > 0, product / lengths, np.nan))


def _top(values):
    """Top of a parabola through the logarithms of the largest value and its neighbours."""
    known = np.isfinite(values).any(1)
    values = np.where(np.isfinite(values), values, 0.0).clip(1e-12, 1.0)
    if values.shape[1] < 3:
        return np.where(known, values.max(1), np.nan)
    middle = values.argmax(1).clip(1, values.shape[1] - 2)
    before, at, after = (np.log(values[np.arange(len(values)), middle + k]) for k in (-1, 0, 1))
    bend = before - 2 * at + after
    inside = (at >= np.maximum(before, after)) & (bend < 0)
    gain = (before - after) ** 2 / np.where(inside, -8 * bend, np.inf)
    highest = np.maximum(np.exp(at + gain), values.max(1))
    return np.where(known, np.minimum(highest, 1.0), np.nan)
