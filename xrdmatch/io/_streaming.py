"""Structures one at a time, for libraries that are larger than the memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs
from pymatgen.core import Structure

from xrdmatch.io._attempts import read_file, stream_file, take_object
from xrdmatch.io._skipped import SkippedStructure
from xrdmatch.io._structures import list_items

# Endings of files that may hold many structures: they are never read as a whole.
ONE_BY_ONE = (".parquet", ".db", ".json", ".xyz", ".extxyz")
_AHEAD = 256  # files that several processes read before they are asked for


def find_structure_files(path: Any) -> list[Path]:
    """List the files that `read_structures` would open.

    Parameters
    ----------
    path : str, path-like, Structure, Atoms or iterable of these
        As in `read_structures`.

    Returns
    -------
    list of Path
        In the order in which they are read; objects are left out. A folder that has none stands
        for itself, to be named among what cannot be read.

    Raises
    ------
    FileNotFoundError
        When `path` does not exist.
    ValueError
        When nothing is there to read.

    See Also
    --------
    read_structures : Read structures from files, folders and objects.
    stream_structures
        Read structures one at a time, so that they need never be in memory together.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.io import find_structure_files
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("iron.cif", "notes.txt"):
    ...         _ = Path(folder, name).write_text("")
    ...     [file.name for file in find_structure_files(folder)]
    ['iron.cif']
    """
    return [item for item in list_items(path) if isinstance(item, Path)]


def stream_structures(
    path: Any, start: tuple[int, int] = (0, 0), n_jobs: int | None = None
) -> Iterator[tuple[tuple[int, int], Structure | SkippedStructure]]:
    """Read structures one at a time, so that they need never be in memory together.

    Parameters
    ----------
    path : str, path-like, Structure, Atoms or iterable of these
        As in `read_structures`.
    start : tuple of (int, int), default=(0, 0)
        Where to begin: index of the file or object, and of the entry within it. What is before
        is passed over, which takes hardly any time.
    n_jobs : int, optional
        Processes that read CIF and POSCAR files, a few hundred ahead.

    Yields
    ------
    place : tuple of (int, int)
        Index of the file or object, and of the entry within it.
    outcome : Structure or SkippedStructure
        The structure, as `read_structures` gives it, or what could not be read and why.

    Raises
    ------
    FileNotFoundError
        When `path` does not exist.
    ValueError
        When nothing is there to read.

    See Also
    --------
    read_structures : Read structures from files, folders and objects.
    SkippedStructure : An item that was left out, and why.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.io import stream_structures
    >>> metals = [Structure.from_prototype("bcc", [x], a=3.0) for x in ("Fe", "W")]
    >>> [(place, metal.formula) for place, metal in stream_structures(metals)]
    [((0, 0), 'Fe2'), ((1, 0), 'W2')]
    """
    first, entry = start
    items = list(enumerate(list_items(path)))[first:]
    for at in range(0, len(items), _AHEAD):
        batch = items[at : at + _AHEAD]
        ahead = _read_ahead(batch, n_jobs)
        for i, item in batch:
            begin = entry if i == first else 0
            for j, outcome in _outcomes(i, item, ahead.get(i), begin):
                yield (i, j), outcome


def _read_ahead(batch, n_jobs):
    """Outcomes of the small files among some items, by index, where there are processes for it."""
    if effective_n_jobs(n_jobs) == 1:
        return {}
    small = {
        i: item
        for i, item in batch
        if isinstance(item, Path) and item.suffix.lower() not in ONE_BY_ONE
    }
    read = Parallel(n_jobs=n_jobs)(delayed(read_file)(item) for item in small.values())
    return dict(zip(small, read, strict=True))


def _outcomes(i, item, ahead, begin):
    if ahead is not None:
        yield from list(enumerate(ahead))[begin:]
    elif isinstance(item, Path):
        yield from stream_file(item, begin)
    elif begin == 0:
        yield 0, take_object(item, f"structure-{i}")
