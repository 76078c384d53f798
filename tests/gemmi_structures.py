"""Structures as gemmi has them."""

import gemmi
import numpy as np


def as_small_structure(structure, b_iso):
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*structure.lattice.parameters)
    small.spacegroup_hm = "P 1"
    for site in structure:
        for species, occupancy in site.species.items():
            atom = gemmi.SmallStructure.Site()
            atom.element = gemmi.Element(species.symbol)
            atom.fract = gemmi.Fractional(*site.frac_coords)
            atom.occ = occupancy
            atom.u_iso = b_iso / (8 * np.pi**2)
            small.add_site(atom)
    return small
