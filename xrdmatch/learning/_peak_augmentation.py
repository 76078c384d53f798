"""Fresh scans of the training structures, as the peaks that are found in them."""

from itertools import pairwise

import numpy as np

from xrdmatch.learning._peak_finding import drawn_peaks
from xrdmatch.learning._peak_points import N_QUERY, fill
from xrdmatch.simulation import ScanGrid, random_conditions

SHARE_GIVEN = 0.1  # of the queries stay as given: ideal powders must be found too


class PeakAugmentation:
    """Peaks of fresh scans of the training structures, every time they are asked for.

    Parameters
    ----------
    reflections : ReflectionTable
        Those of the training structures.
    diffractometer : Diffractometer
        What the scans are taken with.
    rng : RandomState
        Source of chance.
    """

    def __init__(self, reflections, diffractometer, rng):
        self.reflections = reflections
        self.grid = ScanGrid(diffractometer)
        self.q_max = diffractometer.q_max
        self.rng = rng

    def __call__(self, rows, points):
        """Return points (n, 64, 4) for `rows`, some of them as given in `points`."""
        given = self.rng.uniform(size=len(rows)) < SHARE_GIVEN
        return self._replaced(rows, points, given)

    def standard(self, points):
        """Return points of one fresh scan for every row of the table."""
        return self._replaced(np.arange(len(points)), points, np.zeros(len(points), bool))

    def _replaced(self, rows, points, given):
        """Fresh points, or those given, where nothing is found in the fresh scan too."""
        fresh = self.points(rows)
        given = given | ~np.isfinite(fresh[:, 0, 0])
        return np.where(given[:, None, None], points, fresh)

    def points(self, rows):
        """Points of one fresh scan of each of the structures in `rows`."""
        conditions = random_conditions(len(rows), self.q_max, self.rng)
        found = drawn_peaks(self.reflections[rows], conditions, self.grid, self.rng)
        starts = np.searchsorted(found[0], np.arange(len(rows) + 1))
        points = np.full((len(rows), N_QUERY, 4), np.nan, dtype=np.float32)
        for i, (start, end) in enumerate(pairwise(starts)):
            fill(points[i], found[1][start:end], found[2][start:end])
        points[..., 2] = conditions.q_low[:, None]
        points[..., 3] = conditions.q_high[:, None]
        return points
