"""Similarity of templates to a scan, maximised over the scale of the cell."""

from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfft

from xrdmatch.crystallography import form_factors
from xrdmatch.simulation import lorentz_polarization
from xrdmatch.solution._screening.log_profile import N_POINTS, STEP
from xrdmatch.solution._screening.query_profile import mean_wavelength

B_ISO = 1.0  # [Å^2]
LARGEST_SINE = 0.999
TINY = 1e-12


class Screened(NamedTuple):
    """How alike candidates are to a scan, each at its best size; (n,) each."""

    similarity: np.ndarray  # cosine
    log_scale: np.ndarray  # logarithm of what lengths are to be multiplied with


def intensities(partial, numbers, radiation):
    """Intensities of the reflections of one template with several sets of elements.

    Parameters
    ----------
    partial : PartialFactors
        Of the template.
    numbers : ndarray of int, shape (n_ways, n_kinds)
        Atomic number of each kind.
    radiation : Radiation
        What the scan was taken with.

    Returns
    -------
    ndarray of shape (n_ways, n_reflections)
        With the Lorentz-polarisation factor.
    """
    f = form_factors(numbers[:, None], partial.q[:, None], radiation.kind, B_ISO)
    wavelength = mean_wavelength(radiation)
    q = np.minimum(partial.q, 2 * LARGEST_SINE / wavelength)
    factor = lorentz_polarization(q, wavelength, 0.0, radiation.kind)
    return np.abs((f * partial.factors).sum(-1)) ** 2 * factor


def screened(query, profiles, log_scale, freedom, spread_of_scale):
    """Find the size at which each candidate is most alike to a scan.

    Parameters
    ----------
    query : QueryProfile
        The scan.
    profiles : ndarray of shape (n, N_POINTS)
        Output of `compared`, of candidates in the size that is expected.
    log_scale : ndarray of shape (n,)
        Logarithm of what their lengths were multiplied with.
    freedom : float
        How far the logarithm may be off.
    spread_of_scale : float
        Its standard deviation; each lowers the similarity that is maximised by 0.02.

    Returns
    -------
    Screened
        Similarities and logarithms of scales.
    """
    most = round(freedom / STEP)
    shifts = np.arange(-most, most + 1)
    spectrum = rfft(query.values.astype(np.float32))
    window = rfft(query.window)
    overlap = irfft(np.conj(rfft(profiles)) * spectrum, n=N_POINTS)[:, shifts]
    norm = irfft(np.conj(rfft(profiles**2)) * window, n=N_POINTS)[:, shifts]
    cosine = overlap / np.sqrt(np.maximum(norm, TINY))
    charged = cosine - 0.02 * (shifts * STEP / spread_of_scale) ** 2 / 2
    best = charged.argmax(1)
    row = np.arange(len(profiles))
    return Screened(cosine[row, best], log_scale - shifts[best] * STEP)
