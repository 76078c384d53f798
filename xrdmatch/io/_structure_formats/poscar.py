"""VASP's POSCAR and CONTCAR."""

import warnings
from functools import partial

from pymatgen.io.vasp import Poscar

from xrdmatch.io._decoding import bare_name, bare_stem, read_text


def read_poscar(path):
    """Yield the one ``(name, build)`` of a POSCAR, under whatever name the file goes."""
    # In "POSCAR.Si" the part after the dot is no suffix but the name.
    name = bare_name(path.name)
    stem = bare_stem(path) if name.lower().endswith((".vasp", ".poscar")) else name
    yield stem, partial(_parse, path)


def _parse(path):
    text = read_text(path)
    with warnings.catch_warnings():
        # Without element symbols pymatgen goes on with H, He, Li, ...: a different crystal.
        warnings.filterwarnings("error", message="Elements in POSCAR cannot be determined")
        try:
            return Poscar.from_str(text, read_velocities=False).structure
        except UserWarning as warning:
            if "cannot be determined" not in str(warning):
                raise
            raise ValueError(
                "the file names no elements (VASP 4 form); write their symbols on the line above "
                "the numbers of atoms"
            ) from None
