"""Assembly of a scan from the axis, counts and wavelengths that a file states."""

import warnings
from dataclasses import dataclass

import numpy as np

from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.io._axes import TWO_THETA, Axis, parse_axis
from xrdmatch.io._axis_conversion import settle_axis, to_two_theta
from xrdmatch.io._columns.runs import split_runs

_MOST_COUNTS = 1e15  # no detector counts more; larger numbers are damage
_LEAST_COUNTS = 1e-12
_FEW = 0.1  # of the points may lie at 180 degrees and beyond
_SPIKE = 1e4  # times the second largest
_WIDE, _EVEN, _MANY = 1.5, 0.02, 20  # a wide step among even ones, from so many on
_LARGEST_OFFSET = 1.0  # [degrees] more than a misaligned sample or a miscut has


@dataclass(frozen=True, eq=False)
class StatedScan:
    """What a file states of one scan.

    Parameters
    ----------
    x, counts : array-like of shape (n_points,)
        Positions along the axis in the file's unit, and counts.
    sigma : array-like of shape (n_points,), optional
        Uncertainties of the counts.
    radiation : Radiation, optional
        What it was taken with.
    axis : Axis, optional
        What `x` is; None where the file does not say.
    """

    x: np.ndarray
    counts: np.ndarray
    sigma: np.ndarray | None = None
    radiation: Radiation | None = None
    axis: Axis | None = TWO_THETA

    def to_scan(self, radiation, asked=None):
        """Make a `Scan`: its axis as the user asks for it, its lines those given."""
        axis = settle_axis(self.axis, asked)
        x = to_two_theta(axis, np.asarray(self.x, float), radiation)
        return assemble_scan(x, self.counts, self.sigma, radiation)


def assemble_scan(two_theta, counts, sigma=None, radiation=None, name=None):
    """Make a `Scan` of columns as a file has them.

    Points without a number, at negative angles or at 180 degrees and beyond are left out, and so
    are single ones out of order; falling angles are turned round, points at one angle become their
    mean, and uncertainties of zero the smallest of the others.

    Parameters
    ----------
    two_theta, counts : array-like of shape (n_points,)
        Angles [degrees] and counts.
    sigma : array-like of shape (n_points,), optional
        Uncertainties of the counts.
    radiation : Radiation, optional
        What the file states of it.
    name : str, optional
        How the scan is called.

    Returns
    -------
    Scan

    Raises
    ------
    ValueError
        When no scan is left or the angles go up and down.
    """
    columns = [np.asarray(x, float).ravel() for x in (two_theta, counts, sigma) if x is not None]
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"it has {len(columns[0])} angles but {len(columns[1])} counts")
    table = _in_order(_usable(np.column_stack(columns)))
    _check_counts(table)
    _say_gaps(table[:, 0])
    sigma = _positive(table[:, 2]) if sigma is not None else None
    return Scan(table[:, 0], table[:, 1], sigma, radiation, name)


def _usable(table):
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(table).all(1) & (np.abs(table[:, 1]) < _MOST_COUNTS)
        if np.isfinite(table).all(1).any() and not usable.any():
            most = np.nanmax(np.abs(table[:, 1]))
            raise ValueError(f"it has counts of {most:.3g}, which no detector counts")
        beyond = usable & (table[:, 0] >= 180)
        if beyond.sum() > _FEW * len(table):
            raise ValueError(
                f"its axis reaches {table[beyond, 0].max():.6g}, and 2 theta lies from 0 to below "
                "180 degrees; check that it is 2 theta in degrees"
            )
        usable &= (table[:, 0] >= 0) & ~beyond
    if n_lost := int((~usable).sum()):
        warnings.warn(
            f"left out {n_lost} of {len(usable)} points, without a number or outside 0 to 180 "
            "degrees",
            stacklevel=2,
        )
    if usable.sum() < 2:
        raise ValueError("it holds no scan: fewer than two points with an angle and counts")
    return table[usable]


def _in_order(table):
    runs, strays = split_runs(table[:, 0])
    if len(runs) > 1:
        raise ValueError(
            f"the angles go up and down ({len(runs)} runs): it is a map or holds several scans; "
            "split it into one file a scan"
        )
    if len(strays):
        shown = ", ".join(f"{x:g}" for x in table[strays[:3], 0])
        warnings.warn(
            f"left out {len(strays)} points whose angle is out of order ({shown})", stacklevel=2
        )
    table = table[runs[0]]
    table = table if table[0, 0] <= table[-1, 0] else table[::-1]
    starts = np.flatnonzero(np.r_[True, np.diff(table[:, 0]) > 0])
    if (n_twice := len(table) - len(starts)) > 0:
        warnings.warn(f"{n_twice} angles occur twice; took the mean", stacklevel=2)
        sizes = np.diff(np.r_[starts, len(table)])
        table = np.add.reduceat(table, starts) / sizes[:, None]
    if len(table) < 2:
        raise ValueError("it holds no scan: all points have the same angle")
    return table


def _check_counts(table):
    """Refuse counts that are none; say where one point towers over all others."""
    counts = table[:, 1]
    if np.ptp(counts) == 0 or np.abs(counts).max() < _LEAST_COUNTS:
        raise ValueError("all its counts are the same; nothing was measured")
    second, first = np.partition(counts, -2)[-2:]
    if first > _SPIKE * max(second, 1.0):
        warnings.warn(
            f"one point, at {table[counts.argmax(), 0]:.6g} degrees, has {first:.3g} counts, the "
            f"next {second:.3g}; if it is damaged, remove it",
            stacklevel=3,
        )


def _say_gaps(two_theta):
    """Warn where steps are wider than nearly all others."""
    steps = np.diff(two_theta)
    usual = np.median(steps)
    wide = np.flatnonzero(steps > _WIDE * usual)
    even = np.abs(steps / usual - 1) < _EVEN
    if len(steps) >= _MANY and len(wide) and even.mean() > 1 - _FEW:
        places = ", ".join(f"{two_theta[i]:.6g}" for i in wide[:3])
        warnings.warn(
            f"points are missing: {len(wide)} of its steps are wider than the others (after "
            f"{places}{', ...' if len(wide) > 3 else ''} degrees)",
            stacklevel=3,
        )


def _positive(sigma):
    known = sigma > 0
    return np.where(known, sigma, sigma[known].min()) if known.any() else None


def sigma_of_rate(rate, seconds):
    """Uncertainty of counts per second that were counted for so long; one count where none."""
    return np.sqrt(np.maximum(np.asarray(rate, float) * seconds, 1.0)) / seconds


def check_axes(axis, two_theta, omega=None):
    """Refuse what is no powder scan: another axis than 2 theta, or omega far off its half."""
    named = parse_axis(axis)
    if named is None or not named.is_two_theta:
        label = named.label if named else axis or "an unnamed axis"
        raise ValueError(f"it is a scan of {label}, not of 2 theta")
    if omega is None:
        return
    offset = float(np.mean(omega) - np.mean(two_theta) / 2)
    if np.ptp(omega) > 0 and abs(offset) > _LARGEST_OFFSET:
        raise ValueError(
            f"omega is {abs(offset):.2f} degrees off half of 2 theta: an asymmetric scan of an "
            "oriented crystal, not of a powder; if it is one, pass two_theta and counts as arrays"
        )
