"""Powder measurements, and alternatives to each."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.crystallography import Radiation, as_radiation

WIDEST = 140.0  # [degrees] of a wider range
NARROW = 0.02  # [degrees] lines at a synchrotron
KNOWN_CELL = 0.001  # relative: how well cell lengths are refined from a good scan
MOLYBDENUM = (5.0, 60.0)  # [degrees] what is measured with it
SHORT = 1.0  # [Å] wavelengths below it are those of molybdenum and silver


@dataclass(frozen=True)
class ScanMeasurement:
    """A powder scan of one wavelength.

    Parameters
    ----------
    radiation : Radiation
        With its wavelength, the mean of its lines.
    two_theta : (float, float)
        Range [degrees].
    fwhm : float
        Full width of the lines at half their height [degrees].
    cell_change : float
        By how much the size of a cell may be off, relative.
    monochromator : float
        As in `lorentz_polarization` [degrees].
    """

    radiation: Radiation
    two_theta: tuple = (10.0, 80.0)
    fwhm: float = 0.1
    cell_change: float = 0.01
    monochromator: float = 0.0

    @property
    def q_range(self):
        """The range as lengths of q [1/Å]."""
        sines = np.sin(np.radians(np.array(self.two_theta) / 2))
        return tuple((2 * sines / self.radiation.wavelength).tolist())

    @property
    def q_needed(self):
        """Largest q of lines that come into the range when the cell changes [1/Å]."""
        return self.q_range[1] * (1 + self.cell_change) * 1.001

    def __str__(self):
        (low, high), wavelength = self.two_theta, self.radiation.wavelength
        return (
            f"a scan ({self.radiation.kind}, {wavelength:.4g} Å, {low:g} to {high:g} degrees, "
            f"lines of {self.fwhm:g} degrees, cells within {100 * self.cell_change:g} %)"
        )

    def others(self):
        """Other measurements that have something which this one has not.

        Returns
        -------
        dict of str to (str, ScanMeasurement)
            What each is called in words, and itself, by a short name.
        """
        found = {}
        if self.two_theta[1] < WIDEST:
            wide = replace(self, two_theta=(self.two_theta[0], WIDEST))
            found["range"] = f"a wider range (to {WIDEST:.0f} degrees)", wide
        found |= self._other_radiations()
        if self.fwhm > NARROW:
            narrow = replace(self, fwhm=NARROW)
            found["resolution"] = f"a resolution of {NARROW:g} degrees", narrow
        if self.cell_change > KNOWN_CELL:
            known = replace(self, cell_change=KNOWN_CELL)
            found["cell"] = f"a cell known to {100 * KNOWN_CELL:g} %", known
        return found

    def _other_radiations(self):
        copper, molybdenum = as_radiation("CuKa"), as_radiation("MoKa")
        wide = (self.two_theta[0], max(WIDEST, self.two_theta[1]))
        if self.radiation.kind != "xray":
            x_rays = replace(self, radiation=copper)
            return {"xray": ("X-ray diffraction (CuKa)", x_rays)}
        if self.radiation.wavelength < SHORT:
            words, other = "CuKa", replace(self, radiation=copper, two_theta=wide)
        else:
            words, other = "MoKa", replace(self, radiation=molybdenum, two_theta=MOLYBDENUM)
        neutrons = Radiation("neutron", ((copper.wavelength, 1.0),))
        return {
            "wavelength": (f"another wavelength ({words})", other),
            "neutron": (
                f"neutron diffraction (to {wide[1]:.0f} degrees)",
                replace(self, radiation=neutrons, two_theta=wide),
            ),
        }
