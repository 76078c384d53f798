"""Atoms of a cell grouped by position: shared, duplicate and colliding sites."""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from xrdmatch.io._cif.orbits import FULL, MIN_DISTANCE, place_tolerance

_N_NAMED = 4
_FEW = 64  # atoms of which all pairs are looked at


class Contents(NamedTuple):
    """What a cell holds, place by place."""

    occupants: list[dict]  # species and their occupancies
    coords: np.ndarray  # (n_places, 3)
    labels: list[str]
    strained: list[str]  # what was moved farther than rounding explains
    notes: list[str]
    doubts: list[str]


def contents_of(atoms, sites, lattice):
    """Join the atoms that share a place.

    Returns
    -------
    Contents

    Raises
    ------
    ValueError
        When two atoms lie nearer than 0.5 Å that cannot be alternatives, or one place has more
        atoms than it can hold.
    """
    pairs, distances = near_pairs(atoms.coords, lattice, MIN_DISTANCE)
    if not len(pairs):
        pairs = zip(sites.species, sites.occupancies.tolist(), strict=True)
        alone = [{species: occupancy} for species, occupancy in pairs]
        return Contents(
            [alone[row] for row in atoms.rows],
            atoms.coords,
            [sites.labels[row] for row in atoms.rows],
            *(atoms.strained, [], []),
        )
    tolerance = place_tolerance(sites.steps[atoms.rows[pairs]].max(axis=1), lattice)
    same = distances < tolerance
    joined = _joined(atoms, sites, pairs[same])
    _refuse_collisions(joined, atoms, sites, pairs[~same], distances[~same])
    return joined


def near_pairs(coords, lattice, limit):
    """Pairs of atoms nearer than a limit [Å], and how near, across the cell's faces."""
    spans = np.linalg.norm(np.linalg.inv(lattice.matrix), axis=0)  # of 1 Å, by axis
    reach = min(limit * spans.max() * 3**0.5, 0.5)
    if len(coords) > _FEW:
        pairs = _tree(coords).query_pairs(reach, output_type="ndarray")
    else:  # a tree takes longer than all distances
        pairs = _all_pairs(len(coords))
    differences = coords[pairs[:, 0]] - coords[pairs[:, 1]]
    differences -= np.round(differences)
    distances = np.linalg.norm(differences @ lattice.matrix, axis=1)
    near = (distances < limit) & ((differences**2).sum(axis=1) <= reach**2)
    return pairs[near], distances[near]


@cache
def _all_pairs(n):
    return np.transpose(np.triu_indices(n, 1))


def nearest_places(coords, others, lattice):
    """Distance [Å] of each place to the nearest of others, and which one that is."""
    places = _tree(others).query(_inside(coords))[1]
    return _distances(coords - others[places], lattice), places


def _tree(coords):
    return cKDTree(_inside(coords), boxsize=1.0)


def _inside(coords):
    return coords % 1 % 1  # twice: -1e-17 % 1 is 1


def _distances(differences, lattice):
    return np.linalg.norm((differences - np.round(differences)) @ lattice.matrix, axis=1)


def _joined(atoms, sites, pairs):
    n_atoms = len(atoms.rows)
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(n_atoms, n_atoms))
    place_of = connected_components(graph, directed=False)[1]
    places = {}
    for atom, place in enumerate(place_of.tolist()):
        places.setdefault(place, []).append(atom)
    joined = Contents([], [], [], atoms.strained, [], [])
    for members in places.values():
        rows = list(dict.fromkeys(atoms.rows[members].tolist()))
        occupants = _occupants(rows, sites, joined)
        joined.occupants.append(occupants)
        joined.coords.append(atoms.coords[members[0]])
        joined.labels.append(sites.labels[rows[0]])
    return joined._replace(
        coords=np.array(joined.coords),
        notes=list(dict.fromkeys(joined.notes)),
        doubts=list(dict.fromkeys(joined.doubts)),
    )


def _occupants(rows, sites, joined):
    """Species on one place, by the rows of the list that lie there."""
    kinds = [(sites.species[row], sites.occupancies[row]) for row in rows]
    names = ", ".join(sites.labels[row] for row in rows[:_N_NAMED])
    if sum(occupancy for _, occupancy in kinds) > FULL and len(set(kinds)) < len(kinds):
        joined.doubts.append(
            f"{names} are the same site, listed {len(rows)} times; it was taken once"
        )
        kinds = list(dict.fromkeys(kinds))
    total = sum(occupancy for _, occupancy in kinds)
    if total > FULL:
        raise ValueError(
            f"the site of {names} is occupied {total:.4g} times; at most once is possible"
        )
    occupants = {}
    for species, occupancy in kinds:
        occupants[species] = occupants.get(species, 0.0) + float(occupancy / max(total, 1.0))
    if total > 1 + 1e-6:
        joined.notes.append(
            f"the occupancies of {names} add up to {total:.4g} and were scaled to 1"
        )
    return occupants


def _refuse_collisions(joined, atoms, sites, pairs, distances):
    rows = atoms.rows[pairs]  # (n_pairs, 2)
    together = sites.occupancies[rows].sum(axis=1) > FULL
    for (first, second), distance in zip(rows[together], distances[together], strict=True):
        raise ValueError(
            f"{sites.labels[first]} and {sites.labels[second]} lie {distance:.2g} Å apart, too "
            "close for two atoms"
        )
