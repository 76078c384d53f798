"""Windows whose layers lie alike: the motifs of an image."""

import numpy as np

from xrdmatch.stacking._projected_layer import wrapped

SURE = 3.0  # standard deviations by which slips of one motif may differ
ALIKE = 0.05  # [Å] slips that differ by less are of one motif, however sure they are
FEWEST = 3  # windows of a motif
UNSURE = 0.5  # [Å] windows whose slips are less sure found no motif


def find_motifs(slips, spreads, kinds, lattice, usable):
    """Group windows by kind and slip.

    The window with most others around its slip is a motif with these; then what is left.

    Parameters
    ----------
    slips : ndarray of shape (n_windows, n_layers - 1, 2)
        In fractions.
    spreads : ndarray of shape (n_windows, n_layers - 1, 2)
        Standard deviations [Å].
    kinds : ndarray of int, shape (n_windows,)
        Arrangements.
    lattice : ndarray of shape (2, 2)
        a and b of the first layer [Å].
    usable : ndarray of bool, shape (n_windows,)
        Windows that have an answer.

    Returns
    -------
    ndarray of int, shape (n_windows,)
        Number of the motif, the most frequent first; -1 without one.
    """
    worst = spreads.max((1, 2), initial=0.0)
    left = usable & (worst < UNSURE)
    alike = _alike(slips, worst, kinds, lattice)
    motifs, n_found = np.full(len(slips), -1), 0
    while left.any():
        counts = (alike[left][:, left]).sum(1)
        members = left & alike[np.flatnonzero(left)[counts.argmax()]]
        left &= ~members
        if counts.max() < min(FEWEST, usable.sum()):
            break
        motifs[members] = n_found
        n_found += 1
    return motifs


def _alike(slips, worst, kinds, lattice):
    """Which windows have one kind and slips that do not differ; (n_windows, n_windows)."""
    found = np.zeros((len(slips), len(slips)), dtype=bool)
    for i in range(len(slips)):
        apart = wrapped((slips - slips[i]) @ lattice, lattice)
        farthest = np.linalg.norm(apart, axis=-1).max(-1, initial=0.0)
        allowed = np.maximum(ALIKE, SURE * np.hypot(worst, worst[i]))
        found[i] = (farthest <= allowed) & (kinds == kinds[i])
    return found
