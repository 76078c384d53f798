"""Which reflections powders show: the half of reciprocal space that is needed, merged by d."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

# Relative, of q. Cells in databases are symmetric to 1e-11 to 1e-7 only, while the |q| of
# different families mostly lie 3e-6 and more apart; no instrument resolves 1e-6, which is
# 4e-5 degrees at a two_theta of 40.
MERGED_WITHIN = 1e-6
ROUNDING = 1 + 1e-12  # what a length may exceed the limit by, so that its own plane is not lost


class HalfSpaces(NamedTuple):
    """One reflection of each Friedel pair within a sphere, of several crystals.

    Reflections of one crystal follow each other by rising ``|q|``.

    Parameters
    ----------
    reach : ndarray of shape (n_crystals, 3)
        Largest h, k and l in the sphere: the box (h >= 0, k, l) of these indices holds all.
    owner : ndarray of shape (n_reflections,)
        Number of the crystal, ascending.
    place : ndarray of shape (n_reflections,)
        Where each reflection stands in the box of its crystal, flattened.
    q : ndarray of shape (n_reflections,)
        Its length [1/Å].
    """

    reach: np.ndarray
    owner: np.ndarray
    place: np.ndarray
    q: np.ndarray

    def hkl(self, owner, place):
        """Miller indices of some places in the boxes of some crystals, shape (n_some, 3)."""
        _, k, ell = self.reach[owner].T
        plane, along = np.divmod(place, 2 * ell + 1)
        indices = np.empty((len(place), 3), dtype=int)
        np.divmod(plane, 2 * k + 1, out=(indices[:, 0], indices[:, 1]))
        indices[:, 1] -= k
        np.subtract(along, ell, out=indices[:, 2])
        return indices

    def families(self):
        """Tell where the peaks start, each of one crystal and one d: (n_peaks,)."""
        starts = np.ones(len(self.q), dtype=bool)
        starts[1:] = self.q[1:] - self.q[:-1] > MERGED_WITHIN * self.q[1:]
        starts[1:] |= self.owner[1:] != self.owner[:-1]
        return starts.nonzero()[0]


def half_spaces(lattices, q_max):
    """List one reflection of each Friedel pair with ``0 < |q| <= q_max``, of several crystals.

    Without anomalous scattering form factors are real, so that F(-q) is the conjugate of F(q)
    and their intensities agree, whatever the structure's symmetry: half of reciprocal space is
    enough, counted twice. The Laue group could take away more, but to find it costs more than
    the reflections that it saves.

    Parameters
    ----------
    lattices : ndarray of shape (n_crystals, 3, 3)
        Row vectors a, b, c [Å].
    q_max : float
        Largest ``|q|`` [1/Å].

    Returns
    -------
    HalfSpaces
        The reflections.
    """
    metrics = lattices @ lattices.swapaxes(1, 2)
    reach = largest_indices(lattices, q_max)
    owner, row, h, k = _rows(reach)
    ell = reach[owner, 2]
    lowest = np.where((h == 0) & (k == 0), 1, -ell)  # of h = k = 0 the half with l > 0
    at, along = _counted(ell - lowest + 1)
    along += lowest[at]
    q_squared = _squared_lengths(np.linalg.inv(metrics)[owner], h, k, at, along)
    within = (q_squared <= (q_max * ROUNDING) ** 2).nonzero()[0]
    at, along = at[within], along[within]
    place = row[at] * (2 * ell + 1)[at] + along + ell[at]
    owner, q = owner[at], np.sqrt(q_squared[within])
    order = _rising(q, np.bincount(owner, minlength=len(lattices)))
    return HalfSpaces(reach, owner, place[order], q[order])


def largest_indices(lattices, q_max):
    """Largest h, k and l in spheres of reciprocal space: ``|h| <= q_max |a|``; (n_crystals, 3)."""
    return (q_max * ROUNDING * np.linalg.norm(lattices, axis=2)).astype(int)


def _rows(reach):
    """Rows (h, k) of all boxes, of h = 0 the half with k >= 0: owner, place in the box, h, k."""
    n_k = 2 * reach[:, 1] + 1
    owner, row = _counted((reach[:, 0] + 1) * n_k - reach[:, 1])
    row += reach[owner, 1]
    h, k = np.divmod(row, n_k[owner])
    return owner, row, h, k - reach[owner, 1]


def _counted(sizes):
    """Owners of several lists of these sizes, one behind the other, and places within them."""
    owner = np.arange(len(sizes)).repeat(sizes)
    return owner, np.arange(len(owner)) - (np.cumsum(sizes) - sizes)[owner]


def _squared_lengths(metrics, h, k, at, ell):
    """``|q|^2`` of indices l along rows (h, k), by each row's reciprocal metric tensor [1/Å^2]."""
    plane = metrics[:, 0, 0] * h**2 + 2 * metrics[:, 0, 1] * h * k + metrics[:, 1, 1] * k**2
    slope = 2 * metrics[:, 0, 2] * h + 2 * metrics[:, 1, 2] * k
    return plane[at] + slope[at] * ell + metrics[:, 2, 2][at] * ell**2


def _rising(q, sizes):
    """Order by rising lengths within each of several lists, equal ones as they are."""
    bounds = pairwise([0, *np.cumsum(sizes).tolist()])
    return np.concatenate([q[a:b].argsort(kind="stable") + a for a, b in bounds])
