"""Structures from files, folders and objects."""

import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from joblib import Parallel, delayed, effective_n_jobs
from pymatgen.core import Structure

from xrdmatch.crystallography import skipped_summary, warn_of_skipped
from xrdmatch.io._attempts import doubts_about, is_structure, read_file, take_object
from xrdmatch.io._files import structure_files
from xrdmatch.io._skipped import DoubtfulStructureWarning

_ON_ERROR = ("skip", "raise")


def read_structures(
    path: Any, on_error: Literal["skip", "raise"] = "skip", n_jobs: int | None = None
) -> list[Structure]:
    """Read structures from files, folders and objects.

    ======================================  =================================================
    file                                    what it holds
    ======================================  =================================================
    ``.cif``, ``.mcif``                     one structure a data block, the cell as stated
    ``POSCAR*``, ``CONTCAR*``, ``.vasp``,   one structure
    ``.poscar``
    ``.json``                               a pymatgen structure (``as_dict``), a list of
                                            them, or an ASE database
    ``.xyz``, ``.extxyz``                   one structure a frame, each with its cell
    ``.db``                                 an ASE database, one structure a row
    ``.parquet``                            one structure a row: ``id``, ``lattice`` (9
                                            floats, rows a, b, c [Å]), ``numbers``,
                                            ``frac_coords`` (3 floats a site)
    ======================================  =================================================

    CIF, POSCAR and JSON files may be compressed (``.gz``, ``.bz2``, ``.xz``, or ``.zip`` of one
    file) and in any Unicode encoding. What a CIF leaves open or contradicts is decided by its own
    formula and by the distances between its atoms, or else it is not read; nothing is assumed.

    Xyz files and ASE databases need ase, Parquet files pyarrow: ``pip install xrdmatch[io]``.

    Parameters
    ----------
    path : str, path-like, Structure, Atoms or iterable of these
        A file; a folder, which is searched with all folders below it for the files above (others
        and hidden ones are passed over); or files, folders, pymatgen structures and ASE Atoms in
        any mixture.
    on_error : {"skip", "raise"}, default="skip"
        What happens to an item that cannot be read: it is left out and named in one
        `SkippedStructureWarning`, or the first one is raised.
    n_jobs : int, optional
        Processes among which the files are divided, as in joblib. Starting them takes as long as
        reading about a thousand small CIF files, so it pays for several thousand; one file is
        always read by one process, and the structures of a Parquet table take longer to send
        between processes than to read. With several processes all files are read before
        ``on_error="raise"`` raises.

    Returns
    -------
    list of pymatgen.core.Structure
        In the order of the items given, of the sorted paths below a folder, and of the entries
        within a file. Objects are copied. ``structure.properties`` has the ``"name"`` (the one
        that the structure carries already, or else the row's id or the file's stem, with
        the entry's block or index where a file holds several; ``"structure-<index>"`` for objects),
        the ``"source"`` (path of the file, None for objects; an earlier source is kept as
        ``"original_source"``), what numbers and texts the file adds about the structure, and,
        where the reader had something to remark, its ``"reader_notes"``. Those remarks by which a
        file contradicts itself, in its formula for example, are its ``"doubts"`` as well; one
        `DoubtfulStructureWarning` names these files.

    Raises
    ------
    FileNotFoundError
        When `path`, or with ``on_error="raise"`` a file in it, does not exist.
    ValueError
        When an option is unknown, nothing is there to read, nothing could be read, or
        ``on_error="raise"`` and an item could not be read.
    TypeError
        When `path` is none of the above.
    ImportError
        When ase or pyarrow is missing and without it nothing could be read.

    See Also
    --------
    stream_structures
        Read structures one at a time, so that they need never be in memory together.
    find_structure_files : List the files that `read_structures` would open.
    xrdmatch.datasets.load_standards
        Load common phases, from corundum to the phases of cement and batteries.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.io import read_structures
    >>> cscl = Structure(Lattice.cubic(4.12), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> with TemporaryDirectory() as folder:
    ...     _ = cscl.to(filename=str(Path(folder, "cscl.cif")))
    ...     structures = read_structures(folder)
    >>> [(s.properties["name"], s.reduced_formula) for s in structures]
    [('cscl', 'CsCl')]
    """
    if on_error not in _ON_ERROR:
        raise ValueError(f"on_error must be one of {_ON_ERROR}; got {on_error!r}; pick one.")
    structures, skipped = [], []
    for outcome in _outcomes(list_items(path), n_jobs):
        if isinstance(outcome, Structure):
            structures.append(outcome)
        elif on_error == "raise":
            raise outcome.kind(f"Cannot read {outcome}.")
        else:
            skipped.append(outcome)
    if not structures:
        raise skipped[0].kind(f"No structure could be read: {skipped_summary(skipped)}.")
    n_items = len(structures) + len(skipped)
    warn_of_skipped(skipped, f"Skipped {len(skipped)} of {n_items} structures")
    _warn_of_doubts(structures)
    return structures


def _warn_of_doubts(structures):
    doubts = [doubt for structure in structures for doubt in doubts_about(structure)]
    if doubts:
        text = f"Read with doubts {len(doubts)} of {len(structures)} structures"
        text = f"{text}: {skipped_summary(doubts)}."
        warnings.warn(text, DoubtfulStructureWarning, stacklevel=3)


def list_items(path):
    """List what is to be read: Paths of files, and objects."""
    if isinstance(path, str | os.PathLike):
        if not os.path.exists(Path(path).expanduser()):
            raise FileNotFoundError(
                f"There is no file or folder {os.fspath(path)!r} as seen from {os.getcwd()!r}; "
                "check the path."
            )
        return _files_at(path)
    if is_structure(path):
        return [path]
    if not isinstance(path, Iterable):
        raise TypeError(
            f"path must be a path, a structure or a list of them; got {path!r}; "
            "name a folder, for example."
        )
    items = [found for item in path for found in _files_at(item)]
    if not items:
        raise ValueError(
            "There is nothing to read: the list of paths and structures is empty; pass at least "
            "one."
        )
    return items


def _files_at(item):
    if not isinstance(item, str | os.PathLike):
        return [item]
    item = Path(item).expanduser()
    # A folder without structures stays in the list, to be named among what was skipped.
    return (structure_files(item) if item.is_dir() else []) or [item]


def _outcomes(items, n_jobs):
    """Yield a structure or a SkippedStructure for everything in the items, in order."""
    files = [item for item in items if isinstance(item, Path)]
    if effective_n_jobs(n_jobs) == 1:
        read = map(read_file, files)
    else:  # a list: joblib's generator complains when it is left before its end
        read = iter(Parallel(n_jobs=n_jobs)(delayed(read_file)(file) for file in files))
    for i, item in enumerate(items):
        if isinstance(item, Path):
            yield from next(read)
        else:
            yield take_object(item, f"structure-{i}")
