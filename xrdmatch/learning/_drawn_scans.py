"""Noisy scans of many powders on one grid of angles."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.learning._peak_finding import found_peaks
from xrdmatch.learning._peak_points import N_QUERY, fill
from xrdmatch.simulation import N_POINTS, ScanGrid, drawn_scans


class DrawnScans(NamedTuple):
    """Noisy scans that an augmentation has drawn.

    Parameters
    ----------
    counts : ndarray of float32, shape (n, 4096)
        Counts with their noise and a flat background.
    sigma : ndarray of float32, shape (n, 4096)
        Their standard deviations.
    fwhm : ndarray of shape (n, 2)
        Full widths of the peaks at both ends of the grid [degrees].
    conditions : Conditions, a named tuple
        What the scans were taken under; ``q_low`` and ``q_high`` (n,) are the ends of what was
        measured of each [1/Å].
    grid : ScanGrid
        Where: ``grid.q`` (4096,) [1/Å], ``grid.start`` and ``grid.step`` [degrees] at its
        ``grid.wavelength`` [Å].
    rng : RandomState
        Source of chance of what is still to be drawn.

    See Also
    --------
    ScanAugmentation : Noisy scans of the training structures, fresh every time they are asked for.
    PowderTraining
        Crystals to learn from: their powders, which of them are alike, and imperfect queries.
    """

    counts: np.ndarray
    sigma: np.ndarray
    fwhm: np.ndarray
    conditions: tuple
    grid: ScanGrid
    rng: np.random.RandomState
    what = "powder scans"

    @property
    def seen(self):
        """Which points were measured, (n, 4096)."""
        q_low, q_high = self.conditions.q_low[:, None], self.conditions.q_high[:, None]
        return (self.grid.q >= q_low) & (self.grid.q <= q_high)

    def patterns(self):
        """Return them as a list of `Scan`, each as long as it was measured."""
        radiation = Radiation(self.grid.kind, ((self.grid.wavelength, 1.0),))
        two_theta = self.grid.start + self.grid.step * np.arange(N_POINTS)
        return [
            Scan(two_theta[seen], np.maximum(counts[seen], 0.0), radiation=radiation)
            for counts, seen in zip(self.counts, self.seen, strict=True)
        ]


def draw_scans(reflections, conditions, grid, rng):
    """Draw noisy scans.

    Parameters
    ----------
    reflections : Reflections
        Of n powders.
    conditions : Conditions
        What their scans are taken under.
    grid : ScanGrid
        Where.
    rng : RandomState
        Source of chance.

    Returns
    -------
    DrawnScans
        One scan for each powder.
    """
    profiles, fwhm = drawn_scans(reflections, conditions, grid, rng)
    counts = conditions.counts[:, None] * (profiles + conditions.background[:, None])
    counts = counts.astype(np.float32)
    sigma = np.sqrt(counts + 1)
    counts += sigma * rng.standard_normal(counts.shape).astype(np.float32)
    return DrawnScans(counts, sigma, fwhm, conditions, grid, rng)


def found_points(draws):
    """Find the peaks of drawn scans, and write them as `query_points` writes those of others.

    Parameters
    ----------
    draws : DrawnScans
        The scans.

    Returns
    -------
    ndarray of float32, shape (n, 64, 4)
        NaN behind the last peak.
    """
    row, q, intensity = found_peaks(draws)
    starts = np.searchsorted(row, np.arange(len(draws.counts) + 1))
    points = np.full((len(draws.counts), N_QUERY, 4), np.nan, dtype=np.float32)
    for i, (start, end) in enumerate(pairwise(starts)):
        fill(points[i], q[start:end], intensity[start:end])
    points[..., 2] = draws.conditions.q_low[:, None]
    points[..., 3] = draws.conditions.q_high[:, None]
    return points
