"""Checks of pictures that are said to hold logarithms."""

import numpy as np

from xrdmatch.crystallography import log_picture

LARGEST = float(log_picture(np.ones(1))[0])  # of the strongest spot, whatever its intensity
ROUNDING = 1e-3  # of pictures kept in half precision


def check_log_picture(values):
    """Check that a picture may hold 4 + log10(I / I_max), and not counts.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        The picture.

    Raises
    ------
    ValueError
        If a value is above 4.
    """
    if values.max() > LARGEST + ROUNDING:
        raise ValueError(
            f"A picture of logarithms holds 4 + log10(I / I_max), at most {LARGEST:g}, got values "
            f"up to {values.max():.4g}: these are counts; say so with log=False."
        )
