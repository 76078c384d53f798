"""What a powder diffractometer does to intensities and angles, as closed forms."""

import numpy as np


def lorentz_polarization(q, wavelength, monochromator=0.0, kind="xray"):
    """Lorentz-polarisation factor of a powder.

    ``(1 + K cos^2 2 theta) / (sin^2 theta cos theta)`` with ``K = cos^2 2 theta_m``; neutrons and
    electrons are not polarised by scattering and have ``K = 0``.

    Parameters
    ----------
    q : array-like
        Lengths of scattering vectors [1/Å], above 0 and below ``2 / wavelength``.
    wavelength : float or array-like
        Wavelength [Å].
    monochromator : float, default=0.0
        Diffraction angle 2 theta_m of a crystal monochromator [degrees]: 0 for none, 26.6 for
        graphite with Cu K-alpha, 90 for a beam polarised normal to the plane of diffraction,
        as a synchrotron gives it.
    kind : {"xray", "electron", "neutron"}, default="xray"
        Kind of radiation.

    Returns
    -------
    array
        The factor, in the broadcast shape. It is not normalised.

    See Also
    --------
    march_dollase : March and Dollase's distribution of preferred orientation.
    powder_peaks : Peaks with the Lorentz-polarisation factor of the mean wavelength.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import lorentz_polarization
    >>> lorentz_polarization(np.sqrt([0.5, 2.0]), 1.0).round(3)  # two_theta = 41.4, 90 degrees
    array([13.363,  2.828])
    """
    k = np.cos(np.radians(monochromator)) ** 2 if kind == "xray" else 0.0
    sin_squared = (wavelength * q / 2) ** 2
    return (1 + k * (1 - 2 * sin_squared) ** 2) / (sin_squared * (1 - sin_squared) ** 0.5)


def march_dollase(cos_squared, r):
    """March and Dollase's distribution of preferred orientation.

    ``(r^2 cos^2 alpha + sin^2 alpha / r)^(-3/2)``, whose mean over all orientations is 1.

    Parameters
    ----------
    cos_squared : array-like
        Squared cosines of the angles between reflections and the preferred axis.
    r : float or array-like
        1 without texture, below 1 for plates that lie flat, above 1 for needles.

    Returns
    -------
    array
        Factors on the intensities, in the broadcast shape.

    See Also
    --------
    lorentz_polarization : Lorentz-polarisation factor of a powder.
    powder_peaks : Peaks with the Lorentz-polarisation factor of the mean wavelength.

    References
    ----------
    .. [1] W. A. Dollase, J. Appl. Cryst. 19, 267 (1986).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import march_dollase
    >>> march_dollase(np.array([0.0, 1.0]), 0.5)
    array([0.35355339, 8.        ])
    """
    return (r**2 * cos_squared + (1 - cos_squared) / r) ** -1.5


def observed_two_theta(q, wavelength, zero_shift=0.0, displacement=0.0, goniometer_radius=None):
    """Where reflections are seen by a diffractometer of Bragg-Brentano geometry.

    ``2 theta + zero_shift - 2 s cos(theta) / R``, the last term in radians.

    Parameters
    ----------
    q : array-like
        Lengths of scattering vectors [1/Å]; NaN results beyond ``2 / wavelength``.
    wavelength : float or array-like
        Wavelength [Å].
    zero_shift : float or array-like, default=0.0
        Shift of all angles [degrees].
    displacement : float or array-like, default=0.0
        How far the sample lies below the goniometer's axis [mm]; peaks move to lower angles.
    goniometer_radius : float, optional
        Distance from sample to detector [mm], needed with a displacement.

    Returns
    -------
    array
        Angles [degrees], in the broadcast shape.

    See Also
    --------
    powder_peaks : Peaks with the Lorentz-polarisation factor of the mean wavelength.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import observed_two_theta
    >>> observed_two_theta(np.array([1.0]), 1.0, zero_shift=0.05)
    array([60.05])
    """
    theta = np.arcsin(wavelength * q / 2)
    lowered = 0.0 if goniometer_radius is None else displacement / goniometer_radius
    return (theta - lowered * np.cos(theta)) * (360 / np.pi) + zero_shift
