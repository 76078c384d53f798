"""The search for templates: the intervals as an index, profiles as the distance."""

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import PeakFinder, as_queries, check_powders
from xrdmatch.solution._templates.intervals import two_theta_of

# Chosen on withheld frameworks: so a third of the library is compared, and nothing is lost by it.
N_STRONG = 5  # strongest peaks of a query, any of which a template's strongest may be
REACH = 0.06  # relative difference of q to which a template's strongest peak is looked for
COMPOSITION = 0.3  # what a composition that has nothing in common costs


def powder_queries(patterns):
    """List queries as scans or peaks, each with its peaks.

    Parameters
    ----------
    patterns : DiffractionPattern or Scan, or list of these
        The queries.

    Returns
    -------
    list of tuple of (Scan or DiffractionPattern, DiffractionPattern)
        As it was given, and its peaks.

    Raises
    ------
    TypeError
        If one is no powder.
    ValueError
        If one has no peaks.
    """
    patterns = as_queries(patterns)
    check_powders(patterns)
    return [(pattern, _peaks(pattern, i)) for i, pattern in enumerate(patterns)]


def _peaks(pattern, i):
    found = _found_peaks(pattern, i) if isinstance(pattern, Scan) else pattern
    if found is None or not (found.intensity > 0).any():
        raise ValueError(
            f"Templates are found for a pattern with peaks, got none in pattern {i}; measure "
            "longer, or lower PeakFinder's min_significance and pass the peaks."
        )
    return found


def _found_peaks(scan, i):
    """Peaks of a scan, or None where none stands out."""
    if scan.radiation is None or not scan.radiation.lines:
        raise ValueError(
            f"A scan can be compared once its wavelength is known, got pattern {i} without; give "
            "it as radiation='CuKa' or in Å."
        )
    try:
        return PeakFinder().transform([scan])[0]
    except ValueError:
        return None


def near_intervals(peaks, wavelength, interval, n_intervals):
    """Intervals in which the strongest peak of a template may lie.

    Parameters
    ----------
    peaks : DiffractionPattern
        The query's.
    wavelength : float
        For which intervals are worked out [Å].
    interval : float
        Width of an interval [degrees].
    n_intervals : int
        How many.

    Returns
    -------
    ndarray of bool, shape (n_intervals,)
        Those around each of the five strongest peaks, as far as a cell that is 6 % larger or
        smaller moves it, and one more on either side.
    """
    strong = peaks.q[np.argsort(-peaks.intensity)[:N_STRONG], 0]
    low, high = (two_theta_of(strong * (1 + off), wavelength) for off in (-REACH, REACH))
    first, last = ((ends / interval).astype(int) + step for ends, step in ((low, -1), (high, 1)))
    places = np.arange(n_intervals)
    return ((places >= first[:, None]) & (places <= last[:, None])).any(0)


def composition_costs(composition, fractions):
    """Say what the difference of compositions costs; infinite where nothing is shared.

    Metals count as one element, since they substitute for each other.

    Parameters
    ----------
    composition : ndarray of shape (119,)
        Shares of the query's elements, as `class_fractions` has them.
    fractions : ndarray of shape (n, 119)
        Those of templates.

    Returns
    -------
    ndarray of shape (n,)
        From 0 for equal ones to 0.3.
    """
    apart = np.abs(fractions - composition).sum(1) / 2
    return np.where(apart < 1 - 1e-6, COMPOSITION * apart, np.inf)


def nearest_of(encoded, query, rows, costs, n):
    """Find the nearest of some entries.

    Parameters
    ----------
    encoded : EncodedGallery
        The library's patterns.
    query : list of one encoded query
        As the library's matcher encodes it.
    rows : ndarray of int
        The entries that are compared.
    costs : ndarray of shape (n_rows,)
        What is added to their distances; infinite ones are not found.
    n : int
        How many to find.

    Returns
    -------
    distances, indices : ndarray of shape (n,)
        Ascending; infinite and -1 behind the last.
    """
    found = np.full(n, np.inf), np.full(n, -1)
    rows, costs = rows[np.isfinite(costs)], costs[np.isfinite(costs)]
    if len(rows):
        total = encoded.distances(encoded.ready(query), rows)[0] + costs
        order = np.argsort(total, kind="stable")[:n]
        found[0][: len(order)], found[1][: len(order)] = total[order], rows[order]
    return found
