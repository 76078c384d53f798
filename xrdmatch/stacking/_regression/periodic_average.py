"""The average cell of an image on a lattice, by least squares on the lattice's harmonics."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

GRID = 32  # pixels of the average cell along a and b
Q_MAX = 1.25  # [1/Å] a probe of 0.4 Å leaves 0.7 % of amplitudes there
RIDGE = 1e-4  # relative; bears windows of less than two cells, whose harmonics overlap


@dataclass(frozen=True, eq=False)
class LatticeHarmonics:
    """Harmonics of one lattice, measured in windows of one shape.

    An image that repeats on the lattice is a sum of its harmonics. They overlap in a window that
    holds no whole number of cells, so that their coefficients are found together, by least
    squares; the sum of these over the average cell is its picture on a grid of fractions.

    Parameters
    ----------
    lattice : ndarray of shape (2, 2)
        Rows a and b in the image [Å]: x to the right, y up.
    pixel_size : float
        Of the windows [Å].
    shape : (int, int)
        Rows and columns of the windows.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.stacking._regression.periodic_average import LatticeHarmonics
    >>> x = 0.1 * np.arange(90)
    >>> window = np.tile(np.cos(2 * np.pi * x / 4.0), (90, 1))
    >>> cells = LatticeHarmonics(4.0 * np.eye(2), 0.1, (90, 90)).average_cells(window[None])
    >>> cells.shape, float(np.ptp(cells, axis=2).max().round(2))  # nothing changes along b
    ((1, 32, 32), 0.0)
    """

    lattice: np.ndarray
    pixel_size: float
    shape: tuple

    def average_cells(self, windows):
        """Average windows over their cells.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, height, width)
            Images of this shape; each may have another origin.

        Returns
        -------
        ndarray of shape (n_windows, 32, 32)
            Intensity along a (rows) and b (columns), of mean 0 and standard deviation 1; the
            window's first pixel is the origin.
        """
        level = windows.mean(axis=(1, 2), keepdims=True)
        table = np.zeros((len(windows), GRID, GRID), dtype=complex)
        table[:, self._indices[:, 0] % GRID, self._indices[:, 1] % GRID] = self._coefficients(
            windows - level
        )
        table[:, 0, 0] = 0.0
        cells = np.fft.ifft2(table).real
        spread = cells.std(axis=(1, 2), keepdims=True)
        return (cells / np.where(spread > 0, spread, 1.0)).astype(np.float32)

    @cached_property
    def _indices(self):
        """The mean, half of those within the resolution, and the other half in that order."""
        reach = np.arange(1 - GRID // 2, GRID // 2)
        indices = np.stack(np.meshgrid(reach, reach, indexing="ij"), axis=-1).reshape(-1, 2)
        lengths = np.linalg.norm(indices @ np.linalg.inv(self.lattice).T, axis=1)
        indices = indices[lengths <= Q_MAX]
        half = indices[len(indices) // 2 :]  # in order of h and k the mean is in the middle
        return np.vstack([half, -half[1:]])

    @cached_property
    def _waves(self):
        """Waves are products of one along x and one along y; each (n_indices, n_pixels)."""
        per_pixel = self.pixel_size * self._indices @ np.linalg.inv(self.lattice).T
        height, width = self.shape
        along_x = np.exp(2j * np.pi * per_pixel[:, :1] * np.arange(width))
        along_y = np.exp(-2j * np.pi * per_pixel[:, 1:] * np.arange(height))
        return along_x.astype(np.complex64), along_y.astype(np.complex64)

    @cached_property
    def _solution(self):
        """From sums of windows times waves to coefficients, shape (n_indices, n_indices)."""
        along_x, along_y = self._waves
        overlap = (along_x.conj() @ along_x.T) * (along_y.conj() @ along_y.T)
        overlap = overlap / np.prod(self.shape) + RIDGE * np.eye(len(self._indices))
        return np.linalg.inv(overlap) / np.prod(self.shape)

    def _coefficients(self, windows):
        """Least-squares coefficients (n_windows, n_indices) of real windows."""
        along_x, along_y = (waves[: self._n_half].conj() for waves in self._waves)
        parts = np.concatenate([along_x.real, along_x.imag]).T  # real products are quicker
        in_rows = windows.astype(np.float32) @ parts  # (n_windows, height, 2 n_half)
        in_rows = in_rows[..., : self._n_half] + 1j * in_rows[..., self._n_half :]
        sums = (in_rows * along_y.T).sum(1)
        return np.hstack([sums, sums[:, 1:].conj()]) @ self._solution.T

    @property
    def _n_half(self):
        return (len(self._indices) + 1) // 2
