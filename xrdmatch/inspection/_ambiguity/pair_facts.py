"""Facts about similar pairs: twins, and measurements that separate them."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from xrdmatch.inspection._ambiguity.linkage import complete_groups
from xrdmatch.inspection._ambiguity.options import told_apart


def pair_facts(found, facts, places):
    """Tell which pairs are twins, and what tells pairs apart.

    Parameters
    ----------
    found : AmbiguityReport
        Pairs, similarities, and what other measurements leave of them.
    facts : PhaseFacts
        Of the entries that are in pairs.
    places : ndarray of int, shape (n_pairs, 2)
        Where the pairs are among these.

    Returns
    -------
    dict
        ``twins`` and ``split_by``, as `ambiguous_groups` has them.
    """
    clear = np.minimum(told_apart(found.threshold), found.similarity)
    places = places.tolist()
    differ = np.array([facts.elements(i) != facts.elements(j) for i, j in places], dtype=bool)
    split_by = {"elements": differ} | {name: x < clear for name, x in found.after.items()}
    twins = np.array([facts.are_twins(i, j) for i, j in places], dtype=bool)
    if "tilt" in split_by:
        twins &= ~split_by["tilt"]  # layers whose projections alone agree
    return {"twins": twins, "split_by": split_by}


def group_facts(found):
    """Put pairs into groups, and tell what splits these.

    Parameters
    ----------
    found : AmbiguityReport
        Pairs, with what `pair_facts` says.

    Returns
    -------
    dict
        ``groups``, ``n_crystals`` and ``group_split_by``, as `ambiguous_groups` has them.
    """
    n_entries = len(found.labels)
    groups = complete_groups(found.pairs, found.similarity, found.threshold, n_entries)
    number = np.full(n_entries, -1)
    for k, group in enumerate(groups):
        number[group] = k
    first, second = number[found.pairs.T]
    different = (first == second) & (first >= 0) & ~found.twins
    counts = np.bincount(first[different], minlength=len(groups))
    shares = {}
    for name, split in found.split_by.items():
        told = np.bincount(first[different], split[different], len(groups))
        shares[name] = np.where(counts > 0, told / np.maximum(counts, 1), np.nan)
    n_crystals = _n_crystals(groups, found.pairs[found.twins], n_entries)
    return {"groups": groups, "n_crystals": n_crystals, "group_split_by": shares}


def _n_crystals(groups, twins, n_entries):
    """Count the crystals of each group, twins as one; (n_groups,)."""
    graph = coo_array((np.ones(len(twins)), tuple(twins.T)), shape=(n_entries, n_entries))
    _, crystal = connected_components(graph, directed=False)
    return np.array([len(np.unique(crystal[group])) for group in groups], dtype=int)
