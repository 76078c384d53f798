"""Structures in a file of lines, each read when it is asked for."""

import json
from collections.abc import Sequence
from functools import partial
from operator import index
from pathlib import Path

import numpy as np
from pymatgen.core import Structure

LINES, OFFSETS = "structures.jsonl", "offsets.npy"


class StoredStructures(Sequence):
    """A list of structures that stay in their files.

    Parameters
    ----------
    files : list of (Path, ndarray of shape (n_structures + 1,))
        Files of lines, and in each the bytes at which lines start, the end included.
    """

    def __init__(self, files):
        self.files = files
        self._ends = np.cumsum([len(offsets) - 1 for _, offsets in files])

    @classmethod
    def at(cls, folder):
        """Find the structures that `write_structures` wrote.

        Parameters
        ----------
        folder : Path
            Where.

        Returns
        -------
        StoredStructures
            None of them is read yet.
        """
        offsets = np.load(folder / OFFSETS, allow_pickle=False)
        return cls([(Path(folder, LINES).absolute(), offsets)])

    def __len__(self):
        return int(self._ends[-1])

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        return Structure.from_dict(json.loads(self._line(index(i))))

    def __add__(self, other):
        if not isinstance(other, StoredStructures):
            return NotImplemented
        return StoredStructures(self.files + other.files)

    def _line(self, i):
        if not -len(self) <= i < len(self):
            raise IndexError(f"There are {len(self)} structures, got position {i}.")
        i %= len(self)
        part = int(np.searchsorted(self._ends, i, side="right"))
        path, offsets = self.files[part]
        start, end = offsets[i - self._ends[part] - 1 + len(offsets) :][:2]
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(end - start)

    def lines(self):
        """Yield the lines as they stand in the files."""
        for path, _ in self.files:
            with open(path, "rb") as file:
                yield from file


def write_structures(structures, folder):
    """Write structures as lines of JSON, in pymatgen's form.

    Parameters
    ----------
    structures : list of Structure or StoredStructures
        The structures.
    folder : Path
        Where.
    """
    stored = isinstance(structures, StoredStructures)
    lines = structures.lines() if stored else map(_as_line, structures)
    with open(folder / LINES, "wb") as file:
        lengths = [file.write(line) for line in lines]
    np.save(folder / OFFSETS, np.cumsum([0, *lengths]))


def _as_line(structure):
    content = structure.as_dict(verbosity=0)
    return json.dumps(content, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value):
    """Numbers and lists of numpy's; a text of anything else that JSON does not know."""
    return getattr(value, "tolist", partial(str, value))()
