"""Splits of structures into parts: by composition, or by row."""

import numpy as np
from sklearn.utils import check_random_state


def composition_groups(structures):
    """Reduced formula of each structure, for ``groups=`` in scikit-learn.

    Parameters
    ----------
    structures : list of Structure
        What to group.

    Returns
    -------
    groups : array of str of shape (n_structures,)

    Raises
    ------
    ValueError
        If there is no structure.

    See Also
    --------
    split_by_composition : Split structures so that no reduced formula is in two parts.

    Examples
    --------
    >>> from xrdmatch.datasets import composition_groups, load_monolayers
    >>> composition_groups(load_monolayers()[:2]).tolist()
    ['C', 'Si']
    """
    if len(structures) == 0:
        raise ValueError("structures must hold at least one Structure, got none; give some.")
    return np.array([s.composition.reduced_formula for s in structures])


def split_by_composition(structures, fractions=(0.8, 0.1, 0.1), random_state=0):
    """Split structures so that no reduced formula is in two parts.

    Parameters
    ----------
    structures : list of Structure
        What to split.
    fractions : sequence of float, default=(0.8, 0.1, 0.1)
        Share of each part; positive, with sum one. A part's size differs from its share by at
        most the largest number of structures of one formula.
    random_state : int, RandomState instance or None, default=0
        Which formulas go where.

    Returns
    -------
    parts : tuple of arrays of int
        Sorted indices, one array per fraction.

    Raises
    ------
    ValueError
        If there is no structure, the fractions are no shares of one, or a part would be empty.

    See Also
    --------
    split_by_row : Random rows, whatever their composition.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers, split_by_composition
    >>> layers = load_monolayers()
    >>> train, test = split_by_composition(layers, fractions=(0.9, 0.1))
    >>> set(layers[i].reduced_formula for i in train) & set(layers[i].reduced_formula for i in test)
    set()
    """
    _, groups = np.unique(composition_groups(structures), return_inverse=True)
    return _split(groups, fractions, random_state)


def split_by_row(structures, fractions=(0.8, 0.1, 0.1), random_state=0):
    """Split structures at random, whatever their composition.

    Polymorphs and near-duplicates may end up in different parts, which flatters a model;
    prefer `split_by_composition` unless another protocol is to be reproduced.

    Parameters
    ----------
    structures : list of Structure
        What to split.
    fractions : sequence of float, default=(0.8, 0.1, 0.1)
        Share of each part; positive, with sum one.
    random_state : int, RandomState instance or None, default=0
        Which rows go where.

    Returns
    -------
    parts : tuple of arrays of int
        Sorted indices, one array per fraction.

    Raises
    ------
    ValueError
        If there is no structure, the fractions are no shares of one, or a part would be empty.

    See Also
    --------
    split_by_composition : Split structures so that no reduced formula is in two parts.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers, split_by_row
    >>> [len(part) for part in split_by_row(load_monolayers()[:20])]
    [16, 2, 2]
    """
    if len(structures) == 0:
        raise ValueError("structures must hold at least one Structure, got none; give some.")
    return _split(np.arange(len(structures)), fractions, random_state)


def _split(groups, fractions, random_state):
    """Fill the parts with whole groups in random order; a group goes where its middle falls."""
    fractions = _checked_fractions(fractions)
    sizes = np.bincount(groups)
    order = check_random_state(random_state).permutation(len(sizes))
    middles = np.empty(len(sizes))
    middles[order] = np.cumsum(sizes[order]) - sizes[order] / 2
    edges = np.cumsum(fractions)[:-1] * len(groups)
    part_of = np.searchsorted(edges, middles, side="right")[groups]
    parts = tuple(np.flatnonzero(part_of == k) for k in range(len(fractions)))
    if any(len(part) == 0 for part in parts):
        raise ValueError(
            f"every part of a split must hold at least one structure, but fractions "
            f"{tuple(fractions.tolist())} of {len(groups)} structures in {len(sizes)} groups leave "
            f"one empty; give more structures or fewer parts."
        )
    return parts


def _checked_fractions(fractions):
    checked = np.asarray(fractions, dtype=float)
    if checked.ndim != 1 or not (checked > 0).all() or not np.isclose(checked.sum(), 1.0):
        raise ValueError(
            f"fractions must be positive and sum to one, got {fractions!r} with sum "
            f"{checked.sum():g}; divide each by the sum."
        )
    return checked
