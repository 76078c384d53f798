"""How alike pairs of layers are to their spots."""

import numpy as np

from xrdmatch.inspection._ambiguity.gamma_overlap import overlap
from xrdmatch.simulation import half_plane

TILT_AXES = (0.0, 30.0, 60.0, 90.0)  # [degrees] in the plane, from a
LARGEST_CELL = 4  # times as large in a direction a cell may be and count as the same lattice
ALMOST = 1e-6  # of an index
AT_ONCE = 2_000_000  # (pair, site, spot) entries at a time
CLOSE = 0.01  # of a similarity: turns that look the same on the zero layer
TURNS = (0, 60, 90, 120, 180, 240, 270, 300)  # [degrees] that hk0 spots may not tell apart
HALF_TURNS = (0, 30, 45, 60, 90, 120, 135, 150)  # [degrees] directions of axes in the plane


def lattice_map(coarse, fine, strain):
    """Find the integers that turn one reciprocal lattice into another.

    Parameters
    ----------
    coarse, fine : ndarray of shape (..., 2, 2)
        Rows a*, b* [1/Å].
    strain : float
        Largest deformation, as a Frobenius norm.

    Returns
    -------
    matrix : ndarray of shape (..., 2, 2)
        Integers with ``coarse = matrix @ fine``, but for a deformation.
    alike : ndarray of bool, shape (...)
        Whether there are such.
    """
    matrix = np.rint(coarse @ np.linalg.inv(fine))
    size = np.abs(matrix[..., 0, 0] * matrix[..., 1, 1] - matrix[..., 0, 1] * matrix[..., 1, 0])
    alike = (size > 0.5) & (np.abs(matrix) <= LARGEST_CELL).all((-2, -1))
    target = np.where(alike[..., None, None], matrix @ fine, np.eye(2))
    deformation = np.linalg.inv(target) @ coarse - np.eye(2)
    return matrix, alike & (np.linalg.norm(deformation, axis=(-2, -1)) <= strain)


def spot_similarity(layers, pairs, measurement):
    """Compare pairs of layers.

    1. Find integers that turn the lattice of one into that of the other, but for a deformation
       that the perturbation may bring.
    2. Take the spots of the finer one that are within the range of both; where the other has no
       such spot its intensity is 0.
    3. Compare the distributions of their intensities by `overlap`.
    4. Off the zero layer spots have a height that depends on the axis of the tilt: the one that
       tells most counts. The layers may be turned to where the zero layer looks the same: the
       turn that tells least counts.

    Parameters
    ----------
    layers : LayerSpots
        The layers.
    pairs : ndarray of int, shape (n_pairs, 2)
        Their positions.
    measurement : SpotMeasurement
        What is measured.

    Returns
    -------
    ndarray of shape (n_pairs,)
        From 0 to 1; 0 where the lattices differ.
    """
    best = np.zeros(len(pairs))
    for order in (pairs, pairs[:, ::-1]):
        cells = layers.reciprocal[order]
        matrix, alike = lattice_map(cells[:, 0], cells[:, 1], measurement.strain)
        for rows in _blocks(layers, order, np.flatnonzero(alike), measurement):
            found = _of_block(layers, order[rows], matrix[rows], measurement)
            best[rows] = np.fmax(best[rows], found)
    return best


def _blocks(layers, pairs, rows, measurement):
    """Few pairs at a time, of like size."""
    sites = layers.framed.n_sites[pairs[rows]].max(1)
    rows = rows[np.argsort(sites, kind="stable")]
    n_spots = 2 * (_largest_index(layers, pairs[rows], measurement) + 1) ** 2
    entries = np.cumsum(np.sort(sites) * n_spots)
    return np.split(rows, np.flatnonzero(np.diff(entries // AT_ONCE)) + 1) if len(rows) else []


def _largest_index(layers, pairs, measurement):
    if measurement.q_max is None:
        return measurement.hk_max
    axes = np.linalg.norm(layers.framed.lattice[pairs.ravel(), :2], axis=2)
    return max(1, int(measurement.q_max * axes.max(initial=0.0)))


def _of_block(layers, pairs, matrix, measurement):
    """Compare pairs whose lattices are alike, the second one's being the finer."""
    hk = half_plane(_largest_index(layers, pairs, measurement))
    coarse, fine = pairs.T
    own = hk @ layers.reciprocal[fine]  # (n, n_spots, 2)
    indices = hk @ np.linalg.inv(matrix)  # those of the coarse lattice, maybe fractions
    other = indices @ layers.reciprocal[coarse]
    judged = _within(hk, own, measurement) & _within(indices, other, measurement)
    exists = np.abs(indices - np.rint(indices)).max(-1) < ALMOST

    def compared(own, other):
        first = layers.intensities(fine, own, measurement)
        second = [np.where(exists, x, 0.0) for x in layers.intensities(coarse, other, measurement)]
        return overlap(first, second, judged, measurement.noise)

    flat = compared(_raised(own), _raised(other))
    return _tilted(compared, flat, own, other, measurement) if measurement.tilt else flat


def _within(indices, q, measurement):
    if measurement.q_max is None:
        return (np.abs(indices) <= measurement.hk_max + ALMOST).all(-1) & np.isfinite(q[..., 0])
    return np.linalg.norm(q, axis=-1) <= measurement.q_max


def _raised(q, axis=0.0, tilt=0.0):
    """Scattering vectors of rods that are cut by a plane which is turned about an axis."""
    across = q @ [-np.sin(np.radians(axis)), np.cos(np.radians(axis))]
    return np.concatenate([q, (np.tan(np.radians(tilt)) * across)[..., None]], axis=-1)


def _tilted(compared, flat, own, other, measurement):
    """Similarity at the tilt that tells most, for the turn that tells least."""
    lowest = np.ones(len(flat))
    turns = [(t, compared(_raised(own), _raised(other) @ t) >= flat - CLOSE) for t in turns_of()]
    for axis in TILT_AXES:
        raised = [_raised(q, axis, measurement.tilt) for q in (own, other)]
        found = [
            np.where(same, compared(raised[0], raised[1] @ turn), 0.0)
            for turn, same in turns
            if same.any()
        ]
        lowest = np.minimum(lowest, np.max(found, axis=0))
    return np.minimum(lowest, flat)


def turns_of():
    """Proper rotations of a layer that its zero layer may not show, ndarrays of shape (3, 3)."""
    for angle in np.radians(TURNS):
        c, s = np.cos(angle), np.sin(angle)
        yield np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    for angle in np.radians(HALF_TURNS):
        c, s = np.cos(2 * angle), np.sin(2 * angle)
        yield np.array([[c, s, 0.0], [s, -c, 0.0], [0.0, 0.0, -1.0]])
