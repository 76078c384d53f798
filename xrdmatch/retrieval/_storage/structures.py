"""Structures in a compressed file, each read when it is asked for."""

import json
import os
import weakref
import zlib
from collections.abc import Sequence
from functools import partial
from itertools import chain, islice
from operator import index
from pathlib import Path

import numpy as np

from xrdmatch.crystallography import formula_from_dict, structure_from_dict

COMPRESSED, BLOCKS = "structures.jsonl.zz", "structures-blocks.npy"
LINES, OFFSETS = "structures.jsonl", "offsets.npy"  # of formats 1 and 2
BLOCK = 32  # structures that are compressed together
LEVEL = 3  # of zlib: what more would spare is a tenth, and takes twice as long
LARGEST = 1 << 28  # bytes that a block may become


class StructureLines:
    """Structures as lines of a file, as formats 1 and 2 have them.

    Parameters
    ----------
    path : Path
        The file.
    offsets : ndarray of shape (n_structures + 1,)
        The bytes at which lines start, the end included.
    """

    def __init__(self, path, offsets):
        self.path, self.offsets = path, offsets

    def __len__(self):
        return len(self.offsets) - 1

    def line(self, i):
        """Line of structure i."""
        start, end = self.offsets[i : i + 2]
        with open(self.path, "rb") as file:
            file.seek(start)
            return file.read(end - start)

    def lines(self):
        """Yield the lines as they stand in the file."""
        with open(self.path, "rb") as file:
            yield from file


class StructureBlocks:
    """Structures as lines of which 32 are compressed together.

    The file stays open, so that it can be read when the library has been replaced meanwhile.

    Parameters
    ----------
    path : Path
        The file.
    offsets : ndarray of shape (n_blocks + 1,)
        The bytes at which blocks start, the end included.
    n_structures : int
        How many there are in all.
    """

    def __init__(self, path, offsets, n_structures):
        self.path, self.offsets, self.n_structures = path, offsets, n_structures
        if len(offsets) - 1 != -(-n_structures // BLOCK):
            raise ValueError(f"{len(offsets) - 1} blocks do not hold {n_structures} structures")
        self._last = None, []
        self._handle = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._handle)

    def __reduce__(self):
        return StructureBlocks, (self.path, self.offsets, self.n_structures)

    def __len__(self):
        return self.n_structures

    def line(self, i):
        """Line of structure i."""
        number, inside = divmod(i, BLOCK)
        if self._last[0] != number:
            self._last = number, self._block(number)
        return self._last[1][inside]

    def lines(self):
        """Yield all lines."""
        return chain.from_iterable(map(self._block, range(len(self.offsets) - 1)))

    def _block(self, number):
        start, end = self.offsets[number : number + 2]
        expanded = zlib.decompressobj()
        text = expanded.decompress(os.pread(self._handle, end - start, start), LARGEST)
        if not expanded.eof:
            raise ValueError(f"{self.path.name} has a block that is cut or larger than allowed")
        return text.splitlines(keepends=True)


class StoredStructures(Sequence):
    """A list of structures that stay in their files.

    Parameters
    ----------
    files : list of StructureLines or StructureBlocks
        Where they are.
    """

    def __init__(self, files):
        self.files = files
        self._ends = np.cumsum([len(file) for file in files])

    @classmethod
    def at(cls, folder, n_structures):
        """Find the structures that `write_structures` wrote.

        Parameters
        ----------
        folder : Path
            Where.
        n_structures : int
            How many there are.

        Returns
        -------
        StoredStructures
            None of them is read yet.
        """
        folder = Path(folder).absolute()
        if (folder / BLOCKS).exists():
            blocks = np.load(folder / BLOCKS, allow_pickle=False)
            return cls([StructureBlocks(folder / COMPRESSED, blocks, n_structures)])
        offsets = np.load(folder / OFFSETS, allow_pickle=False)
        return cls([StructureLines(folder / LINES, offsets)])

    def __len__(self):
        return int(self._ends[-1])

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        return structure_from_dict(json.loads(self._line(index(i))))

    def formula(self, i):
        """Reduced formula of structure i."""
        return formula_from_dict(json.loads(self._line(index(i))))

    def __add__(self, other):
        if not isinstance(other, StoredStructures):
            return NotImplemented
        return StoredStructures(self.files + other.files)

    def _line(self, i):
        if not -len(self) <= i < len(self):
            raise IndexError(f"There are {len(self)} structures, got position {i}.")
        i %= len(self)
        part = int(np.searchsorted(self._ends, i, side="right"))
        file = self.files[part]
        return file.line(i - int(self._ends[part]) + len(file))

    def lines(self):
        """Yield the lines of all structures."""
        return chain.from_iterable(file.lines() for file in self.files)

    def taken(self, rows):
        """Yield the lines of some structures, given by ascending positions."""
        return map(self._line, rows)


def write_structures(structures, folder):
    """Write structures as compressed lines of JSON, in pymatgen's form.

    Parameters
    ----------
    structures : list of Structure, StoredStructures, or iterable of bytes
        The structures, or their lines.
    folder : Path
        Where.
    """
    lines = iter(structures.lines() if isinstance(structures, StoredStructures) else structures)
    blocks = iter(lambda: [*islice(lines, BLOCK)], [])
    with open(folder / COMPRESSED, "wb") as file:
        lengths = [
            file.write(zlib.compress(b"".join(map(_as_line, block)), LEVEL)) for block in blocks
        ]
    np.save(folder / BLOCKS, np.cumsum([0, *lengths]))


def _as_line(structure):
    if isinstance(structure, bytes):
        return structure
    content = structure.as_dict(verbosity=0)
    return json.dumps(content, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value):
    """Numbers and lists of numpy's; a text of anything else that JSON does not know."""
    return getattr(value, "tolist", partial(str, value))()
