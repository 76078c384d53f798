"""How probable spots on a lattice are if they came from an entry in a certain setting."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammainc, gammaln

from xrdmatch.refinement._spot_likelihood import FLOOR, LOG_RANGE, SPREAD
from xrdmatch.refinement._spot_table import TYPICAL_DISPLACEMENT, spot_moments

OUTLIER = 0.02  # share of spots that are spurious, or whatever they like
DISPLACEMENTS = (0.004, 0.03, 0.055, 0.085, 0.13, 0.2, 0.34)  # [Å] u, integrated over
NOISE_FACTORS, NOISE_LOGS = (0.7, 1.0, 1.42), (-0.5, 0.0, -0.5)  # of the reading's, and priors
N_ROUNDS = 2  # of the search for the scale, outliers counting less in each
LARGEST = 50.0  # exponents are cut here


class SettingFits(NamedTuple):
    """Fits of S settings to one reading of a pattern, each field of shape (S,)."""

    log_likelihood: np.ndarray  # without the settings' prior
    evidence: np.ndarray  # the share of the seen intensities in it
    displacement: np.ndarray  # [Å]
    noise: np.ndarray
    log_scale: np.ndarray  # of the intensities, the pattern's strongest being 1
    n_extra: np.ndarray  # spots that the entry has no place for
    n_missing: np.ndarray  # points of the entry that are not seen

    def chosen(self, rows):
        """Take some of the fits."""
        return SettingFits(*(field[rows] for field in self))


def typical_likelihood(table, reading, settings):
    """Log likelihoods of settings at a typical displacement and the reading's noise, (S,).

    Parameters
    ----------
    table : SpotTable
        The gallery.
    reading : LatticeReading
        The pattern.
    settings : Settings
        Where the entries' spots are looked for.
    """
    rows, exists, _ = expected_rows(table, reading.indices, settings)
    mean, variance = (np.where(exists, x[rows], 0.0) for x in table.typical)
    log, log_scale = _seen(reading, mean, variance, reading.noise)
    return log + _unseen(reading, mean, variance, reading.noise, log_scale) + _strays(reading)


def fit_settings(table, reading, settings):
    """Fit settings, summed over displacements of the atoms and noise of the intensities.

    Parameters
    ----------
    table : SpotTable
        The gallery.
    reading : LatticeReading
        The pattern.
    settings : Settings
        What is fitted.

    Returns
    -------
    SettingFits
        Log likelihoods and what was fitted.
    """
    rows, exists, length = expected_rows(table, reading.indices, settings)
    return fit_expected(reading, np.where(exists[..., None], table.sums[rows], 0.0), exists, length)


def fit_expected(reading, sums, exists, length):
    """Fit expected spots to a pattern: `fit_settings` once they are known.

    Parameters
    ----------
    reading : LatticeReading
        The pattern, with N points.
    sums : ndarray of shape (S, N, 6)
        `SpotSums` of S settings, 0 where there is no spot.
    exists : ndarray of bool, shape (S, N)
        Where there is one.
    length : ndarray of shape (S, N)
        ``|q|`` [1/Å].

    Returns
    -------
    SettingFits
        Log likelihoods and what was fitted.
    """
    logs, strengths = [], []
    for u in DISPLACEMENTS:
        moments = spot_moments(sums, length, u)
        for factor, prior in zip(NOISE_FACTORS, NOISE_LOGS, strict=True):
            noise = factor * reading.noise
            log, log_scale = _seen(reading, *moments, noise)
            logs.append(log + prior + displacement_prior(u))
            strengths.append(np.stack(np.broadcast_arrays(u, noise, log_scale)))
    logs, strengths = np.stack(logs), np.stack(strengths)  # (n_grid, S), (n_grid, 3, S)
    evidence = np.logaddexp.reduce(logs, axis=0)
    u, noise, log_scale = strengths[logs.argmax(0), :, np.arange(len(sums))].T
    moments = spot_moments(sums, length, u[:, None])
    unseen = _unseen(reading, *moments, noise[:, None], log_scale)
    extra = reading.n_stray + (~exists & (reading.n_seen > 0)).sum(1)
    missing = (exists & (reading.n_seen == 0)).sum(1)
    total = evidence + unseen + _strays(reading)
    return SettingFits(total, evidence, u, noise, log_scale, extra, missing)


def displacement_prior(u):
    """Log-normal prior of a displacement [Å] on a grid that is even in the logarithm."""
    return -((math.log(u / TYPICAL_DISPLACEMENT) / SPREAD) ** 2) / 2


def expected_rows(table, indices, settings):
    """Find the entries' spots at the points of a pattern's lattice.

    Returns
    -------
    rows : ndarray of int, shape (S, N)
        In the table, where it has them.
    exists : ndarray of bool, shape (S, N)
        Whether it has.
    length : ndarray of shape (S, N)
        ``|q|`` of the entry's spot [1/Å].
    """
    hk = indices @ settings.change  # (S, N, 2)
    rows = table.rows_of(settings.entry[:, None], hk)
    exists = (rows >= 0) & np.isfinite(table.sums[rows, 0])
    q = hk @ table.reciprocal[settings.entry]
    return rows, exists, np.linalg.norm(q, axis=2)


def noise_variance(reading, noise):
    """Relative variance of the intensities at the points that are seen; (..., n_seen)."""
    seen = reading.n_seen > 0
    return noise**2 / reading.n_seen[seen] + reading.relative_variance[seen]


def _seen(reading, mean, variance, noise):
    """Log likelihood of the intensities that are seen, and the logarithm of their scale."""
    seen = reading.n_seen > 0
    mean, variance = mean[:, seen] + FLOOR, variance[:, seen]
    shape = _shape(mean, variance, noise_variance(reading, noise))
    ratio = reading.log_intensity[seen] - np.log(mean)
    log_scale = _log_scale(shape, ratio)
    excess = np.minimum(ratio - log_scale[:, None], LARGEST)
    log = shape * (np.log(shape) + excess - np.exp(excess)) - gammaln(shape)
    inlier = log + LOG_RANGE + math.log1p(-OUTLIER)
    return np.logaddexp(inlier, math.log(OUTLIER)).sum(1), log_scale


def _shape(mean, variance, relative):
    """Shape of the Gamma density of an intensity with a relative variance of its measurement."""
    return mean**2 / (variance + relative * (mean**2 + variance) + FLOOR**2)


def _log_scale(shape, ratio):
    """Most probable logarithm of the scale, that of (S, n) log ratios; outliers count less."""
    log_scale = (shape * ratio).sum(1) / shape.sum(1)
    for _ in range(N_ROUNDS):
        square = np.minimum((ratio - log_scale[:, None]) ** 2 * shape, LARGEST)
        weight = shape / (1 + square / 4)
        log_scale = (weight * ratio).sum(1) / weight.sum(1)
    return log_scale


def _unseen(reading, mean, variance, noise, log_scale):
    """Log probability that both mates of what is not seen were too weak, or missing by chance."""
    unseen = reading.n_seen == 0
    mean, variance = mean[:, unseen] + FLOOR, variance[:, unseen]
    shape = _shape(mean, variance, noise**2)
    faintest = np.exp(reading.faintest - log_scale)[:, None] + FLOOR
    below = gammainc(shape, shape * faintest / mean)
    return 2 * np.log(reading.missing + (1 - reading.missing) * below).sum(1)


def _strays(reading):
    return reading.n_stray * math.log(OUTLIER)
