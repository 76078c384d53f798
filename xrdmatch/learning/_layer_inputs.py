"""Layers and their spots as what towers read."""

import numpy as np

from xrdmatch.crystallography import Scan, is_tokens
from xrdmatch.learning._groups import copies
from xrdmatch.learning._pairs import structure_arrays
from xrdmatch.learning._training_data import training_sets
from xrdmatch.preprocessing import CrystalTokenizer, PatternPointCloud, are_patterns
from xrdmatch.simulation import check_settings

VACUUM = 40.0  # [Å] length of c that all structures get; thicker than any layer in use


class LayerPairs:
    """How layers and their patterns become arrays.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"zone_axis"``.
    pattern_transformer : PatternPointCloud
        Turns patterns into points.
    structure_transformer : CrystalTokenizer, default=None
        Turns structures into tokens; if None, the default tokenizer with 40 Å of vacuum.
    """

    default_transformer = PatternPointCloud

    def __init__(self, simulator, pattern_transformer, structure_transformer=None):
        self.simulator = simulator
        self.settings = check_settings(simulator)
        self.pattern_transformer = pattern_transformer
        self.structure_transformer = structure_transformer or CrystalTokenizer(vacuum=VACUUM)

    def crystals(self, structures):
        """Make tokens of structures."""
        if is_tokens(structures):
            return structures
        check_no_patterns(structures)
        return self.structure_transformer.fit_transform(structures)

    def arrays(self, tokens):
        """Make what crystal towers read."""
        return structure_arrays(tokens, self.settings)

    def patterns(self, tokens):
        """Simulate ideal patterns."""
        return self.simulator.transform(tokens)

    def points(self, patterns):
        """Make what pattern towers read, (n_patterns, n_points, 3)."""
        _check_no_scans(patterns)
        return self.pattern_transformer.transform(patterns)

    def copies(self, tokens):
        """Give copies one number; (n,)."""
        return copies(tokens) if len(tokens) else np.zeros(0)

    def training_sets(self, tokens, points, augmentation, fraction, rng):
        """Make the pairs to train on, and those whose loss is watched."""
        return training_sets(
            tokens, points, self.settings, self.pattern_transformer, augmentation, fraction, rng
        )


def check_no_patterns(structures):
    """Check that patterns do not stand where structures are due: some tokenizers let them pass."""
    if are_patterns(structures):
        raise TypeError(
            "Structures are due here, got patterns; pass structures first and patterns second."
        )


def _check_no_scans(patterns):
    for i, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
        if isinstance(pattern, Scan):
            raise ValueError(
                "A retriever with a simulator of spots reads the spots of layers, got a powder "
                f"scan as pattern {i}; ask one with DiffractionSimulator('powder', 'CuKa')."
            )
