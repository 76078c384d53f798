"""Features of the bonds of a crystal, the input of a bond check."""

import numpy as np

from xrdmatch.solution._bonds.bond_statistics import (
    N_COORDINATION,
    coordination_numbers,
    shortest_pairs,
)
from xrdmatch.solution._bonds.neighbours import METALS
from xrdmatch.solution._bonds.valences import valence_errors

CLASSES = ("metal-metal", "metal-nonmetal", "nonmetal-nonmetal")
NAMES = (
    "shortest ratio",
    *(f"shortest ratio, {name}" for name in CLASSES),
    *(f"least score, {name}" for name in CLASSES),
    *(f"mean square score, {name}" for name in CLASSES),
    *(f"mean score, {name}" for name in CLASSES),
    "mean score",
    "median score",
    "least score",
    "largest score",
    "mean square score",
    "mean nearest ratio",
    "spread of nearest ratios",
    "spread over equal species",
    "least log share of coordination",
    "mean log share of coordination",
    "mean coordination",
    "mean valence error",
    "largest valence error",
    "mean excess of valence",
    "excess of cations' valence",
    "balanced",
    "log volume over expected",
    "atoms",
    "elements",
    "environments for each element",
    "share of metals",
)
SAME = 0.01  # relative difference of distances that are alike
LIMIT = 12.0  # of scores
NOTHING = -20.0


def bond_features(found, formula, statistics, volumes):
    """Describe the bonds of a crystal.

    Parameters
    ----------
    found : Neighbours
        Its pairs of atoms.
    formula : str
        Its reduced formula.
    statistics : BondStatistics
        What is usual.
    volumes : AtomicVolumes
        What volume is usual.

    Returns
    -------
    ndarray of shape (n_features,)
        By the names of `NAMES`; -20 where there is nothing to tell, which no feature reaches.
    """
    atom, element, length = shortest_pairs(found)
    scores = statistics.scores(found.numbers[atom], element, length).clip(-LIMIT, LIMIT)
    kind = METALS[found.numbers[atom]].astype(int) + METALS[element]
    pairs = METALS[found.numbers[found.first]].astype(int) + METALS[found.numbers[found.second]]
    nearest = _nearest(found)
    number = coordination_numbers(found)
    shares = statistics.coordination[found.numbers, np.minimum(number, N_COORDINATION - 1)]
    valence = valence_errors(found, formula)
    expected = volumes.of(found.numbers)
    features = np.array([
        _least(found.ratio),
        *(_least(found.ratio[pairs == k]) for k in (2, 1, 0)),
        *(_least(scores[kind == k]) for k in (2, 1, 0)),
        *(_mean(scores[kind == k] ** 2) for k in (2, 1, 0)),
        *(_mean(scores[kind == k]) for k in (2, 1, 0)),
        _mean(scores),
        np.median(scores) if len(scores) else np.nan,
        _least(scores),
        -_least(-scores),
        _mean(scores**2),
        _mean(nearest),
        _spread(nearest),
        _spread_of_equals(found.numbers, nearest),
        shares.min(),
        shares.mean(),
        number.mean(),
        _mean(np.abs(valence)),
        -_least(-np.abs(valence)),
        _mean(valence),
        _mean(valence[METALS[found.numbers]]),
        np.isfinite(valence).any(),
        np.log(found.volume / expected),
        len(found.numbers),
        len(np.unique(found.numbers)),
        _environments(found.numbers, nearest, number),
        METALS[found.numbers].mean(),
    ])  # fmt: skip
    return np.nan_to_num(features, nan=NOTHING)


def _nearest(found):
    """Distance of each atom's nearest neighbour over the sum of radii; NaN where there is none."""
    nearest = np.full(len(found.numbers), np.nan)
    np.fmin.at(nearest, found.first, found.ratio)
    return nearest


def _least(values):
    values = values[np.isfinite(values)]
    return values.min() if len(values) else np.nan


def _mean(values):
    values = values[np.isfinite(values)]
    return values.mean() if len(values) else np.nan


def _spread(values):
    values = values[np.isfinite(values)]
    return values.std() if len(values) else np.nan


def _spread_of_equals(numbers, nearest):
    """Mean over elements of the spread of nearest distances among their atoms."""
    return np.mean([np.nan_to_num(_spread(nearest[numbers == z])) for z in np.unique(numbers)])


def _environments(numbers, nearest, coordination):
    """Mean number of different environments for each element."""
    rounded = np.rint(np.nan_to_num(nearest) / SAME)
    kinds = set(zip(numbers.tolist(), rounded.tolist(), coordination.tolist(), strict=True))
    return len(kinds) / len(np.unique(numbers))
