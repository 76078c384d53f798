"""Fresh scans of the training structures, in every epoch."""

from xrdmatch.learning._drawn_scans import draw_scans
from xrdmatch.simulation import ScanGrid, random_conditions

SHARE_GIVEN = 0.1  # of the queries stay as given: ideal powders must be found too


class ScanAugmentation:
    """Noisy scans of the training structures, fresh every time they are asked for.

    Parameters
    ----------
    reflections : ReflectionTable
        Those of the training structures.
    diffractometer : Diffractometer
        What the scans are taken with.
    rng : RandomState
        Source of chance.

    See Also
    --------
    DrawnScans : Noisy scans that an augmentation has drawn.
    powder_augmentation : Make what changes pairs of powders.
    """

    def __init__(self, reflections, diffractometer, rng):
        self.reflections = reflections
        self.grid = ScanGrid(diffractometer)
        self.q_max = diffractometer.q_max
        self.rng = rng

    def fresh(self, rows):
        """Draw a scan of each structure in `rows`; return which stay as given, and the scans."""
        given = self.rng.uniform(size=len(rows)) < SHARE_GIVEN
        return given, self.standard(rows)

    def standard(self, rows):
        """Draw a scan of each structure in `rows`."""
        conditions = random_conditions(len(rows), self.q_max, self.rng)
        return draw_scans(self.reflections[rows], conditions, self.grid, self.rng)
