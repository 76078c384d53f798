"""Scans and powder patterns on one grid."""

from numbers import Real

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Scan, as_radiation
from xrdmatch.preprocessing._named_columns import NamedColumns, names_of_points
from xrdmatch.preprocessing._scan_transformer import ScanTransformer

_AXES = {"q": "1/Å", "two_theta": "degrees"}
_DEFAULT_GRID = {"q": (0.05, 0.9, 5e-4), "two_theta": (5.0, 90.0, 0.02)}
_SCALES = ("max", "norm", None)
_TO_SIGMA = 1 / np.sqrt(8 * np.log(2))  # from a full width at half maximum


class PatternProfile(NamedColumns, ScanTransformer):
    """Bring scans, and powder patterns as peaks, onto one grid: one row of numbers each.

    A scan's value is its mean count over the cell of a grid point, so that nothing is lost where
    the grid is coarser; where the scan has not measured the whole cell, it is NaN. A pattern of
    peaks becomes a sum of Gaussians, whose areas are its intensities, and is known everywhere.

    Parameters
    ----------
    axis : {"q", "two_theta"}, default="q"
        Axis of the grid: q [1/Å] at which scans of any wavelength agree, or angles [degrees].
    start, stop, step : float, default=None
        The grid, both ends included; None means 0.05 to 0.9 in steps of 0.0005 1/Å, or 5 to 90 in
        steps of 0.02 degrees.
    wavelength : float or str, default=None
        To which angles refer, as `xrdmatch.crystallography.as_radiation` accepts it: ``"CuKa"``,
        or a number [Å]. Needed with ``axis="two_theta"`` only; its mean is taken.
    fwhm : float, default=None
        Full width at half maximum that peaks are drawn with, in the axis' unit; None means eight
        steps.
    scale : {"max", "norm", None}, default="max"
        Whether each row is divided by its largest value, by its root sum of squares, or left.

    See Also
    --------
    BackgroundRemover : Before this, where profiles are compared.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import PatternProfile
    >>> scan = Scan([20, 21, 22, 23, 24], [1, 2, 5, 2, 1], radiation="CuKa1")
    >>> grid = PatternProfile("two_theta", start=19, stop=24, step=1, wavelength="CuKa1")
    >>> grid.transform([scan]).round(2)
    array([[ nan,  nan, 0.53, 1.  , 0.53,  nan]])
    """

    def __init__(
        self,
        axis="q",
        *,
        start=None,
        stop=None,
        step=None,
        wavelength=None,
        fwhm=None,
        scale="max",
    ):
        self.axis = axis
        self.start = start
        self.stop = stop
        self.step = step
        self.wavelength = wavelength
        self.fwhm = fwhm
        self.scale = scale

    @property
    def grid_(self):
        """Points of the grid, of shape (n_points,)."""
        start, stop, step = self._range()
        return start + step * np.arange(round((stop - start) / step) + 1)

    def transform(self, patterns):
        """Bring scans and patterns onto the grid.

        Parameters
        ----------
        patterns : list of Scan or DiffractionPattern
            A single one counts as a list of one.

        Returns
        -------
        ndarray of shape (n_patterns, n_points)
            One row each, NaN where nothing was measured.

        Raises
        ------
        TypeError
            If one is neither a scan nor a pattern.
        ValueError
            If a scan's wavelength is unknown, or a pattern is not of powder.
        """
        self._check_options()
        if isinstance(patterns, Scan | DiffractionPattern):
            patterns = [patterns]
        grid = self.grid_
        rows = np.empty((len(patterns), len(grid)))
        for i, pattern in enumerate(patterns):
            rows[i] = self._row(pattern, grid, i)
        return rows

    def _column_names(self):
        return names_of_points(self.axis, self.grid_, self._range()[2], _AXES[self.axis])

    def _row(self, pattern, grid, i):
        if isinstance(pattern, Scan):
            row = self._row_of_scan(pattern, grid, i)
        elif isinstance(pattern, DiffractionPattern):
            row = self._row_of_peaks(pattern, grid, i)
        else:
            raise TypeError(
                f"Entry {i} must be a Scan or a powder DiffractionPattern, got "
                f"{type(pattern).__name__}; read it with xrdmatch.io.read_pattern."
            )
        return row / self._divisor(row)

    def _divisor(self, row):
        known = row[np.isfinite(row)]
        if self.scale is None or not known.size:
            return 1.0
        size = np.abs(known).max() if self.scale == "max" else np.sqrt(np.sum(known**2))
        return size or 1.0

    def _row_of_scan(self, scan, grid, i):
        step = self._range()[2]
        edges = np.r_[grid - step / 2, grid[-1] + step / 2]
        x = scan.two_theta
        if self.axis == "q" or scan.radiation != as_radiation(self.wavelength):
            if scan.radiation is None or not scan.radiation.lines:
                raise ValueError(
                    f"Scan {i} has no wavelength, without which it has no place on the grid; give "
                    "it as radiation='CuKa' or in Å."
                )
            x = self._on_axis(scan.q)
        known = np.isfinite(x)  # not every q can be reached at another wavelength
        return _bin_means(x[known], scan.counts[known], edges)

    def _row_of_peaks(self, pattern, grid, i):
        if pattern.n_dimensions != 1:
            raise ValueError(
                f"Pattern {i} has {pattern.n_dimensions} components of q; a profile needs powder "
                "peaks, with one."
            )
        width = (self.fwhm or 8 * self._range()[2]) * _TO_SIGMA
        centres = self._on_axis(pattern.q[:, 0])
        row = np.zeros(len(grid))
        for centre, intensity in zip(centres, pattern.intensity, strict=True):
            near = slice(*np.searchsorted(grid, [centre - 5 * width, centre + 5 * width]))
            row[near] += intensity * np.exp(-0.5 * ((grid[near] - centre) / width) ** 2)
        return row / (width * np.sqrt(2 * np.pi))

    def _on_axis(self, q):
        if self.axis == "q":
            return q
        sine = q * as_radiation(self.wavelength).wavelength / 2
        return 2 * np.degrees(np.arcsin(np.where(sine < 1, sine, np.nan)))

    def _range(self):
        given = (self.start, self.stop, self.step)
        default = _DEFAULT_GRID[self.axis]
        return tuple(x if x is not None else y for x, y in zip(given, default, strict=True))

    def _check_options(self):
        if self.axis not in [*_AXES]:
            raise ValueError(f"axis must be 'q' or 'two_theta', got {self.axis!r}; pick one.")
        if self.scale not in _SCALES:
            raise ValueError(f"scale must be one of {_SCALES}, got {self.scale!r}; pick one.")
        start, stop, step = self._range()
        if not all(isinstance(x, Real) for x in (start, stop, step)) or not (
            0 <= start < stop < np.inf and 0 < step <= stop - start
        ):
            raise ValueError(
                f"A grid rises from start to stop by step [{_AXES[self.axis]}], got {start!r} to "
                f"{stop!r} by {step!r}; give start < stop and a smaller, positive step."
            )
        if self.axis == "two_theta" and self.wavelength is None:
            raise ValueError(
                "Angles need a wavelength to refer to, got none; give wavelength='CuKa' or take "
                "axis='q'."
            )


def _bin_means(x, counts, edges):
    """Mean of a piecewise linear curve between edges, NaN where it does not reach."""
    if len(x) < 2:
        return np.full(len(edges) - 1, np.nan)
    sums = np.r_[0.0, np.cumsum(np.diff(x) * (counts[1:] + counts[:-1]) / 2)]
    inside = np.clip(edges, x[0], x[-1])
    i = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    part = inside - x[i]
    slope = (counts[i + 1] - counts[i]) / (x[i + 1] - x[i])
    integral = sums[i] + part * (counts[i] + part * slope / 2)
    slack = 1e-9 * (edges[-1] - edges[0])
    known = (edges[:-1] >= x[0] - slack) & (edges[1:] <= x[-1] + slack)
    return np.where(known, np.diff(integral) / np.diff(edges), np.nan)
