"""How alike pairs of layers are to their spots."""

import numpy as np
from tqdm import tqdm

from xrdmatch.inspection._ambiguity.gamma_overlap import overlap
from xrdmatch.inspection._ambiguity.lattice_screen import lattice_map
from xrdmatch.simulation import half_plane

TILT_AXES = (0.0, 30.0, 60.0, 90.0)  # [degrees] in the plane, from a
ALMOST = 1e-6  # of an index
AT_ONCE = 2_000_000  # (pair, site, spot) entries at a time
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
        blocks = _blocks(layers, order, np.flatnonzero(alike), measurement)
        for rows in tqdm(blocks, "pairs", unit=" blocks", disable=not verbose):
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
    spots = _SharedSpots(layers, pairs, matrix, measurement)
    flat = spots.overlap(spots.fine(), spots.coarse())
    return _tilted(spots, flat, measurement.tilt) if measurement.tilt else flat


class _SharedSpots:
    """Spots of pairs of layers that are within the range of both."""

    def __init__(self, layers, pairs, matrix, measurement):
        self.layers, self.measurement = layers, measurement
        self.rows = pairs.T  # the coarse one, the fine one
        hk = half_plane(_largest_index(layers, pairs, measurement))
        indices = hk @ np.linalg.inv(matrix)  # those of the coarse lattice, maybe fractions
        cells = layers.reciprocal[self.rows]
        self.q = indices @ cells[0], hk @ cells[1]  # (n, n_spots, 2)
        inside = (_within(*spots, measurement) for spots in zip((indices, hk), self.q, strict=True))
        self.judged = np.logical_and(*inside)
        self.exists = np.abs(indices - np.rint(indices)).max(-1) < ALMOST

    def fine(self, axis=0.0, tilt=0.0):
        """Moments of the intensities of the finer lattice."""
        return self._moments(1, _raised(self.q[1], axis, tilt))

    def coarse(self, axis=0.0, tilt=0.0, turn=None):
        """Those of the other one, which may be turned; 0 where it has no spot."""
        q = _raised(self.q[0], axis, tilt)
        moments = self._moments(0, q if turn is None else q @ turn)
        return [np.where(self.exists, moment, 0.0) for moment in moments]

    def _moments(self, which, q):
        return self.layers.intensities(self.rows[which], q, self.measurement)

    def overlap(self, fine, coarse):
        """Overlap of the distributions of intensities, (n,)."""
        return overlap(fine, coarse, self.judged, self.measurement.noise)


def _within(indices, q, measurement):
    if measurement.q_max is None:
        return (np.abs(indices) <= measurement.hk_max + ALMOST).all(-1) & np.isfinite(q[..., 0])
    return np.linalg.norm(q, axis=-1) <= measurement.q_max


def _raised(q, axis=0.0, tilt=0.0):
    """Scattering vectors of rods that are cut by a plane which is turned about an axis."""
    across = q @ [-np.sin(np.radians(axis)), np.cos(np.radians(axis))]
    return np.concatenate([q, (np.tan(np.radians(tilt)) * across)[..., None]], axis=-1)


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
