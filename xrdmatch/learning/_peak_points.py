"""Peaks of structures and of queries as points."""

import warnings

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import PEAKS_FROM, check_powders
from xrdmatch.simulation import Q_MIN, powder_reflections

N_STRUCTURE, N_QUERY = 128, 64  # strongest peaks kept
RESOLUTION = 0.0015  # [1/Å] peaks of a structure nearer than this are one
BLOCK = 1024  # structures whose reflections are held at once


def structure_points(structures, simulator, diffractometer):
    """Peaks of structures.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        As from `library_simulator`.
    diffractometer : Diffractometer
        For the Lorentz-polarisation factor.

    Returns
    -------
    ndarray of shape (n_structures, 128, 2)
        ``|q|`` [1/Å] and log intensity relative to the strongest peak, the strongest first, NaN
        behind the last.
    """
    points = np.full((len(structures), N_STRUCTURE, 2), np.nan, dtype=np.float32)
    for start in range(0, len(structures), BLOCK):
        some = structures[start : start + BLOCK]
        for i, powder in enumerate(powder_reflections(some, simulator, first=start), start):
            intensity = powder.strength * diffractometer.factor(powder.q)
            fill(points[i], *_merged(powder.q, intensity))
    return points


def table_points(table, diffractometer):
    """Peaks of structures whose reflections are at hand, as from `structure_points`.

    Parameters
    ----------
    table : ReflectionTable
        Their reflections.
    diffractometer : Diffractometer
        For the Lorentz-polarisation factor.

    Returns
    -------
    ndarray of shape (n_structures, 128, 2)
        ``|q|`` [1/Å] and log intensity, NaN behind the last.
    """
    points = np.full((len(table), N_STRUCTURE, 2), np.nan, dtype=np.float32)
    for row, start, end in zip(points, table.starts, table.starts[1:], strict=False):
        q = np.linalg.norm(table.q[start:end], axis=1)
        order = np.argsort(q)
        intensity = table.strength[start:end] * diffractometer.factor(q)
        fill(row, *_merged(q[order], intensity[order]))
    return points


def pattern_points(patterns):
    """Peaks of ideal patterns, as from `table_points`.

    Parameters
    ----------
    patterns : list of DiffractionPattern
        The peaks.

    Returns
    -------
    ndarray of shape (n_patterns, 128, 2)
        ``|q|`` [1/Å] and log intensity, NaN behind the last.
    """
    points = np.full((len(patterns), N_STRUCTURE, 2), np.nan, dtype=np.float32)
    for row, pattern in zip(points, patterns, strict=True):
        q, intensity, _ = _given(pattern)
        fill(row, q, intensity)
    return points


def query_points(patterns, diffractometer, finder):
    """Peaks of scans and powder patterns.

    Parameters
    ----------
    patterns : list of Scan or DiffractionPattern
        The queries.
    diffractometer : Diffractometer
        The gallery's: its Lorentz-polarisation factor takes the place of their own.
    finder : PeakFinder or its like
        Finds the peaks of scans.

    Returns
    -------
    ndarray of shape (n_patterns, 64, 4)
        ``|q|`` [1/Å], log intensity relative to the strongest peak, and in every row where the
        measured range begins and ends [1/Å]; NaN behind the last peak.
    """
    points = np.full((len(patterns), N_QUERY, 4), np.nan, dtype=np.float32)
    for row, (q, intensity, ends) in zip(
        points, found_powders(patterns, diffractometer, finder), strict=True
    ):
        fill(row, q, intensity)
        row[:, 2:] = ends
    return points


def found_powders(patterns, diffractometer, finder):
    """Peaks of scans and powder patterns, with the gallery's Lorentz-polarisation factor.

    Parameters
    ----------
    patterns, diffractometer, finder
        As in `query_points`.

    Returns
    -------
    list of tuple
        Of each query q [1/Å] and intensity of all peaks, and the ends of the range [1/Å].
    """
    check_powders(patterns)
    found = []
    for i, pattern in enumerate(patterns):
        own = diffractometer.of_query(pattern, i)
        is_scan = isinstance(pattern, Scan)
        q, intensity, ends = _found(pattern, finder, i) if is_scan else _given(pattern)
        intensity = intensity * diffractometer.exchange(q, own)
        found.append((q, intensity, np.clip(ends, Q_MIN, diffractometer.q_max)))
    return found


def _found(scan, finder, i):
    """Peaks of a scan and its ends; none, and a warning, where none can be found."""
    ends = scan.q[[0, -1]]
    try:
        (pattern,) = finder.transform([scan])
    except ValueError as error:
        reason = getattr(error, "reason", str(error)).rstrip(".")
        warnings.warn(f"Pattern {i} enters without peaks: {reason}", UserWarning, stacklevel=2)
        return np.zeros(0), np.zeros(0), ends
    return pattern.q[:, 0], pattern.intensity, ends


def _given(pattern):
    """Peaks of a pattern, and the range in which it is taken to have no others."""
    order = np.argsort(pattern.q[:, 0])
    q, intensity = pattern.q[order, 0], pattern.intensity[order]
    ends = min(PEAKS_FROM, q[0]), q[-1]
    return *_merged(q, intensity), ends


def fill(row, q, intensity):
    """Write the strongest peaks into a row of points, the strongest first.

    Parameters
    ----------
    row : ndarray of shape (n_points, 2 or more)
        Filled in place.
    q, intensity : ndarray of shape (n_peaks,)
        The peaks; those without intensity are left out.
    """
    order = np.argsort(-intensity, kind="stable")[: len(row)]
    order = order[intensity[order] > 0]
    if len(order):
        row[: len(order), 0] = q[order]
        row[: len(order), 1] = np.log(intensity[order] / intensity[order[0]])


def _merged(q, intensity):
    """Peaks that are nearer to the one before than the resolution become one."""
    group = np.cumsum(np.diff(q, prepend=q[0]) > RESOLUTION)
    total = np.bincount(group, intensity)
    return np.bincount(group, q * intensity) / np.maximum(total, 1e-30), total
