"""Ragged table of the expected spots of a gallery."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from xrdmatch.crystallography import form_factors, layer_frame, site_table
from xrdmatch.encoders import SpotSums, bragg_survival, intensity_moments, plane_waves, spot_sums
from xrdmatch.refinement._spot_moments import (
    Atoms,
    atoms_of,
    check_any_spot,
    check_kinematic,
    in_units,
)

TYPICAL_DISPLACEMENT = 0.08  # [Å] along an axis
CHUNK = 400_000  # (structure, site, spot) entries at a time


@dataclass(frozen=True, eq=False)
class SpotTable:
    """Lattices, atoms and expected spots of many layers.

    The spots of an entry stand in rows ``first + h (2 m_k + 1) + k + m_k`` for h from 0 to m_h:
    one of each Friedel pair, and a few twice.

    Parameters
    ----------
    reciprocal : ndarray of shape (n, 2, 2)
        Rows a*, b* [1/Å].
    room : ndarray of int, shape (n, 2)
        Largest h and k of each entry, m_h and m_k.
    sums : ndarray of shape (n_rows, 6)
        `xrdmatch.encoders.SpotSums` in units of the entry's mean intensity; NaN where a spot is
        out of range.
    unit : ndarray of shape (n,)
        That mean intensity, per atom.
    heights : ndarray of shape (n, n_sites)
        Cartesian z of the sites [Å].
    atoms : Atoms
        The sites.

    See Also
    --------
    TurnedLibrary : A gallery that patterns of unknown orientation are compared with.
    """

    reciprocal: np.ndarray
    room: np.ndarray
    sums: np.ndarray
    unit: np.ndarray
    heights: np.ndarray
    atoms: Atoms

    def __len__(self):
        return len(self.reciprocal)

    @cached_property
    def first(self):
        """Row of each entry's first spot, and behind the last one the number of rows; (n + 1,)."""
        sizes = (self.room[:, 0] + 1) * (2 * self.room[:, 1] + 1)
        return np.concatenate([[0], np.cumsum(sizes)])

    def rows_of(self, entries, hk):
        """Rows of spots, hk of shape (..., 2) for entries of shape (...); -1: there is none."""
        h, k = hk[..., 0], hk[..., 1]
        sign = np.where((h < 0) | ((h == 0) & (k < 0)), -1, 1)
        h, k = h * sign, k * sign
        m_h, m_k = self.room[entries, 0], self.room[entries, 1]
        inside = (h <= m_h) & (np.abs(k) <= m_k)
        rows = self.first[entries] + h * (2 * m_k + 1) + k + m_k
        return np.where(inside, rows, -1)

    @cached_property
    def hk(self):
        """Miller indices of every row, (n_rows, 2)."""
        return np.concatenate([_own_hk(*room) for room in self.room])

    @cached_property
    def owners(self):
        """Entry of every row, (n_rows,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @cached_property
    def length(self):
        """``|q|`` of every row [1/Å]."""
        q = np.einsum("ni,nij->nj", self.hk, self.reciprocal[self.owners])
        return np.linalg.norm(q, axis=1)

    @cached_property
    def typical(self):
        """Mean and variance of the intensities of all rows at a typical displacement."""
        return spot_moments(self.sums, self.length, TYPICAL_DISPLACEMENT)

    def joined(self, other):
        """Both tables in one."""
        n_sites = max(self.heights.shape[1], other.heights.shape[1])
        both = (self, other)
        heights = [_widened(part.heights, n_sites) for part in both]
        names = ("reciprocal", "room", "sums", "unit")
        arrays = [np.concatenate([getattr(part, name) for part in both]) for name in names]
        return SpotTable(*arrays, np.concatenate(heights), self.atoms.joined(other.atoms))


def spot_moments(sums, length, displacement):
    """Mean and variance of intensities.

    Parameters
    ----------
    sums : ndarray of shape (..., 6)
        `SpotSums`, their last axis.
    length : ndarray of shape (...)
        ``|q|`` [1/Å].
    displacement : float or ndarray that broadcasts to the shape of `length`
        Root mean square displacement of the atoms along an axis [Å].

    Returns
    -------
    mean, variance : ndarray of shape (...)
        In the unit of the sums.
    """
    parts = SpotSums(*torch.tensor(sums).double().unbind(-1))
    length, displacement = (torch.as_tensor(x, dtype=torch.double) for x in (length, displacement))
    moments = intensity_moments(parts, bragg_survival(length, displacement))
    return tuple(x.numpy() for x in moments)


def spot_table(structures, settings):
    """Sum up the atoms of layers for all spots within a simulator's range.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.
    settings : Settings
        The simulator's options.

    Returns
    -------
    SpotTable
        One entry for each structure.

    Raises
    ------
    ValueError
        If an element has no form factor, intensities are not kinematic, or a layer has no spot
        within the range.
    """
    check_kinematic(settings)
    framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
    form_factors(framed.numbers, 0.0, settings.radiation.kind)  # every element must have one
    reciprocal = np.linalg.inv(framed.lattice[:, :2, :2]).swapaxes(1, 2)
    atoms = atoms_of(framed, torch.as_tensor(reciprocal), settings)
    room = _room(framed, settings)
    sums, unit = [None] * len(framed), torch.empty(len(framed))
    for rows in _alike(framed.n_sites, room):
        hk = _own_hk(*room[rows[0]])
        own = _chunk(atoms, reciprocal, rows, int(framed.n_sites[rows].max()), hk, settings.q_max)
        for row, *one in zip(rows, *own, strict=True):
            sums[row], unit[row] = one
    check_any_spot(unit, framed.lattice, settings.q_max)
    heights = np.where(framed.numbers > 0, framed.cart_coords[..., 2], 0.0)
    return SpotTable(reciprocal, room, np.concatenate(sums), unit.numpy(), heights, atoms)


def _room(framed, settings):
    """Largest h and k of each layer: all spots up to q_max lie within, or those up to hk_max."""
    if settings.q_max is None:
        return np.full((len(framed), 2), settings.hk_max)
    lengths = np.linalg.norm(framed.lattice[:, :2], axis=2)
    return np.maximum(1, (settings.q_max * lengths).astype(int))


def _widened(array, n_columns):
    return np.pad(array, ((0, 0), (0, n_columns - array.shape[1])))


def _own_hk(m_h, m_k):
    h, k = np.mgrid[0 : m_h + 1, -m_k : m_k + 1]
    return np.stack([h.ravel(), k.ravel()], axis=1)


def _alike(n_sites, room):
    """Rows of layers with the same room, few enough at a time."""
    order = np.lexsort((n_sites, *room.T))
    same = np.cumsum(np.any(np.diff(room[order], axis=0, prepend=room[order][:1]) != 0, axis=1))
    n_waves = n_sites[order] * (room[order, 0] + 1) * (2 * room[order, 1] + 1)
    parts = np.stack([same, np.cumsum(n_waves) // CHUNK])
    return np.split(order, np.flatnonzero(np.diff(parts).any(0)) + 1)


def _chunk(atoms, reciprocal, rows, most, hk, q_max):
    """Sum up a few layers with the same room; sums (n, n_spots, 6) and units (n,)."""
    hk = torch.as_tensor(hk).float()
    length = (hk @ torch.as_tensor(reciprocal[rows]).float()).norm(dim=2)
    waves = plane_waves(atoms.coordinates[rows, :most], hk.expand(len(rows), -1, -1))
    factors = atoms.factors(rows, most, length)
    sums = torch.stack(spot_sums(factors, waves, atoms.occupancy[rows].sum(1)), -1)
    twice = (hk[:, 0] == 0) & (hk[:, 1] <= 0)  # 000, and what has its mate among the others
    sums, unit = in_units(sums.masked_fill(twice[:, None], torch.nan), length, q_max)
    return sums.numpy(), unit
