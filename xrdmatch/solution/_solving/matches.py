"""Match rates of solutions, and certainty calibrated on known structures."""

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher

from xrdmatch.solution._solving.certainty import learn_certainty

LOOSE = {"ltol": 0.3, "stol": 0.5, "angle_tol": 10}  # the matcher's tolerances that the field uses


def match_rate(found, structures):
    """Share of lists that hold a structure like the truth.

    Parameters
    ----------
    found : list of n lists of Structure
        What was found.
    structures : list of n Structure
        The truth.

    Returns
    -------
    float
        Between 0 and 1.
    """
    matcher = StructureMatcher(**LOOSE)
    pairs = zip(found, structures, strict=True)
    return float(np.mean([any(matcher.fit(one, true) for one in row) for row, true in pairs]))


def certainty_of(solutions, structures):
    """Learn how probable it is that the best structure is right.

    Parameters
    ----------
    solutions : list of n Solution
        What was found.
    structures : list of n Structure
        The truth.

    Returns
    -------
    Certainty
        What was learned.

    Raises
    ------
    ValueError
        If fewer than five are right, or fewer than five are not.
    """
    matcher = StructureMatcher(**LOOSE)
    pairs = [pair for pair in zip(solutions, structures, strict=True) if pair[0].is_refined]
    right = [matcher.fit(solution.ranked[0].structure, true) for solution, true in pairs]
    facts = [list(solution.ranked[0].facts.values()) for solution, _ in pairs]
    return learn_certainty(np.array(facts), np.array(right, dtype=bool))
