"""Structures of which no two are the same crystal."""

from pymatgen.analysis.structure_matcher import StructureMatcher

# pymatgen's usual tolerances, of lengths, sites and angles [degrees]; cells are primitive already.
SAME = {"ltol": 0.2, "stol": 0.3, "angle_tol": 5, "primitive_cell": False}


def first_different(structures, n):
    """Find the first structures that differ from all before them.

    Parameters
    ----------
    structures : list of Structure
        Primitive cells, the best first.
    n : int
        How many are wanted.

    Returns
    -------
    list of int
        Positions of those that pymatgen's StructureMatcher finds to differ from all kept before,
        whatever their size; at most n, ascending.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution._different import first_different
    >>> def salt(a, *elements):
    ...     return Structure(Lattice.cubic(a), elements, [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> first_different([salt(4.1, "Cs", "Cl"), salt(4.2, "Cl", "Cs"), salt(4.1, "Cs", "Br")], 3)
    [0, 2]
    """
    matcher, kept = StructureMatcher(**SAME), {}
    for i, structure in enumerate(structures):
        if len(kept) == n:
            break
        reduced = structure.get_reduced_structure()  # once, where the matcher would for each pair
        if not any(_is_same(matcher, reduced, other) for other in kept.values()):
            kept[i] = reduced
    return list(kept)


def _is_same(matcher, one, other):
    return len(one) == len(other) and matcher.fit(one, other, skip_structure_reduction=True)
