"""Imperfect patterns of layers to train on, fresh in every epoch."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Radiation
from xrdmatch.simulation import Perturbation, perturbed_spots

SHARE_GIVEN = 0.2  # of the queries stay as given: ideal crystals must be found too
MAX_SEVERITY = 1.5  # the others' severities are uniform between 0 and this
AUGMENTATIONS = {"standard": Perturbation()}


class DrawnSpots(NamedTuple):
    """Imperfect patterns of layers that an augmentation has drawn.

    Parameters
    ----------
    q : ndarray of shape (n, n_spots, 2)
        Scattering vectors [1/Å], NaN where padded.
    intensity : ndarray of shape (n, n_spots)
        Intensities, NaN where padded.
    radiation : Radiation
        What they are simulated for.

    See Also
    --------
    AUGMENTATIONS : Perturbations of training queries by name.
    LayerTraining
        Layers to learn from: their patterns, which of them are copies, and imperfect queries.
    """

    q: np.ndarray
    intensity: np.ndarray
    radiation: Radiation
    what = "spots"

    def patterns(self):
        """Return them as a list of `DiffractionPattern`."""
        kept = np.isfinite(self.intensity)
        return [
            DiffractionPattern(q[k], intensity[k], radiation=self.radiation)
            for q, intensity, k in zip(self.q, self.intensity, kept, strict=True)
        ]


class SpotAugmentation:
    """Fresh imperfect patterns of the training structures, every time they are asked for.

    Parameters
    ----------
    table : SiteTable
        The training structures in their frame.
    settings : Settings
        The simulator's options.
    perturbation : Perturbation
        What the structures and their patterns suffer.
    rng : RandomState
        Source of chance.
    """

    def __init__(self, table, settings, perturbation, rng):
        self.table = table
        self.settings = settings
        self.perturbation = perturbation
        self.rng = rng

    def fresh(self, rows):
        """Draw patterns of the structures in `rows`; return which stay as given, and the draws."""
        severity = self.rng.uniform(0, MAX_SEVERITY, len(rows))
        drawn = self.drawn(rows, severity)
        return self.rng.uniform(size=len(rows)) < SHARE_GIVEN, drawn

    def standard(self, rows):
        """Draw patterns of the structures in `rows` with severity 1."""
        return self.drawn(rows, np.ones(len(rows)))

    def drawn(self, rows, severity):
        """Draw patterns of the structures in `rows`, perturbed with `severity` (n,)."""
        table = self.table[rows]
        spots = perturbed_spots(table, severity, self.settings, self.rng, self.perturbation)
        return DrawnSpots(*spots, self.settings.radiation)
