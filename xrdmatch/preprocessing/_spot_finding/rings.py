"""Rings around the centre of a picture."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.signal import find_peaks

from xrdmatch.preprocessing._spot_finding.noise import spread

_CLEARLY = 6.0  # standard errors of the median around a ring
_FEWEST = 40  # pixels of a radius
_WIDEST = 12  # steps of radius; what is wider is a halo
_SECTORS = 16
_FEWEST_IN_SECTOR = 4  # pixels
_NEARLY_ALL = 0.85  # of the sectors
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
    with warnings.catch_warnings():  # of tops too flat to be rings, which are left out
        warnings.filterwarnings("ignore", "some peaks have a", RuntimeWarning)
        tops, found = find_peaks(smooth, prominence=0, wlen=4 * _WIDEST + 1, width=(1.0, _WIDEST))
    least = np.maximum(_CLEARLY * error[tops], _LEAST * np.abs(smooth[tops] - smooth.min()))
    clear = found["prominences"] > least
    tops, wide = tops[clear], np.maximum(found["widths"][clear], 2.0)
    goes = [
        _goes_round(pixels, centre, known[top], step) for top, step in zip(tops, wide, strict=True)
    ]
    return known[tops[np.array(goes, bool)]].astype(float)


def _goes_round(pixels, centre, radius, width):
    """Whether it is brighter than inside and outside in nearly all sectors."""
    y, x = np.indices(pixels.values.shape)
    away = np.hypot(x - centre[0], y - centre[1])
    sector = np.floor((np.arctan2(y - centre[1], x - centre[0]) / np.pi + 1) * _SECTORS / 2)
    near = pixels.is_good & (np.abs(away - radius) < 2.5 * width)
    step, sector, values = (away - radius)[near] / width, sector[near], pixels.values[near]
    zones = (np.abs(step) < 0.5, step < -1.0, step > 1.0)
    brighter = []
    for i in range(_SECTORS):
        of = [values[zone & (sector == i)] for zone in zones]
        if min(map(len, of)) >= _FEWEST_IN_SECTOR:
            on, inside, outside = map(np.median, of)
            brighter.append(2 * on > inside + outside)
    return len(brighter) >= _SECTORS // 3 and np.mean(brighter) > _NEARLY_ALL


def noise_by_radius(values, is_good, centre):
    """Spread of values among pixels at the same radius; (n_rows, n_columns)."""
    profile = radial_profile(values, is_good, centre)
    whole = np.rint(radii_of(values.shape, centre)).astype(int)
    counts = np.bincount(whole[is_good], minlength=whole.max() + 1)
    sigma = np.zeros(whole.max() + 1)
    sigma[: len(profile.error)] = np.nan_to_num(profile.error) / 1.25
    return (sigma * np.sqrt(counts))[whole]
