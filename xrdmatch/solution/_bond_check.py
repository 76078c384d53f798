"""Whether a crystal's bonds are plausible, as a calibrated probability."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ObjectInput, as_structures
from xrdmatch.solution._bond_list import bond_list
from xrdmatch.solution._bonds.bond_models import feature_names
from xrdmatch.solution._bonds.examples import N_FOLDS, described, examples_of, learned
from xrdmatch.solution._bonds.stored import write_check


class BondCheck(ObjectInput, TransformerMixin, BaseEstimator):
    """Tell how plausible the bonds of a crystal are, as a probability.

    1. Usual distances are learned for each pair of elements, usual coordination numbers and sums
       of bond strengths for each element.
    2. Wrong copies are made of the crystals: with another element, two elements exchanged, an
       atom less, all atoms displaced by 0.3 to 0.6 Å, one atom moved by 0.8 to 2 Å, a volume that
       is 10 to 25 % too large or too small or a cell stretched or pressed by 8 to 15 %, and with
       the structure of another crystal of the same anonymous formula. What is the same crystal
       again is no wrong copy.
    3. A first classifier learns to tell atoms of right crystals from those of wrong ones, by their
       bonds: scores of lengths, coordination, strengths, what the neighbours are, how one-sided
       they are, bond valences and electrostatic potential. Two regressors learn the volume, by
       the formula, and by formula and structure.
    4. A second classifier learns to tell right crystals from wrong ones by what their atoms have,
       by the first one's odds, and by how far the volume is off. What is usual, and the models of
       step 3, are learned of other formulas than those they are applied to.
    5. Its answers on formulas that it has not seen are calibrated: of crystals with a score of
       0.9, nine in ten are right ones, if half of all are, and all seven mistakes are as frequent.

    Parameters
    ----------
    classifier : classifier, default=None
        The second one, of scikit-learn; ``HistGradientBoostingClassifier`` if None.
    n_structures : int, default=8000
        Crystals that are learned from; drawn at random where there are more.
    n_copies : int, default=2
        Wrong copies of each.
    random_state : int, RandomState or None
        Makes the draws repeatable.
    n_jobs : int, default=None
        Processes that describe bonds, as in joblib.

    Attributes
    ----------
    statistics_ : BondStatistics
        What is usual.
    volumes_ : AtomicVolumes
        Volumes of atoms.
    models_ : BondModels
        What was learned of atoms and of volumes.
    classifier_ : CalibratedClassifierCV
        What was learned of crystals.
    classes_ : ndarray of bool
        False for wrong, True for right.

    See Also
    --------
    StructureSolver : Asks it about what was refined.
    PretrainedBondCheck : What was learned before.

    References
    ----------
    M. O'Keeffe, N. E. Brese, J. Am. Chem. Soc. 113, 3226 (1991), for bond-valence parameters,
    which pymatgen ships; B. Cordero et al., Dalton Trans. 2832 (2008), for covalent radii;
    M. A. Harvey, S. Baggio, R. Baggio, Acta Cryst. B62, 1038 (2006), for sums of bond vectors.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import BondCheck
    >>> def halite(a, x, y):
    ...     return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [x, y],
    ...                                      [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> sizes = {"LiF": 4.03, "LiCl": 5.13, "NaF": 4.62, "NaCl": 5.64, "KF": 5.35, "KCl": 6.29,
    ...          "RbCl": 6.58, "NaBr": 5.97, "KBr": 6.60, "MgO": 4.21, "CaO": 4.81, "SrO": 5.16}
    >>> from pymatgen.core import Composition
    >>> salts = [halite(a, *(e.symbol for e in Composition(name))) for name, a in sizes.items()]
    >>> from sklearn.ensemble import HistGradientBoostingClassifier
    >>> small = HistGradientBoostingClassifier(max_iter=20)  # enough for a dozen crystals
    >>> check = BondCheck(small, random_state=0).fit(salts)
    >>> check.predict_proba([halite(5.63, "Na", "Cl")]).shape
    (1, 2)
    """

    def __init__(
        self, classifier=None, *, n_structures=8000, n_copies=2, random_state=None, n_jobs=None
    ):
        self.classifier = classifier
        self.n_structures = n_structures
        self.n_copies = n_copies
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, structures, groups=None):
        """Learn from crystals that are right, and from wrong copies of them.

        Parameters
        ----------
        structures : list of Structure
            Ordered crystals; those with mixed sites are left out.
        groups : list, default=None
            What is held out together; reduced formulas if None.

        Returns
        -------
        BondCheck
            The check itself.

        Raises
        ------
        ValueError
            If there are fewer than ten ordered crystals, or of fewer than five groups.
        """
        seed = check_random_state(self.random_state).randint(2**31)
        examples = examples_of(as_structures(structures), groups, self, np.random.default_rng(seed))
        self.statistics_, self.volumes_ = examples.usual()
        self.models_, features = learned(examples, seed, self.n_jobs)
        splits = list(GroupKFold(N_FOLDS).split(features, groups=examples.groups))
        classifier = _default(seed) if self.classifier is None else clone(self.classifier)
        self.classifier_ = CalibratedClassifierCV(
            classifier, method="isotonic", cv=splits, ensemble=False
        ).fit(features, examples.is_right, sample_weight=examples.weights)
        self.classes_ = self.classifier_.classes_
        return self

    def transform(self, structures):
        """Describe the bonds of crystals.

        Parameters
        ----------
        structures : list of Structure
            Ordered crystals.

        Returns
        -------
        ndarray of shape (n_structures, n_features)
            By `get_feature_names_out`; -20 where there is nothing to tell.

        Raises
        ------
        ValueError
            If there is none, or if sites are mixed or partly empty.
        """
        return self._described(structures)

    def _described(self, structures):
        check_is_fitted(self)
        learned_of = self.statistics_, self.volumes_, self.models_
        return described(as_structures(structures), *learned_of, self.n_jobs)

    def get_feature_names_out(self, input_features=None):
        """Names of what `transform` gives."""
        check_is_fitted(self)
        return np.array(feature_names(self.models_.atom_names), dtype=object)

    def predict_proba(self, structures):
        """Probabilities of being wrong and of being right.

        Parameters
        ----------
        structures : list of Structure
            Ordered crystals.

        Returns
        -------
        ndarray of shape (n_structures, 2)
            Columns as in `classes_`.
        """
        return self.classifier_.predict_proba(self._described(structures))

    def explain(self, structure):
        """List the bonds of a crystal beside those that are usual.

        Parameters
        ----------
        structure : Structure
            An ordered crystal.

        Returns
        -------
        list of Bond
            The shortest of each atom to each element around it.
        """
        check_is_fitted(self)
        return bond_list(structure, self.statistics_)

    def save(self, path):
        """Write what was learned, for `PretrainedBondCheck` to read.

        Parameters
        ----------
        path : str or Path
            File of safetensors: arrays and no code.

        Raises
        ------
        ValueError
            If the classifier is no ``HistGradientBoostingClassifier``.
        """
        check_is_fitted(self)
        write_check(self, path)

    def predict(self, structures):
        """Whether each crystal is more probably right than wrong, (n_structures,)."""
        return self.classifier_.predict(self._described(structures))

    def score(self, structures, is_right):
        """Share of crystals that are told rightly."""
        return float(np.mean(self.predict(structures) == np.asarray(is_right, dtype=bool)))


def _default(seed):
    return HistGradientBoostingClassifier(
        learning_rate=0.06,
        max_iter=400,
        max_leaf_nodes=24,
        min_samples_leaf=30,
        max_features=0.2,
        random_state=seed,
    )
