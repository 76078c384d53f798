"""Spots that two layers of one lattice both have, for many pairs."""

import numpy as np

from xrdmatch.inspection._ambiguity.gamma_overlap import overlap

ALMOST = 1e-6  # of an index
AT_ONCE = 500_000  # (pair, spot) entries whose distributions are compared together


class SharedSpots:
    """Spots of pairs of layers that are within the range of both.

    What belongs to one layer is computed once, in however many pairs it is.

    Parameters
    ----------
    layers : LayerSpots
        The layers.
    pairs : ndarray of int, shape (n_pairs, 2)
        Positions, the one of the coarser reciprocal lattice first.
    matrix : ndarray of shape (n_pairs, 2, 2)
        Integers that make the coarse reciprocal lattice of the fine one.
    hk : ndarray of shape (n_spots, 2)
        Miller indices in the fine lattice.
    measurement : SpotMeasurement
        What is measured.
    """

    def __init__(self, layers, pairs, matrix, hk, measurement):
        self.layers, self.measurement = layers, measurement
        keys = np.column_stack([pairs[:, :1], matrix.reshape(-1, 4)]).astype(int)
        keys, self._coarse = np.unique(keys, axis=0, return_inverse=True)
        fine, self._fine = np.unique(pairs[:, 1], return_inverse=True)
        indices = hk @ np.linalg.inv(keys[:, 1:].reshape(-1, 2, 2))  # maybe fractions
        self._exists = np.abs(indices - np.rint(indices)).max(-1) < ALMOST
        self._rows = keys[:, 0], fine
        self._q = [x @ layers.reciprocal[r] for x, r in zip((indices, hk), self._rows, strict=True)]
        self._within = self._inside(indices, 0), self._inside(hk, 1)

    def _inside(self, indices, which):
        """Which spots are measured, of each layer."""
        q, scan = self._q[which], self.measurement
        if scan.q_max is not None:
            return np.linalg.norm(q, axis=-1) <= scan.q_max
        return np.broadcast_to((np.abs(indices) <= scan.hk_max + ALMOST).all(-1), q.shape[:2])

    def fine(self, axis=0.0, tilt=0.0):
        """Moments of the intensities of the finer lattices, tilted about an axis [degrees]."""
        return self._moments(1, raised(self._q[1], axis, tilt))

    def coarse(self, axis=0.0, tilt=0.0, turn=None):
        """Those of the others, which may be turned; 0 where there is no spot."""
        q = raised(self._q[0], axis, tilt)
        moments = self._moments(0, q if turn is None else q @ turn)
        return [np.where(self._exists, moment, 0.0) for moment in moments]

    def _moments(self, which, q):
        return self.layers.intensities(self._rows[which], q, self.measurement)

    def overlap(self, fine, coarse):
        """Overlap of the distributions of intensities, (n_pairs,)."""
        n_pairs, n_spots = len(self._fine), self._q[1].shape[1]
        parts = np.array_split(np.arange(n_pairs), -(-n_pairs * n_spots // AT_ONCE))
        return np.concatenate([self._overlap(fine, coarse, part) for part in parts])

    def _overlap(self, fine, coarse, part):
        of_fine, of_coarse = self._fine[part], self._coarse[part]
        judged = self._within[0][of_coarse] & self._within[1][of_fine]
        first, second = [x[of_fine] for x in fine], [x[of_coarse] for x in coarse]
        return overlap(first, second, judged, self.measurement.noise)


def raised(q, axis=0.0, tilt=0.0):
    """Cut the rods at q (..., 2) by a plane that is turned about an axis; (..., 3) [1/Å]."""
    across = q @ [-np.sin(np.radians(axis)), np.cos(np.radians(axis))]
    return np.concatenate([q, (np.tan(np.radians(tilt)) * across)[..., None]], axis=-1)
