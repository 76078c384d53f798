"""Checks of the columns of a profile."""

import numpy as np

from xrdmatch.inspection._plot.sticks import AXIS_NAMES


def profile_columns(x, observed, calculated, ticks, x_axis):
    """Check what a profile is drawn from.

    Parameters
    ----------
    x, observed, calculated, ticks, x_axis
        As of `ProfileDisplay.from_profile`.

    Returns
    -------
    x, observed, calculated : ndarray of shape (n_points,)
        The columns; None where nothing is calculated.
    ticks : dict of str to ndarray of shape (n_peaks,)
        Positions of each phase's peaks.

    Raises
    ------
    ValueError
        If lengths differ, there is nothing to draw, or `x_axis` is unknown.
    """
    if x_axis not in [*AXIS_NAMES]:
        raise ValueError(
            f"x_axis must be one of {', '.join(map(repr, AXIS_NAMES))}, got {x_axis!r}."
        )
    x, observed = as_column(x, "x"), as_column(observed, "observed")
    check_length(observed, x, "observed")
    if calculated is not None:
        calculated = as_column(calculated, "calculated")
        check_length(calculated, x, "calculated")
    ticks = ticks if isinstance(ticks, dict | None) else {"peaks": ticks}
    return x, observed, calculated, {n: as_column(at, "ticks") for n, at in _named(ticks)}


def _named(ticks):
    return ((str(name), at) for name, at in (ticks or {}).items())


def as_column(values, name):
    """Make numbers an array of shape (n,)."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 1:
        raise ValueError(
            f"{name} must be a list of numbers, got an array of shape {values.shape}; pass one "
            "column."
        )
    return values


def check_length(values, x, name):
    """Refuse intensities that are not one for each x, or of which none is known."""
    if len(values) != len(x) or not np.isfinite(values).any():
        raise ValueError(
            f"{name} must have one number for each x, not all NaN, got {len(values)} for "
            f"{len(x)} x; pass profiles of equal length."
        )
