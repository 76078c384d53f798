"""Binned powder profiles as inputs of towers."""

import numpy as np
import torch

from xrdmatch.learning._drawn_scans import found_points
from xrdmatch.learning._peak_points import found_powders
from xrdmatch.preprocessing import RaggedArray, Rows, chosen_rows
from xrdmatch.simulation import library_simulator


class PowderProfiles:
    """Scans and powder patterns as intensities in bins of q, and which bins were measured.

    Peaks are kept, and binned batch by batch, so that a long vector takes no more memory than a
    short one.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"powder"``; its Lorentz-polarisation factor takes the place of a query's,
        and its range is that of the bins.
    transformer : BinnedPattern
        How peaks are binned.

    See Also
    --------
    Inputs
        What a tower reads of a structure, or of a pattern: the methods that such an object has.
    xrdmatch.preprocessing.BinnedPattern
        Write each powder as a vector: the intensities of its peaks in bins of q.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern, DiffractionSimulator
    >>> from xrdmatch.learning import PowderProfiles
    >>> from xrdmatch.preprocessing import BinnedPattern
    >>> simulator = DiffractionSimulator("powder", "CuKa")
    >>> inputs = PowderProfiles(simulator, BinnedPattern(length=6, q_max=1.0))
    >>> rows = inputs.of([DiffractionPattern([[0.4], [0.8]], [4.0, 1.0])])
    >>> inputs.batch(rows)["profile"].round(decimals=3)  # intensities, and where was measured
    tensor([[[0.0000, 0.0000, 1.0000, 0.0000, 0.5000, 0.0000],
             [0.0000, 1.0000, 1.0000, 1.0000, 1.0000, 0.0000]]])
    """

    def __init__(self, simulator, transformer):
        _, self.diffractometer = library_simulator(simulator)
        self.bins = transformer.fit()
        own, reach = transformer.q_max, self.diffractometer.q_max
        self.q_max = reach if own is None else own

    def of(self, patterns):
        """Make rows of scans or powder patterns: all their peaks, and the ends of the range."""
        found = found_powders(patterns, self.diffractometer, self.bins.finder())
        peaks = [np.stack([q, intensity], 1) for q, intensity, _ in found]
        ends = np.array([ends for *_, ends in found], np.float32).reshape(-1, 2)
        return Rows(peaks=RaggedArray.of(peaks, (2,), np.float32), ends=ends)

    def of_draws(self, draws, given):
        """Make rows of `DrawnScans`, by a finder that is quicker than `PeakFinder`."""
        points = found_points(draws)
        seen = np.isfinite(points[..., 0])
        starts = np.concatenate([[0], np.cumsum(seen.sum(1))])
        peaks = np.stack([points[seen][:, 0], np.exp(points[seen][:, 1])], 1)
        drawn = Rows(peaks=RaggedArray(peaks, starts), ends=points[:, 0, 2:])
        return chosen_rows(seen[:, 0], drawn, given)

    def batch(self, rows):
        """Return ``profile`` (B, 2, length): intensities, and 1 where a bin was measured."""
        q, intensity = rows.peaks.values.T.astype(float)
        bins = self.bins.binned(rows.peaks.row, q, intensity, len(rows), self.q_max)
        places = np.linspace(0, self.q_max, self.bins.length)
        seen = (places >= rows.ends[:, :1]) & (places <= rows.ends[:, 1:])
        return {"profile": torch.as_tensor(np.stack([bins, seen], 1).astype(np.float32))}

    def rescaled(self, rows, factors):
        """Return the powders of crystals whose lengths are multiplied by factors (n,)."""
        peaks = rows.peaks.values / np.stack([factors[rows.peaks.row], 1 + 0 * rows.peaks.row], 1)
        return Rows(peaks=RaggedArray(peaks.astype(np.float32), rows.peaks.starts), ends=rows.ends)
