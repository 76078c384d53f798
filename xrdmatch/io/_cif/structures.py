"""CIF, one structure a data block."""

import warnings
from functools import lru_cache, partial

import numpy as np
from pymatgen.core import Composition, Lattice, Structure

from xrdmatch.io._cif.choice import choose_contents
from xrdmatch.io._cif.formula import stated_formula
from xrdmatch.io._cif.sites import read_sites
from xrdmatch.io._cif.symmetry import stated_symmetry
from xrdmatch.io._cif.text import Facts, split_blocks
from xrdmatch.io._decoding import bare_stem, read_text
from xrdmatch.io._skipped import DoubtfulStructureWarning

_LENGTHS = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
_PLACES = ("_atom_site_fract_x", "_atom_site.fract_x")


def read_cif(path):
    """Yield ``(name, build)`` for every data block that has atoms.

    The cell stays as the file states it: nothing is reduced to a primitive one. Blocks without
    atoms, which many programs write beside the structure, are passed over.
    """
    blocks = [(name, b) for name, b in split_blocks(read_text(path)) if _has_atoms(b)]
    if not blocks:
        raise ValueError("no data block has atoms with fractional coordinates")
    stem = bare_stem(path)
    for name, block in blocks:
        yield stem if len(blocks) == 1 else f"{stem}-{name}", partial(_build, block)


def _has_atoms(block):
    block = block.lower()
    return any(tag in block for tag in _PLACES)


def _build(block):
    facts = Facts(block)
    lattice = _cell(facts)
    symmetry = stated_symmetry(facts, lattice)
    formula = stated_formula(facts)
    sites = read_sites(facts, frozenset(formula.counts))
    contents = choose_contents(symmetry, sites, lattice, formula)
    for note in contents.notes:
        warnings.warn(note, stacklevel=2)
    for doubt in contents.doubts:
        warnings.warn(doubt, DoubtfulStructureWarning, stacklevel=2)
    species = [_composition(tuple(occupants.items())) for occupants in contents.occupants]
    return Structure(lattice, species, contents.coords, labels=contents.labels)


def _cell(facts):
    parameters = [facts.number(tag) for tag in (*_LENGTHS, *_ANGLES)]
    if None in parameters:
        raise ValueError("the data block states no cell, or only a part of it")
    if not (min(parameters) > 0 and max(parameters[3:]) < 180):
        raise ValueError(f"its cell is none: {parameters}")
    lattice = Lattice.from_parameters(*parameters)
    if not np.linalg.det(lattice.matrix) > 0:
        raise ValueError(f"its cell has no volume: {parameters}")
    return lattice


@lru_cache(maxsize=10_000)
def _composition(occupants):
    # One shared Composition: making one per site costs as much as all the rest.
    return Composition(dict(occupants))
