"""A scan as a profile over ln q."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import Radiation
from xrdmatch.solution._screening.log_profile import N_GRID, N_POINTS, compared, places, spread

LEAST = 1e-9  # of all counts, above the background: less is rounding


class QueryProfile(NamedTuple):
    """Profile of a scan on the grid of ln q.

    Parameters
    ----------
    values : ndarray of shape (N_POINTS,)
        Output of `compared`, of norm 1; 0 where nothing was measured.
    window : ndarray of shape (N_POINTS,)
        1 where something was measured, else 0.
    radiation : Radiation
        What it was taken with.
    """

    values: np.ndarray
    window: np.ndarray
    radiation: Radiation


def query_profile(scan):
    """Put a scan on the grid of ln q.

    Parameters
    ----------
    scan : FlattenedScan
        With its radiation, its background known.

    Returns
    -------
    QueryProfile
        The profile.

    Raises
    ------
    ValueError
        If nothing rises above the background.
    """
    flat = _with_peaks(scan).flat
    q = 2 * np.sin(np.radians(flat.two_theta / 2)) / mean_wavelength(scan.radiation)
    some = q > 0
    place, mass = places(q[some]), np.maximum(flat.counts, 0) * np.gradient(flat.two_theta)
    grid = np.arange(N_POINTS)
    window = (grid >= place[0]) & (grid <= min(place[-1], N_GRID - 1))
    values = compared(spread(place, mass[some]))[0] * window
    return QueryProfile(values / np.linalg.norm(values), window.astype(np.float32), scan.radiation)


def _with_peaks(scan):
    """Check that there is something to compare."""
    if np.maximum(scan.flat.counts, 0).sum() <= LEAST * scan.counts.sum():
        name = f" {scan.name!r}" if scan.name else ""
        raise ValueError(
            f"A scan is compared by its peaks, got the scan{name} in which nothing rises above the "
            "background; check that this is a scan of something crystalline."
        )
    return scan


def mean_wavelength(radiation):
    """Mean wavelength of the lines [Å]."""
    wavelengths, weights = np.array(radiation.lines).T
    return float(np.average(wavelengths, weights=weights))
