"""Point groups looked up, written as matrices and told from matrices."""

from collections import Counter
from functools import cache

import numpy as np
from scipy.spatial.transform import Rotation

from xrdmatch.crystallography._point_group_table import POINT_GROUPS, SYMBOL_OF, PointGroup

TOLERANCE = 1e-4  # of a matrix element: different operations differ by at least 0.1
# What generators turn about: a along x, c along z, hexagonal b at 120 degrees, d along [111].
AXES = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1), "d": 3**-0.5 * np.ones(3)}


def as_point_group(group):
    """Look up a point group by any of its symbols, or tell it from its operations.

    Parameters
    ----------
    group : str, ndarray of shape (n_operations, 3, 3) or PointGroup
        Hermann-Mauguin symbol in any setting, Schoenflies symbol, or all operations as matrices
        in any axes, those of a cell included.

    Returns
    -------
    PointGroup
        The entry of the table.

    Raises
    ------
    TypeError
        If it is neither text nor an array.
    ValueError
        If it is none of the 32.

    See Also
    --------
    POINT_GROUPS : The 32 crystallographic point groups.
    PointGroup : One of the 32 crystallographic point groups.

    Examples
    --------
    >>> from xrdmatch.crystallography import as_point_group, point_group_operations
    >>> as_point_group("-62m")
    PointGroup(symbol='-6m2', schoenflies='D3h', crystal_system='hexagonal', laue_class='6/mmm',
               order=12, generators='-6z mx')
    >>> as_point_group(point_group_operations("D2d")).symbol
    '-42m'
    """
    if isinstance(group, PointGroup):
        return group
    if isinstance(group, np.ndarray):
        return _of_operations(group)
    if not isinstance(group, str):
        raise TypeError(
            "A point group must be a symbol such as 'm-3m' or an array of its operations, got "
            f"{group!r} of type {type(group).__name__}; write the symbol as text."
        )
    symbol = SYMBOL_OF.get(group.replace(" ", ""))
    if symbol is None:
        raise ValueError(
            "A point group must be one of the 32 crystallographic ones by its Hermann-Mauguin or "
            f"Schoenflies symbol, got {group!r}; take one of xrdmatch.crystallography.POINT_GROUPS."
        )
    return POINT_GROUPS[symbol]


def crystal_system(group):
    """Look up the crystal system of a point group.

    Parameters
    ----------
    group : str or ndarray of shape (n_operations, 3, 3)
        What `as_point_group` accepts.

    Returns
    -------
    str
        Triclinic, monoclinic, orthorhombic, tetragonal, trigonal, hexagonal or cubic.

    See Also
    --------
    laue_class
        Look up the Laue class of a point group: the group that it forms with the inversion.
    as_point_group : Look up a point group by any of its symbols, or tell it from its operations.

    Examples
    --------
    >>> from xrdmatch.crystallography import crystal_system
    >>> crystal_system("-6")
    'hexagonal'
    """
    return as_point_group(group).crystal_system


def laue_class(group):
    """Look up the Laue class of a point group: the group that it forms with the inversion.

    Parameters
    ----------
    group : str or ndarray of shape (n_operations, 3, 3)
        What `as_point_group` accepts.

    Returns
    -------
    str
        Hermann-Mauguin symbol, one of eleven.

    See Also
    --------
    crystal_system : Look up the crystal system of a point group.
    plane_laue_class : Find the Laue class that a layer's symmetry gives to its hk0 pattern.

    Examples
    --------
    >>> from xrdmatch.crystallography import laue_class
    >>> laue_class("mm2")
    'mmm'
    """
    return as_point_group(group).laue_class


def point_group_operations(group):
    """Write the operations of a point group as matrices.

    Parameters
    ----------
    group : str or PointGroup
        What `as_point_group` accepts.

    Returns
    -------
    ndarray of shape (order, 3, 3)
        Orthogonal matrices for Cartesian columns, the identity first, with a along x, c along z,
        and hexagonal b at 120 degrees from a.

    See Also
    --------
    as_point_group : Look up a point group by any of its symbols, or tell it from its operations.
    subgroups : List the point groups that are inside one, in any orientation.

    Examples
    --------
    >>> from xrdmatch.crystallography import point_group_operations
    >>> point_group_operations("m")[1]
    array([[ 1.,  0.,  0.],
           [ 0., -1.,  0.],
           [ 0.,  0.,  1.]])
    """
    return _operations(as_point_group(group).symbol).copy()


@cache
def _operations(symbol):
    generators = [_generator(name) for name in POINT_GROUPS[symbol].generators.split()]
    found = [np.eye(3)]
    for operation in found:  # which grows on the way
        for generator in generators:
            product = _exact(generator @ operation)
            if not _is_among(product, found):
                found.append(product)
    return np.array(found)


def _generator(name):
    """Matrix of one entry of the table's last column."""
    if name == "-1":
        return -np.eye(3)
    fold = -2 if name[0] == "m" else int(name[:-1])  # a reflection is a two-fold rotoinversion
    turn = Rotation.from_rotvec(2 * np.pi / abs(fold) * np.array(AXES[name[-1]]))
    return np.sign(fold) * turn.as_matrix()


def _exact(matrix):
    """Free the elements 0, 1/2 and 1 from rounding errors."""
    halves = np.round(2 * matrix) / 2 + 0.0
    return np.where(np.abs(matrix - halves) < TOLERANCE, halves, matrix)


def _is_among(matrix, matrices):
    return bool((np.abs(matrix - np.array(matrices)).max((-2, -1)) < TOLERANCE).any())


def signature(operations):
    """Count rotations and rotoinversions of each fold, which differ between the 32 groups.

    Parameters
    ----------
    operations : ndarray of shape (n_operations, 3, 3)
        Matrices in any axes: trace and determinant, which tell the fold, do not depend on them.

    Returns
    -------
    frozenset of tuple
        Pairs of (determinant, trace) with their numbers.
    """
    kinds = np.stack([np.linalg.det(operations), np.trace(operations, axis1=1, axis2=2)], axis=1)
    return frozenset(Counter(map(tuple, np.rint(kinds).astype(int).tolist())).items())


@cache
def symbols_by_signature():
    """Symbols of the 32 groups by what `signature` makes of their operations."""
    return {signature(_operations(symbol)): symbol for symbol in POINT_GROUPS}


def _of_operations(operations):
    symbol = symbols_by_signature().get(signature(operations)) if _is_group(operations) else None
    if symbol is None:
        raise ValueError(
            "Operations must be all those of one of the 32 crystallographic point groups, got an "
            f"array of shape {operations.shape} that is none; add what is missing."
        )
    return POINT_GROUPS[symbol]


def _is_group(operations):
    """Tell whether the matrices differ and every product of two is among them."""
    if operations.ndim != 3 or operations.shape[1:] != (3, 3) or not np.isfinite(operations).all():
        return False
    distinct = all(not _is_among(m, operations[:i]) for i, m in enumerate(operations) if i)
    return distinct and all(_is_among(a @ b, operations) for a in operations for b in operations)
