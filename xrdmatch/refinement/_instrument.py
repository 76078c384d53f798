"""A diffractometer's line widths, zero and radiation, as one value."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from xrdmatch.crystallography import Radiation, as_radiation
from xrdmatch.refinement._instrument_files import fullprof_text, gsas_text
from xrdmatch.simulation import broadened, instrument_fwhm

NARROWEST = 1e-4  # [degrees] Gaussian width where U, V, W give none


@dataclass(frozen=True)
class InstrumentProfile:
    """What a diffractometer does to every line.

    A line is a Gaussian of the squared full width ``U tan^2 theta + V tan theta + W`` convoluted
    with a Lorentzian of the full width ``X / cos theta + Y tan theta``, as a pseudo-Voigt [1]_.

    Parameters
    ----------
    radiation : Radiation, str or float
        What it measures with: what `as_radiation` accepts.
    caglioti : tuple of three floats
        U, V, W of the Gaussian [degrees^2]: full widths at half maximum, not variances.
    lorentzian : tuple of two floats, default=(0.0, 0.0)
        X, Y of the Lorentzian's full width at half maximum [degrees].
    zero_shift, zero_shift_sigma : float, default=0.0
        Shift of all angles, observed minus true, and its standard uncertainty [degrees].
    two_theta : tuple of two floats, default=(0.0, 180.0)
        Angles between which the widths were measured [degrees]; beyond them the widths at the
        nearer end count.
    monochromator : float, default=0.0
        As in `lorentz_polarization` [degrees].
    r_wp : float, default=None
        Weighted residual of the fit to the standard, as a fraction.
    name : str, default=None
        What the instrument, or the standard's scan, is called.

    Raises
    ------
    ValueError
        If a number is missing or not finite, the range is empty, or there is no wavelength.

    See Also
    --------
    fit_instrument : Makes one of a standard's scan.

    References
    ----------
    .. [1] Thompson, Cox and Hastings, J. Appl. Cryst. 20, 79 (1987).

    Examples
    --------
    >>> from xrdmatch.refinement import InstrumentProfile
    >>> instrument = InstrumentProfile("CuKa", (0.004, -0.002, 0.003), (0.03, 0.02))
    >>> instrument.fwhm([30.0, 90.0]).round(3)  # [degrees]
    array([0.074, 0.11 ])
    """

    radiation: Radiation
    caglioti: tuple
    lorentzian: tuple = (0.0, 0.0)
    zero_shift: float = 0.0
    zero_shift_sigma: float = 0.0
    two_theta: tuple = (0.0, 180.0)
    monochromator: float = 0.0
    r_wp: float | None = None
    name: str | None = None

    def __post_init__(self):
        object.__setattr__(self, "radiation", as_radiation(self.radiation))
        for name, n in (("caglioti", 3), ("lorentzian", 2), ("two_theta", 2)):
            values = tuple(np.ravel(getattr(self, name)).astype(float).tolist())
            _check_numbers(name, values, n)
            object.__setattr__(self, name, values)
        _check_numbers("zero_shift", (self.zero_shift, self.zero_shift_sigma), 2)
        if not self.radiation.lines:
            raise ValueError(
                "An instrument has a wavelength, got a radiation without lines; give 'CuKa' or a "
                "number [Å]."
            )
        if not 0 <= self.two_theta[0] < self.two_theta[1] <= 180:
            raise ValueError(
                "An instrument's range rises between 0 and 180 degrees, got two_theta="
                f"{self.two_theta}; give (10, 120), for example."
            )

    def shape(self, two_theta):
        """Widths and shapes of lines.

        Parameters
        ----------
        two_theta : array-like
            Angles [degrees].

        Returns
        -------
        fwhm : ndarray
            Full widths at half maximum [degrees].
        eta : ndarray
            Lorentzian shares.
        """
        gauss, lorentz = self.widths(two_theta)
        fwhm, eta = broadened(gauss, 0.0, lorentz)
        return fwhm, eta

    def fwhm(self, two_theta):
        """Full widths at half maximum of lines at angles [degrees]."""
        return self.shape(two_theta)[0]

    def widths(self, two_theta):
        """Full widths of the Gaussian and of the Lorentzian of lines at angles [degrees]."""
        theta = np.radians(np.clip(np.asarray(two_theta, dtype=float), *self.two_theta) / 2)
        tangent = np.tan(np.minimum(theta, np.radians(89.9)))
        u, v, w = self.caglioti
        square = np.maximum(u * tangent**2 + v * tangent + w, NARROWEST**2)
        gauss = instrument_fwhm(0.0, (0.0, 0.0, square))
        x, y = self.lorentzian
        return gauss, np.maximum(x * np.sqrt(1 + tangent**2) + y * tangent, 0.0)

    def to_json(self, path):
        """Write the instrument into a JSON file.

        Parameters
        ----------
        path : path
            The file.
        """
        Path(path).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def from_json(cls, path):
        """Read an instrument that `to_json` wrote.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        InstrumentProfile
            The instrument.

        Raises
        ------
        ValueError
            If the file holds something else.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            radiation = Radiation(**content.pop("radiation"))
            return cls(radiation, **content)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                f"An instrument is JSON that `xrdmatch calibrate` or InstrumentProfile.to_json "
                f"wrote, got something else in {path} ({error}); write it anew."
            ) from None

    def to_gsas(self, path):
        """Write an instrument parameter file of GSAS-II.

        GSAS-II has variances in place of squared widths, and centidegrees: its U, V, W are ours
        times ``10^4 / (8 ln 2)``, its X, Y ours times 100 [1]_. Axial divergence (SH/L) is 0.002.

        Parameters
        ----------
        path : path
            The file, usually ``.instprm``.

        References
        ----------
        .. [1] B. H. Toby and R. B. Von Dreele, J. Appl. Cryst. 46, 544 (2013).
        """
        Path(path).write_text(gsas_text(self), encoding="utf-8")

    def to_fullprof(self, path):
        """Write an instrumental resolution file of FullProf, to be read with Res = 1.

        Twelve numbers: U, V, W, X, Y, Z of either wavelength, for the squared Gaussian width
        ``(U tan theta + V) tan theta + W`` [degrees^2] and the Lorentzian width
        ``X tan theta + Y / cos theta + Z`` [degrees]: X and Y change places. Wavelengths, the
        polarisation and the zero stand in the title, since they belong into the .pcr file.

        Parameters
        ----------
        path : path
            The file, usually ``.irf``.
        """
        Path(path).write_text(fullprof_text(self), encoding="utf-8")


def _check_numbers(name, values, n):
    if len(values) != n or not np.isfinite(values).all():
        raise ValueError(
            f"An instrument's {name} are {n} finite numbers, got {values}; see InstrumentProfile."
        )
