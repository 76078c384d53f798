"""What the likelihood knows of a gallery: sums over the atoms for every spot."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from xrdmatch.crystallography import form_factor_table, form_factors, layer_frame, site_table
from xrdmatch.encoders import SpotSums, gaussian_sum, plane_waves, spot_sums
from xrdmatch.simulation import half_plane

MAX_WAVES = 500_000  # (structure, site, spot) entries at a time
POWER = SpotSums(1, 1, 2, 2, 2, 2)  # of the intensity unit in each of the sums


@dataclass(frozen=True, eq=False)
class MomentLibrary:
    """Lattices and spots of many structures.

    Parameters
    ----------
    reciprocal : Tensor of shape (n, 2, 2)
        Rows a*, b* [1/Å].
    sums : Tensor of shape (n, n_spots, 6)
        `xrdmatch.encoders.SpotSums` in units of the structure's mean intensity; NaN where a spot
        is out of range.
    hk : Tensor of shape (n_spots, 2)
        Miller indices, one of each Friedel pair: all within a square.
    """

    reciprocal: torch.Tensor
    sums: torch.Tensor
    hk: torch.Tensor

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
        joined = (torch.cat([getattr(p, name) for p in parts]) for name in ("reciprocal", "sums"))
        return MomentLibrary(*joined, parts[0].hk)

    def widened(self, m):
        """Give the library room for indices up to m."""
        hk = _half_plane(m)
        place = self.numbers_of(hk.long())
        sums = torch.where((place >= 0)[:, None], self.sums[:, place], torch.nan)
        return MomentLibrary(self.reciprocal, sums, hk)


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
    """
    if settings.intensity != "kinematic":
        raise ValueError(
            "The likelihood is that of kinematic intensities, got a simulator with intensity="
            f'{settings.intensity!r}; use intensity="kinematic".'
        )
    framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
    form_factors(framed.numbers, 0.0, settings.radiation.kind)  # every element must have one
    reciprocal = torch.linalg.inv(torch.as_tensor(framed.lattice[:, :2, :2])).transpose(1, 2)
    hk = _half_plane(_largest_index(framed, settings))
    sums = torch.empty(len(framed), len(hk), len(POWER))
    for rows in _chunks(framed.n_sites, len(hk)):
        sums[rows] = _sums(framed[rows], reciprocal[rows], hk, settings)
    return MomentLibrary(reciprocal.float(), sums, hk)


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


def _sums(framed, reciprocal, hk, settings):
    """Sums (n, n_spots, 6) of a few structures."""
    n_sites = int(framed.n_sites.max())
    numbers = torch.as_tensor(framed.numbers[:, :n_sites])
    occupancy = torch.as_tensor(framed.occupancy[:, :n_sites])
    q = hk.double() @ reciprocal  # (n, n_spots, 2)
    table = form_factor_table(settings.radiation.kind)
    damped = table.width + settings.b_iso[: len(table.width), None]
    coefficients = (torch.as_tensor(np.array(column)) for column in (table.amplitude, damped))
    factors = gaussian_sum(numbers, q.norm(dim=2), *coefficients) * occupancy[..., None]
    waves = plane_waves(torch.as_tensor(framed.cart_coords[:, :n_sites, :2]), q)
    return _in_units(spot_sums(factors, waves, occupancy.sum(1)), q.norm(dim=2), settings.q_max)


def _in_units(sums, length, q_max):
    """Write the sums in units of the mean intensity, NaN beyond q_max."""
    outside = torch.zeros_like(length, dtype=bool) if q_max is None else length > q_max
    stacked = torch.stack(sums, -1).masked_fill(outside[..., None], torch.nan)
    unit = stacked[..., 0].nanmean(1).clamp_min(1e-12)[:, None, None]
    return (stacked / unit ** torch.tensor(POWER)).float()
