"""Which files hold structures, and which reader opens which."""

import re

from xrdmatch.io._ase import read_database, read_xyz
from xrdmatch.io._cif import read_cif
from xrdmatch.io._json import read_json
from xrdmatch.io._parquet import read_parquet
from xrdmatch.io._poscar import read_poscar

# A reader takes a Path and yields (name, build) pairs; build() makes the structure or raises.
READERS = {
    ".cif": read_cif,
    ".vasp": read_poscar,
    ".poscar": read_poscar,
    ".json": read_json,
    ".xyz": read_xyz,
    ".extxyz": read_xyz,
    ".db": read_database,
    ".parquet": read_parquet,
}
_VASP_NAME = re.compile(r"(POSCAR|CONTCAR)([._-].*)?", re.IGNORECASE)


def find_reader(path):
    """Return the reader of a file by its suffix, or by VASP's fixed names; None for others."""
    reader = READERS.get(path.suffix.lower())
    return reader or (read_poscar if _VASP_NAME.fullmatch(path.name) else None)


def structure_files(folder):
    """List the files at and below a folder that have a reader, sorted, hidden ones left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and find_reader(path))
    return sorted(path for path in files if not _is_hidden(path.relative_to(folder)))


def _is_hidden(path):
    return any(part.startswith(".") for part in path.parts)
