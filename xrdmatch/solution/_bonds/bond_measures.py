"""Features and volumes of crystals, before any model is applied."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from xrdmatch.solution._bonds.atom_features import atom_features, composition_features
from xrdmatch.solution._bonds.bond_features import bond_features
from xrdmatch.solution._bonds.surroundings import surroundings_of

CHUNK = 200  # crystals that are measured at once
DIGITS = 6  # so that rounding errors of what is zero by symmetry tell nothing


@dataclass(frozen=True, eq=False)
class BondMeasures:
    """Features and volumes of many crystals.

    Parameters
    ----------
    bonds : ndarray of shape (n_crystals, n_bond_features)
        Of `bond_features`.
    atoms : ndarray of shape (n_atoms, n_atom_features)
        Of `atom_features`, one crystal after the other.
    names : tuple of n_atom_features str
        Of what is measured of atoms.
    sizes : ndarray of int, shape (n_crystals,)
        Atoms of each crystal.
    composition : ndarray of shape (n_crystals, n_composition_features)
        Means and spreads of what the formula alone tells.
    shape : ndarray of shape (n_crystals, 2 n_atom_features)
        Means and spreads of `atom_features` where each crystal has the volume that is expected
        of its atoms, so that they do not depend on its size.
    log_volume : ndarray of shape (n_crystals,)
        Logarithm of the volume over what is expected of its atoms.
    """

    bonds: np.ndarray
    atoms: np.ndarray
    names: tuple
    sizes: np.ndarray
    composition: np.ndarray
    shape: np.ndarray
    log_volume: np.ndarray

    @property
    def crystal(self):
        """Which crystal each atom belongs to, (n_atoms,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def measured(many, formulas, statistics, volumes, n_jobs=None):
    """Compute features and volumes of crystals.

    Parameters
    ----------
    many : list of n_crystals Neighbours
        One or more crystals.
    formulas : list of n_crystals str
        Their reduced formulas.
    statistics : BondStatistics
        What is usual.
    volumes : AtomicVolumes
        What volume is usual.
    n_jobs : int, default=None
        Processes, as in joblib.

    Returns
    -------
    BondMeasures
        In their order.
    """
    parts = (slice(i, i + CHUNK) for i in range(0, len(many), CHUNK))
    known = statistics, volumes
    chunks = (delayed(_chunk)(many[part], formulas[part], *known) for part in parts)
    return joined(Parallel(n_jobs)(chunks))


def joined(parts):
    """Join measures of several lists of crystals."""
    rows = [(p.bonds, p.atoms, p.sizes, p.composition, p.shape, p.log_volume) for p in parts]
    bonds, atoms, *others = (np.concatenate(part) for part in zip(*rows, strict=True))
    return BondMeasures(bonds, atoms, parts[0].names, *others)


def _chunk(many, formulas, statistics, volumes):
    log_volume = np.log([one.volume / volumes.of(one.numbers) for one in many])
    factors = np.exp(-log_volume / 3)
    usual = [one.resized(factor) for one, factor in zip(many, factors, strict=True)]
    around, resized = surroundings_of(many, formulas), surroundings_of(usual, formulas)
    atoms = atom_features(around, statistics)
    pairs = zip(many, formulas, strict=True)
    return BondMeasures(
        np.array([bond_features(*pair, statistics, volumes) for pair in pairs]),
        _columns(atoms),
        tuple(atoms),
        around.sizes,
        _means_and_spreads(around, composition_features(around)),
        _means_and_spreads(resized, atom_features(resized, statistics)),
        log_volume,
    )


def _means_and_spreads(around, features):
    values = _columns(features)
    found = np.hstack([around.mean_of_crystals(values), around.spread_of_crystals(values)])
    return found.round(DIGITS)


def _columns(features):
    return np.column_stack(list(features.values())).round(DIGITS)
