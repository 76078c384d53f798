"""Reader of extended xyz files and of ASE databases."""

import sqlite3
from contextlib import closing
from functools import partial

from xrdmatch.crystallography import structure_from_arrays, structure_from_atoms


def read_xyz(path):
    """Yield ``(name, build)`` for every frame of an extended xyz file."""
    _check_xyz(path)
    frames = _import_ase().io.read(path, index=":", format="extxyz")
    for i, atoms in enumerate(frames):
        name = path.stem if len(frames) == 1 else f"{path.stem}-{i}"
        yield name, partial(structure_from_atoms, atoms)


def _check_xyz(path):
    """Check that as many atoms follow as a frame says: ASE makes room for them first."""
    lines, at = path.read_text(encoding="utf-8", errors="replace").splitlines(), 0
    while at < len(lines) and lines[at].strip().lstrip("+-").isdecimal():
        n, n_left = int(lines[at]), len(lines) - at - 2
        if not 0 <= n <= n_left:
            raise ValueError(
                f"its line {at + 1} says that there are {n} atoms, and {max(n_left, 0)} lines "
                "follow the next one"
            )
        at += n + 2


def read_database(path):
    """Yield ``(name, build)`` for every row of an ASE database, SQLite or JSON, by its id."""
    kind = "json" if path.suffix.lower() == ".json" else "db"
    if kind == "db":
        _check_database(path)
    database = _import_ase().db.connect(path, type=kind, use_lock_file=False)
    for row in database.select(include_data=False):
        arrays, facts = (row.cell, row.numbers, row.positions), dict(row.key_value_pairs)
        yield str(row.id), partial(structure_from_arrays, *arrays, facts, cartesian=True)


def _check_database(path):
    # On opening, ASE writes its tables into any SQLite file that lacks them, somebody else's too.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        except sqlite3.DatabaseError:
            tables = []
    if ("systems",) not in tables:
        raise ValueError("the file is not an ASE database")


def _import_ase():
    try:
        import ase.db
        import ase.io
    except ImportError as error:
        raise ImportError(
            "reading xyz files and ASE databases needs ase; install it with "
            "`pip install xrdmatch[io]`"
        ) from error
    return ase
