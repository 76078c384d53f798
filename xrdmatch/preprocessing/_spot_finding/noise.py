"""How much a picture scatters, as seen in it."""

import numpy as np

_TO_SIGMA = 1.4826  # from a median absolute deviation
_WIDTH_OF_95 = 3.92  # standard deviations of a Gaussian
_N_LEVELS = 24  # at most; levels of brightness whose noise is measured apart
_PER_LEVEL = 400  # pixels at least
_SMALLEST = 1e-9  # of the range of values; what arithmetic leaves of an even picture


def spread(values):
    """Robust standard deviation; from the outer values where more than half are equal."""
    middle = np.median(values)
    sigma = _TO_SIGMA * np.median(np.abs(values - middle))
    if sigma > 0:
        return float(sigma)
    low, high = np.quantile(values, [0.025, 0.975])
    return float((high - low) / _WIDTH_OF_95)


def level_noise(rest, level, is_good):
    """Estimate the noise of each pixel from that of all which are about as bright.

    Counts scatter the more the higher they are, by a factor that few pictures state.

    Parameters
    ----------
    rest : ndarray of shape (n_rows, n_columns)
        The picture without what is smooth.
    level : ndarray of shape (n_rows, n_columns)
        How bright it is around each pixel.
    is_good : ndarray of bool, shape (n_rows, n_columns)
        Which pixels count.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Standard deviations.
    """
    n_levels = int(np.clip(is_good.sum() // _PER_LEVEL, 1, _N_LEVELS))
    inside = level[is_good]
    edges = np.quantile(inside, np.linspace(0, 1, n_levels + 1))
    of = np.clip(np.searchsorted(edges, inside, side="right") - 1, 0, n_levels - 1)
    values = rest[is_good]
    levels = [i for i in range(n_levels) if (of == i).any()]
    sigma = np.array([spread(values[of == i]) for i in levels])
    middle = np.array([np.median(inside[of == i]) for i in levels])
    floor = _SMALLEST * np.ptp(values) + np.finfo(float).tiny
    return np.maximum(np.interp(level, middle, sigma), floor)
