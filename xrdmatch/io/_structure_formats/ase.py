"""What comes through ASE: Atoms, extended xyz and ASE's databases."""

import sqlite3
from contextlib import closing
from functools import partial

import numpy as np

from xrdmatch.io._structure_formats.arrays import structure_from_arrays


def structure_from_atoms(atoms):
    """Turn ASE Atoms into a structure.

    The cell decides, not the ``pbc`` flags: like the vacuum of a layer in any other format, all
    three vectors are repeated. Partial occupancies that ASE took from a CIF are kept, and so are
    the numbers and texts in ``atoms.info``.

    Parameters
    ----------
    atoms : ase.Atoms

    Returns
    -------
    pymatgen.core.Structure

    Raises
    ------
    ValueError
        When the cell has fewer than three vectors.
    """
    structure = _build(atoms.cell.array, atoms.numbers, atoms.positions, _scalars(atoms.info))
    if "occupancy" in atoms.info and atoms.has("spacegroup_kinds"):
        for i, kind in enumerate(atoms.get_array("spacegroup_kinds")):
            structure[i] = atoms.info["occupancy"][str(kind)]
    return structure


def _scalars(info):
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in info.items()}
    return {key: value for key, value in plain.items() if isinstance(value, str | int | float)}


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
        facts = dict(row.key_value_pairs)
        yield str(row.id), partial(_build, row.cell, row.numbers, row.positions, facts)


def _check_database(path):
    # On opening, ASE writes its tables into any SQLite file that lacks them, somebody else's too.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        except sqlite3.DatabaseError:
            tables = []
    if ("systems",) not in tables:
        raise ValueError("the file is not an ASE database")


def _build(cell, numbers, positions, facts):
    cell = np.asarray(cell, float)
    if np.linalg.matrix_rank(cell) < 3:
        raise ValueError(
            "a crystal needs a cell of three vectors and the atoms come without; give them one, "
            "as a Lattice entry of the xyz file or by atoms.center(vacuum=...)"
        )
    return structure_from_arrays(cell, numbers, positions @ np.linalg.inv(cell), facts)


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
