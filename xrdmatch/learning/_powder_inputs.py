"""Crystals and their powders as what towers read."""

import numpy as np

from xrdmatch.crystallography import is_tokens, site_table
from xrdmatch.learning._groups import formula_groups, split_groups
from xrdmatch.learning._layer_inputs import check_no_patterns
from xrdmatch.learning._pairs import PairDataset
from xrdmatch.learning._peak_augmentation import PeakAugmentation
from xrdmatch.learning._peak_points import query_points, structure_points
from xrdmatch.learning._training_data import divided
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.simulation import library_simulator, reflection_table


class PowderPairs:
    """How crystals of any size and their powders become arrays.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"powder"``.
    pattern_transformer : PeakFinder
        Finds the peaks of scans.
    structure_transformer : object, default=None
        Not used: crystals enter by their peaks, whatever their number of sites.
    """

    default_transformer = PeakFinder

    def __init__(self, simulator, pattern_transformer, structure_transformer=None):
        self.simulator, self.diffractometer = library_simulator(simulator)
        self.settings = self.diffractometer
        self.pattern_transformer = pattern_transformer
        self._read = None, None

    def crystals(self, structures):
        """Take structures as they are."""
        check_no_patterns(structures)
        return structures

    def arrays(self, structures):
        """Make what crystal towers read; that of the last structures is remembered."""
        if self._read[0] is not structures:
            peaks = structure_points(structures, self.simulator, self.diffractometer)
            self._read = structures, {"peaks": peaks}
        return self._read[1]

    def patterns(self, structures):
        """Simulate ideal peaks."""
        return self.simulator.transform(structures)

    def points(self, patterns):
        """Make what pattern towers read, (n_patterns, 64, 4)."""
        return query_points(patterns, self.diffractometer, self.pattern_transformer)

    def copies(self, structures):
        """Give structures that no scan tells apart one number; (n,)."""
        return alike(self.arrays(structures)["peaks"])

    def training_sets(self, structures, points, augmentation, fraction, rng):
        """Make the pairs to train on, and those whose loss is watched."""
        arrays = self.arrays(structures)
        pairs = PairDataset(arrays, points, alike(arrays["peaks"]))
        rows = split_groups(formulas(structures), fraction, rng)
        if augmentation is None:
            return divided(pairs, rows)
        reflections = reflection_table(structures, self.simulator)

        def fresh(rows):
            return PeakAugmentation(reflections.subset(rows), self.diffractometer, rng)

        return divided(pairs, rows, fresh)


def alike(peaks):
    """Numbers that equal rows of peaks share, up to 0.001 1/Å and 10 % of intensity; (n,)."""
    steps = np.nan_to_num(peaks, nan=-9.0) / [0.001, 0.1]
    rows = steps.round().reshape(len(peaks), peaks[:1].size)
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel() if len(rows) else np.zeros(0)


def formulas(structures):
    """Numbers that structures of one reduced formula share; (n,)."""
    if is_tokens(structures):
        return formula_groups(site_table(structures).numbers)
    names = [structure.composition.reduced_formula for structure in structures]
    return np.unique(names, return_inverse=True)[1]
