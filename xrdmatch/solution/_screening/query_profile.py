"""A scan as a profile over ln q."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import Radiation
from xrdmatch.solution._screening.log_profile import N_GRID, N_POINTS, compared, places, spread


class QueryProfile(NamedTuple):
    """What a scan shows.

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
    """
    flat = scan.flat
    q = 2 * np.sin(np.radians(flat.two_theta / 2)) / mean_wavelength(scan.radiation)
    some = q > 0
    place, mass = places(q[some]), np.maximum(flat.counts, 0) * np.gradient(flat.two_theta)
    grid = np.arange(N_POINTS)
    window = (grid >= place[0]) & (grid <= min(place[-1], N_GRID - 1))
    values = compared(spread(place, mass[some]))[0] * window
    return QueryProfile(values / np.linalg.norm(values), window.astype(np.float32), scan.radiation)


def mean_wavelength(radiation):
    """Mean wavelength of the lines [Å]."""
    wavelengths, weights = np.array(radiation.lines).T
    return float(np.average(wavelengths, weights=weights))
