"""Templates of fewer kinds of atoms, one of whose kinds two elements share."""

from itertools import combinations
from math import comb, gcd

import numpy as np
import spglib

from xrdmatch.solution._screening.substitution import UNSEEN, replacement_table

MOST = 70  # ways to share the sites of one kind; templates with more are left out
SYMPREC = 0.1  # [Å], of sites that are equal


def shared_of(table, amounts, elements):
    """List templates that have a wanted formula if two elements share the sites of one kind.

    Parameters
    ----------
    table : TemplateTable
        The library.
    amounts : tuple of n_elements int
        Atoms of each element in the reduced formula.
    elements : tuple of n_elements int
        Their atomic numbers; only those share sites that are known to replace each other.

    Returns
    -------
    list of Template
        Of the formula; the last two kinds share sites, the first of them having the first ones.
    """
    found = {}
    for pair in combinations(range(len(amounts)), 2):
        if replacement_table()[elements[pair[0]], elements[pair[1]]] > UNSEEN:
            sizes = amounts[pair[0]], amounts[pair[1]]
            others = [n for i, n in enumerate(amounts) if i not in pair]
            found |= _with_sizes(table, others, sizes)
    return list(found.values())


def orderings(template):
    """List the ways in which the last two kinds of a template share their sites.

    Parameters
    ----------
    template : Template
        Of two or more kinds.

    Returns
    -------
    list of Template
        One of those that the symmetry of all others makes equal.
    """
    first = len(template.amounts) - 2
    sites = np.flatnonzero(template.kinds >= first)
    taken = combinations(sites.tolist(), int((template.kinds == first).sum()))
    moves = _permutations(template, np.minimum(template.kinds, first))
    seen, made = set(), []
    for chosen in taken:
        if chosen not in seen:
            seen.update(map(tuple, np.sort(moves[:, chosen], axis=1).tolist()))
            made.append(template._replace(kinds=_kinds(template.kinds, sites, chosen, first)))
    return made


def _with_sizes(table, others, sizes):
    """Templates with a kind of as many atoms as two elements have, by what makes them differ."""
    wanted = [*others, sum(sizes)]
    divisor = gcd(*wanted)
    rows = table.of_amounts.get(tuple(sorted(n // divisor for n in wanted)), [])
    return {
        (row, kind, *sorted(sizes)): one
        for row in rows
        for kind in range(len(wanted))
        if (one := _shared(table[row], kind, sizes, sum(wanted))) is not None
    }


def _shared(template, kind, sizes, n_of_formula):
    """One template with a kind shared; None where numbers do not suit."""
    sites = np.flatnonzero(template.kinds == kind)
    n_formulas, rest = divmod(len(template.kinds), n_of_formula)
    n = n_formulas * sizes[0]
    if rest or len(sites) != n_formulas * sum(sizes) or comb(len(sites), n) > MOST:
        return None
    last = len(template.amounts) - 1
    order = np.delete(np.arange(last + 1), kind)  # the other kinds come first
    kinds = np.argsort(np.append(order, kind))[template.kinds]
    kinds = _kinds(kinds, sites, sites[:n], last)
    amounts = np.bincount(kinds) // n_formulas
    elements = template.elements[[*order, kind, kind]]
    return template._replace(kinds=kinds, elements=elements, amounts=tuple(amounts.tolist()))


def _kinds(kinds, sites, chosen, first):
    """Kinds of atoms with some of the sites of one kind, the others of another."""
    kinds = kinds.copy()
    kinds[sites] = first + 1
    kinds[list(chosen)] = first
    return kinds


def _permutations(template, kinds):
    """Where symmetry moves each atom, kinds being as given; (n_operations, n_atoms)."""
    try:
        cell = template.lattice, template.frac_coords, kinds + 1
        found = spglib.get_symmetry(cell, SYMPREC)
    except spglib.SpglibError:
        found = None
    if found is None:
        return np.arange(len(kinds))[None]
    moved = np.einsum("nij,aj->nai", found["rotations"], template.frac_coords)
    off = (moved + found["translations"][:, None])[:, :, None] - template.frac_coords
    off -= np.rint(off)
    return np.linalg.norm(off @ template.lattice, axis=-1).argmin(-1)
