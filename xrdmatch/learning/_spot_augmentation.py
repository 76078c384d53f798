"""Imperfect patterns to train on, fresh in every epoch."""

import numpy as np

from xrdmatch.simulation import Perturbation, perturbed_spots

SHARE_GIVEN = 0.2  # of the queries stay as given: ideal crystals must be found too
MAX_SEVERITY = 1.5  # the others' severities are uniform between 0 and this
AUGMENTATIONS = {"standard": Perturbation()}


class Augmentation:
    """Fresh imperfect patterns of the training structures, every time they are asked for.

    Parameters
    ----------
    table : SiteTable
        The training structures in their frame.
    settings : Settings
        The simulator's options.
    transformer : PatternPointCloud
        Turns spots into points.
    perturbation : Perturbation
        What the structures and their patterns suffer.
    rng : RandomState
        Source of chance.
    """

    def __init__(self, table, settings, transformer, perturbation, rng):
        self.table = table
        self.settings = settings
        self.transformer = transformer
        self.perturbation = perturbation
        self.rng = rng

    def __call__(self, rows, points):
        """Return points (n, n_points, 3) for `rows`, some of them as given in `points`."""
        severity = self.rng.uniform(0, MAX_SEVERITY, len(rows))
        fresh = self.points(rows, severity)
        given = self.rng.uniform(size=len(rows)) < SHARE_GIVEN
        width = max(fresh.shape[1], points.shape[1])
        return np.where(given[:, None, None], _widened(points, width), _widened(fresh, width))

    def standard(self, points):
        """Return points perturbed with severity 1 for all structures, in place of those given."""
        return self.points(np.arange(len(points)), np.ones(len(points)))

    def points(self, rows, severity):
        """Points of the structures in `rows`, perturbed with `severity` (n,)."""
        spots = perturbed_spots(
            self.table[rows], severity, self.settings, self.rng, self.perturbation
        )
        return self.transformer.transform_spots(*spots)


def _widened(points, width):
    extra = width - points.shape[1]
    return np.pad(points, ((0, 0), (0, extra), (0, 0)), constant_values=np.nan)
