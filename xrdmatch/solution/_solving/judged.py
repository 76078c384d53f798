"""Refined structures, ranked and with their probabilities."""

import numpy as np

from xrdmatch.solution._solved_structure import SolvedStructure
from xrdmatch.solution._solving.facts import FACTS, facts, merit

SAME_SIZE = 0.02  # relative difference of the volumes per atom of structures that may be one
NO_LEAD = 1.0  # where nothing else was refined


def judged(proposals, refined, bonds, certainty):
    """Rank what was refined, the best first; what was not refined comes behind.

    Parameters
    ----------
    proposals : list of Proposal
        What was proposed.
    refined : list of RefinedStructure or None
        What refinement made of each.
    bonds : ndarray of shape (n_proposals,)
        Probabilities of the bond check, NaN where it was not asked.
    certainty : Certainty
        What was learned of facts.

    Returns
    -------
    list of SolvedStructure
        All of them.
    """
    pairs = zip(refined, bonds, strict=True)
    merits = np.array([np.inf if one is None else merit(one, p) for one, p in pairs])
    order = np.argsort(merits, kind="stable")
    return [_judged(i, merits, proposals, refined, bonds, certainty) for i in order]


def _judged(i, merits, proposals, refined, bonds, certainty):
    """One structure with its probability."""
    known = proposals[i], refined[i], float(bonds[i])
    if refined[i] is None:
        return SolvedStructure(*known, np.nan, {})
    found = facts(refined[i], bonds[i], _lead(i, merits, refined))
    named = dict(zip(FACTS, found.tolist(), strict=True))
    return SolvedStructure(*known, float(certainty.probability(found)), named)


def _lead(i, merits, refined):
    """By how much the merit of one structure is below that of the best other kind; at most 1."""
    others = [m for j, m in enumerate(merits) if np.isfinite(m) and _differ(refined[i], refined[j])]
    return min(min(others) - merits[i], NO_LEAD) if others else NO_LEAD


def _differ(one, other):
    """Whether two structures are certainly of different kinds: by symmetry, size and elements."""
    if one.space_group != other.space_group or one.n_free != other.n_free:
        return True
    a, b = one.structure, other.structure
    return len(a) != len(b) or abs(a.volume / b.volume - 1) > SAME_SIZE
