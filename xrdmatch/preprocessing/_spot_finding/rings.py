"""Rings around the centre of a picture."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.signal import find_peaks

from xrdmatch.preprocessing._spot_finding.noise import spread

_CLEARLY = 6.0  # standard errors of the median around a ring
_FEWEST = 40  # pixels of a radius
_WIDEST = 12  # steps of radius; what is wider is a halo
_LEAST = 0.02  # of the brightness at that radius


@dataclass(frozen=True, eq=False)
class RadialProfile:
    """Medians over all directions.

    Parameters
    ----------
    median : ndarray of shape (n_radii,)
        Of the values at radii 0, 1, 2 ... pixels; NaN where too few were measured.
    error : ndarray of shape (n_radii,)
        Its standard error.
    """

    median: np.ndarray
    error: np.ndarray


def radii_of(shape, centre):
    """Distance of each pixel from the centre [pixels]."""
    y, x = np.indices(shape)
    return np.hypot(x - centre[0], y - centre[1])


def radial_profile(values, is_good, centre):
    """Take the medians of values over all directions."""
    whole = np.rint(radii_of(values.shape, centre)).astype(int)
    order = np.argsort(whole[is_good], kind="stable")
    counts = np.bincount(whole[is_good])
    groups = np.split(values[is_good][order], np.cumsum(counts)[:-1])
    enough = [len(group) >= _FEWEST for group in groups]
    median = [np.median(g) if ok else np.nan for g, ok in zip(groups, enough, strict=True)]
    error = [
        1.25 * spread(g) / np.sqrt(len(g)) if ok else np.nan
        for g, ok in zip(groups, enough, strict=True)
    ]
    return RadialProfile(np.array(median), np.array(error))


def ring_radii(pixels, centre):
    """Radii at which it is brighter than on either side, whichever the direction [pixels]."""
    profile = radial_profile(pixels.values, pixels.is_good, centre)
    known = np.flatnonzero(np.isfinite(profile.median))
    if len(known) < _WIDEST:
        return np.empty(0)
    median, error = profile.median[known], profile.error[known]
    smooth = ndimage.gaussian_filter1d(median, 1.0)
    tops, found = find_peaks(smooth, prominence=0, wlen=4 * _WIDEST + 1, width=(1.0, _WIDEST))
    least = np.maximum(_CLEARLY * error[tops], _LEAST * np.abs(smooth[tops] - smooth.min()))
    return known[tops[found["prominences"] > least]].astype(float)


def noise_by_radius(values, is_good, centre):
    """Spread of values among pixels at the same radius; (n_rows, n_columns)."""
    profile = radial_profile(values, is_good, centre)
    whole = np.rint(radii_of(values.shape, centre)).astype(int)
    counts = np.bincount(whole[is_good], minlength=whole.max() + 1)
    sigma = np.zeros(whole.max() + 1)
    sigma[: len(profile.error)] = np.nan_to_num(profile.error) / 1.25
    return (sigma * np.sqrt(counts))[whole]
