"""Powder reflections of several crystals at once."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import form_factor_table
from xrdmatch.simulation._powder.corrections import march_dollase
from xrdmatch.simulation._powder.half_spaces import half_spaces
from xrdmatch.simulation._powder.structure_factors import sites_of, squared_structure_factors

# Of the strongest reflection: what rounding, of sums and of coordinates written with six
# decimals, leaves of an extinct one.
EXTINCT = 1e-10
TINY = 1e-300  # in place of a strength of 0


class PowderReflections(NamedTuple):
    """Reflections of one crystal's powder, by rising ``|q|``, without the diffractometer.

    Parameters
    ----------
    q : ndarray of shape (n_reflections,)
        Lengths of scattering vectors [1/Å].
    strength : ndarray of shape (n_reflections,)
        ``m |F_cell|^2``, m the multiplicity, in the square of the form factors' unit.
    hkl : ndarray of shape (n_reflections, 3)
        Miller indices of one plane of each family, in the cell as given.

    See Also
    --------
    powder_reflections
        Reflections of powders as arrays, for whoever adds the diffractometer later.
    """

    q: np.ndarray
    strength: np.ndarray
    hkl: np.ndarray


_NONE = PowderReflections(np.zeros(0), np.zeros(0), np.zeros((0, 3), dtype=int))


def reflections_of(table, settings, merged=True):
    """Compute the reflections of several crystals.

    1. List half of each reciprocal lattice within the sphere of radius ``q_max``: by Friedel's
       law the other half has the same intensities.
    2. Find the families that share a d, and take one length for each, their mean.
    3. Sum the waves of each element's sites, then weight the sums with its form factor.
    4. Where there is a texture, weight every reflection by its angle to the preferred axis.
    5. Add up each family, twice for the other half; its length is now the weighted mean. Its
       name is the member that comes last in the order of h, k, l.
    6. Leave out what is extinct.

    Parameters
    ----------
    table : SiteTable
        The crystals, without faults.
    settings : PowderSettings
        The simulator's options.
    merged : bool, default=True
        Whether reflections of one d are one.

    Returns
    -------
    list of PowderReflections
        Those of each crystal; none of some, perhaps.
    """
    half = half_spaces(table.lattice, settings.q_max)
    if not len(half.q):
        return [_NONE] * len(table)
    starts = half.families()
    n_members = np.diff(np.append(starts, len(half.q)))
    member = np.arange(len(starts)).repeat(n_members)
    q = np.add.reduceat(half.q, starts) / n_members
    strength = 2 * squared_structure_factors(
        sites_of(table), half, member, q, settings.radiation.kind, settings.b_iso
    )
    if settings.profile is not None and settings.profile.texture != 1:
        strength *= _texture(table.lattice, half, settings.profile)
    if not merged:
        return _strong(half.owner, half.q, strength, half.place, half)
    total = np.add.reduceat(strength, starts)
    moment = np.add.reduceat(strength * (half.q - q[member]), starts)
    place = np.maximum.reduceat(half.place, starts)
    return _strong(half.owner[starts], q + moment / np.maximum(total, TINY), total, place, half)


def _texture(lattices, half, profile):
    """Factors of the preferred orientation, of shape (n_reflections,)."""
    reciprocal = np.linalg.inv(lattices).swapaxes(1, 2)
    axes = np.array(profile.texture_axis) @ reciprocal  # (n_crystals, 3)
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    turned = (reciprocal @ axes[:, :, None])[half.owner, :, 0]
    along = (half.hkl(half.owner, half.place) * turned).sum(axis=1)
    return march_dollase((along / half.q) ** 2, profile.texture)


def _strong(owner, q, strength, place, half):
    """Reflections of each crystal that are not extinct."""
    crystals = np.arange(len(half.reach) + 1)
    first = np.searchsorted(owner, crystals)
    strongest = np.maximum.reduceat(np.append(strength, 0.0), first)[:-1]
    keep = strength > EXTINCT * strongest[owner]
    owner, q, strength, place = owner[keep], q[keep], strength[keep], place[keep]
    hkl = half.hkl(owner, place)
    bounds = np.searchsorted(owner, crystals).tolist()
    return [PowderReflections(q[a:b], strength[a:b], hkl[a:b]) for a, b in pairwise(bounds)]


def faults_of(table, kind):
    """Say of each row what keeps it from being simulated; an empty text if nothing does."""
    flat = table.is_flat
    known = form_factor_table(kind).amplitude.any(axis=1)
    known[0] = True  # padding
    unknown = ~known[np.minimum(table.numbers, len(known) - 1)] | (table.numbers >= len(known))
    faults = [""] * len(table)
    for row in (flat | unknown.any(axis=1)).nonzero()[0]:
        numbers = ", ".join(map(str, np.unique(table.numbers[row, unknown[row]])))
        missing = f"atomic number {numbers} has no form factor for {kind}"
        faults[row] = "its cell has no volume" if flat[row] else missing
    return faults
