"""A simulator's options, checked and in the form the physics needs."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import Radiation, as_radiation, beam_direction
from xrdmatch.simulation._by_element import by_element
from xrdmatch.simulation._spots.intensity import INTENSITIES

GEOMETRIES = {
    "zone_axis": "hk0 spots of a layer, beam along its normal",
    "powder": "Bragg peaks of crystals in all orientations",
}


class Settings(NamedTuple):
    """What the physics reads: see `DiffractionSimulator`."""

    radiation: Radiation
    hk_max: int
    q_max: float | None
    b_iso: np.ndarray  # by atomic number [Å^2]
    intensity: str
    friedel_half: bool
    sort_lattice: bool
    beam: np.ndarray | None = None  # direction in the frame of a layer; None: along the normal
    thickness: float | None = None  # [Å]


def check_settings(simulator):
    """Check a simulator for what knows thin layers and their zero layer only.

    Parameters
    ----------
    simulator : DiffractionSimulator
        What simulates.

    Returns
    -------
    Settings
        Its options.

    Raises
    ------
    ValueError
        If one is out of range, or `tilt` or `thickness` is set.

    See Also
    --------
    check_powder_settings
        Check the parameters of a powder's simulator and return them as `PowderSettings`.
    """
    settings = spot_settings(simulator)
    if settings.beam is not None or settings.thickness is not None:
        raise ValueError(
            "Only thin layers seen along their normal are known here, got a simulator with "
            f"tilt={simulator.tilt!r} and thickness={simulator.thickness!r}; pass one in which "
            "both are None."
        )
    return settings


def spot_settings(simulator):
    """Check the parameters of a simulator of spots and return them as `Settings`."""
    check_option("geometry", simulator.geometry, GEOMETRIES)
    if simulator.geometry != "zone_axis":
        raise ValueError(
            f'Spots need geometry="zone_axis", got {simulator.geometry!r}; pass a simulator with '
            "that geometry."
        )
    check_option("intensity", simulator.intensity, INTENSITIES)
    check_positive("wavelength [Å]", simulator.wavelength)
    check_positive("q_max [1/Å]", simulator.q_max)
    _check_hk_max(simulator.hk_max)
    radiation = as_radiation(simulator.radiation, simulator.wavelength)
    if simulator.intensity == "paper" and radiation.wavelength is None:
        raise ValueError(
            'intensity="paper" needs a wavelength [Å], got None; set wavelength=1.54184 for '
            "Cu K-alpha, for example."
        )
    _check_plain(simulator, radiation)
    return Settings(
        radiation,
        simulator.hk_max,
        simulator.q_max,
        by_element("b_iso", simulator.b_iso, "Å^2", 1.0),
        simulator.intensity,
        simulator.friedel_half,
        simulator.sort_lattice,
        None if simulator.tilt is None else beam_direction(simulator.tilt),
        simulator.thickness,
    )


def _check_plain(simulator, radiation):
    """Check that what goes beyond the zero layer of thin layers is asked for by itself."""
    check_positive("thickness [Å]", simulator.thickness)
    extras = {"tilt": simulator.tilt, "thickness": simulator.thickness}
    given = [name for name, value in extras.items() if value is not None]
    if simulator.intensity != "kinematic":
        given.append("intensity")
    if len(given) > 1:
        raise ValueError(
            'tilt, thickness and an intensity other than "kinematic" exclude each other, got '
            f"{' and '.join(given)}; set one of them."
        )
    if simulator.thickness is not None and radiation.wavelength is None:
        raise ValueError(
            "thickness needs a wavelength [Å], got None; set wavelength=0.0251 for electrons of "
            "200 kV."
        )


def check_option(name, value, options):
    """Check that a parameter is one of the options."""
    if value not in [*options]:  # a list, so that nothing has to be hashable
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, options))}, got {value!r}; "
            "pick one of these."
        )


def check_positive(name, value):
    """Check that a parameter is None or a positive number."""
    if value is not None and not (isinstance(value, Real) and 0 < value < np.inf):
        raise ValueError(
            f"{name} must be positive and finite, or None, got {value!r}; give 1.5, for example."
        )


def _check_hk_max(hk_max):
    if not isinstance(hk_max, int | np.integer) or hk_max < 1:
        raise ValueError(
            f"hk_max must be a whole number of at least 1, got {hk_max!r}; 6 gives 13 x 13 spots."
        )
