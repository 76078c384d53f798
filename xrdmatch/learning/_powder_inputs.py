"""Inputs of towers for powders: peaks of crystals and of patterns."""

import numpy as np
import torch

from xrdmatch.learning._drawn_scans import found_points
from xrdmatch.learning._peak_points import query_points, structure_points
from xrdmatch.preprocessing import chosen_rows
from xrdmatch.simulation import library_simulator


class CrystalPeaks:
    """Crystals of any size as the powder peaks that they are expected to give.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"powder"``.

    See Also
    --------
    Inputs
        What a tower reads of a structure, or of a pattern: the methods that such an object has.
    PowderPeaks : Scans and powder patterns as the peaks that are found in them.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.learning import CrystalPeaks
    >>> inputs = CrystalPeaks(DiffractionSimulator("powder", "CuKa"))
    >>> rows = inputs.of([Structure.from_prototype("bcc", ["Fe"], a=2.87)])
    >>> inputs.batch(rows)["peaks"][0, 0].numpy().round(3)  # 110: q [1/Å] and log intensity
    array([0.493, 0.   ], dtype=float32)
    """

    def __init__(self, simulator):
        self.simulator, self.diffractometer = library_simulator(simulator)

    def of(self, structures):
        """Make rows of structures or tokens: peaks (n_structures, 128, 2), NaN as padding."""
        return structure_points(structures, self.simulator, self.diffractometer)

    def batch(self, rows):
        """Return ``peaks`` (B, 128, 2): q [1/Å] and log intensity, the strongest first."""
        return {"peaks": torch.as_tensor(rows)}

    def rescaled(self, rows, factors):
        """Return the peaks of crystals whose lengths are multiplied by factors (n,)."""
        return moved_inwards(rows, factors)


class PowderPeaks:
    """Scans and powder patterns as the peaks that are found in them.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"powder"``; its Lorentz-polarisation factor takes the place of a query's.
    transformer : PeakFinder or its like
        Finds the peaks of scans.

    See Also
    --------
    Inputs
        What a tower reads of a structure, or of a pattern: the methods that such an object has.
    xrdmatch.preprocessing.PeakFinder
        Find the Bragg peaks of scans: scans in, powder patterns out.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern, DiffractionSimulator
    >>> from xrdmatch.learning import PowderPeaks
    >>> from xrdmatch.preprocessing import PeakFinder
    >>> inputs = PowderPeaks(DiffractionSimulator("powder", "CuKa"), PeakFinder())
    >>> rows = inputs.of([DiffractionPattern([[0.493], [0.697]], [9.0, 1.0])])
    >>> inputs.batch(rows)["points"][0, 0].numpy().round(3)  # with the ends of the range [1/Å]
    array([0.493, 0.   , 0.1  , 0.697], dtype=float32)
    """

    def __init__(self, simulator, transformer):
        _, self.diffractometer = library_simulator(simulator)
        self.transformer = transformer

    def of(self, patterns):
        """Make rows of scans or powder patterns: points (n_patterns, 64, 4), NaN as padding."""
        return query_points(patterns, self.diffractometer, self.transformer)

    def of_draws(self, draws, given):
        """Make rows of `DrawnScans`, by a finder that is quicker than `PeakFinder`."""
        points = found_points(draws)
        return chosen_rows(np.isfinite(points[:, 0, 0]), points, given)

    def batch(self, rows):
        """Return ``points`` (B, 64, 4): q [1/Å], log intensity, ends of the range [1/Å]."""
        return {"points": torch.as_tensor(rows)}

    def rescaled(self, rows, factors):
        """Return the peaks of crystals whose lengths are multiplied by factors (n,)."""
        return moved_inwards(rows, factors)


def moved_inwards(points, factors):
    """Divide q, the first column of points (n, n_points, n_columns), by factors (n,)."""
    moved = points.copy()
    moved[..., 0] /= factors[:, None].astype(points.dtype)
    return moved
