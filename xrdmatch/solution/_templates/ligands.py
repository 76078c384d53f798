"""Templates that hold given ligands put before those that do not."""

import numpy as np
from pymatgen.core import Molecule

from xrdmatch.solution._molecules import contains_ligand

N_WITH_LIGANDS = 40  # nearest templates in which ligands are looked for


def ligand_list(ligands):
    """List ligands, of which a single one counts as a list of one."""
    ligands = [] if ligands is None else [ligands] if isinstance(ligands, Molecule) else ligands
    for ligand in ligands:
        if not isinstance(ligand, Molecule):
            raise TypeError(
                f"A ligand is given as a pymatgen Molecule, got {type(ligand).__name__}; write "
                "Molecule(['C', 'N'], coordinates), for example."
            )
    return list(ligands)


def with_ligands_first(distances, indices, structures, ligands, n):
    """Put templates with all ligands first, each group in the order it had.

    Parameters
    ----------
    distances, indices : ndarray of shape (n_found,)
        The nearest templates; -1 for none.
    structures : TemplateStructures
        The library's.
    ligands : list of Molecule
        What they should hold.
    n : int
        How many templates are returned.

    Returns
    -------
    distances, indices : ndarray of shape (n,)
        The first ones.
    """
    held = np.array([i >= 0 and _holds(structures[i], ligands) for i in indices], dtype=bool)
    order = np.argsort(~held, kind="stable")[:n]
    return distances[order], indices[order]


def _holds(structure, ligands):
    return all(contains_ligand(structure, ligand) for ligand in ligands)
