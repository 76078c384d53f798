"""Which reflections a powder shows: the half of reciprocal space that is needed, merged by d."""

from typing import NamedTuple

import numpy as np

# Relative, of q. Cells in databases are symmetric to 1e-11 to 1e-7 only, while the |q| of
# different families mostly lie 3e-6 and more apart; no instrument resolves 1e-6, which is
# 4e-5 degrees at a two_theta of 40.
MERGED_WITHIN = 1e-6
ROUNDING = 1 + 1e-12  # what a length may exceed the limit by, so that its own plane is not lost


class HalfSpace(NamedTuple):
    """One reflection of each Friedel pair within a sphere, by rising ``|q|``.

    ``orders`` are the axes of the box of Miller indices that holds them, (h >= 0, k, l);
    ``place`` (n_reflections,) is where each reflection stands in that box, flattened;
    ``q`` (n_reflections,) is its length [1/Å].
    """

    orders: tuple
    place: np.ndarray
    q: np.ndarray

    def hkl(self, place):
        """Miller indices of some places, shape (n_some, 3)."""
        _, k, ell = self.orders
        plane, along = np.divmod(place, len(ell))
        indices = np.empty((len(place), 3), dtype=int)
        np.divmod(plane, len(k), out=(indices[:, 0], indices[:, 1]))
        indices[:, 1] += k[0]
        np.add(along, ell[0], out=indices[:, 2])
        return indices


def half_space(lattice, q_max):
    """List one reflection of each Friedel pair with ``0 < |q| <= q_max``.

    Without anomalous scattering form factors are real, so that F(-q) is the conjugate of F(q)
    and their intensities agree, whatever the structure's symmetry: half of reciprocal space is
    enough, counted twice. The Laue group could take away more, but to find it costs more than
    the reflections that it saves.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Row vectors a, b, c [Å].
    q_max : float
        Largest ``|q|`` [1/Å].

    Returns
    -------
    HalfSpace
        The reflections.
    """
    metric = lattice @ lattice.T
    h, k, ell = (q_max * ROUNDING * np.sqrt(metric.diagonal())).astype(int)  # |h| <= q_max |a|
    orders = np.arange(h + 1), np.arange(-k, k + 1), np.arange(-ell, ell + 1)
    q_squared = _squared_lengths(np.linalg.inv(metric), *orders)
    within = q_squared <= (q_max * ROUNDING) ** 2
    within[0, :k] = False  # of h = 0 the half with k > 0,
    within[0, k, : ell + 1] = False  # and of h = k = 0 that with l > 0
    place = within.ravel().nonzero()[0]
    q = np.sqrt(q_squared.ravel()[place])
    order = q.argsort(kind="stable")
    return HalfSpace(orders, place[order], q[order])


def _squared_lengths(metric, h, k, ell):
    """``|q|^2`` on the box of indices, by the reciprocal metric tensor [1/Å^2]."""
    h, k = h[:, None], k[None, :]
    plane = metric[0, 0] * h**2 + (2 * metric[0, 1]) * h * k + metric[1, 1] * k**2
    slope = (2 * metric[0, 2]) * h + (2 * metric[1, 2]) * k
    return plane[..., None] + slope[..., None] * ell + metric[2, 2] * ell**2


def families(q):
    """Tell where, among rising lengths, each peak starts; (n_reflections,) becomes (n_peaks,)."""
    starts = np.ones(len(q), dtype=bool)
    starts[1:] = q[1:] - q[:-1] > MERGED_WITHIN * q[1:]
    return starts.nonzero()[0]
