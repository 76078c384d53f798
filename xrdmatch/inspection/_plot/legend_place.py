"""Where the legend of a profile hides least."""

import numpy as np

PLACES = ("upper right", "upper left", "upper center")  # of equal ones the first


def legend_place(observed):
    """Choose the third of a profile whose strongest peak is lowest.

    Parameters
    ----------
    observed : ndarray of shape (n_points,)
        Counts by rising angle; NaN where a point is missing.

    Returns
    -------
    str
        For matplotlib's ``loc``.
    """
    heights = np.where(np.isfinite(observed), observed, -np.inf)
    left, centre, right = (part.max(initial=-np.inf) for part in np.array_split(heights, 3))
    return PLACES[int(np.argmin([right, left, centre]))]
