"""Search keys of a template: anonymous formula, atoms of the primitive cell, symmetry."""

from typing import NamedTuple

import numpy as np
import spglib

from xrdmatch.solution._cells.reduction import reduced_cell
from xrdmatch.solution._templates.cell_match import cell_parameters

SYMPREC = 0.01  # [Å] how far an atom may be from where its space group wants it


class TemplateFacts(NamedTuple):
    """Facts of one crystal.

    Parameters
    ----------
    anonymous_formula : str
        The reduced formula without names, ``"ABC3"`` for a perovskite.
    n_atoms : int
        Atoms of the primitive cell.
    space_group : int
        Number of the space group; 1 where none is found.
    volume_per_atom : float
        In Å^3.
    reduced_cell : ndarray of shape (6,)
        Lengths [Å] and angles [degrees] of Niggli's cell.
    """

    anonymous_formula: str
    n_atoms: int
    space_group: int
    volume_per_atom: float
    reduced_cell: np.ndarray


def facts_of(structure):
    """Find the facts of a crystal, atoms within 0.01 Å of their places.

    Parameters
    ----------
    structure : Structure
        The crystal, ordered, of any cell.

    Returns
    -------
    TemplateFacts
        What is looked up.
    """
    crystal = (structure.lattice.matrix, structure.frac_coords, structure.atomic_numbers)
    try:
        found = spglib.get_symmetry_dataset(crystal, SYMPREC)
    except spglib.SpglibError:
        found = None
    return TemplateFacts(
        structure.composition.anonymized_formula,
        len(structure) if found is None else len(np.unique(found.mapping_to_primitive)),
        1 if found is None else found.number,
        structure.volume / len(structure),
        cell_parameters(reduced_cell(crystal[0] if found is None else found.primitive_lattice)),
    )
