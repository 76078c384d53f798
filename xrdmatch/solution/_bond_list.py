"""The bonds of a crystal beside the lengths that are usual."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.solution._bonds.bond_statistics import SHORTEST, shortest_pairs
from xrdmatch.solution._bonds.neighbours import RADII, neighbours

UNKNOWN_SPREAD = 0.12  # of the logarithm of a length over the sum of radii


@dataclass(frozen=True)
class Bond:
    """The shortest bond of an atom to an element.

    Parameters
    ----------
    atom : int
        Position of the atom in its structure.
    elements : tuple of two str
        Its element and the other one.
    length : float
        How long it is [Å].
    expected : float
        What is usual [Å].
    score : float
        By how many standard deviations its logarithm is off.

    See Also
    --------
    bond_list : List the shortest bond of each atom to each element around it.
    """

    atom: int
    elements: tuple
    length: float
    expected: float
    score: float


def bond_list(structure, statistics=None):
    """List the shortest bond of each atom to each element around it.

    Parameters
    ----------
    structure : Structure
        An ordered crystal.
    statistics : BondStatistics, default=None
        What is usual, as `BondCheck` has learned it; the sums of covalent radii if None.

    Returns
    -------
    list of Bond
        In the order of the atoms.

    Raises
    ------
    ValueError
        If sites are mixed or partly empty.

    See Also
    --------
    Bond : The shortest bond of an atom to an element.
    BondCheck : Tell how plausible the bonds of a crystal are, as a probability.
    """
    found = neighbours(structure)
    atom, other, length = shortest_pairs(found)
    own = found.numbers[atom]
    if statistics is None:
        expected = RADII[own] + RADII[other]
        scores = np.log(np.maximum(length, SHORTEST) / expected) / UNKNOWN_SPREAD
    else:
        expected, scores = statistics.expected(own, other), statistics.scores(own, other, length)
    symbols = {site.specie.Z: site.specie.symbol for site in structure}
    names = [(symbols[a], symbols[b]) for a, b in zip(own.tolist(), other.tolist(), strict=True)]
    rows = zip(
        atom.tolist(), names, length.tolist(), expected.tolist(), scores.tolist(), strict=True
    )
    return [Bond(*row) for row in rows]
