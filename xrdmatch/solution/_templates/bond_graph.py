"""Bonds between the non-metal atoms of a crystal or of a molecule, by covalent radii."""

import gemmi
import networkx as nx
import numpy as np
from pymatgen.optimization.neighbors import find_points_in_spheres

from xrdmatch.solution._templates.metals import IS_METAL, N_NUMBERS

SLACK = 0.3  # [Å] by which a bond may exceed the sum of covalent radii
METAL_SLACK = 0.45  # the same of a bond to a metal, which is less covalent
RADII = np.array([gemmi.Element(z).covalent_r for z in range(N_NUMBERS)])
PBC = np.array([1, 1, 1], dtype=np.int64)


def neighbours(structure, slack=SLACK):
    """Find pairs of atoms that are as near as bonds.

    Parameters
    ----------
    structure : Structure
        The crystal.
    slack : float, default=0.3
        By which distances may exceed the sum of covalent radii [Å].

    Returns
    -------
    i, j : ndarray of int, shape (n_pairs,)
        Both atoms, each pair in both directions.
    images : ndarray of int, shape (n_pairs, 3)
        The cell in which j is.
    """
    numbers = np.array(structure.atomic_numbers)
    lattice = np.ascontiguousarray(structure.lattice.matrix)
    points = np.ascontiguousarray(structure.cart_coords)
    reach = 2 * RADII[numbers].max() + slack
    i, j, images, distances = find_points_in_spheres(points, points, reach, PBC, lattice, 1e-8)
    bonded = (distances > 0.3) & (distances < RADII[numbers[i]] + RADII[numbers[j]] + slack)
    return i[bonded], j[bonded], images[bonded].astype(int)


def bond_graph(structure):
    """Bonds among a crystal's non-metal atoms.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are numbers of sites; each edge has ``image``, the cell that it leads to.
    """
    metals = IS_METAL[np.array(structure.atomic_numbers)]
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(np.flatnonzero(~metals).tolist())
    i, j, images = neighbours(structure)
    inside = ~(metals[i] | metals[j])
    for a, b, image in zip(i[inside], j[inside], images[inside], strict=True):
        graph.add_edge(int(a), int(b), image=image)
    return graph


def molecule_graph(molecule):
    """Bonds of a molecule, its nodes named by ``number``; hydrogen is left out.

    Parameters
    ----------
    molecule : Molecule
        Atoms and where they are.

    Returns
    -------
    networkx.Graph
        Of all but the hydrogen atoms, or of these where there are no others.
    """
    numbers = np.array(molecule.atomic_numbers)
    kept = np.flatnonzero(numbers > 1) if (numbers > 1).any() else np.arange(len(numbers))
    points, numbers = molecule.cart_coords[kept], numbers[kept]
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    bonded = distances < RADII[numbers][:, None] + RADII[numbers] + SLACK
    graph = nx.Graph()
    graph.add_nodes_from((k, {"number": int(z)}) for k, z in enumerate(numbers))
    graph.add_edges_from(np.argwhere(np.triu(bonded, 1)).tolist())
    return graph
