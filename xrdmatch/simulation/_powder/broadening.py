"""How wide powder peaks are and what shape they have, as closed forms.

All functions take numpy arrays or torch tensors, broadcast, and can be differentiated by torch.
"""

from math import log, pi

SCHERRER = 0.9  # for the full width at half maximum of small crystals


def instrument_fwhm(tan_theta, fwhm):
    """Full width at half maximum that the instrument gives [degrees].

    Parameters
    ----------
    tan_theta : array
        Tangents of the Bragg angles.
    fwhm : float or (float, float, float)
        One width [degrees], or Caglioti's U, V, W [degrees^2]:
        ``fwhm^2 = U tan^2 theta + V tan theta + W``.

    Returns
    -------
    array
        Widths, in the shape of `tan_theta`.

    See Also
    --------
    sample_fwhm : Full width at half maximum that small and strained crystals give [degrees].
    broadened : Convolute pseudo-Voigt peaks with Lorentzian ones.

    References
    ----------
    .. [1] Caglioti, Paoletti and Ricci, Nucl. Instrum. 3, 223 (1958).
    """
    u, v, w = fwhm if isinstance(fwhm, tuple) else (0.0, 0.0, fwhm**2)
    return (u * tan_theta**2 + v * tan_theta + w) ** 0.5


def sample_fwhm(tan_theta, wavelength, size, strain):
    """Full width at half maximum that small and strained crystals give [degrees].

    ``0.9 wavelength / (size cos theta) + 4 strain tan theta``, in radians; both are Lorentzian.

    Parameters
    ----------
    tan_theta : array
        Tangents of the Bragg angles.
    wavelength : float or array
        Wavelength [Å].
    size : float or array
        Size of the crystals [Å], infinite for none.
    strain : float or array
        Microstrain, the spread of d over d.

    Returns
    -------
    array
        Widths, in the broadcast shape.

    See Also
    --------
    instrument_fwhm : Full width at half maximum that the instrument gives [degrees].
    broadened : Convolute pseudo-Voigt peaks with Lorentzian ones.

    References
    ----------
    .. [1] Klug and Alexander, X-Ray Diffraction Procedures, Wiley (1974), chapter 9.
    """
    over_cosine = (1 + tan_theta**2) ** 0.5
    return (SCHERRER * wavelength / size * over_cosine + 4 * strain * tan_theta) * (180 / pi)


def broadened(fwhm, eta, lorentzian):
    """Convolute pseudo-Voigt peaks with Lorentzian ones.

    The pseudo-Voigt is taken apart into the Gaussian and the Lorentzian of the Voigt function
    that it stands for, Lorentzian widths add, and the sum is put together again [1]_.

    Parameters
    ----------
    fwhm : float or array
        Full widths at half maximum of the pseudo-Voigt peaks.
    eta : float or array
        Their share of the Lorentzian, 0 to 1.
    lorentzian : array
        Full widths at half maximum of the Lorentzians, in the same unit.

    Returns
    -------
    fwhm, eta : array
        Of the broadened peaks. Where nothing is added, both come back within 1 %.

    See Also
    --------
    instrument_fwhm : Full width at half maximum that the instrument gives [degrees].
    sample_fwhm : Full width at half maximum that small and strained crystals give [degrees].

    References
    ----------
    .. [1] Thompson, Cox and Hastings, J. Appl. Cryst. 20, 79 (1987).
    """
    gauss, lorentz = voigt_widths(fwhm, eta)
    lorentz = lorentz + lorentzian
    total = (
        gauss**5
        + 2.69269 * gauss**4 * lorentz
        + 2.42843 * gauss**3 * lorentz**2
        + 4.47163 * gauss**2 * lorentz**3
        + 0.07842 * gauss * lorentz**4
        + lorentz**5
    ) ** 0.2
    share = lorentz / total
    return total, 1.36603 * share - 0.47719 * share**2 + 0.11116 * share**3


def voigt_widths(fwhm, eta):
    """Take a pseudo-Voigt apart into the Gaussian and the Lorentzian that it stands for.

    Parameters
    ----------
    fwhm : float or array
        Full widths at half maximum of the pseudo-Voigt peaks.
    eta : float or array
        Their share of the Lorentzian, 0 to 1.

    Returns
    -------
    gauss, lorentz : array
        Full widths at half maximum of the two, in the same unit. `broadened` puts them together.

    See Also
    --------
    pseudo_voigt : Pseudo-Voigt function of unit area: ``eta`` Lorentzian, the rest Gaussian.

    References
    ----------
    .. [1] Thompson, Cox and Hastings, J. Appl. Cryst. 20, 79 (1987).
    """
    gauss = fwhm * (1 - 0.74417 * eta - 0.24781 * eta**2 - 0.00810 * eta**3) ** 0.5
    return gauss, fwhm * (0.72928 * eta + 0.19289 * eta**2 + 0.07783 * eta**3)


def pseudo_voigt(x, fwhm, eta):
    """Pseudo-Voigt function of unit area: ``eta`` Lorentzian, the rest Gaussian.

    Parameters
    ----------
    x : array
        Distances from the peak.
    fwhm : float or array
        Full widths at half maximum, in the same unit.
    eta : float or array
        Share of the Lorentzian, 0 to 1.

    Returns
    -------
    array
        Heights, in the broadcast shape [1 / unit of x].

    See Also
    --------
    voigt_widths
        Take a pseudo-Voigt apart into the Gaussian and the Lorentzian that it stands for.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import pseudo_voigt
    >>> pseudo_voigt(np.array([0.0, 0.05]), 0.1, 0.5).round(3)  # half at half the width
    array([7.88, 3.94])
    """
    squared = (2 * x / fwhm) ** 2
    gauss = (4 * log(2) / pi) ** 0.5 * 0.5**squared
    return ((1 - eta) * gauss + eta * (2 / pi) / (1 + squared)) / fwhm
