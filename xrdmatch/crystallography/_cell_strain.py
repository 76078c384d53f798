"""Strains of a cell that keep its crystal system."""

from functools import lru_cache

import numpy as np
import spglib

METRIC_TOLERANCE = 1e-2  # [Å] lengths that differ by less are taken as equal by symmetry
CUBIC = 0.0, 0.5, -1 / 3  # cosines between the axes of reduced cells: primitive, fcc, bcc
SURELY = 1e-4  # relative to the metric, what a cell may be off to be surely cubic
N_REMEMBERED = 4096  # lattices
HALF = 0.5  # between the eigenvalues of a projector: 0 and 1


def strain_basis(lattice):
    """Symmetric strains that are left alone by the point group of a lattice.

    A mean over the group's rotations projects the six symmetric tensors onto those that keep the
    crystal system: one for a cubic lattice, two for a hexagonal, rhombohedral or tetragonal one,
    three, four and six for an orthorhombic, monoclinic and triclinic one. Reflections that share
    a length by symmetry go on sharing it.

    Parameters
    ----------
    lattice : array-like of shape (3, 3)
        Row vectors a, b, c [Å]; primitive or centred, it makes no difference.

    Returns
    -------
    ndarray of shape (n_strains, 3, 3)
        The identity first, then orthonormal tensors of trace 0, in the lattice's own frame.

    See Also
    --------
    crystal_system : Look up the crystal system of a point group.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography._cell_strain import strain_basis
    >>> fcc = 1.8 * np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    >>> strain_basis(fcc).tolist()
    [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]]
    """
    return _basis(np.asarray(lattice, dtype=float).tobytes()).copy()


@lru_cache(maxsize=N_REMEMBERED)
def _basis(lattice):
    """Strains of a lattice given as bytes; the same ones are asked for often."""
    lattice = np.frombuffer(lattice).reshape(3, 3)
    if _surely_cubic(lattice):
        return np.eye(3)[None]
    turns = lattice_rotations(lattice)
    turned = turns[:, None] @ _DEVIATORIC @ turns.transpose(0, 2, 1)[:, None]
    projector = np.einsum("aij,rbij->ab", _DEVIATORIC, turned) / len(turns)
    values, vectors = np.linalg.eigh((projector + projector.T) / 2)
    kept = vectors[:, values > HALF].T
    return np.concatenate([np.eye(3)[None], np.tensordot(kept, _DEVIATORIC, 1)])


def _surely_cubic(lattice):
    """Tell whether the reduced cell is a cubic one, which spglib takes ten times as long for."""
    reduced = spglib.niggli_reduce(lattice, eps=SURELY)
    if reduced is None:
        return False
    metric = reduced @ reduced.T
    metric = metric / metric[0, 0]
    ones = np.eye(3)
    return any(np.abs(metric - ones - c * (1 - ones)).max() < SURELY for c in CUBIC)


def lattice_rotations(lattice):
    """Rotations, proper and improper, that map a lattice onto itself; (n, 3, 3), Cartesian."""
    point = (lattice, [[0.0, 0.0, 0.0]], [1])
    columns, inverse = lattice.T, np.linalg.inv(lattice.T)
    found = spglib.get_symmetry(point, symprec=METRIC_TOLERANCE)
    if found is None:  # for example a cell without volume: only what every lattice has
        return np.stack([np.eye(3), -np.eye(3)])
    return columns @ found["rotations"] @ inverse


def _deviatoric_tensors():
    """Orthonormal symmetric tensors of trace 0; (5, 3, 3)."""
    tensors = [np.diag([1.0, -1.0, 0.0]) / 2**0.5, np.diag([1.0, 1.0, -2.0]) / 6**0.5]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        shear = np.zeros((3, 3))
        shear[i, j] = shear[j, i] = 0.5**0.5
        tensors.append(shear)
    return np.array(tensors)


_DEVIATORIC = _deviatoric_tensors()
