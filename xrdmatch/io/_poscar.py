"""VASP's POSCAR and CONTCAR."""

import warnings
from functools import partial

from pymatgen.io.vasp import Poscar


def read_poscar(path):
    """Yield the one ``(name, build)`` of a POSCAR, under whatever name the file goes."""
    # In "POSCAR.Si" the part after the dot is no suffix but the name.
    name = path.stem if path.suffix.lower() in (".vasp", ".poscar") else path.name
    yield name, partial(_parse, path)


def _parse(path):
    with warnings.catch_warnings():
        # Without element symbols pymatgen goes on with H, He, Li, ...: a different crystal.
        warnings.filterwarnings("error", message="Elements in POSCAR cannot be determined")
        try:
            # A POTCAR lying in the same folder need not belong to this file.
            return Poscar.from_file(path, check_for_potcar=False, read_velocities=False).structure
        except UserWarning as warning:
            if "cannot be determined" not in str(warning):
                raise
            raise ValueError(
                "the file names no elements (VASP 4 form); write their symbols on the line above "
                "the numbers of atoms"
            ) from None
