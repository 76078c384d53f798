"""A powder simulator's options, checked and in the form the physics needs."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import Radiation, as_radiation
from xrdmatch.simulation._by_element import by_element
from xrdmatch.simulation._powder.profile import PowderProfile
from xrdmatch.simulation._settings import GEOMETRIES, check_option, check_positive

TWO_THETA_MAX = 90.0  # [degrees] where neither q_max nor a profile says how far
MARGIN = 3.0  # [degrees] peaks beyond a scan's ends whose tails reach into it
LARGEST_ANGLE = 179.0  # [degrees] above it the Lorentz factor is no longer sensible


class PowderSettings(NamedTuple):
    """What the physics of powders reads: see `DiffractionSimulator`."""

    radiation: Radiation
    q_max: float
    b_iso: np.ndarray  # by atomic number [Å^2]
    monochromator: float
    profile: PowderProfile | None


def check_powder_settings(simulator):
    """Check the parameters of a powder's simulator and return them as `PowderSettings`.

    See Also
    --------
    check_settings : Check a simulator for what knows thin layers and their zero layer only.
    """
    check_option("geometry", simulator.geometry, GEOMETRIES)
    check_positive("q_max [1/Å]", simulator.q_max)
    radiation = _checked_radiation(simulator)
    _check_monochromator(simulator.monochromator)
    if not isinstance(simulator.profile, PowderProfile | None):
        raise TypeError(
            f"profile must be a PowderProfile or None, got {simulator.profile!r}; write "
            "PowderProfile(np.arange(5, 90, 0.02)), for example."
        )
    return PowderSettings(
        radiation,
        _checked_q_max(simulator, radiation),
        by_element("b_iso", simulator.b_iso, "Å^2", 1.0),
        float(simulator.monochromator or 0.0),
        simulator.profile,
    )


def _checked_radiation(simulator):
    if not isinstance(simulator.wavelength, str):
        check_positive("wavelength [Å]", simulator.wavelength)
    radiation = as_radiation(simulator.radiation, simulator.wavelength)
    if not radiation.lines:
        raise ValueError(
            "A powder's angles need a wavelength, got none; set wavelength='CuKa' for the Cu "
            "K-alpha doublet, or a number [Å]."
        )
    return radiation


def _check_monochromator(angle):
    if angle is not None and not (isinstance(angle, Real) and 0 <= angle <= 90):
        raise ValueError(
            "monochromator must be a diffraction angle from 0 to 90 degrees, or None, got "
            f"{angle!r}; give 26.6 for graphite with Cu K-alpha, for example."
        )


def _checked_q_max(simulator, radiation):
    """Largest ``|q|``: as given, up to where the scan ends, or up to 90 degrees."""
    wavelengths = [wavelength for wavelength, _ in radiation.lines]
    if simulator.q_max is not None:
        if simulator.q_max * max(wavelengths) >= 2:
            raise ValueError(
                f"q_max must stay below 2 / wavelength = {2 / max(wavelengths):.4g} 1/Å, got "
                f"{simulator.q_max!r}; lower it or shorten the wavelength."
            )
        return simulator.q_max
    if simulator.profile is None:
        return 2 * np.sin(np.radians(TWO_THETA_MAX / 2)) / radiation.wavelength
    end = min(simulator.profile.two_theta[-1] + MARGIN, LARGEST_ANGLE)
    return 2 * np.sin(np.radians(end / 2)) / min(wavelengths)
