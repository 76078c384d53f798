"""Training examples of a bond check: crystals and corrupted copies."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import GroupKFold
from sklearn.utils.class_weight import compute_sample_weight

from xrdmatch.solution._bonds.bond_measures import joined, measured
from xrdmatch.solution._bonds.bond_models import learn_models
from xrdmatch.solution._bonds.bond_statistics import learn_bonds
from xrdmatch.solution._bonds.corrupted import corrupted
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of
from xrdmatch.solution._screening.atomic_volumes import N_ELEMENTS, fit_volumes
from xrdmatch.solution._screening.template_table import TemplateTable

FEWEST = 10  # crystals
N_FOLDS = 5
CHUNK = 200  # crystals that a process describes at once


@dataclass(frozen=True, eq=False)
class BondExamples:
    """Crystals, wrong copies of them, and what each counts for.

    Parameters
    ----------
    right : list of n_right Neighbours
        Of the crystals.
    wrong : list of n_wrong Neighbours
        Of the copies.
    formulas : list of str
        Of all, the crystals first.
    groups : ndarray of shape (n_right + n_wrong,)
        What is held out together.
    weights : ndarray of shape (n_right + n_wrong,)
        Right and wrong ones together count alike, and so do all kinds of mistakes.
    """

    right: list
    wrong: list
    formulas: list
    groups: np.ndarray
    weights: np.ndarray

    @property
    def is_right(self):
        """Which are right."""
        return np.arange(len(self.groups)) < len(self.right)

    def usual(self, chosen=None):
        """Learn what is usual in right ones; in those at some positions, if any are given.

        Returns
        -------
        statistics : BondStatistics
            Of bonds and atoms.
        volumes : AtomicVolumes
            Of atoms.
        """
        n = len(self.right)
        own = range(n) if chosen is None else [i for i in chosen if i < n]
        right, formulas = [self.right[i] for i in own], [self.formulas[i] for i in own]
        return learn_bonds(surroundings_of(right, formulas)), _volumes(right)

    def measures(self, chosen, usual, n_jobs=None):
        """Measure those at some positions, by what `usual` gave."""
        everything = [*self.right, *self.wrong]
        rows = [everything[i] for i in chosen], [self.formulas[i] for i in chosen]
        return measured(*rows, *usual, n_jobs)


def _volumes(crystals):
    """Learn the volumes of atoms from crystals."""
    counts = [np.bincount(one.numbers, minlength=N_ELEMENTS) for one in crystals]
    return fit_volumes(np.array(counts), np.array([one.volume for one in crystals]))


def learned(examples, seed, n_jobs=None):
    """Fit the models of atoms and volumes, and compute the examples' features.

    Parameters
    ----------
    examples : BondExamples
        Right and wrong crystals.
    seed : int
        Makes it repeatable.
    n_jobs : int, default=None
        Processes that measure crystals, as in joblib.

    Returns
    -------
    models : BondModels
        Learned of all.
    features : ndarray of shape (n_right + n_wrong, n_features)
        Of each, by what is usual, and what was learned, of other groups.
    """
    folds = list(GroupKFold(N_FOLDS).split(examples.groups, groups=examples.groups))
    parts = [examples.measures(held, examples.usual(others), n_jobs) for others, held in folds]
    all_held = [held for _, held in folds]
    features = [
        _models(examples, _without(parts, k), _without(all_held, k), seed).features(part)
        for k, part in enumerate(parts)
    ]
    order = np.argsort(np.concatenate(all_held))
    return _models(examples, parts, all_held, seed), np.concatenate(features)[order]


def _without(items, k):
    return [*items[:k], *items[k + 1 :]]


def _models(examples, parts, positions, seed):
    rows = np.concatenate(positions)
    return learn_models(joined(parts), examples.is_right[rows], examples.weights[rows], seed)


def examples_of(structures, groups, check, rng):
    """Make training examples from crystals.

    Parameters
    ----------
    structures : list of Structure
        The crystals.
    groups : list or None
        What is held out together; reduced formulas if None.
    check : BondCheck
        Its options.
    rng : Generator
        Draws.

    Returns
    -------
    BondExamples
        Those of the crystals that were chosen.

    Raises
    ------
    ValueError
        If there are fewer than ten ordered crystals, or of fewer than five groups.
    """
    ordered = [i for i, structure in enumerate(structures) if structure.is_ordered]
    chosen = np.sort(rng.permutation(ordered)[: check.n_structures]) if ordered else []
    crystals = [structures[i] for i in chosen]
    names = [_group(structures[i], i, groups) for i in chosen]
    if len(crystals) < FEWEST or len(set(names)) < N_FOLDS:
        raise ValueError(
            f"A bond check learns from at least {FEWEST} ordered crystals of {N_FOLDS} formulas, "
            f"got {len(crystals)} of {len(set(names))}; give it a larger library, or leave it out."
        )
    return _examples(crystals, names, check, rng)


def _group(structure, i, groups):
    return structure.composition.reduced_formula if groups is None else groups[i]


def _examples(crystals, names, check, rng):
    table = TemplateTable(crystals, range(len(crystals)))
    pairs = [
        (i, corrupted(crystal, rng, table, i))
        for i, crystal in enumerate(crystals)
        for _ in range(check.n_copies)
    ]
    pairs = [(i, copy) for i, copy in pairs if copy is not None]
    found = all_neighbours([*crystals, *(copy.structure for _, copy in pairs)], check.n_jobs)
    n = len(crystals)
    everything = [*crystals, *(copy.structure for _, copy in pairs)]
    formulas = [structure.composition.reduced_formula for structure in everything]
    of_copies = compute_sample_weight("balanced", [copy.kind for _, copy in pairs])
    weights = np.concatenate([np.ones(n), of_copies * n / len(pairs)])
    groups = np.unique([*names, *(names[i] for i, _ in pairs)], return_inverse=True)[1]
    return BondExamples(found[:n], found[n:], formulas, groups, weights)


def all_neighbours(structures, n_jobs=None):
    """Neighbours of many crystals."""
    chunks = [structures[i : i + CHUNK] for i in range(0, len(structures), CHUNK)]
    parts = Parallel(n_jobs)(delayed(_chunk)(chunk) for chunk in chunks)
    return [found for part in parts for found in part]


def _chunk(structures):
    return [neighbours(structure) for structure in structures]


def described(structures, statistics, volumes, models, n_jobs=None):
    """Describe the bonds of crystals; (n_structures, n_features)."""
    if not structures:
        raise ValueError(
            "Bonds are described of one crystal or more, got none; pass a list of some."
        )
    found = all_neighbours(structures, n_jobs)
    formulas = [structure.composition.reduced_formula for structure in structures]
    return models.features(measured(found, formulas, statistics, volumes, n_jobs))
