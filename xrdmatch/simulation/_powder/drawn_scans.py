"""Scans of many powders at once, all drawn on one grid of angles by Fourier transforms."""

import numpy as np
from scipy.fft import irfft, rfft, rfftfreq

from xrdmatch.simulation._powder.broadening import broadened, sample_fwhm
from xrdmatch.simulation._powder.corrections import (
    lorentz_polarization,
    march_dollase,
    observed_two_theta,
)
from xrdmatch.simulation._powder.diffractometer import LARGEST_SINE

N_POINTS = 4096  # of the grid
N_FOLDED = 5120  # of the transforms: room for tails
Q_MIN = 0.035  # [1/Å] where the grid begins
SPURIOUS = 0.003, 0.1  # heights of foreign peaks, of the highest


class ScanGrid:
    """Angles on which scans are drawn.

    Parameters
    ----------
    diffractometer : Diffractometer
        Its strongest line, and how far it reaches. Weaker lines are left out, since `PeakFinder`
        takes them off again.

    See Also
    --------
    drawn_scans : Draw scans without noise and background.
    """

    def __init__(self, diffractometer):
        lines = diffractometer.radiation.lines
        self.kind = diffractometer.radiation.kind
        self.monochromator = diffractometer.monochromator
        self.wavelength = max(lines, key=lambda line: line[1])[0]
        self.start = self.angle(Q_MIN)
        end = self.angle(diffractometer.q_max)
        self.step = (end - self.start) / (N_POINTS - 1)
        self.q = self.length(np.arange(N_POINTS))
        self.frequency = rfftfreq(N_FOLDED, d=self.step).astype(np.float32)

    def angle(self, q):
        """Diffraction angles [degrees] of lengths of q."""
        return 2 * np.degrees(np.arcsin(np.minimum(q * self.wavelength / 2, LARGEST_SINE)))

    def length(self, place):
        """Lengths of q [1/Å] at places of the grid."""
        theta = np.radians((self.start + self.step * place) / 2)
        return 2 * np.sin(theta) / self.wavelength


def drawn_scans(reflections, conditions, grid, rng):
    """Draw scans without noise and background.

    Parameters
    ----------
    reflections : Reflections
        Of n powders.
    conditions : Conditions
        What their scans are taken under.
    grid : ScanGrid
        Where.
    rng : RandomState
        Source of chance, for foreign peaks.

    Returns
    -------
    profiles : ndarray of shape (n, n_points)
        The scans; each one's highest point is 1.
    fwhm : ndarray of shape (n, 2)
        Full widths of the peaks at both ends of the grid [degrees].

    See Also
    --------
    ScanGrid : Angles on which scans are drawn.
    random_conditions : Draw the conditions of n scans.
    powder_scan : Draw the peaks of all lines, and the background that is a share of them.
    """
    two_theta, area = _sticks(reflections, conditions, grid)
    fwhm, eta = _shapes(conditions, grid)
    sticks = _on_grid(reflections.row, two_theta, area, len(eta), grid)
    profiles = _folded(sticks, fwhm, eta, grid)
    profiles /= np.maximum(profiles.max(1, keepdims=True), 1e-30)
    _add_foreign(profiles, fwhm.mean(1) / grid.step, conditions.n_spurious, rng)
    return profiles, fwhm


def _sticks(reflections, conditions, grid):
    """Angles and areas of all reflections."""
    row = reflections.row
    strain = np.einsum("ns,nsij->nij", conditions.strain, reflections.basis).astype(np.float32)
    q = reflections.q + (strain[row] @ reflections.q[:, :, None])[:, :, 0]
    sine = np.minimum(np.sqrt((q**2).sum(1)) * grid.wavelength / 2, LARGEST_SINE)
    length = 2 * sine / grid.wavelength
    area = reflections.strength * np.exp(-conditions.b_iso[row] * length**2 / 2)
    area *= march_dollase(_along(reflections.q, row, conditions.axis), conditions.texture[row])
    area *= lorentz_polarization(length, grid.wavelength, grid.monochromator, grid.kind)
    shift = conditions.zero_shift[row] - conditions.displacement[row] * np.sqrt(1 - sine**2)
    return observed_two_theta(length, grid.wavelength) + shift, area


def _along(q, row, axis):
    """Squared cosines between reflections and the axes, which are reflections themselves."""
    starts = np.searchsorted(row, np.arange(len(axis) + 1))
    axes = q[starts[:-1] + np.minimum(axis, np.diff(starts) - 1)]
    axes = (axes / np.linalg.norm(axes, axis=1, keepdims=True))[row]
    return np.minimum((q * axes).sum(1) ** 2 / np.maximum((q**2).sum(1), 1e-12), 1.0)


def _shapes(conditions, grid):
    """Full widths at both ends of the grid [degrees], (n, 2), and Lorentzian shares (n,)."""
    ends = grid.start + grid.step * np.array([0, N_POINTS - 1])
    tangents = np.tan(np.radians(ends / 2))
    size, strain = conditions.size[:, None], conditions.microstrain[:, None]
    more = sample_fwhm(tangents, grid.wavelength, size, strain)
    fwhm, eta = broadened(conditions.fwhm[:, None], conditions.eta[:, None], more)
    return fwhm, eta.mean(1)


def _on_grid(row, two_theta, area, n, grid):
    """Drop sticks on the grid, those of the widths at either end apart; (2, n, n_folded)."""
    place = (two_theta - grid.start) / grid.step
    inside = (place >= 0) & (place < N_POINTS - 1)
    row, place, area = row[inside], place[inside], area[inside]
    left = place.astype(int)
    part, late = place - left, place / N_POINTS
    where = N_FOLDED * row + left
    sticks = [
        np.bincount(where, area * end * (1 - part), N_FOLDED * n)
        + np.bincount(where + 1, area * end * part, N_FOLDED * n)
        for end in (1 - late, late)
    ]
    return np.array(sticks, np.float32).reshape(2, n, -1)


def _folded(sticks, fwhm, eta, grid):
    """Give sticks their shapes; profiles (n, n_points)."""
    x, share = np.pi * grid.frequency, eta[:, None].astype(np.float32)
    spectra = 0.0
    for part, width in zip(sticks, fwhm.T.astype(np.float32)[..., None], strict=True):
        gauss = np.exp(-((x * width) ** 2) / (4 * np.log(2)))
        spectra = spectra + rfft(part) * ((1 - share) * gauss + share * np.exp(-x * width))
    return np.maximum(irfft(spectra, n=N_FOLDED)[:, :N_POINTS], 0.0)


def _add_foreign(profiles, points, n_spurious, rng):
    """Add peaks of something else, `points` wide."""
    row = np.arange(len(profiles)).repeat(n_spurious)
    centre = rng.uniform(0, N_POINTS, len(row))
    height = np.exp(rng.uniform(*np.log(SPURIOUS), len(row)))
    for i, c, h in zip(row, centre, height, strict=True):
        low, high = max(int(c - 3 * points[i]), 0), min(int(c + 3 * points[i]) + 1, N_POINTS)
        steps = (np.arange(low, high) - c) / points[i]
        profiles[i, low:high] += h * np.exp(-4 * np.log(2) * steps**2)
