"""How alike pairs of layers are to their spots."""

import numpy as np
from tqdm import tqdm

from xrdmatch.inspection._ambiguity.lattice_screen import lattice_map
from xrdmatch.inspection._ambiguity.shared_spots import SharedSpots
from xrdmatch.simulation import half_plane

TILT_AXES = (0.0, 30.0, 60.0, 90.0)  # [degrees] in the plane, from a
AT_ONCE = 10_000_000  # (pair, spot) entries at a time
CLOSE = 0.01  # of a similarity: turns that look the same on the zero layer
TURNS = (0, 60, 90, 120, 180, 240, 270, 300)  # [degrees] that hk0 spots may not tell apart
HALF_TURNS = (0, 30, 45, 60, 90, 120, 135, 150)  # [degrees] directions of axes in the plane


def spot_similarity(layers, pairs, measurement, verbose=False):
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
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    ndarray of shape (n_pairs,)
        From 0 to 1; 0 where the lattices differ.
    """
    best = np.zeros(len(pairs))
    for order in (pairs, pairs[:, ::-1]):
        cells = layers.reciprocal[order]
        matrix, alike = lattice_map(cells[:, 0], cells[:, 1], measurement.strain)
        hk = half_plane(_largest_index(layers, order[alike], measurement))
        rows = np.flatnonzero(alike)
        blocks = np.array_split(rows, -(-len(rows) * len(hk) // AT_ONCE)) if len(rows) else []
        for block in tqdm(blocks, "pairs", unit=" blocks", disable=not verbose):
            spots = SharedSpots(layers, order[block], matrix[block], hk, measurement)
            best[block] = np.fmax(best[block], _of_block(spots, measurement.tilt))
    return best


def _largest_index(layers, pairs, measurement):
    if measurement.q_max is None:
        return measurement.hk_max
    axes = np.linalg.norm(layers.framed.lattice[pairs.ravel(), :2], axis=2)
    return max(1, int(measurement.q_max * axes.max(initial=0.0)))


def _of_block(spots, tilt):
    flat = spots.overlap(spots.fine(), spots.coarse())
    return _tilted(spots, flat, tilt) if tilt else flat


def _tilted(spots, flat, tilt):
    """Similarity at the tilt that tells most, for the turn that tells least."""
    lowest, fine = flat, spots.fine()
    alike = [(turn, spots.overlap(fine, spots.coarse(turn=turn))) for turn in turns_of()]
    turns = [(turn, own >= flat - CLOSE) for turn, own in alike if (own >= flat - CLOSE).any()]
    for axis in TILT_AXES:
        fine = spots.fine(axis, tilt)
        found = [
            np.where(same, spots.overlap(fine, spots.coarse(axis, tilt, turn)), 0.0)
            for turn, same in turns
        ]
        lowest = np.minimum(lowest, np.max(found, axis=0))
    return lowest


def turns_of():
    """Proper rotations of a layer that its zero layer may not show, ndarrays of shape (3, 3)."""
    for angle in np.radians(TURNS):
        c, s = np.cos(angle), np.sin(angle)
        yield np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    for angle in np.radians(HALF_TURNS):
        c, s = np.cos(2 * angle), np.sin(2 * angle)
        yield np.array([[c, s, 0.0], [s, -c, 0.0], [0.0, 0.0, -1.0]])
