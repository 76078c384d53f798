"""Noise of a scan's counts."""

import numpy as np

_SCATTER = np.sqrt(6.0)  # of a second difference, in units of its three points' own
_MEDIAN_OF_NORMAL = 0.6745  # of the absolute value, in standard deviations
_QUARTER_OF_NORMAL = 0.3186  # the same for what a quarter of them is below
_N_AVERAGED = 6  # neighbours whose mean is compared with the next ones'
_NOISY = 0.2  # alternation below which a scan is a smooth curve
_QUANTUM = 1e-4  # of the highest count: smallest noise that a scan is believed to have


def count_sigma(scan):
    """Uncertainties of a scan's counts: its own, or those that its scatter shows.

    Without uncertainties, counts are taken as a multiple of Poisson numbers, and the multiple is
    estimated from second differences: 1 for plain counts, less for averages and rates.

    Parameters
    ----------
    scan : Scan
        The scan.

    Returns
    -------
    ndarray of shape (n_points,)
        Standard uncertainties, in the unit of the counts.

    See Also
    --------
    BackgroundRemover : Subtract what is smooth from scans.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import count_sigma
    >>> counts = np.random.default_rng(0).poisson(100.0, 1000)
    >>> rate = Scan(10 + 0.02 * np.arange(1000), counts / 5)  # five seconds a step
    >>> bool(abs(count_sigma(rate).mean() / 2 - 1) < 0.05)
    True
    """
    if scan.sigma is not None:
        return scan.sigma
    smallest = _QUANTUM * max(np.abs(scan.counts).max(), np.finfo(float).tiny)
    level = np.maximum(_smoothed(scan.counts), smallest)
    if scan.n_points < 3:
        return np.sqrt(np.maximum(level, 1.0))
    scatter = np.abs(np.diff(scan.counts, 2)) / _SCATTER / np.sqrt(level[1:-1])
    unit = (np.median(scatter) / _MEDIAN_OF_NORMAL) ** 2
    return np.maximum(np.sqrt(unit * np.maximum(level, unit)), smallest)


def _smoothed(counts):
    """Mean of five neighbours, so that a low count does not claim a small uncertainty."""
    return np.convolve(np.pad(counts, 2, mode="edge"), np.ones(5) / 5, mode="valid")


def averaging_sigma(scan):
    """Uncertainties that hold for averages over neighbours, too.

    Counts that were smoothed or interpolated scatter together: their averages scatter more than
    those of independent counts, by a factor that is measured where the scan is flattest.

    Parameters
    ----------
    scan : Scan
        The scan.

    Returns
    -------
    ndarray of shape (n_points,)
        `count_sigma` or a multiple of it: what independent counts would need.
    """
    sigma, n = count_sigma(scan), _N_AVERAGED
    if scan.n_points < 4 * n or not alternation(scan) > _NOISY:
        return sigma
    counts, variance = (
        np.convolve(values, np.ones(n) / n, mode="valid") for values in (scan.counts, sigma**2)
    )
    bend = np.abs(counts[2 * n :] - 2 * counts[n:-n] + counts[: -2 * n])
    scatter = bend / _SCATTER / np.sqrt(variance[n:-n] / n)
    return sigma * max(np.quantile(scatter, 0.25) / _QUARTER_OF_NORMAL, 1.0)


def alternation(scan):
    """Share of second differences whose sign differs from the one before.

    Independent noise alternates in 73 % of them, a smooth curve hardly ever.

    Parameters
    ----------
    scan : Scan
        The scan.

    Returns
    -------
    float
        NaN where fewer than ten second differences are not zero.
    """
    signs = np.sign(np.diff(scan.counts, 2))
    signs = signs[signs != 0]
    return float(np.mean(signs[1:] != signs[:-1])) if len(signs) > 10 else np.nan
