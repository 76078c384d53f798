"""Checks of the columns of a profile."""

import numpy as np


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
