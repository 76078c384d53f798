"""Powders as vectors of a given length: intensities in bins of q."""

from numbers import Integral, Real

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing._named_columns import NamedColumns, names_of_points
from xrdmatch.preprocessing._peaks import PeakFinder
from xrdmatch.preprocessing._queries import as_queries, check_powders
from xrdmatch.preprocessing._stateless import StatelessTransformer

SCALES = {"root": np.sqrt, "plain": np.asarray}


class BinnedPattern(NamedColumns, StatelessTransformer):
    """Write each powder as a vector: the intensities of its peaks in bins of q.

    Bins are even in q, not in the diffraction angle, so that scans of any wavelength become the
    same vector. Each peak is shared linearly between the two bins that it lies between, so that a
    cell that changes a little changes the vector a little.

    Parameters
    ----------
    length : int, default=140
        Number of bins; 140 is the length of [1]_.
    intensity : {"root", "plain"}, default="root"
        Whether square roots of intensities are summed, which lets weak peaks be seen, or the
        intensities.
    q_max : float, default=None
        Where the last bin lies [1/Å]. None takes what the simulator of a retriever has; alone, it
        must be given.
    peak_finder : PeakFinder, default=None
        Finds the peaks of scans; the default `PeakFinder` if None.

    See Also
    --------
    PatternProfile : Whole profiles, widths and backgrounds included.
    xrdmatch.encoders.ProfileResNet : What reads the vectors.

    References
    ----------
    .. [1] Zhang, Wang and Hu, preprint 202504.1913 (2025).

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.preprocessing import BinnedPattern
    >>> pattern = DiffractionPattern([[0.25], [0.8]], [4.0, 1.0])
    >>> BinnedPattern(length=6, q_max=1.0).transform([pattern]).round(2)
    array([[0.  , 1.  , 0.33, 0.  , 0.67, 0.  ]])

    As a DataFrame, columns are named by the centres of the bins:

    >>> bins = BinnedPattern(length=6, q_max=1.0).set_output(transform="pandas")
    >>> bins.transform([pattern]).columns[1]
    'q=0.20 1/Å'
    """

    def __init__(self, length=140, *, intensity="root", q_max=None, peak_finder=None):
        self.length = length
        self.intensity = intensity
        self.q_max = q_max
        self.peak_finder = peak_finder

    def transform(self, patterns):
        """Write powders as vectors.

        Parameters
        ----------
        patterns : list of Scan or DiffractionPattern
            The powders.

        Returns
        -------
        ndarray of shape (n_patterns, length)
            The vectors, the largest entry of each 1; zeros where a powder shows no peak.

        Raises
        ------
        ValueError
            If an option is wrong, a pattern is no powder, or no peak is found in a scan.
        """
        self._check_options()
        self._check_end()
        patterns = as_queries(patterns)
        check_powders(patterns)
        finder = self.finder()
        peaks = [finder.transform([p])[0] if isinstance(p, Scan) else p for p in patterns]
        row = np.arange(len(peaks)).repeat([len(pattern.q) for pattern in peaks])
        q = np.concatenate([pattern.q[:, 0] for pattern in peaks] or [[]])
        intensity = np.concatenate([pattern.intensity for pattern in peaks] or [[]])
        return self.binned(row, q, intensity, len(peaks), self.q_max)

    def finder(self):
        """Return what finds the peaks of scans."""
        return PeakFinder() if self.peak_finder is None else self.peak_finder

    def _column_names(self):
        self._check_end()
        centres = np.linspace(0, self.q_max, self.length)
        return names_of_points("q", centres, self.q_max / (self.length - 1), "1/Å")

    def _check_end(self):
        if self.q_max is None:
            raise ValueError(
                "Outside of a retriever, bins need an end, got q_max=None; set q_max [1/Å]."
            )

    def _check_options(self):
        if not isinstance(self.length, Integral) or self.length < 2:
            raise ValueError(
                f"length must be a whole number of at least 2, got {self.length!r}; 140 is usual."
            )
        if self.intensity not in [*SCALES]:
            raise ValueError(
                f"intensity must be 'root' or 'plain', got {self.intensity!r}; pick one."
            )
        if self.q_max is not None and not (isinstance(self.q_max, Real) and self.q_max > 0):
            raise ValueError(f"q_max must be positive [1/Å], got {self.q_max!r}; 0.95 is usual.")

    def binned(self, row, q, intensity, n_rows, q_max):
        """Write peaks as vectors.

        Parameters
        ----------
        row : ndarray of int, shape (n_peaks,)
            The vector that each peak belongs to.
        q, intensity : ndarray of shape (n_peaks,)
            The peaks [1/Å]; those beyond q_max are left out.
        n_rows : int
            Number of vectors.
        q_max : float
            Where the last bin lies [1/Å].

        Returns
        -------
        ndarray of shape (n_rows, length)
            The vectors, the largest entry of each 1.
        """
        kept = (q <= q_max) & (intensity > 0)
        row, q, height = row[kept], q[kept], SCALES[self.intensity](intensity[kept])
        place = q / q_max * (self.length - 1)
        left = np.minimum(place.astype(int), self.length - 2)
        share = place - left
        bins = np.bincount(row * self.length + left, (1 - share) * height, n_rows * self.length)
        bins += np.bincount(row * self.length + left + 1, share * height, n_rows * self.length)
        bins = bins.reshape(n_rows, self.length)
        return bins / np.maximum(bins.max(axis=1, keepdims=True, initial=0), 1e-300)

    def tower_options(self):
        """Return what a tower that reads the vectors must know: their length."""
        return {"length": self.length}
