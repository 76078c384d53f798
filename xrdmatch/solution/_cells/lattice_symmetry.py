"""The conventional cell of a lattice."""

import numpy as np
import spglib
from pymatgen.core import Lattice

from xrdmatch.solution._found_cell import FoundCell

_TOLERANCE = 0.005  # [Å] by which a lattice may miss a symmetry
_SYSTEMS = (
    (2, "triclinic"),
    (15, "monoclinic"),
    (74, "orthorhombic"),
    (142, "tetragonal"),
    (167, "trigonal"),
    (194, "hexagonal"),
    (230, "cubic"),
)


def conventional_cell(primitive):
    """Find the conventional cell of a lattice, by the symmetry of its points.

    Parameters
    ----------
    primitive : ndarray of shape (3, 3)
        Row vectors of a primitive cell [Å].

    Returns
    -------
    vectors : ndarray of shape (3, 3)
        Row vectors of the conventional cell in its standard setting [Å].
    system : str
        Crystal system; ``"trigonal"`` for rhombohedral lattices.
    centring : str
        ``"P"``, ``"C"``, ``"I"``, ``"F"`` or ``"R"``.
    """
    crystal = (primitive, np.zeros((1, 3)), [1])
    found = spglib.get_symmetry_dataset(crystal, symprec=_TOLERANCE)
    system = next(name for last, name in _SYSTEMS if found.number <= last)
    return np.asarray(found.std_lattice), system, found.international[0]


def found_cell(candidate):
    """Make what is returned of a candidate.

    Parameters
    ----------
    candidate : Candidate
        A cell of the search.

    Returns
    -------
    FoundCell
        The same with its conventional cell.
    """
    vectors, system, centring = conventional_cell(candidate.primitive)
    return FoundCell(
        Lattice(vectors),
        Lattice(candidate.primitive),
        system,
        centring,
        figure_of_merit=float(candidate.m20),
        n_unexplained=int(candidate.n_unexplained),
        zero_shift=float(candidate.zero),
    )
