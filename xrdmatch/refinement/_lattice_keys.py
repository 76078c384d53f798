"""Lattices by which a gallery is indexed for patterns of unknown orientation."""

import itertools
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

HELD = 0.93  # share of the intensity that a sublattice must hold to be a key of its own
SAME_INTENSITY = 1e-3  # relative: settings whose spots differ by less are equal
WINDOW = 3  # largest index of the spots that are compared


def _changes():
    """Integer matrices of determinant 1 or -1 with entries of at most 1; one of each M and -M."""
    whole = [np.reshape(x, (2, 2)) for x in itertools.product((-1, 0, 1), repeat=4)]
    unimodular = [m for m in whole if round(abs(np.linalg.det(m))) == 1]
    return np.array([m for m in unimodular if tuple(m.ravel()) > tuple(-m.ravel())])


def _sublattices():
    """Matrices whose rows span the sublattices of index 1 to 4, in Hermite's form."""
    return [
        np.array([[a, b], [0, n // a]])
        for n in (1, 2, 3, 4)
        for a in range(1, n + 1)
        if n % a == 0
        for b in range(n // a)
    ]


CHANGES = _changes()  # (20, 2, 2)
SUBLATTICES = _sublattices()


@dataclass(frozen=True, eq=False)
class LatticeKeys:
    """Reduced reciprocal lattices by which entries of a gallery are found.

    Parameters
    ----------
    entry : ndarray of int, shape (n_keys,)
        Whose they are.
    change : ndarray of int, shape (n_keys, 2, 2)
        Rows: the key's axes in terms of the entry's a* and b*.
    basis : ndarray of shape (n_keys, 2, 2)
        The key's axes [1/Å], reduced.
    settings : ndarray of bool, shape (n_keys, 20)
        Which of `CHANGES` are to be tried: those that the entry's own symmetry makes equal to an
        earlier one are not.
    multiplicity : ndarray of int, shape (n_keys,)
        How many of them leave the entry's intensities as they are, which many orientations of the
        entry then have in common.

    See Also
    --------
    TurnedLibrary : A gallery that patterns of unknown orientation are compared with.
    turned_library
        Prepare layers for patterns of unknown orientation; see `moment_library` for arguments.
    """

    entry: np.ndarray
    change: np.ndarray
    basis: np.ndarray
    settings: np.ndarray
    multiplicity: np.ndarray

    @cached_property
    def tried(self):
        """Keys and numbers of changes of all settings, and their bases; (n,), (n,), (n, 2, 2)."""
        key, change = np.nonzero(self.settings)
        return key, change, CHANGES[change] @ self.basis[key]

    @cached_property
    def area(self):
        """Cell areas of all settings' bases in ascending order, and that order."""
        areas = np.abs(np.linalg.det(self.tried[2]))
        order = np.argsort(areas, kind="stable")
        return areas[order], order


def lattice_keys(table):
    """Find the lattices by which the entries of a gallery are found.

    Each has its own, and those sublattices of index 2, 3 and 4 that hold more than 93 % of its
    intensity: where the spots between them are too weak to be seen, a pattern shows those only.

    Parameters
    ----------
    table : SpotTable
        The gallery.

    Returns
    -------
    LatticeKeys
        The keys.
    """
    weight = np.nan_to_num(table.typical[0])
    total = np.add.reduceat(weight, table.first[:-1])
    parts = [_key_of(table, weight, total, sub) for sub in SUBLATTICES]
    entry, change = (np.concatenate(x) for x in zip(*parts, strict=True))
    order = np.argsort(entry, kind="stable")  # as `joined_keys` has them, whatever the blocks
    entry, change = entry[order], change[order]
    basis, change = reduced(change @ table.reciprocal[entry], change)
    symmetry = _symmetry(table, entry, change, weight)
    return LatticeKeys(entry, change, basis, _distinct_settings(symmetry), symmetry.sum(1))


def joined_keys(first, second, n_entries):
    """Keys of two galleries in one, the first having so many entries."""
    second = replace(second, entry=second.entry + n_entries)
    return LatticeKeys(
        *(
            np.concatenate([getattr(part, field.name) for part in (first, second)])
            for field in fields(LatticeKeys)
        )
    )


def _key_of(table, weight, total, sublattice):
    """Entries that have a sublattice as key, and that sublattice for each."""
    if round(np.linalg.det(sublattice)) == 1:
        entries = np.arange(len(table))
    else:
        inside = table.hk @ np.linalg.inv(sublattice)
        inside = (np.abs(inside - np.rint(inside)) < 1e-6).all(1)
        held = np.add.reduceat(weight * inside, table.first[:-1])
        entries = np.flatnonzero(held > HELD * total)
    return entries, np.broadcast_to(sublattice, (len(entries), 2, 2))


def reduced(bases, change):
    """Gauss's reduction of plane bases, with the change of axes that does it.

    Parameters
    ----------
    bases : ndarray of shape (n, 2, 2)
        Rows: axes.
    change : ndarray of int, shape (n, 2, 2)
        What has made them from others.

    Returns
    -------
    bases, change : ndarray of shape (n, 2, 2)
        The first axis is a shortest vector, the second as short as can be.
    """
    bases, change = bases.copy(), change.copy()
    for _ in range(60):
        longer = (bases[:, 0] ** 2).sum(1) > (bases[:, 1] ** 2).sum(1) * (1 + 1e-9)
        for x in (bases, change):
            x[longer] = x[longer, ::-1]
        step = np.rint((bases[:, 0] * bases[:, 1]).sum(1) / (bases[:, 0] ** 2).sum(1))
        if not step.any():
            break
        bases[:, 1] -= step[:, None] * bases[:, 0]
        change[:, 1] -= step[:, None].astype(int) * change[:, 0]
    return bases, change


def _distinct_settings(symmetry):
    """Which changes differ by more than the symmetry of the entry's intensities; (n_keys, 20)."""
    keep = np.zeros_like(symmetry)
    patterns, which = np.unique(symmetry, axis=0, return_inverse=True)
    for i, pattern in enumerate(patterns):
        keep[which.ravel() == i] = _representatives(CHANGES[pattern])
    return keep


def _symmetry(table, entry, change, weight):
    """Which changes G of a key's axes leave the intensities as they are; (n_keys, 20)."""
    h, k = np.mgrid[0 : WINDOW + 1, -WINDOW : WINDOW + 1].reshape(2, -1)
    window = np.stack([h, k], axis=1)[(h > 0) | (k > 0)]
    own = _weights(table, weight, entry, window @ change)
    scale = own.max(1, initial=0)
    return np.stack(
        [
            np.abs(_weights(table, weight, entry, window @ g @ change) - own).max(1)
            < SAME_INTENSITY * scale
            for g in CHANGES
        ],
        axis=1,
    )


def _weights(table, weight, entry, hk):
    rows = table.rows_of(entry[:, None], hk)
    return np.where(rows >= 0, weight[rows], 0.0)


def _representatives(symmetry):
    """Keep the first of the changes M, M', ... with M' = M G for a symmetry G; mask of (20,)."""
    seen, keep = set(), []
    for m in CHANGES:
        orbit = {_name(m @ g) for g in symmetry}
        keep.append(not orbit & seen)
        seen |= orbit
    return np.array(keep)


def _name(matrix):
    """Name of M and -M."""
    flat = tuple(matrix.ravel())
    return max(flat, tuple(-x for x in flat))
