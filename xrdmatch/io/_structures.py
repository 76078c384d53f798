"""The door for structures."""

import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from pymatgen.core import IStructure, Structure

from ._ase import structure_from_atoms
from ._files import READERS, find_reader, structure_files

_ON_ERROR = ("skip", "raise")
_KEPT = (ImportError, FileNotFoundError)  # raised as they are; all else becomes a ValueError
_N_NAMED = 10  # skipped items named in one warning
_MAX_REASON = 300  # characters; some parsers quote the whole file


class SkippedStructureWarning(UserWarning):
    """Some structures could not be read; the text names them and says why."""


def read_structures(path, on_error="skip", n_jobs=None):
    """Read structures from files, folders and objects.

    ======================================  =================================================
    file                                    what it holds
    ======================================  =================================================
    ``.cif``                                one structure a data block, the cell as stated
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
        Processes among which the files are divided, as in joblib. It pays for thousands of small
        files; one file is always read by one process, and a Parquet table takes longer to send
        between processes than to read.

    Returns
    -------
    list of pymatgen.core.Structure
        In the order of the items given, of the sorted paths below a folder, and of the entries
        within a file. Objects are copied. ``structure.properties`` has the ``"name"`` (the one
        that the structure carries already, or else the row's id or the file's stem, with
        the entry's block or index where a file holds several; ``"structure-<index>"`` for objects),
        the ``"source"`` (path of the file, None for objects; an earlier source is kept as
        ``"original_source"``), what numbers and texts the file adds about the structure, and,
        where the format's parser had something to remark, its ``"reader_notes"``.

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
        raise ValueError(f"on_error must be one of {_ON_ERROR}; got {on_error!r}.")
    structures, skipped = [], []
    for outcome in _outcomes(_items(path), n_jobs):
        if isinstance(outcome, Structure):
            structures.append(outcome)
        elif on_error == "raise":
            raise outcome.kind(f"Cannot read {outcome}.")
        else:
            skipped.append(outcome)
    if not structures:
        raise skipped[0].kind(f"No structure could be read: {_summary(skipped)}.")
    if skipped:
        n_items = len(structures) + len(skipped)
        text = f"Skipped {len(skipped)} of {n_items} structures: {_summary(skipped)}."
        warnings.warn(text, SkippedStructureWarning, stacklevel=2)
    return structures


@dataclass(frozen=True)
class _Skipped:
    item: str
    reason: str
    kind: type  # of the exception, should it be raised

    def __str__(self):
        return f"{self.item} ({self.reason})"


def _summary(skipped):
    named = "; ".join(map(str, skipped[:_N_NAMED]))
    n_more = len(skipped) - _N_NAMED
    return f"{named}; and {n_more} more" if n_more > 0 else named


def _items(path):
    """List what is to be read: Paths of files, and objects."""
    if isinstance(path, str | os.PathLike):
        if not os.path.exists(Path(path).expanduser()):
            raise FileNotFoundError(f"There is no file or folder {os.fspath(path)!r}.")
        return _files_at(path)
    if _is_structure(path):
        return [path]
    if not isinstance(path, Iterable):
        raise TypeError(f"path must be a path, a structure or a list of them; got {path!r}.")
    items = [found for item in path for found in _files_at(item)]
    if not items:
        raise ValueError("There is nothing to read: the list of paths and structures is empty.")
    return items


def _files_at(item):
    if not isinstance(item, str | os.PathLike):
        return [item]
    item = Path(item).expanduser()
    # A folder without structures stays in the list, to be named among what was skipped.
    return (structure_files(item) if item.is_dir() else []) or [item]


def _is_structure(item):
    # Atoms are told by what they can do, so that structures are read without ase, too.
    return isinstance(item, IStructure) or hasattr(item, "get_scaled_positions")


def _outcomes(items, n_jobs):
    """Yield a structure or a _Skipped for everything in the items, in order."""
    files = [item for item in items if isinstance(item, Path)]
    read = Parallel(n_jobs=n_jobs, return_as="generator")(delayed(_read_file)(p) for p in files)
    for i, item in enumerate(items):
        if isinstance(item, Path):
            yield from next(read)
        else:
            yield _attempt(partial(_adopt, item), f"structure-{i}", None, [])


def _read_file(path):
    """Read one file, keeping what its parser remarks with the structure it remarks on."""
    outcomes = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for name, build in _open(path):
                outcomes.append(_attempt(build, name, path, caught))
                caught.clear()
        except Exception as error:  # a parser may fail in any way; see _attempt
            outcomes.append(_skipped(str(path), error))
    return outcomes


def _open(path):
    known = f"{', '.join(READERS)}, POSCAR and CONTCAR"
    if path.is_dir():
        raise ValueError(f"the folder has none of the files that are read: {known}")
    if not path.is_file():
        raise FileNotFoundError("there is no such file")
    if (reader := find_reader(path)) is None:
        raise ValueError(f"files called *{path.suffix} have no reader, only these have: {known}")
    return reader(path)


def _attempt(build, name, source, caught):
    try:
        structure = build()
        _check(structure)
    except Exception as error:  # one bad item never sinks a batch, however its parser failed
        return _skipped(_place(name, source), error)
    _label(structure, name, source, caught)
    return structure


def _place(name, source):
    """Where the user finds an item: its index, its file, or its file and the entry there."""
    if source is None:
        return name
    return str(source) if name in (source.stem, source.name) else f"{source}, entry {name}"


def _adopt(item):
    if not _is_structure(item):
        raise TypeError(f"neither a path nor a structure nor Atoms but a {type(item).__name__}")
    if not isinstance(item, IStructure):
        return structure_from_atoms(item)
    copy = Structure.from_sites(list(item), charge=item._charge)
    copy.properties = dict(item.properties)
    return copy


def _check(structure):
    if not len(structure):
        raise ValueError("it has no atoms")
    if not (np.isfinite(structure.lattice.matrix).all() and structure.lattice.volume > 0):
        raise ValueError("its cell is not finite or has no volume")
    if not np.isfinite(structure.frac_coords).all():
        raise ValueError("a coordinate is not a finite number")


def _label(structure, name, source, caught):
    known = {"name": name, "source": None, **(structure.properties or {})}
    if source is not None:
        if known["source"] is not None:
            known["original_source"] = known["source"]
        known["source"] = str(source)
    # Deprecations concern programmers, not the structure.
    notes = [str(entry.message) for entry in caught if issubclass(entry.category, UserWarning)]
    if notes:
        known["reader_notes"] = list(dict.fromkeys(notes))
    structure.properties = known


def _skipped(item, error):
    reason = " ".join(str(error).split()).rstrip(".")[:_MAX_REASON]
    if not isinstance(error, (ValueError, TypeError, *_KEPT)):
        reason = f"{type(error).__name__}: {reason}"  # a KeyError's text alone says nothing
    kind = next((kept for kept in _KEPT if isinstance(error, kept)), ValueError)
    return _Skipped(item, reason, kind)
