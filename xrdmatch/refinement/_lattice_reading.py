"""Lattice of a pattern of unknown orientation, and its spots indexed on it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xrdmatch.preprocessing import find_lattices, fitted_lattice

N_LATTICES = 2  # readings of a pattern that are followed up
POSITION_SIGMA = 0.003  # [1/Å] error of a spot's position
TYPICAL_MISSING, MISSING_RANGE = 0.1, (0.02, 0.6)  # share of spots that are missing by chance
TYPICAL_NOISE, NOISE_WEIGHT = 0.2, 4  # of intensities; it counts as much as so many pairs
REACH = 1.003  # lattice points up to this times the farthest spot's are expected to be seen
FLAT = np.zeros(2)  # slope of the plane in which the spots of an untilted pattern lie
FAINT = 1e-9  # of the strongest: intensities of 0 count as this


class LatticeReading(NamedTuple):
    """N points of a pattern's lattice, one of each pair q and -q, and what is seen there.

    See Also
    --------
    read_lattices : Read a pattern as spots on lattices.
    TurnedQuery : A pattern of unknown orientation.
    """

    basis: np.ndarray  # reduced, (2, 2) [1/Å]
    indices: np.ndarray  # in that basis, (N, 2) of int
    n_seen: np.ndarray  # spots of the pair that are seen: 0, 1 or 2, (N,)
    position: np.ndarray  # their mean, NaN where none is, (N, 2) [1/Å]
    log_intensity: np.ndarray  # mean, relative to the strongest; 0 where none is, (N,)
    relative_variance: np.ndarray  # of the intensity by the errors that are stated, (N,)
    n_stray: int  # spots that lie elsewhere
    missing: float  # share of the spots that are missing by chance
    noise: float  # relative error of an intensity
    faintest: float  # logarithm of the faintest intensity that is seen
    height: np.ndarray  # q_z of the points, of a tilted pattern, (N,) [1/Å]
    tilted: tuple = ()  # readings of the crystal's tilted patterns on this lattice


class TurnedQuery(NamedTuple):
    """A pattern of unknown orientation.

    See Also
    --------
    read_lattices : Read a pattern as spots on lattices.
    fit_entries : Fit the entries of a gallery to a pattern, whatever its orientation.
    """

    readings: tuple  # LatticeReading, most probable first; empty where there is no lattice
    n_spots: int
    scale_error: float  # relative error of all lengths
    distortion_error: float = 0.0  # of lengths along one direction against another


def read_lattices(pattern, scale_error=0.03):
    """Read a pattern as spots on lattices.

    Friedel mates become one point with the mean of their positions and log intensities. What they
    differ by says how noisy intensities are, and where only one of two is seen, how many spots
    are missing.

    Parameters
    ----------
    pattern : DiffractionPattern
        With q of two columns.
    scale_error : float, default=0.03
        Relative standard error of its lengths, where it states none itself.

    Returns
    -------
    TurnedQuery
        Its readings.

    See Also
    --------
    TurnedQuery : A pattern of unknown orientation.
    with_tilted : Read tilted patterns of a crystal on the lattices that its untilted one may have.
    xrdmatch.preprocessing.find_lattices
        Find the lattices on which spots may lie, the origin being a lattice point.
    """
    sigma = np.hypot(POSITION_SIGMA, pattern.centre_error)
    lattices = find_lattices(pattern.q, N_LATTICES, position_sigma=sigma)
    readings = tuple(_reading(pattern, lattice) for lattice in lattices)
    error = pattern.scale_error or scale_error
    return TurnedQuery(readings, pattern.n_peaks, error, pattern.distortion_error)


def with_tilted(query, patterns):
    """Read tilted patterns of a crystal on the lattices that its untilted one may have.

    Parameters
    ----------
    query : TurnedQuery
        The untilted pattern.
    patterns : list of DiffractionPattern
        With q of three columns, in the frame of the untilted one; see
        `xrdmatch.crystallography.lift_pattern`.

    Returns
    -------
    TurnedQuery
        The same, each reading with those of the tilted patterns.

    See Also
    --------
    read_lattices : Read a pattern as spots on lattices.
    """
    readings = tuple(
        reading._replace(tilted=tuple(_tilted(pattern, reading.basis) for pattern in patterns))
        for reading in query.readings
    )
    return query._replace(readings=readings)


def _tilted(pattern, basis):
    """Read a tilted pattern on a lattice; its spots lie in one plane through 0."""
    plane, height = pattern.q[:, :2], pattern.q[:, 2]
    slope = np.linalg.lstsq(plane, height, rcond=None)[0]
    sigma = np.hypot(POSITION_SIGMA, pattern.centre_error)
    lattice = fitted_lattice(plane, basis, position_sigma=sigma)
    return _reading(replace(pattern, q=plane), lattice, slope)


def _reading(pattern, lattice, slope=FLAT):
    on = lattice.is_on & lattice.indices.any(1)
    indices, sign = upper_half(lattice.indices)
    at = indices[on] @ lattice.basis
    reach = REACH * np.hypot(np.linalg.norm(at, axis=1), at @ slope).max(initial=0.0)
    points = _points_within(lattice.basis, reach, slope)
    place = _places(points, indices)
    used = on & (place >= 0)
    place, n = place[used], len(points)
    log = np.log(np.maximum(pattern.intensity / max(pattern.intensity.max(), FAINT), FAINT))
    seen = np.bincount(place, minlength=n)
    position = _means(place, (pattern.q * sign[:, None])[used], n, seen)
    missing, seen = _missing(seen)
    return LatticeReading(
        lattice.basis,
        points,
        seen,
        position,
        np.nan_to_num(_means(place, log[used][:, None], n, np.maximum(seen, 1))[:, 0]),
        _stated_variance(pattern, used, place, n) / np.maximum(seen, 1),
        int((~used).sum()),
        missing,
        _noise(place, log[used]),
        float(log.min()),
        points @ lattice.basis @ slope,
    )


def upper_half(indices):
    """Take that of q and -q with h > 0, or h = 0 and k > 0; indices, and the signs to get there."""
    h, k = indices[..., 0], indices[..., 1]
    sign = np.where((h < 0) | ((h == 0) & (k < 0)), -1, 1)
    return indices * sign[..., None], sign


def _points_within(basis, reach, slope):
    """List the indices of the lattice points within a radius, one of each pair, (N, 2)."""
    m_h, m_k = np.ceil(reach * np.linalg.norm(np.linalg.inv(basis), axis=0)).astype(int)
    h, k = np.mgrid[0 : m_h + 1, -m_k : m_k + 1].reshape(2, -1)
    points = np.stack([h, k], axis=1)[(h > 0) | (k > 0)]
    at = points @ basis
    return points[np.hypot(np.linalg.norm(at, axis=1), at @ slope) <= reach]


def _places(points, indices):
    """Which of the points each spot is; -1: none."""
    largest = np.abs(points).max(0, initial=0)
    table = np.full((largest[0] + 1, 2 * largest[1] + 1), -1)
    table[points[:, 0], points[:, 1] + largest[1]] = np.arange(len(points))
    inside = (np.abs(indices) <= largest).all(1)
    h, k = np.where(inside[:, None], indices, 0).T
    return np.where(inside, table[h, k + largest[1]], -1)


def _means(place, values, n, counts):
    """Mean of the rows of `values` at every point; (n, columns), NaN where counts are 0."""
    sums = np.stack([np.bincount(place, column, minlength=n) for column in values.T], axis=1)
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], np.nan)


def _missing(seen):
    """Share of the spots that are missing by chance; and how many of each pair are seen.

    Of pairs seen at all, a share f = 2 p / (1 + p) is seen once if a share p of the spots is
    missing. Where no pair is seen twice, mates were merged before, and each spot stands for both.
    """
    seen = np.minimum(seen, 2)
    if not (seen == 2).any():
        return TYPICAL_MISSING, 2 * seen
    once = ((seen == 1).sum() + 1) / ((seen > 0).sum() + 4)
    return float(np.clip(once / (2 - once), *MISSING_RANGE)), seen


def _noise(place, log):
    """Relative error of an intensity by what mates differ by; drawn to a typical one."""
    order = np.argsort(place, kind="stable")
    is_pair = np.diff(place[order]) == 0
    square = np.diff(log[order])[is_pair] ** 2 / 2
    weight = NOISE_WEIGHT + len(square)
    return float(np.sqrt((square.sum() + NOISE_WEIGHT * TYPICAL_NOISE**2) / weight))


def _stated_variance(pattern, used, place, n):
    """Relative variances of the intensities that the pattern states, their mean at every point."""
    if pattern.sigma is None:
        return np.zeros(n)
    relative = pattern.sigma[used] / np.maximum(pattern.intensity[used], FAINT)
    variance = np.minimum(relative, 1.0)[:, None] ** 2
    return np.nan_to_num(_means(place, variance, n, np.bincount(place, minlength=n))[:, 0])
