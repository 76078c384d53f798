"""Sampling weights of training pairs."""

import numpy as np

from xrdmatch.crystallography import crystal_symmetry, is_tokens


def space_groups(crystals):
    """Find the space groups of structures.

    Parameters
    ----------
    crystals : list of Structure
        The structures, of any cell.

    Returns
    -------
    ndarray of str, shape (n,)
        Their symbols.

    Raises
    ------
    ValueError
        If tokens are given.

    See Also
    --------
    balanced_weights : Return weights by which all groups are drawn more nearly alike.
    """
    if is_tokens(crystals):
        raise ValueError(
            "Space groups are found of structures, got tokens; pass structures, or leave "
            "space_group_balance out."
        )
    return np.array([crystal_symmetry(structure).space_group for structure in crystals])


def balanced_weights(groups, balance):
    """Return weights by which all groups are drawn more nearly alike.

    Parameters
    ----------
    groups : ndarray of shape (n,)
        What is equal for members of a group.
    balance : float
        A member of a group of m is drawn with weight m^-balance, the group with m^(1 - balance):
        0 draws all members alike, 1 all groups.

    Returns
    -------
    ndarray of shape (n,)
        A weight for each member.

    See Also
    --------
    space_groups : Find the space groups of structures.

    Examples
    --------
    >>> from xrdmatch.learning import balanced_weights
    >>> balanced_weights(["Fm-3m", "Fm-3m", "Fm-3m", "Fm-3m", "P1"], 0.5)
    array([0.5, 0.5, 0.5, 0.5, 1. ])
    """
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    return sizes[group] ** -float(balance)
