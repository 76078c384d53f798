"""VASP's POSCAR and CONTCAR."""

import warnings
from functools import partial
from itertools import dropwhile, takewhile

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
    _check_numbers(text.splitlines())
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


def _check_numbers(lines):
    """Refuse more atoms than there are lines for them, before room is made for them."""
    numbers = [_whole_numbers(line) for line in lines[5:30]]
    stated = takewhile(bool, dropwhile(lambda found: not found, numbers))
    n_atoms = sum(sum(line) for line in stated)
    if n_atoms > len(lines):
        raise ValueError(
            f"the file has a line for each of its atoms, got {len(lines)} lines for {n_atoms} atoms"
        )


def _whole_numbers(line):
    """List the numbers of a line that has nothing else; an empty list for other lines."""
    try:
        return [int(word) for word in line.split()]
    except ValueError:
        return []
