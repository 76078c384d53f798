"""Check of interatomic distances in a cell."""

import gemmi
import numpy as np

from xrdmatch.io._cif.orbits import FULL
from xrdmatch.io._cif.places import near_pairs

# Of the sum of two covalent radii. Real bonds are longer than 0.75 of it, hydrogens of X-ray
# structures included; in the wrong setting some atoms lie anywhere.
_SHORTEST = 0.6


def is_plausible(contents, lattice):
    """Whether no two atoms, other than alternatives, are nearer than any bond."""
    if contents.strained:
        return False
    radii = np.array([_radius(occupants) for occupants in contents.occupants])
    amounts = np.array([sum(occupants.values()) for occupants in contents.occupants])
    pairs, distances = near_pairs(contents.coords, lattice, 2 * _SHORTEST * radii.max())
    together = amounts[pairs].sum(axis=1) > FULL
    return bool((distances >= _SHORTEST * radii[pairs].sum(axis=1))[together].all())


def _radius(occupants):
    """Covalent radius [Å], the smallest of several on one place."""
    return min(gemmi.Element(species.symbol).covalent_r for species in occupants)
