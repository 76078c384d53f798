"""Right and wrong crystals to learn from."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import GroupKFold

from xrdmatch.solution._bonds.bond_features import bond_features
from xrdmatch.solution._bonds.bond_statistics import learn_bonds
from xrdmatch.solution._bonds.corrupted import corrupted
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._screening.atomic_volumes import AtomicVolumes
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
        Both kinds together count alike.
    volumes : AtomicVolumes
        Volumes of atoms.
    """

    right: list
    wrong: list
    formulas: list
    groups: np.ndarray
    weights: np.ndarray
    volumes: AtomicVolumes

    @property
    def is_right(self):
        """Which are right."""
        return np.arange(len(self.groups)) < len(self.right)

    def features(self):
        """Describe all, by what is usual in crystals of other groups."""
        everything, rows = [*self.right, *self.wrong], [None] * len(self.groups)
        n = len(self.right)
        for others, held in GroupKFold(N_FOLDS).split(self.groups, groups=self.groups):
            statistics = learn_bonds([self.right[i] for i in others if i < n])
            for i in held:
                known = everything[i], self.formulas[i], statistics, self.volumes
                rows[i] = bond_features(*known)
        return np.array(rows)


def examples_of(structures, groups, check, rng):
    """Make examples of crystals.

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
    weights = np.array([copy.weight for _, copy in pairs])
    weights = np.concatenate([np.ones(n), weights * n / weights.sum()])
    groups = np.unique([*names, *(names[i] for i, _ in pairs)], return_inverse=True)[1]
    return BondExamples(found[:n], found[n:], formulas, groups, weights, table.volumes)


def all_neighbours(structures, n_jobs=None):
    """Neighbours of many crystals."""
    chunks = [structures[i : i + CHUNK] for i in range(0, len(structures), CHUNK)]
    parts = Parallel(n_jobs)(delayed(_chunk)(chunk) for chunk in chunks)
    return [found for part in parts for found in part]


def _chunk(structures):
    return [neighbours(structure) for structure in structures]


def described(structures, statistics, volumes, n_jobs=None):
    """Describe the bonds of crystals; (n_structures, n_features)."""
    found = all_neighbours(structures, n_jobs)
    formulas = [structure.composition.reduced_formula for structure in structures]
    pairs = zip(found, formulas, strict=True)
    return np.array([bond_features(*pair, statistics, volumes) for pair in pairs])
