"""Properties of a column of numbers that hint at its role."""

import warnings

import numpy as np

_RISING = 0.9  # of the steps of an axis go one way, also where it starts again a few times
_MANY = 20  # rows from which a column that always rises is not taken for counts
_RELATED = 2e-3  # relative scatter of the wavelength by which d follows from 2 theta
_LARGEST_SHARE = 0.3  # of the counts that an uncertainty may be where nothing names it
_POISSON = 0.7  # by which log(sigma^2 / counts) may differ from zero
_ALIKE = 0.5  # correlation of the logarithms of uncertainties and counts


class Shapes:
    """Columns of a table without names.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        The numbers; NaN where one is missing.
    """

    def __init__(self, table):
        self.table = table
        self.used = [i for i in range(table.shape[1]) if not np.isnan(table[:, i]).all()]

    def one_way(self, i):
        """Share of the steps of a column that go the same way, up or down."""
        column = self.table[:, i]
        steps = np.diff(column[np.isfinite(column)])
        if not len(steps):
            return 0.0
        return max((steps > 0).mean(), (steps < 0).mean())

    def is_axis(self, i):
        """Whether a column can be an axis of angles."""
        column = self.table[:, i]
        inside = np.nanmin(column) > -180 and np.nanmedian(column) < 180
        return bool(inside and self.one_way(i) > _RISING)

    def without_row_numbers(self):
        """Return the indices of the columns but for a first one that numbers the rows."""
        first, rest = self.table[:, self.used[0]], self.used[1:]
        numbers = np.arange(len(first)) + first[0]
        if first[0] not in (0, 1) or not np.array_equal(first, numbers):
            return self.used
        if len(rest) < 2 or not any(self.is_axis(i) for i in rest):
            raise ValueError(
                f"its first column numbers the rows from {first[0]:.0f} on, and no column of "
                "angles is beside it; export it over 2 theta in degrees"
            )
        warnings.warn("its first column numbers the rows", stacklevel=3)
        return rest

    def axis(self, columns):
        """Return the index of the first column that can be an axis, else of the first of all."""
        return next((i for i in columns if self.is_axis(i)), columns[0])

    def check_no_map(self, i, x):
        """Refuse a column that stands still while another one runs, again and again."""
        moves = np.flatnonzero(np.diff(self.table[:, i]))
        restarts = np.flatnonzero(np.diff(self.table[:, x]) < 0)
        if i != x and 0 < len(moves) < len(self.table) / 3 and np.isin(moves, restarts).all():
            raise ValueError(
                f"it is a map: its column {i + 1} stands still over {len(moves) + 1} scans; export "
                "them one a file"
            )

    def repeats(self, columns, period):
        """Whether angles and counts, or those and uncertainties, stand there several times."""
        if len(columns) < 4 or len(columns) % period:
            return False
        axes, others = columns[::period], [i for i in columns if i not in columns[::period]]
        return all(self.is_axis(i) and not self._is_d(i, axes[0]) for i in axes) and not any(
            self.one_way(i) > _RISING for i in others
        )

    def follows(self, i, x):
        """Whether a column only restates the axis, as d does, or always rises or falls."""
        return self._is_d(i, x) or (len(self.table) >= _MANY and self.one_way(i) > 0.98)

    def _is_d(self, i, x):
        with np.errstate(invalid="ignore"):
            wavelength = 2 * self.table[:, i] * np.sin(np.radians(self.table[:, x] / 2))
            mean = np.nanmean(wavelength)
            return bool(mean > 0 and np.nanstd(wavelength) < _RELATED * mean)

    def is_sigma(self, i, counts, told):
        """Whether a column can be the uncertainty of counts; `told` where the file is an .xye."""
        rows = np.isfinite(self.table[:, [counts, i]]).all(axis=1)
        y, sigma = self.table[rows][:, [counts, i]].T
        if not len(y) or (sigma < 0).any() or np.ptp(sigma) == 0:
            return False
        share = np.median(sigma / np.maximum(np.abs(y), 1e-30))
        ratio = np.log(np.maximum(sigma, 1e-30) ** 2 / np.maximum(y, 1))
        is_root = np.median(np.abs(ratio)) < _POISSON
        alike = self.likeness(i, counts) > _ALIKE
        if told:
            return bool(is_root or alike or share < _LARGEST_SHARE)
        return bool(alike and (is_root or share < _LARGEST_SHARE))

    def likeness(self, i, counts):
        """Return how alike the logarithms of two columns are: their correlation."""
        return _correlation(*self.table[:, [i, counts]].T)


def _correlation(a, b):
    """Of the logarithms of two columns; zero where one of them does not vary."""
    with np.errstate(invalid="ignore"):
        both = (a > 0) & (b > 0)
    if both.sum() < 3:
        return 0.0
    logs = np.log(a[both]), np.log(b[both])
    if min(np.ptp(log) for log in logs) == 0:
        return 0.0
    return float(np.corrcoef(*logs)[0, 1])
