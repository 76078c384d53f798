"""What powder intensities depend on besides the crystal, and how to exchange it."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone

from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.simulation._powder.corrections import lorentz_polarization
from xrdmatch.simulation._powder.settings import check_powder_settings

Q_MIN, Q_MAX = 0.03, 0.95  # [1/Å] what is compared; beyond it peaks of most cells overlap
LARGEST_SINE = 0.99  # of theta; beyond it the Lorentz factor is no longer sensible


@dataclass(frozen=True)
class Diffractometer:
    """What an intensity depends on besides the crystal.

    See Also
    --------
    library_simulator
        Make the simulator of a gallery: it reaches the end of the grid, if not told otherwise.
    """

    radiation: Radiation
    monochromator: float
    q_max: float

    def factor(self, q):
        """Lorentz-polarisation factor at lengths of q [1/Å], 0 where nothing is seen."""
        kind, wavelength = self.radiation.kind, self.radiation.wavelength
        within = 2 * np.minimum(q * wavelength / 2, LARGEST_SINE) / wavelength
        factor = lorentz_polarization(within, wavelength, self.monochromator, kind)
        return np.where(q <= self.q_max, factor, 0.0)

    def exchange(self, q, own, at=None):
        """Factor of this diffractometer, `at` other places if given, over that of another at q."""
        factor = own.factor(q)
        return self.factor(q if at is None else at) / np.where(factor > 0, factor, np.inf)

    def of_query(self, pattern, i):
        """Tell what a query was taken with; peaks that do not say count as this one's own.

        Parameters
        ----------
        pattern : Scan or DiffractionPattern
            The query.
        i : int
            Its position, for messages.

        Returns
        -------
        Diffractometer
            The query's.

        Raises
        ------
        ValueError
            If a scan's wavelength is unknown, or it is of another kind of radiation.
        """
        radiation = pattern.radiation
        if radiation is None or not radiation.lines:
            if isinstance(pattern, Scan):
                raise ValueError(
                    f"A scan can be compared once its wavelength is known, got pattern {i} "
                    "without; give it as radiation='CuKa' or in Å."
                )
            radiation = self.radiation
        if radiation.kind != self.radiation.kind:
            raise ValueError(
                f"Query and gallery must be of one radiation, got {radiation.kind} as pattern {i} "
                f"for a gallery of {self.radiation.kind}; give the simulator radiation="
                f"{radiation.kind!r}."
            )
        q_max = 2 * LARGEST_SINE / radiation.wavelength
        return Diffractometer(radiation, self.monochromator, q_max)


def library_simulator(simulator):
    """Make the simulator of a gallery: it reaches the end of the grid, if not told otherwise.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of powders.

    Returns
    -------
    simulator : DiffractionSimulator
        The same without profile, and with its range.
    diffractometer : Diffractometer
        What it stands for.

    See Also
    --------
    Diffractometer : What an intensity depends on besides the crystal.
    DiffractionSimulator : Simulate diffraction patterns of crystal structures.
    """
    settings = check_powder_settings(simulator)
    longest = max(wavelength for wavelength, _ in settings.radiation.lines)
    q_max = min(simulator.q_max or Q_MAX, Q_MAX, 2 * LARGEST_SINE / longest)
    diffractometer = Diffractometer(settings.radiation, settings.monochromator, q_max)
    return clone(simulator).set_params(profile=None, q_max=q_max), diffractometer
