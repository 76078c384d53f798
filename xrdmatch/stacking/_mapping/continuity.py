"""Choice among equivalent slips in each window, so that slips are continuous."""

import heapq
from itertools import product

import numpy as np

LEAST = 1e-3  # residual below which windows are equally good


def continuous(places, centres, lattices, orders, rank, reach):
    """Choose which layer is called the first, from window to window.

    Windows are taken up one after the other, the best neighbour of those that are done next. Each
    is counted as those around it have it that are done: also beyond a boundary, where windows
    that see both of its sides are worst.

    Parameters
    ----------
    places : ndarray of shape (n_rows, n_columns, n_layers, 2)
        Where layers lie from the centres of windows [Å].
    centres : ndarray of shape (n_rows, n_columns, 2)
        Of the windows [Å].
    lattices : ndarray of shape (n_layers, 2, 2)
        Of the layers [Å].
    orders : list of tuple of int
        Orders in which layers may be counted.
    rank : ndarray of shape (n_rows, n_columns)
        The best windows, where this begins, have the lowest.
    reach : int
        Windows that are this many rows and columns apart still count as around.

    Returns
    -------
    ndarray of shape (n_rows, n_columns, n_layers, 2)
        Places, in which layers are counted as in the windows around.
    """
    everywhere = places + centres[..., None, :]
    done = np.zeros(rank.shape, dtype=bool)
    waiting = [(0.0, np.unravel_index(rank.argmin(), rank.shape))]
    while waiting:
        _, window = heapq.heappop(waiting)
        if not done[window]:
            around = list(_around(window, rank.shape, reach))
            known = [near for near in around if done[near]]
            best = _fitting(window, known, everywhere, lattices, orders, rank)
            everywhere[window] = everywhere[window][list(best)]
            done[window] = True
            for near in around:
                if not done[near]:
                    heapq.heappush(waiting, (rank[near], near))
    return everywhere - centres[..., None, :]


def _fitting(window, known, everywhere, lattices, orders, rank):
    """Order that fits the windows around, the best and nearest most of all."""
    if not known:
        return orders[0]
    others = np.array([everywhere[near] for near in known])  # (n_known, n_layers, 2)
    far = np.linalg.norm(np.subtract(known, window), axis=1)
    weights = (far * np.maximum([rank[near] for near in known], LEAST)) ** -2.0
    off = [weights @ _apart(everywhere[window][list(one)], others, lattices) for one in orders]
    return orders[int(np.argmin(off))]


def _around(window, shape, reach):
    for step in product(range(-reach, reach + 1), repeat=2):
        near = (int(window[0] + step[0]), int(window[1] + step[1]))
        if any(step) and 0 <= near[0] < shape[0] and 0 <= near[1] < shape[1]:
            yield near


def _apart(one, other, lattices):
    """Squared distances of layers, whole lattice vectors aside [Å^2]."""
    frac = np.einsum("...li,lij->...lj", one - other, np.linalg.inv(lattices))
    away = np.einsum("...li,lij->...lj", frac - np.round(frac), lattices)
    return (away**2).sum((-2, -1))


def slips_of(places, lattices):
    """Slip of each layer against the one below, in fractions.

    Parameters
    ----------
    places : ndarray of shape (..., n_layers, 2)
        Where layers lie from the centres of windows [Å].
    lattices : ndarray of shape (n_layers, 2, 2)
        Of the layers [Å], in bases that are near to each other.

    Returns
    -------
    ndarray of shape (..., n_layers - 1, 2)
        In fractions of each layer's own lattice, at the centre of the window; in [0, 1).
    """
    frac = np.einsum("...li,lij->...lj", places, np.linalg.inv(lattices))
    return np.diff(frac, axis=-2) % 1.0
