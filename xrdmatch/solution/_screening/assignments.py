"""Assignments of a composition's elements to the kinds of atoms of a template."""

from functools import cache
from itertools import permutations


@cache
def assignments(kinds, amounts):
    """List the ways in which elements stand for kinds of atoms.

    Parameters
    ----------
    kinds : tuple of int
        Atoms of each kind of the template, in the reduced formula.
    amounts : tuple of int
        Atoms of each element of the composition, in the reduced formula.

    Returns
    -------
    list of tuple of int
        For each way the position of the element that each kind becomes; none if the formulas
        differ.

    Examples
    --------
    >>> from xrdmatch.solution._screening.assignments import assignments
    >>> assignments((1, 1, 3), (1, 1, 3))  # of a perovskite
    [(0, 1, 2), (1, 0, 2)]
    """
    if sorted(kinds) != sorted(amounts):
        return []
    ways = permutations(range(len(amounts)))
    return [way for way in ways if all(amounts[i] == n for i, n in zip(way, kinds, strict=True))]
