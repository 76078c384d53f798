"""Search for structure files, and selection of their readers."""

import re
from pathlib import PurePath

from xrdmatch.io._cif.structures import read_cif
from xrdmatch.io._decoding import bare_name
from xrdmatch.io._structure_formats.ase import read_database, read_xyz
from xrdmatch.io._structure_formats.json import read_json
from xrdmatch.io._structure_formats.parquet import read_parquet
from xrdmatch.io._structure_formats.poscar import read_poscar

# A reader takes a Path and yields (name, build) pairs; build() makes the structure or raises.
READERS = {
    ".cif": read_cif,
    ".mcif": read_cif,
    ".vasp": read_poscar,
    ".poscar": read_poscar,
    ".json": read_json,
    ".xyz": read_xyz,
    ".extxyz": read_xyz,
    ".db": read_database,
    ".parquet": read_parquet,
}
_UNWRAPPED = (read_cif, read_json, read_poscar)  # the readers that open what is compressed
_VASP_NAME = re.compile(r"(POSCAR|CONTCAR)([._-].*)?", re.IGNORECASE)


def find_reader(path):
    """Return the reader of a file by its suffix, or by VASP's fixed names; None for others."""
    name = bare_name(path.name)
    reader = READERS.get(PurePath(name).suffix.lower())
    reader = reader or (read_poscar if _VASP_NAME.fullmatch(name) else None)
    return reader if name == path.name or reader in _UNWRAPPED else None


def structure_files(folder):
    """List the files at and below a folder that have a reader, sorted, hidden ones left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and find_reader(path))
    return sorted(path for path in files if not _is_hidden(path.relative_to(folder)))


def _is_hidden(path):
    return any(part.startswith(".") for part in path.parts)
