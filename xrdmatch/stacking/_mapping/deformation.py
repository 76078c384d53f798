"""Strain of an image against known lattices, from the change of phases across windows."""

import numpy as np

LAGS = (1, 2, 4, 6)  # steps
SPREADS = 2.0  # median deviations from the median, up to which a pair is of one domain
FARTHEST = 4  # times a lag fits into the image, so that few pairs are of two domains
STRONGEST = 12  # waves that are looked at


def deformation(sums, waves, step):
    """Find what turns the waves into those of the image.

    Neighbouring windows differ in the phase of each wave by k.x; what they differ more says how
    far the wave is off. Pairs of windows from two domains stand out and are left out.

    Parameters
    ----------
    sums : ndarray of shape (n_rows, n_columns, n_waves)
        Of windows, x from the centre of each.
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    step : float
        From one window to the next [Å].

    Returns
    -------
    ndarray of shape (2, 2)
        What each position, a row, is multiplied with from the right.
    """
    strongest = np.argsort(-(np.abs(sums) ** 2).mean((0, 1)))[:STRONGEST]
    sums, waves = sums[..., strongest], waves[strongest]
    change = np.eye(2)
    for lag in LAGS:
        if lag == 1 or FARTHEST * lag <= min(sums.shape[:2]):
            for _ in range(2):
                change = change @ (np.eye(2) + _step(sums, waves @ change, step, lag))
    return np.linalg.inv(change).T


def _step(sums, waves, step, lag):
    """Find what the waves, rows, are to be multiplied with beyond 1."""
    right = sums[:, lag:] * sums[:, :-lag].conj()
    up = sums[:-lag] * sums[lag:].conj()
    distance = step * lag
    both = [(right, waves[:, 0]), (up, waves[:, 1])]
    slopes = [_slope(pairs, along * distance) for pairs, along in both]
    columns = [_weighted(waves, turns / distance, weight * distance) for turns, weight in slopes]
    return np.stack(columns, axis=1)


def _slope(pairs, expected):
    """Return turns by which pairs are off, for each wave, and how much they weigh."""
    pairs = pairs.reshape(-1, len(expected)) * np.exp(-2j * np.pi * expected)
    turns = np.angle(pairs * np.exp(-1j * np.angle(pairs.sum(0)))) / (2 * np.pi)
    middle = np.median(turns, axis=0)
    away = np.abs(turns - middle)
    near = np.where(away <= SPREADS * np.median(away, axis=0), np.abs(pairs), 0)
    total = near.sum(0)
    mean = (near * turns).sum(0) / np.maximum(total, 1e-300)
    return mean + np.angle(pairs.sum(0)) / (2 * np.pi), np.sqrt(total)


def _weighted(waves, values, weights):
    return np.linalg.lstsq(waves * weights[:, None], values * weights, rcond=None)[0]
