"""Graphs kept in a folder, with what they are graphs of."""

import hashlib
import json
from pathlib import Path

import numpy as np

from xrdmatch.crystallography import is_tokens
from xrdmatch.preprocessing._row_arrays import rows_as_arrays, rows_from_arrays

CARD, ARRAYS = "graphs.json", "graphs.npz"
NAME = "graphs"  # of the rows


class GraphCache:
    """Keep graphs in a folder.

    Parameters
    ----------
    folder : str or path-like
        Where; made where there is none.
    options : dict
        What the graphs are made with; plain data.
    """

    def __init__(self, folder, options):
        self.folder, self.options = Path(folder), options

    def graphs(self, structures, make):
        """Read the graphs, or make and keep them.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.
        make : callable
            Makes the graphs of structures.

        Returns
        -------
        Rows
            One row for each structure.

        Raises
        ------
        ValueError
            If the folder holds graphs of others.
        """
        card = {"options": self.options, "structures": _digest(structures), "n": len(structures)}
        if not (self.folder / CARD).is_file():
            graphs = make(structures)
            self._keep(graphs, card)
            return graphs
        there = json.loads((self.folder / CARD).read_text(encoding="utf-8"))
        if there != card:
            changed = next(name for name in card if there.get(name) != card[name])
            raise ValueError(
                f"A cache holds the graphs of one list of structures with one set of options, got "
                f"other {changed} for {self.folder}; name another folder, or delete this one."
            )
        return _read(self.folder / ARRAYS)

    def _keep(self, graphs, card):
        self.folder.mkdir(parents=True, exist_ok=True)
        np.savez(self.folder / ARRAYS, **rows_as_arrays(graphs, NAME))
        (self.folder / CARD).write_text(json.dumps(card), encoding="utf-8")  # the last, if stopped


def _read(path):
    with np.load(path) as file:
        return rows_from_arrays({name: file[name] for name in file.files}, NAME)


def _digest(structures):
    """Hash of cells, sites and elements."""
    known = hashlib.sha256()
    for structure in structures:
        if is_tokens(structures):
            known.update(np.ascontiguousarray(structure).tobytes())
            continue
        known.update(np.ascontiguousarray(structure.lattice.matrix).tobytes())
        known.update(np.ascontiguousarray(structure.frac_coords).tobytes())
        known.update(str(structure.species_and_occu).encode())
    return known.hexdigest()
