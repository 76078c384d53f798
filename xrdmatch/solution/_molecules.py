"""Molecules, ligands and benzene rings of a crystal."""

import networkx as nx
import numpy as np
from networkx.algorithms.isomorphism import categorical_node_match
from pymatgen.core import Molecule

from xrdmatch.solution._templates.bond_graph import bond_graph, molecule_graph

FLAT = 0.15  # [Å] farthest that a carbon of a benzene ring is from the plane
RADIUS = 1.25, 1.55  # [Å] of a benzene ring, 1.39 in benzene
SAME_NUMBER = categorical_node_match("number", 0)


def molecules_in(structure):
    """Find the molecules and ligands of a crystal: non-metal atoms that bonds connect.

    Two atoms are bonded if their distance exceeds the sum of their covalent radii by less than
    0.3 Å. Metals belong to none, so that of a metal-organic framework the ligands are left, and of
    an oxide its single oxygen atoms. What bonds connect without end, such as the silicon and
    oxygen of quartz, is no molecule.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    list of Molecule
        One for each in the cell, its atoms together as they are in the crystal.

    See Also
    --------
    contains_ligand : Whether a given one is among them.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import molecules_in
    >>> cyanide = Structure(Lattice.cubic(6.0), ["K", "C", "N"],
    ...                     [[0, 0, 0], [0.5, 0.5, 0.402], [0.5, 0.5, 0.598]])
    >>> [molecule.formula for molecule in molecules_in(cyanide)]
    ['C1 N1']
    """
    graph = bond_graph(structure)
    parts = (_unwrapped(graph, nodes) for nodes in nx.weakly_connected_components(graph))
    return [_molecule(structure, images) for images in parts if images is not None]


def contains_ligand(structure, molecule):
    """Tell whether a crystal has a molecule among its molecules and ligands.

    Bonds count, not distances or angles; hydrogen atoms do not count, since ligands lose some to
    bind a metal.

    Parameters
    ----------
    structure : Structure
        The crystal.
    molecule : Molecule
        Atoms and where they are; bonds follow from that, as in `molecules_in`.

    Returns
    -------
    bool
        Whether one of the crystal's molecules has the same atoms and bonds.

    See Also
    --------
    molecules_in : Find the molecules and ligands of a crystal: non-metal atoms that bonds connect.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Molecule, Structure
    >>> from xrdmatch.solution import contains_ligand
    >>> cyanide = Structure(Lattice.cubic(6.0), ["K", "C", "N"],
    ...                     [[0, 0, 0], [0.5, 0.5, 0.402], [0.5, 0.5, 0.598]])
    >>> contains_ligand(cyanide, Molecule(["C", "N"], [[0, 0, 0], [0, 0, 1.17]]))
    True
    >>> contains_ligand(cyanide, Molecule(["C", "O"], [[0, 0, 0], [0, 0, 1.13]]))
    False
    """
    if not isinstance(molecule, Molecule):
        raise TypeError(
            f"A ligand is given as a pymatgen Molecule, got {type(molecule).__name__}; write "
            "Molecule(['C', 'N'], coordinates), for example."
        )
    wanted = molecule_graph(molecule)
    found = (molecule_graph(other) for other in molecules_in(structure))
    return any(_same(wanted, graph) for graph in found)


def benzene_rings(structure):
    """Find the flat rings of six carbon atoms of a crystal.

    Parameters
    ----------
    structure : Structure
        The crystal.

    Returns
    -------
    ndarray of shape (n_rings, 3)
        Fractional coordinates of their centres, from 0 on and below 1.

    See Also
    --------
    molecules_in : Find the molecules and ligands of a crystal: non-metal atoms that bonds connect.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import benzene_rings
    >>> angles = np.radians(60 * np.arange(6))
    >>> ring = np.column_stack([np.cos(angles), np.sin(angles), 0 * angles])
    >>> crystal = Structure(Lattice.cubic(9.0), ["C", "H"] * 6,
    ...                     (np.array([4.5, 4.5, 4.5]) + np.repeat(ring, 2, axis=0)
    ...                      * np.tile([1.39, 2.48], 6)[:, None]) / 9)
    >>> benzene_rings(crystal)
    array([[0.5, 0.5, 0.5]])
    """
    graph = bond_graph(structure)
    numbers = structure.atomic_numbers
    carbons = [n for n in graph if numbers[n] == 6]
    carbon = graph.subgraph(carbons)
    rings = {}
    for start in carbons:
        for path in _closed_paths(carbon, start):
            points = np.array([structure.frac_coords[n] + image for n, image in path])
            if _is_benzene(points @ structure.lattice.matrix):
                centre = np.round(points.mean(0), 4) % 1
                rings.setdefault(frozenset(n for n, _ in path), centre)
    return np.array(list(rings.values())).reshape(-1, 3)


def _unwrapped(graph, nodes):
    """Images in which a component's atoms are together; None where it has no end."""
    start = min(nodes)
    images, waiting = {start: np.zeros(3, dtype=int)}, [start]
    while waiting:
        node = waiting.pop()
        for _, other, step in graph.out_edges(node, data="image"):
            image = images[node] + step
            if other not in images:
                images[other] = image
                waiting.append(other)
            elif (images[other] != image).any():
                return None
    return images


def _molecule(structure, images):
    nodes = sorted(images)
    points = structure.frac_coords[nodes] + [images[n] for n in nodes]
    return Molecule([structure[n].specie for n in nodes], points @ structure.lattice.matrix)


def _same(first, second):
    """Tell whether graphs are isomorphic; most differ in their sizes already."""
    if len(first) != len(second) or first.number_of_edges() != second.number_of_edges():
        return False
    return nx.is_isomorphic(first, second, node_match=SAME_NUMBER)


def _closed_paths(graph, start):
    """Yield paths of six atoms that end where they start, as (site, image); `start` is lowest."""
    paths = [[(start, np.zeros(3, dtype=int))]]
    for _ in range(5):
        paths = [[*path, after] for path in paths for after in _next(graph, path)]
    for path in paths:
        node, image = path[-1]
        steps = graph.get_edge_data(node, start, default={}).values()
        if any(not (image + step["image"]).any() for step in steps):
            yield path


def _next(graph, path):
    """Yield the atoms that a path may go on to."""
    node, image = path[-1]
    visited = {n for n, _ in path}
    for _, other, step in graph.out_edges(node, data="image"):
        if other > path[0][0] and other not in visited:
            yield other, image + step


def _is_benzene(points):
    """Tell whether six points [Å] lie on a plane and on a circle of the right size."""
    centred = points - points.mean(0)
    out_of_plane = centred @ np.linalg.svd(centred)[2][2]
    radii = np.linalg.norm(centred, axis=1)
    return np.abs(out_of_plane).max() < FLAT and RADIUS[0] < radii.min() <= radii.max() < RADIUS[1]
