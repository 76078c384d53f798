"""From reflections to what a diffractometer gives: peaks, or counts along its angles."""

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Scan
from xrdmatch.simulation._powder.broadening import broadened, instrument_fwhm, sample_fwhm
from xrdmatch.simulation._powder.corrections import lorentz_polarization, observed_two_theta

REACH = 30.0  # full widths from its centre at which a Lorentzian ends; beyond is 1 % of it
GAUSS_REACH = 3.0  # the same of a Gaussian; beyond it is 1e-11 of its height
BLOCK = 32  # peaks at a time: few enough for the cache


def powder_peaks(reflections, settings):
    """Peaks with the Lorentz-polarisation factor of the mean wavelength.

    Parameters
    ----------
    reflections : PowderReflections
        One crystal's reflections.
    settings : PowderSettings
        The simulator's options.

    Returns
    -------
    DiffractionPattern
        The peaks; q of shape (n_peaks, 1).

    See Also
    --------
    powder_reflections
        Reflections of powders as arrays, for whoever adds the diffractometer later.
    powder_scan : Draw the peaks of all lines, and the background that is a share of them.
    """
    radiation = settings.radiation
    factor = lorentz_polarization(
        reflections.q, radiation.wavelength, settings.monochromator, radiation.kind
    )
    return DiffractionPattern(
        reflections.q[:, None], reflections.strength * factor, reflections.hkl, radiation
    )


def powder_scan(reflections, settings):
    """Draw the peaks of all lines, and the background that is a share of them.

    Parameters
    ----------
    reflections : PowderReflections
        One crystal's reflections.
    settings : PowderSettings
        The simulator's options, with a profile.

    Returns
    -------
    Scan
        The scan. A peak's area, in counts times degrees, is its intensity.

    See Also
    --------
    powder_peaks : Peaks with the Lorentz-polarisation factor of the mean wavelength.
    drawn_scans : Draw scans without noise and background.
    """
    profile, radiation = settings.profile, settings.radiation
    total = sum(weight for _, weight in radiation.lines)
    counts = sum(
        weight / total * _line(reflections, wavelength, settings)
        for wavelength, weight in radiation.lines
    )
    middle, half = np.mean(profile.two_theta[[0, -1]]), np.ptp(profile.two_theta) / 2
    along = (profile.two_theta - middle) / half
    shares = np.polynomial.chebyshev.chebval(along, np.atleast_1d(profile.background))
    return Scan(profile.two_theta, counts + counts.max() * shares, radiation=radiation)


def _line(reflections, wavelength, settings):
    """Draw the peaks of one line of weight 1, shape (n_points,)."""
    profile = settings.profile
    seen = wavelength * reflections.q < 2
    q = reflections.q[seen]
    factor = lorentz_polarization(q, wavelength, settings.monochromator, settings.radiation.kind)
    centre = observed_two_theta(
        q, wavelength, profile.zero_shift, profile.displacement, profile.goniometer_radius
    )
    fwhm, eta = _shapes(wavelength * q / 2, wavelength, profile)
    area = reflections.strength[seen] * factor
    broad = _drawn(profile.two_theta, centre, eta * area, fwhm, _lorentzian, REACH)
    return broad + _drawn(profile.two_theta, centre, (1 - eta) * area, fwhm, _gaussian, GAUSS_REACH)


def _shapes(sin_theta, wavelength, profile):
    """Widths [degrees] and Lorentzian shares; the instrument is known within its range only."""
    tan_theta = sin_theta / np.sqrt(1 - sin_theta**2)
    ends = np.tan(np.radians(profile.two_theta[[0, -1]] / 2))
    own = instrument_fwhm(np.clip(tan_theta, *ends), profile.fwhm)
    more = sample_fwhm(tan_theta, wavelength, profile.size, profile.strain)
    return broadened(own, profile.eta, more) if more.any() else (own, profile.eta + 0 * own)


def _drawn(grid, centre, area, fwhm, shape, reach):
    """Sum of peaks on the grid: neighbours share the stretch that the block of them reaches."""
    counts = np.zeros(len(grid))
    for start in range(0, len(centre), BLOCK):
        block = slice(start, start + BLOCK)
        c, w = centre[block], fwhm[block]
        low, high = np.searchsorted(grid, [(c - reach * w).min(), (c + reach * w).max()])
        x = np.subtract.outer(-c, -grid[low:high])  # (n_block, n_stretch)
        x *= (2 / w)[:, None]
        counts[low:high] += (area[block] / w) @ shape(x)
    return counts


def _gaussian(x):
    """Gaussian of unit area and width; x in half widths at half maximum."""
    x *= x
    x *= -np.log(2)
    return np.sqrt(4 * np.log(2) / np.pi) * np.exp(x, out=x)


def _lorentzian(x):
    """Lorentzian, lowered so that it ends where its reach does, of unit area and width."""
    edge = 1 / (1 + 4 * REACH**2)
    x *= x
    x += 1
    np.divide(1.0, x, out=x)
    x -= edge
    np.maximum(x, 0, out=x)
    x *= 1 / (np.arctan(2 * REACH) - 2 * REACH * edge)
    return x
