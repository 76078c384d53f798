"""One crystal as a graph: neighbours in whole shells, weighted so that none appears at a jump."""

from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import StructureError
from xrdmatch.preprocessing._primitive_lattice import lattice_lengths
from xrdmatch.preprocessing._rows import RaggedArray, Rows

FULL = 1 - 1e-6  # occupancy
MIXED = (
    "A graph has one atom on each site, got occupancies below 1 {place}; give ordered structures, "
    "or learn with structure_encoder='peaks', which takes these."
)
NO_VOLUME = "A cell must have a volume, got none {place}; mend its lattice."
BEYOND = 1.1  # where weights end, in distances of the last neighbour that is asked for


class Graph(NamedTuple):
    """One crystal as a graph; the fields are rows of what `CrystalGraph` returns."""

    numbers: np.ndarray
    ends: np.ndarray
    vectors: np.ndarray
    weights: np.ndarray
    lattice: np.ndarray


COLUMNS = {"ends": ((2,), np.int32), "vectors": ((3,), np.float32), "weights": ((), np.float32)}


def check_graph_options(cutoff, n_neighbors, n_lattice_vectors):
    """Check what graphs are made with."""
    if not (isinstance(cutoff, Real) and 0 < cutoff < np.inf):
        raise ValueError(f"cutoff must be a positive length [Å], got {cutoff!r}; 6.0 is usual.")
    for name, value, least in (
        ("n_neighbors", n_neighbors, 1),
        ("n_lattice_vectors", n_lattice_vectors, 0),
    ):
        if not isinstance(value, Integral) or value < least:
            raise ValueError(
                f"{name} must be a whole number of at least {least}, got {value!r}; 24 is usual."
            )


def graph_of(table, cutoff, n_neighbors, n_lattice_vectors):
    """Make the graph of one crystal.

    Parameters
    ----------
    table : SiteTable
        The crystal, its only row.
    cutoff : float
        No neighbour is farther [Å].
    n_neighbors : int
        Number of neighbours whose shells are taken.
    n_lattice_vectors : int
        How many lengths of lattice vectors are kept.

    Returns
    -------
    Graph
        The crystal; neighbours by the places of their atoms.
    """
    lattice, numbers = table.lattice[0], table.numbers[0]
    frac_coords = table.frac_coords[0] % 1.0
    ends, vectors = neighbours(lattice, frac_coords @ lattice, cutoff)
    weights = shell_weights(ends[:, 0], np.linalg.norm(vectors, axis=1), cutoff, n_neighbors)
    kept = weights > 0
    return Graph(
        numbers.astype(np.uint8),
        ends[kept],
        vectors[kept],
        weights[kept],
        lattice_lengths(lattice, frac_coords, numbers, n_lattice_vectors),
    )


def neighbours(lattice, cart_coords, cutoff):
    """List all neighbours within a distance.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Row vectors a, b, c [Å].
    cart_coords : ndarray of shape (n_atoms, 3)
        Places of the atoms [Å].
    cutoff : float
        The distance [Å].

    Returns
    -------
    ends : ndarray of int, shape (n_pairs, 2)
        An atom and its neighbour, by the first and then by distance.
    vectors : ndarray of shape (n_pairs, 3)
        From the one to the other [Å].

    Raises
    ------
    ImportError
        If vesin is not installed.
    """
    found = _vesin().NeighborList(cutoff=float(cutoff), full_list=True)
    first, second, vectors, distance = found.compute(
        points=cart_coords, box=lattice, periodic=True, quantities="ijDd"
    )
    order = np.lexsort((distance, first))
    return np.stack([first, second], 1)[order].astype(int), np.asarray(vectors)[order]


def _vesin():
    try:
        import vesin
    except ImportError as error:
        raise ImportError(
            "Neighbours are found by vesin, which is not installed; "
            "pip install 'xrdmatch[equivariant]'."
        ) from error
    return vesin


def shell_weights(first, distance, cutoff, n_neighbors):
    """Weigh neighbours: 1 near the atom, smoothly down to 0 where its last shell ends.

    Parameters
    ----------
    first : ndarray of int, shape (n_pairs,)
        The atom, ascending.
    distance : ndarray of shape (n_pairs,)
        How far the neighbour is [Å], ascending for each atom.
    cutoff : float
        Where weights are 0 at the latest [Å].
    n_neighbors : int
        The neighbour at whose distance ``d`` they are not 0 yet; they are at ``1.1 d``.

    Returns
    -------
    ndarray of shape (n_pairs,)
        ``(1 - (distance / r)^4)^2``, 0 beyond r.
    """
    n_pairs = len(distance)
    atoms, start = np.unique(first, return_index=True)
    last = start + n_neighbors - 1
    end = np.append(start[1:], n_pairs)
    reach = np.full(int(first.max(initial=-1)) + 1, float(cutoff))
    full = last < end
    reach[atoms[full]] = np.minimum(cutoff, BEYOND * distance[last[full]])
    return (1 - np.minimum(distance / reach[first], 1.0) ** 4) ** 2


def check_graphs(table, first):
    """Refuse disordered sites and flat cells; `first` is the position of the first structure."""
    mixed = ((table.occupancy < FULL) & (table.numbers > 0)).any(axis=1)
    for wrong, text in ((mixed, MIXED), (table.is_flat, NO_VOLUME)):
        if wrong.any():
            raise StructureError(text, first + int(np.argmax(wrong)))


def joined_graphs(graphs, n_lattice):
    """Put graphs behind each other.

    Parameters
    ----------
    graphs : list of Graph
        The graphs.
    n_lattice : int
        Length of their ``lattice``.

    Returns
    -------
    Rows
        One row for each graph.
    """
    ragged = {
        name: RaggedArray.of([getattr(graph, name) for graph in graphs], shape, dtype)
        for name, (shape, dtype) in COLUMNS.items()
    }
    return Rows(
        numbers=RaggedArray.of([graph.numbers for graph in graphs], (), np.uint8),
        lattice=np.array([g.lattice for g in graphs], np.float32).reshape(-1, n_lattice),
        **ragged,
    )
