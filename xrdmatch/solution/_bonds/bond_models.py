"""Models of atoms and of volumes, and the crystal features that are made with them."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from xrdmatch.solution._bonds.bond_features import NAMES, NOTHING

OF_ATOMS = ("mean", "least", "largest")
FURTHER = (
    "mean log odds of atoms",
    "least log odds of an atom",
    "largest log odds of an atom",
    "log volume over that of the composition",
    "log volume over that of the structure",
)


@dataclass(frozen=True, eq=False)
class BondModels:
    """Models of atoms and of volumes.

    Parameters
    ----------
    atoms : classifier
        Tells atoms of right crystals from those of wrong ones.
    atom_names : tuple of str
        Names of what it tells them by.
    composition, structure : regressor
        Logarithm of the volume over what is expected of atoms, by the formula, and by formula and
        structure.
    """

    atoms: HistGradientBoostingClassifier
    atom_names: tuple
    composition: HistGradientBoostingRegressor
    structure: HistGradientBoostingRegressor

    def features(self, measures):
        """Describe crystals; -20 where there is nothing to tell.

        Parameters
        ----------
        measures : BondMeasures
            Of them.

        Returns
        -------
        ndarray of shape (n_crystals, n_features)
            By the names of `feature_names`.
        """
        odds = self.atoms.decision_function(measures.atoms)
        found = [
            measures.bonds,
            _summaries(measures.atoms, measures.sizes),
            _summaries(odds[:, None], measures.sizes),
            measures.log_volume - self.composition.predict(measures.composition),
            measures.log_volume - self.structure.predict(measures.shape),
        ]
        return np.nan_to_num(np.column_stack(found), nan=NOTHING)


def feature_names(of_atoms):
    """Names of features, by those of atoms."""
    return (*NAMES, *(f"{way} {name}" for way in OF_ATOMS for name in of_atoms), *FURTHER)


def learn_models(measures, is_right, weights, seed):
    """Fit the models of atoms and of volumes.

    Parameters
    ----------
    measures : BondMeasures
        Of right and wrong crystals.
    is_right : ndarray of bool, shape (n_crystals,)
        Which are right.
    weights : ndarray of shape (n_crystals,)
        What each counts for.
    seed : int
        Makes it repeatable.

    Returns
    -------
    BondModels
        What was learned. Volumes are learned of right crystals.
    """
    own = (weights / np.sqrt(measures.sizes))[measures.crystal]
    atoms = HistGradientBoostingClassifier(
        learning_rate=0.12, max_iter=100, min_samples_leaf=50, max_features=0.3, random_state=seed
    )
    atoms.fit(measures.atoms, is_right[measures.crystal], sample_weight=own / own.mean())
    volume = measures.log_volume[is_right]
    return BondModels(
        atoms,
        measures.names,
        _regressor(seed).fit(measures.composition[is_right], volume),
        _regressor(seed).fit(measures.shape[is_right], volume),
    )


def _regressor(seed):
    return HistGradientBoostingRegressor(
        learning_rate=0.06,
        max_iter=200,
        max_leaf_nodes=20,
        min_samples_leaf=5,
        max_features=0.5,
        random_state=seed,
    )


def _summaries(values, sizes):
    """Mean, least and largest over the atoms of each crystal, (n_crystals, 3 n_features)."""
    starts = np.cumsum(sizes) - sizes
    known = np.isfinite(values)
    count = np.add.reduceat(known.astype(float), starts, axis=0)
    total = np.add.reduceat(np.where(known, values, 0.0), starts, axis=0)
    ends = [way.reduceat(values, starts, axis=0) for way in (np.fmin, np.fmax)]
    return np.hstack([total / np.where(count, count, np.nan), *ends])
