"""Labels of a library: names of structures, with folders where names are ambiguous."""

from collections import Counter
from pathlib import Path

ENDINGS = frozenset(
    {".cif", ".mcif", ".vasp", ".poscar", ".json", ".xyz", ".extxyz", ".db", ".parquet"}
)
WRAPPERS = frozenset({".gz", ".bz2", ".xz", ".zip"})


def distinct_names(files):
    """Find names for files that share theirs with others.

    Parameters
    ----------
    files : list of Path
        All files, absolute.

    Returns
    -------
    dict of str to str
        By path, of those files whose name another one has, too: the name behind as many folders
        as tell it from the others, and with its ending where only that does.

    Examples
    --------
    >>> from pathlib import Path
    >>> from xrdmatch._commands.index_labels import distinct_names
    >>> names = distinct_names([Path("/db/a/SiO2.cif"), Path("/db/b/SiO2.cif"), Path("/db/C.cif")])
    >>> sorted(names.values())
    ['a/SiO2', 'b/SiO2']
    """
    files = list(dict.fromkeys(files))
    named = {file: file.with_name(_own_name(file)) for file in files}
    n_same = Counter(path.name for path in named.values())
    # Where two lie beside each other, all of that name keep their endings.
    beside = {path.name for path, n in Counter(named.values()).items() if n > 1}
    shared = {
        file: file if path.name in beside else path
        for file, path in named.items()
        if n_same[path.name] > 1
    }
    return {str(file): name for file, name in _shortest_ends(shared).items()}


def _own_name(file):
    """Name a file's structure as readers do: in "POSCAR.Si" the part after the dot counts."""
    file = file.with_suffix("") if file.suffix.lower() in WRAPPERS else file
    return file.stem if file.suffix.lower() in ENDINGS else file.name


def _shortest_ends(paths):
    """Shorten paths to their last parts, as few as no other path ends in."""
    found, depth = {}, 1
    while paths:
        ends = {file: Path(*path.parts[-depth:]).as_posix() for file, path in paths.items()}
        counts = Counter(ends.values())
        found |= {
            file: ends[file]
            for file, path in paths.items()
            if counts[ends[file]] == 1 or depth >= len(path.parts)
        }
        paths = {file: path for file, path in paths.items() if file not in found}
        depth += 1
    return found


def label_of(structure, names):
    """Label a structure.

    Parameters
    ----------
    structure : Structure
        As it was read, with its name and source.
    names : dict of str to str
        What `distinct_names` found.

    Returns
    -------
    str
        The structure's name, in which that of its file gives way to the distinct one; names that
        do not come from a file, such as a database's identifiers, stay as they are.
    """
    name, source = structure.properties["name"], structure.properties.get("source")
    if source not in names:
        return name
    own = _own_name(Path(source))
    is_of_file = name == own or name.startswith(f"{own}-")
    return names[source] + name[len(own) :] if is_of_file else name
