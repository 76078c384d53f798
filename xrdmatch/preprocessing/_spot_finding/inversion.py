"""About which point a picture looks most like itself turned by half a turn."""

from dataclasses import dataclass

import numpy as np
from scipy import fft, ndimage

from xrdmatch.preprocessing._spot_finding.binned import binned, binned_mask
from xrdmatch.preprocessing._spot_finding.noise import spread

_SIDE = 256  # pixels of the picture that is compared
_N_BEST = 3000  # points among which a prior chooses
_SMOOTH = 0.03  # of that, the width of what counts as detail
_OVERLAP = 0.12  # of the pixels have to have a mate


@dataclass(frozen=True, eq=False)
class InversionMap:
    """Correlation of a picture with itself, inverted about every point.

    Parameters
    ----------
    correlation : ndarray
        At half steps of the binned pixels, from the first pixel on.
    factor : int
        Pixels a binned pixel.
    """

    correlation: np.ndarray
    factor: int

    def at(self, points):
        """Correlation about points.

        Parameters
        ----------
        points : ndarray of shape (n_points, 2)
            Columns and rows [pixels].

        Returns
        -------
        ndarray of shape (n_points,)
            The largest within a binned pixel; -1 outside.
        """
        best = ndimage.maximum_filter(self.correlation, 3)
        halves = np.rint(2 * ((points + 0.5) / self.factor - 0.5)).astype(int)
        inside = ((halves >= 0) & (halves < np.array(best.shape)[::-1])).all(1)
        column, row = np.where(inside[:, None], halves, 0).T
        return np.where(inside, best[row, column], -1.0)

    def best(self, prior=None):
        """Find the highest correlation.

        Parameters
        ----------
        prior : callable, optional
            What is added to the correlation at columns and rows, (n, 2).

        Returns
        -------
        ndarray of shape (2,)
            Column and row [pixels].
        """
        order = np.argsort(-self.correlation, axis=None)[:_N_BEST]
        rows, columns = np.unravel_index(order, self.correlation.shape)
        points = (np.column_stack([columns, rows]) / 2 + 0.5) * self.factor - 0.5
        score = self.correlation[rows, columns]
        return points[np.argmax(score if prior is None else score + prior(points))]


def inversion_map(pixels):
    """Correlate a picture with itself, inverted about every point.

    Parameters
    ----------
    pixels : Pixels
        The picture; pixels that do not count and their mates are left out.

    Returns
    -------
    InversionMap
        Correlation coefficients of the compressed counts.
    """
    factor = max(1, round(max(pixels.values.shape) / _SIDE))
    mask = binned_mask(pixels.is_good, factor).astype(float)
    values = _detail(_compressed(binned(pixels.values, factor)), mask) * mask
    shape = [fft.next_fast_len(2 * n - 1, real=True) for n in mask.shape]
    whole = tuple(slice(2 * n - 1) for n in mask.shape)
    of_mask, of_values, of_squares = (
        fft.rfft2(array, shape) for array in (mask, values, values**2)
    )

    def convolved(first, second):
        return fft.irfft2(first * second, shape)[whole]

    n = np.maximum(np.rint(convolved(of_mask, of_mask)), 1)
    mean = convolved(of_values, of_mask) / n
    covariance = convolved(of_values, of_values) / n - mean**2
    variance = convolved(of_squares, of_mask) / n - mean**2
    enough = (n > _OVERLAP * mask.sum()) & (variance > 1e-6 * np.abs(variance).max())
    correlation = np.where(enough, covariance / np.where(enough, variance, 1.0), -1.0)
    return InversionMap(np.clip(correlation, -1.0, 1.0), factor)


def _detail(values, mask):
    """Without what is smooth, which tilts and halos make lopsided."""
    width = _SMOOTH * max(values.shape)
    smooth = ndimage.gaussian_filter(values * mask, width, mode="constant")
    weight = ndimage.gaussian_filter(mask, width, mode="constant")
    return values - smooth / np.maximum(weight, 1e-6)


def _compressed(values):
    """Like a logarithm far above the noise, linear near it."""
    middle = np.median(values)
    return np.arcsinh((values - middle) / max(spread(values), 1e-12))
