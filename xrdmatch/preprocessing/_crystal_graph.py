"""Crystals as graphs: which atoms are neighbours, and where they stand."""

from joblib import Parallel, delayed, effective_n_jobs

from xrdmatch.crystallography import as_structures, is_tokens, site_table
from xrdmatch.preprocessing._graph_cache import GraphCache
from xrdmatch.preprocessing._neighbour_lists import (
    check_graph_options,
    check_graphs,
    graph_of,
    joined_graphs,
)
from xrdmatch.preprocessing._primitive_lattice import N_EXTRA
from xrdmatch.preprocessing._stateless import StatelessTransformer

BLOCK = 256  # structures of one job


class CrystalGraph(StatelessTransformer):
    """Write each crystal as a graph: its atoms, their neighbours, its primitive lattice.

    An atom's neighbours are whole shells. With ``d`` the distance of its `n_neighbors`-th
    neighbour, those nearer than ``r = min(cutoff, 1.1 d)`` are taken, with weights that fall
    smoothly to 0 at ``r``. So neither the order of atoms, nor rounding, nor the choice of the
    cell changes what is read; in a close-packed metal some 50 neighbours are taken where 24 are
    asked for.

    Parameters
    ----------
    cutoff : float, default=6.0
        No neighbour is farther [Å].
    n_neighbors : int, default=24
        Number of neighbours whose shells are taken.
    n_lattice_vectors : int, default=24
        How many lengths of shortest vectors of the primitive lattice are kept, one of each pair
        t and -t. They say how the crystal repeats, which neighbours within the cutoff do not.
    cache : str or path-like, default=None
        Folder in which graphs are kept, and from which they are read where they are those of the
        same structures and options.
    n_jobs : int, default=None
        Number of joblib workers.

    See Also
    --------
    CrystalTokenizer : Crystals as sequences of numbers.
    xrdmatch.encoders.EquivariantTower : What reads the graphs.

    Notes
    -----
    Neighbours are found by vesin, primitive cells by spglib with a tolerance of 0.01 Å. Disordered
    structures are refused.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.preprocessing import CrystalGraph
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    >>> graphs = CrystalGraph(cutoff=3.0).transform([iron])
    >>> graphs.vectors.lengths  # two atoms with 8 + 6 neighbours
    array([28])
    >>> graphs.lattice[0, 3:11].round(2)  # lengths of primitive vectors [Å]
    array([2.49, 2.49, 2.49, 2.49, 2.87, 2.87, 2.87, 4.06], dtype=float32)
    """

    def __init__(
        self, cutoff=6.0, n_neighbors=24, *, n_lattice_vectors=24, cache=None, n_jobs=None
    ):
        self.cutoff = cutoff
        self.n_neighbors = n_neighbors
        self.n_lattice_vectors = n_lattice_vectors
        self.cache = cache
        self.n_jobs = n_jobs

    def transform(self, structures):
        """Make graphs.

        Parameters
        ----------
        structures : list of Structure or Atoms, or ndarray of tokens
            The crystals; Atoms are those of ASE.

        Returns
        -------
        Rows
            One row for each crystal: ``numbers`` (atomic numbers), ``ends`` (the places of an
            atom and of its neighbour in the cell), ``vectors`` (from the one to the other [Å])
            and ``weights`` (between 0 and 1), each a `RaggedArray`; ``lattice``, of shape
            (n_structures, n_lattice_vectors + 5): lengths of the shortest three independent
            vectors, of the n_lattice_vectors shortest, and the cube roots of the volumes of the
            primitive cell and of an atom [Å].

        Raises
        ------
        ImportError
            If vesin is not installed.
        ValueError
            If a structure is disordered, its cell has no volume, or the cache is that of others.
        """
        self._check_options()
        structures = as_structures(structures)
        if not is_tokens(structures):
            structures = list(structures)
        if self.cache is None:
            return self._graphs(structures)
        options = self.get_params() | {"cache": None, "n_jobs": None}
        return GraphCache(self.cache, options).graphs(structures, self._graphs)

    def _check_options(self):
        check_graph_options(self.cutoff, self.n_neighbors, self.n_lattice_vectors)

    def _graphs(self, structures):
        starts = range(0, len(structures), BLOCK)
        n_jobs = min(effective_n_jobs(self.n_jobs), max(1, len(starts)))
        options = self.cutoff, self.n_neighbors, self.n_lattice_vectors
        parts = Parallel(n_jobs)(
            delayed(_block)(structures[start : start + BLOCK], start, options) for start in starts
        )
        graphs = [graph for part in parts for graph in part]
        return joined_graphs(graphs, self.n_lattice_vectors + N_EXTRA)

    def tower_options(self):
        """Return what a tower that reads the graphs must know."""
        return {"cutoff": self.cutoff, "n_lattice": self.n_lattice_vectors + N_EXTRA}


def _block(structures, first, options):
    table = site_table(structures, first=first)
    check_graphs(table, first)
    return [graph_of(table[[i]], *options) for i in range(len(table))]
