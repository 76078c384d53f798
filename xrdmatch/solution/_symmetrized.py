"""Structures symmetrised to a space group that they have within a tolerance."""

import numpy as np
import spglib
from pymatgen.core import Lattice, Structure

SYMPREC = 0.25  # [Å]


def symmetrized(structure, symprec=SYMPREC):
    """Symmetrise atoms and cell to the space group that they have within a tolerance.

    Parameters
    ----------
    structure : Structure
        An ordered crystal.
    symprec : float, default=0.25
        How far an atom may be from there [Å].

    Returns
    -------
    Structure
        In the same cell: coordinates and metric are means over all operations. It is the given
        one where no more symmetry than translations is found.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution._symmetrized import symmetrized
    >>> nearly = Structure(Lattice([[4, 0, 0], [0, 4.05, 0], [0, 0.05, 4]]), ["Cs", "Cl"],
    ...                    [[0, 0, 0], [0.51, 0.5, 0.49]])
    >>> made = symmetrized(nearly)
    >>> [round(x, 3) for x in made.lattice.abc]
    [4.017, 4.017, 4.017]
    >>> bool(abs(made[1].distance(made[0]) - 4.017 * 0.75**0.5) < 1e-3)
    True
    """
    numbers = [site.specie.Z for site in structure]
    cell = structure.lattice.matrix, structure.frac_coords, numbers
    try:
        found = spglib.get_symmetry(cell, symprec)
    except spglib.SpglibError:
        found = None
    if found is None:
        return structure
    coords = _mean_coords(structure, found["rotations"], found["translations"], numbers)
    lattice = _mean_lattice(structure.lattice, found["rotations"])
    return Structure(lattice, structure.species, coords)


def _mean_coords(structure, rotations, translations, numbers):
    """Mean of all images of each atom, each taken where it is nearest to the atom."""
    coords, lattice = structure.frac_coords, structure.lattice.matrix
    moved = coords @ rotations.transpose(0, 2, 1) + translations[:, None]
    off = moved[:, :, None] - coords  # (n_operations, n_images, n_atoms, 3)
    off -= np.rint(off)
    distance = np.linalg.norm(off @ lattice, axis=-1)
    same = np.equal.outer(numbers, numbers)
    onto = np.where(same, distance, np.inf).argmin(2)  # (n_operations, n_images)
    total, count = np.zeros_like(coords), np.zeros(len(coords))
    shift = np.take_along_axis(off, onto[:, :, None, None], 2)[:, :, 0]
    np.add.at(total, onto, shift)
    np.add.at(count, onto, 1)
    return coords + total / np.maximum(count, 1)[:, None]


def _mean_lattice(lattice, rotations):
    """Cell whose metric is the mean of those of all images."""
    metric = lattice.matrix @ lattice.matrix.T
    mean = (rotations.transpose(0, 2, 1) @ metric @ rotations).mean(0)
    a, b, c = np.sqrt(np.diag(mean))
    angles = np.degrees(np.arccos([mean[1, 2] / b / c, mean[0, 2] / a / c, mean[0, 1] / a / b]))
    return Lattice.from_parameters(a, b, c, *angles)
