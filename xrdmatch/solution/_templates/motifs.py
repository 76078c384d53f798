"""Local motifs and global frameworks: metals with their ligands, and metals alone."""

import numpy as np
from pymatgen.core import DummySpecies, Molecule, Structure

from xrdmatch.solution._molecules import benzene_rings
from xrdmatch.solution._templates.bond_graph import METAL_SLACK, neighbours
from xrdmatch.solution._templates.metals import IS_METAL

RING = DummySpecies("X")  # a benzene ring, which stands for a metal where there is none
RING_REACH = 3.0  # [Å] from its centre to the atoms bound to it


def nodes_of(structure):
    """Metals, or where there are none the centres of benzene rings.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    species : list of Element or DummySpecies
        What stands there; X for a ring.
    frac_coords : ndarray of shape (n_nodes, 3)
        Where.
    """
    metals = np.flatnonzero(IS_METAL[np.array(structure.atomic_numbers)])
    if len(metals):
        return [structure[i].specie for i in metals], structure.frac_coords[metals]
    rings = benzene_rings(structure)
    return [RING] * len(rings), rings


def global_framework(structure):
    """Leave only the metals of a crystal, or its benzene rings where it has none.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    Structure or None
        The same cell with only these; None where there are neither.
    """
    species, frac_coords = nodes_of(structure)
    return Structure(structure.lattice, species, frac_coords) if species else None


def local_motifs(structure):
    """Take each metal of a crystal with what it is bound to.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    list of Molecule
        One for each metal, which comes first and lies at the origin, then its neighbours; of
        benzene rings where there is no metal.
    """
    metals = np.flatnonzero(IS_METAL[np.array(structure.atomic_numbers)])
    if not len(metals):
        return [_around_ring(structure, centre) for centre in benzene_rings(structure)]
    pairs = neighbours(structure, METAL_SLACK)
    return [_around_metal(structure, metal, pairs) for metal in metals]


def _around_metal(structure, metal, pairs):
    i, j, images = pairs
    own = (i == metal) & ~IS_METAL[np.array(structure.atomic_numbers)[j]]
    steps = structure.frac_coords[j[own]] + images[own] - structure.frac_coords[metal]
    points = np.vstack([np.zeros(3), steps @ structure.lattice.matrix])
    return Molecule([structure[k].specie for k in (metal, *j[own])], points)


def _around_ring(structure, centre):
    middle = structure.lattice.get_cartesian_coords(centre)
    near = structure.get_sites_in_sphere(middle, RING_REACH)
    points = [np.zeros(3), *(site.coords - middle for site in near)]
    return Molecule([RING, *(site.specie for site in near)], points)
