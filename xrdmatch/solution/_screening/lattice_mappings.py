"""Mappings of template lattices onto an indexed cell."""

from functools import cache
from itertools import product

import numpy as np

MOST_LENGTH = 0.14  # relative change of a length, of a template of the right size
MOST_ANGLE = 10.0  # [degrees]
PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))  # order of a metric's six numbers


def metric(lattice):
    """Six numbers of a metric tensor: g11, g22, g33, g23, g13, g12 [Å^2]."""
    lattice = np.asarray(lattice)
    return np.array([lattice[i] @ lattice[j] for i, j in PAIRS])


def lengths_and_angles(metrics):
    """Lengths [Å] and angles [degrees] of metrics (n, 6); (n, 3) each."""
    lengths = np.sqrt(metrics[:, :3])
    products = lengths[:, [1, 0, 0]] * lengths[:, [2, 2, 1]]
    return lengths, np.degrees(np.arccos(np.clip(metrics[:, 3:] / products, -1, 1)))


def mappings(lattice, cell, n_kept=3):
    """Find bases of a lattice that a cell is nearest to.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Rows a, b, c of a reduced cell [Å].
    cell : ndarray of shape (3, 3)
        Those of another reduced cell of about the same volume.
    n_kept : int, default=3
        How many are kept at most.

    Returns
    -------
    list of ndarray of shape (3, 3)
        Rows a, b, c of the first lattice deformed so that it is that of `cell`, the nearest
        first; none where lengths differ by more than 14 % or angles by more than 10 degrees.
    """
    bases, of_metric = _bases()
    lengths, angles = lengths_and_angles(of_metric @ metric(lattice))
    wanted_lengths, wanted_angles = lengths_and_angles(metric(cell)[None])
    length_off = np.abs(np.log(lengths / wanted_lengths)).max(1) / MOST_LENGTH
    angle_off = np.abs(angles - wanted_angles).max(1) / MOST_ANGLE
    off = np.maximum(length_off, angle_off)
    near = np.flatnonzero(off < 1)
    near = near[np.argsort(off[near], kind="stable")]
    deformed = [np.linalg.solve(bases[i].astype(float), cell) for i in near]
    return _different(deformed, n_kept)


def _different(lattices, n_kept):
    """Those whose metrics differ, the first ones."""
    kept, metrics = [], []
    for lattice in lattices:
        own = metric(lattice)
        if len(kept) < n_kept and all(
            np.abs(own - m).max() > 1e-3 * own[:3].max() for m in metrics
        ):
            kept.append(lattice)
            metrics.append(own)
    return kept


@cache
def _bases():
    """Unimodular matrices of -1, 0 and 1, and what each makes of a metric; (n, 3, 3), (n, 6, 6)."""
    every = np.array(list(product((-1, 0, 1), repeat=9)), dtype=np.int8).reshape(-1, 3, 3)
    determinant = np.rint(np.linalg.det(every.astype(float))).astype(int)
    bases = every[determinant == 1]  # -1 times these have the same metric
    full = np.einsum("nia,njb->nijab", bases.astype(float), bases.astype(float))
    rows = []
    for i, j in PAIRS:
        both = full[:, i, j] + full[:, i, j].transpose(0, 2, 1)
        rows.append(np.stack([both[:, a, b] / (2 if a == b else 1) for a, b in PAIRS], 1))
    return bases, np.stack(rows, 1)
