"""Powder reflections of many crystals, one crystal at a time."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import form_factor_table
from xrdmatch.simulation._powder.corrections import march_dollase
from xrdmatch.simulation._powder.half_space import families, half_space
from xrdmatch.simulation._powder.structure_factors import squared_structure_factors

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


def reflections_of(lattice, sites, settings, merged=True):
    """Compute the reflections of one crystal.

    1. List half of the reciprocal lattice within the sphere of radius ``q_max``: by Friedel's
       law the other half has the same intensities.
    2. Find the families that share a d, and take one length for each, their mean.
    3. Sum the waves of each element's sites, then weight the sums with its form factor.
    4. Where there is a texture, weight every reflection by its angle to the preferred axis.
    5. Add up each family, twice for the other half; its length is now the weighted mean. Its
       name is the member that comes last in the order of h, k, l.
    6. Leave out what is extinct.
    """
    reflections = half_space(lattice, settings.q_max)
    if not len(reflections.q):
        return PowderReflections(np.zeros(0), np.zeros(0), np.zeros((0, 3), dtype=int))
    starts = families(reflections.q)
    n_members = np.concatenate((starts[1:], [len(reflections.q)])) - starts
    member = np.arange(len(starts)).repeat(n_members)
    q = np.add.reduceat(reflections.q, starts) / n_members
    strength = 2 * squared_structure_factors(
        sites, reflections, q, member, settings.radiation.kind, settings.b_iso
    )
    if settings.profile is not None and settings.profile.texture != 1:
        strength *= _texture(lattice, reflections, settings.profile)
    if not merged:
        return _strong(reflections.q, strength, reflections.place, reflections)
    total = np.add.reduceat(strength, starts)
    moment = np.add.reduceat(strength * (reflections.q - q[member]), starts)
    place = np.maximum.reduceat(reflections.place, starts)
    return _strong(q + moment / np.maximum(total, TINY), total, place, reflections)


def _texture(lattice, reflections, profile):
    """Factors of the preferred orientation, of shape (n_reflections,)."""
    reciprocal = np.linalg.inv(lattice).T
    axis = np.array(profile.texture_axis) @ reciprocal
    along = (reflections.hkl(reflections.place) @ reciprocal) @ axis / np.linalg.norm(axis)
    return march_dollase((along / reflections.q) ** 2, profile.texture)


def _strong(q, strength, place, reflections):
    keep = strength > EXTINCT * strength.max(initial=0.0)
    return PowderReflections(q[keep], strength[keep], reflections.hkl(place[keep]))


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
