"""Moments of spot intensities for a gallery: lattices, atoms and sums over them."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch

from xrdmatch.crystallography import form_factor_table, form_factors, layer_frame, site_table
from xrdmatch.encoders import SpotSums, gaussian_sum, plane_waves, spot_sums
from xrdmatch.simulation import half_plane

MAX_WAVES = 500_000  # (structure, site, spot) entries at a time
POWER = SpotSums(1, 1, 2, 2, 2, 2)  # of the intensity unit in each of the sums


class Atoms(NamedTuple):
    """Sites of n structures; numbers are 0 and the rest zero where padded.

    See Also
    --------
    MomentLibrary : Lattices, atoms and spots of many structures.
    """

    numbers: torch.Tensor  # (n, n_sites)
    coordinates: torch.Tensor  # along a and b, (n, n_sites, 2)
    occupancy: torch.Tensor  # (n, n_sites)
    curves: tuple  # Gaussian coefficients of the form factors by atomic number, see gaussian_sum

    def factors(self, rows, n_sites, length):
        """Form factors of a few structures' sites at ``|q|`` (..., n_spots) [1/Å], occupied."""
        numbers, occupancy = self.numbers[rows, :n_sites], self.occupancy[rows, :n_sites]
        return occupancy[..., None] * gaussian_sum(numbers, length, *self.curves)

    def chosen(self, rows):
        """Sites of some of the structures."""
        return Atoms(self.numbers[rows], self.coordinates[rows], self.occupancy[rows], self.curves)

    def padded(self, n_sites):
        """Give the arrays room for so many sites."""
        extra = n_sites - self.numbers.shape[1]
        pad = torch.nn.functional.pad
        return self._replace(
            numbers=pad(self.numbers, (0, extra)),
            coordinates=pad(self.coordinates, (0, 0, 0, extra)),
            occupancy=pad(self.occupancy, (0, extra)),
        )

    def joined(self, other):
        """Both, one behind the other."""
        n_sites = max(self.numbers.shape[1], other.numbers.shape[1])
        pairs = zip(self.padded(n_sites)[:3], other.padded(n_sites)[:3], strict=True)
        return Atoms(*map(torch.cat, pairs), self.curves)


@dataclass(frozen=True, eq=False)
class MomentLibrary:
    """Lattices, atoms and spots of many structures.

    Parameters
    ----------
    reciprocal : Tensor of shape (n, 2, 2)
        Rows a*, b* [1/Å].
    sums : Tensor of shape (n, n_spots, 6)
        `xrdmatch.encoders.SpotSums` in units of the structure's mean intensity; NaN where a spot
        is out of range.
    unit : Tensor of shape (n,)
        That mean intensity, per atom.
    hk : Tensor of shape (n_spots, 2)
        Miller indices, one of each Friedel pair: all within a square.
    atoms : Atoms
        The sites.

    See Also
    --------
    moment_library : Sum up the atoms of structures.
    fit_candidates : Compare patterns with candidates, all strengths of imperfection unknown.
    """

    reciprocal: torch.Tensor
    sums: torch.Tensor
    unit: torch.Tensor
    hk: torch.Tensor
    atoms: Atoms

    @cached_property
    def largest_index(self):
        """Largest ``|h|`` or ``|k|`` that there is room for."""
        return int(self.hk.abs().max())

    @cached_property
    def place(self):
        """Number of spot (h, k) or its Friedel mate at [h + m, k + m]; -1: none."""
        m = self.largest_index
        table = torch.full((2 * m + 1, 2 * m + 1), -1)
        for sign in (1, -1):
            h, k = (sign * self.hk + m).long().T
            table[h, k] = torch.arange(len(self.hk))
        return table

    def numbers_of(self, hk):
        """Numbers of spots (..., 2) of integers; -1 beyond the room and for 000."""
        m = self.largest_index
        h, k = hk.clamp(-m, m).add(m).unbind(-1)
        return torch.where((hk.abs() <= m).all(-1), self.place[h, k], -1)

    def joined(self, other):
        """Both libraries in one."""
        m = max(self.largest_index, other.largest_index)
        parts = [part.widened(m) for part in (self, other)]
        columns = zip(*((p.reciprocal, p.sums, p.unit) for p in parts), strict=True)
        return MomentLibrary(*map(torch.cat, columns), parts[0].hk, self.atoms.joined(other.atoms))

    def widened(self, m):
        """Give the library room for indices up to m."""
        hk = _half_plane(m)
        place = self.numbers_of(hk.long())
        sums = torch.where((place >= 0)[:, None], self.sums[:, place], torch.nan)
        return MomentLibrary(self.reciprocal, sums, self.unit, hk, self.atoms)


def as_tensor(array):
    """Share the memory of an array that was stored for a `MomentLibrary`.

    See Also
    --------
    MomentLibrary : Lattices, atoms and spots of many structures.
    """
    return torch.from_numpy(array)


def moment_library(structures, settings):
    """Sum up the atoms of structures.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.
    settings : Settings
        The simulator's options.

    Returns
    -------
    MomentLibrary
        One entry for each structure.

    Raises
    ------
    ValueError
        If an element has no form factor, or intensities are not kinematic.

    See Also
    --------
    MomentLibrary : Lattices, atoms and spots of many structures.
    fit_candidates : Compare patterns with candidates, all strengths of imperfection unknown.
    """
    check_kinematic(settings)
    framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
    form_factors(framed.numbers, 0.0, settings.radiation.kind)  # every element must have one
    reciprocal = torch.linalg.inv(torch.as_tensor(framed.lattice[:, :2, :2])).transpose(1, 2)
    hk = _half_plane(_largest_index(framed, settings))
    atoms = atoms_of(framed, reciprocal, settings)
    sums, unit = torch.empty(len(framed), len(hk), len(POWER)), torch.empty(len(framed))
    for rows in _chunks(framed.n_sites, len(hk)):
        length = (hk @ reciprocal[rows].float()).norm(dim=2)
        totals = _sums(atoms, rows, int(framed.n_sites[rows].max()), hk, length)
        sums[rows], unit[rows] = in_units(totals, length, settings.q_max)
    check_any_spot(unit, framed.lattice, settings.q_max)
    return MomentLibrary(reciprocal.float(), sums, unit, hk, atoms)


def check_kinematic(settings):
    """Check that intensities are those that the likelihood knows."""
    if settings.intensity != "kinematic":
        raise ValueError(
            "The likelihood is that of kinematic intensities, got a simulator with intensity="
            f'{settings.intensity!r}; use intensity="kinematic".'
        )


def check_any_spot(unit, lattice, q_max):
    """Check that every layer has a spot within the range."""
    if unit.isnan().any():
        a, b = np.linalg.norm(lattice[unit.isnan().int().argmax(), :2], axis=1)
        raise ValueError(
            f"The range must reach a layer's first spot, got q_max={q_max} [1/Å] for a cell with "
            f"a = {a:.3g} Å, b = {b:.3g} Å; raise q_max."
        )


def atoms_of(framed, reciprocal, settings):
    """Sites of layers in their frame; `reciprocal` as a tensor."""
    table = form_factor_table(settings.radiation.kind)
    damped = table.width + settings.b_iso[: len(table.width), None]
    xy = torch.as_tensor(framed.cart_coords[..., :2])
    occupancy = np.where(framed.numbers > 0, framed.occupancy, 0.0)
    return Atoms(
        torch.as_tensor(framed.numbers),
        (xy @ reciprocal.transpose(1, 2)).float(),
        torch.as_tensor(occupancy).float(),
        tuple(torch.tensor(x, dtype=torch.float32) for x in (table.amplitude, damped)),
    )


def _half_plane(m):
    return torch.as_tensor(half_plane(m), dtype=torch.float32)


def _largest_index(framed, settings):
    if settings.q_max is None:
        return settings.hk_max
    return max(1, int(settings.q_max * np.linalg.norm(framed.lattice[:, :2], axis=2).max()))


def _chunks(n_sites, n_spots):
    """Rows of like size, few enough at a time."""
    rows = np.argsort(n_sites, kind="stable")
    n_waves = np.cumsum(n_sites[rows]) * n_spots
    return np.split(rows, np.flatnonzero(np.diff(n_waves // MAX_WAVES)) + 1)


def _sums(atoms, rows, n_sites, hk, length):
    """Sum over the atoms of a few structures; (n, n_spots, 6)."""
    waves = plane_waves(atoms.coordinates[rows, :n_sites], hk.expand(len(rows), -1, -1))
    factors = atoms.factors(rows, n_sites, length)
    return torch.stack(spot_sums(factors, waves, atoms.occupancy[rows].sum(1)), -1)


def in_units(sums, length, q_max):
    """Write the sums in units of the mean intensity, NaN beyond q_max; and say the unit."""
    if q_max is not None:
        sums = sums.masked_fill((length > q_max)[..., None], torch.nan)
    unit = sums[..., 0].nanmean(1).clamp_min(1e-12)
    return sums / unit[:, None, None] ** torch.tensor(POWER), unit
