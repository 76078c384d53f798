"""Reading of single items: a structure with name and source, or the reason why there is none."""

import warnings
from functools import partial
from pathlib import Path

from pymatgen.core import IStructure, Structure

from xrdmatch.crystallography import structure_from_atoms
from xrdmatch.io._checks import check_structure, check_text, printable
from xrdmatch.io._decoding import bare_name, bare_stem
from xrdmatch.io._files import READERS, find_reader
from xrdmatch.io._skipped import DoubtfulStructureWarning, SkippedStructure

_KEPT = (ImportError, FileNotFoundError)  # raised as they are; all else becomes a ValueError
_MAX_REASON = 300  # characters; some parsers quote the whole file


def read_file(path):
    """Read one file, keeping what its parser remarks with the structure it remarks on."""
    return [outcome for _, outcome in stream_file(path)]


def stream_file(path, start=0):
    """Yield the index and the outcome of each entry from `start` on, one built at a time."""
    entries, i = _entries(path), 0
    while True:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                name, build = next(entries)
                outcome = _attempt(build, name, path, caught) if i >= start else None
            except StopIteration:
                return
            except Exception as error:  # a parser may fail in any way; see _attempt
                outcome = _skipped(str(path), error)
        if i >= start:
            yield i, outcome
        i += 1


def _entries(path):
    found = False
    for found in _open(path):
        yield found
    if not found:
        raise ValueError("the file holds no structure")


def _open(path):
    known = f"{', '.join(READERS)}, POSCAR and CONTCAR"
    check_text("name", str(path))
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
        check_structure(structure)
    except Exception as error:  # one bad item never sinks a batch, however its parser failed
        return _skipped(_place(name, source), error)
    _label(structure, name, source, caught)
    return structure


def _place(name, source):
    """Where the user finds an item: its index, its file, or its file and the entry there."""
    if source is None:
        return name
    whole = name in (bare_stem(source), bare_name(source.name))
    return str(source) if whole else f"{source}, entry {name}"


def is_structure(item):
    """Tell structures and Atoms from paths and lists; Atoms by what they do, without ase."""
    return isinstance(item, IStructure) or hasattr(item, "get_scaled_positions")


def take_object(item, name):
    """Copy a structure or convert Atoms."""
    return _attempt(partial(_adopt, item), name, None, [])


def _adopt(item):
    if not is_structure(item):
        raise TypeError(f"neither a path nor a structure nor Atoms but {type(item).__name__}")
    if not isinstance(item, IStructure):
        return structure_from_atoms(item)
    copy = Structure.from_sites(list(item), charge=item._charge)
    copy.properties = dict(item.properties)
    return copy


def _label(structure, name, source, caught):
    known = {"name": name, "source": None, **(structure.properties or {})}
    if source is not None:
        if known["source"] is not None:
            known["original_source"] = known["source"]
        known["source"] = str(source)
    # Deprecations concern programmers, not the structure.
    remarks = [entry for entry in caught if issubclass(entry.category, UserWarning)]
    doubts = [entry for entry in remarks if issubclass(entry.category, DoubtfulStructureWarning)]
    for key, entries in (("reader_notes", remarks), ("doubts", doubts)):
        if entries:
            known[key] = list(dict.fromkeys(str(entry.message) for entry in entries))
    structure.properties = known


def doubts_about(structure: Structure) -> list[SkippedStructure]:
    """Find what is doubtful about a structure that was read.

    Parameters
    ----------
    structure : pymatgen.core.Structure
        As `read_structures` gives it.

    Returns
    -------
    list of SkippedStructure
        One with the structure's place and the reasons, or none, as for most structures.

    See Also
    --------
    DoubtfulStructureWarning
        Some structures come from files that contradict themselves; the text says how.
    read_structures : Read structures from files, folders and objects.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.io import doubts_about, read_structures
    >>> (iron,) = read_structures(Structure.from_prototype("bcc", ["Fe"], a=2.87))
    >>> doubts_about(iron)
    []
    """
    known = structure.properties
    if not known.get("doubts"):
        return []
    source = known.get("source") and Path(known["source"])
    place = _place(str(known.get("name")), source)
    return [SkippedStructure(place, "; ".join(map(str, known["doubts"])))]


def _skipped(item, error):
    reason = " ".join(str(error).split()).rstrip(".")[:_MAX_REASON]
    if not isinstance(error, (ValueError, TypeError, *_KEPT)):
        reason = f"{type(error).__name__}: {reason}"  # a KeyError's text alone says nothing
    kind = next((kept for kept in _KEPT if isinstance(error, kept)), ValueError)
    return SkippedStructure(printable(item), printable(reason), kind)
