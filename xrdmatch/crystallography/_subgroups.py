"""Subgroup relations between point groups, in any orientation."""

from collections import defaultdict
from functools import cache

import numpy as np

from xrdmatch.crystallography._point_group_table import POINT_GROUPS
from xrdmatch.crystallography._point_groups import (
    as_point_group,
    point_group_operations,
    signature,
    symbols_by_signature,
)

LARGEST = ("m-3m", "6/mmm")  # every crystallographic point group is inside one of them


def subgroups(group):
    """List the point groups that are inside one, in any orientation.

    Parameters
    ----------
    group : str or ndarray of shape (n_operations, 3, 3)
        What `as_point_group` accepts.

    Returns
    -------
    list of str
        Symbols in the table's order, that of the group itself included.

    See Also
    --------
    maximal_subgroups : Those with nothing in between.

    Examples
    --------
    >>> from xrdmatch.crystallography import subgroups
    >>> subgroups("3m")
    ['1', 'm', '3', '3m']
    """
    inside, _ = _families()
    return _in_order(inside[as_point_group(group).symbol])


def maximal_subgroups(group):
    """List the largest point groups inside one: nothing fits in between.

    Parameters
    ----------
    group : str or ndarray of shape (n_operations, 3, 3)
        What `as_point_group` accepts.

    Returns
    -------
    list of str
        Symbols in the table's order; the group is a minimal supergroup of each.

    See Also
    --------
    subgroups : All of them.

    Examples
    --------
    >>> from xrdmatch.crystallography import maximal_subgroups
    >>> maximal_subgroups("-43m")
    ['-42m', '3m', '23']
    """
    _, maximal = _families()
    return _in_order(maximal[as_point_group(group).symbol])


def _in_order(symbols):
    return [symbol for symbol in POINT_GROUPS if symbol in symbols]


@cache
def _families():
    """Symbols of all and of maximal subgroups, by the symbol of the group."""
    inside, maximal = defaultdict(set), defaultdict(set)
    for largest in LARGEST:
        operations = point_group_operations(largest)
        symbol_of = {
            group: symbols_by_signature()[signature(operations[list(group)])]
            for group in _all_subgroups(_products(operations))
        }
        for group, symbol in symbol_of.items():
            smaller = [other for other in symbol_of if other < group]
            largest_ones = [a for a in smaller if not any(a < b for b in smaller)]
            inside[symbol] |= {symbol, *(symbol_of[other] for other in smaller)}
            maximal[symbol] |= {symbol_of[other] for other in largest_ones}
    return inside, maximal


def _products(operations):
    """Multiplication table: position of the product of two operations, as lists."""
    products = np.einsum("aij,bjk->abik", operations, operations)
    return np.abs(products[:, :, None] - operations).max((-2, -1)).argmin(2).tolist()


def _all_subgroups(products):
    """Find sets of positions: from the identity on, add one generator after the other."""
    generators_of = {frozenset([0]): ()}
    for group in (to_extend := list(generators_of)):  # which grows on the way
        for i in set(range(len(products))) - group:
            generators = (*generators_of[group], i)
            larger = _generated(generators, products)
            if larger not in generators_of:
                generators_of[larger] = generators
                to_extend.append(larger)
    return list(generators_of)


def _generated(generators, products):
    """Positions of all products of the generators."""
    found = [0]
    for i in found:
        found += {products[g][i] for g in generators} - set(found)
    return frozenset(found)
