"""Measurements of layers, and alternatives to each."""

from dataclasses import dataclass, replace

from xrdmatch.simulation import IntensityNoise, Strain, ThermalDisplacement

TILT = 20.0  # [degrees]
WIDER = 2  # times as many indices, or as large a q_max
STRAINED = 1.5  # in units of the strain's spread: cells farther apart tell layers apart
STILL = 1e-3  # relative difference of cells that counts as none at any severity


@dataclass(frozen=True)
class SpotMeasurement:
    """Spots of a layer, perturbed as the standard perturbation is.

    Parameters
    ----------
    kind : {"xray", "electron", "neutron"}
        Radiation.
    hk_max : int
        Largest ``|h|`` and ``|k|``.
    q_max : float or None
        Largest ``|q|`` in its place [1/Å].
    severity : float
        Of the standard perturbation.
    tilt : float, default=0.0
        Angle between the beam and the layer's normal [degrees].
    """

    kind: str = "xray"
    hk_max: int = 6
    q_max: float | None = None
    severity: float = 1.0
    tilt: float = 0.0

    @property
    def strain(self):
        """Largest deformation between cells that are not told apart, as a Frobenius norm."""
        return max(STRAINED * Strain().sigma * self.severity, STILL)

    @property
    def displacement(self):
        """Root mean square displacement of atoms along each axis [Å]."""
        return ThermalDisplacement().u * self.severity

    @property
    def noise(self):
        """Relative error of an intensity."""
        return IntensityNoise().sigma * self.severity

    def __str__(self):
        reach = f"h and k to {self.hk_max}" if self.q_max is None else f"q to {self.q_max:g} 1/Å"
        return f"spots of the zero layer ({self.kind}, {reach}, severity {self.severity:g})"

    def others(self):
        """Other measurements, as `ScanMeasurement.others` gives them."""
        other = "electron" if self.kind == "xray" else "xray"
        name = {"electron": "electron", "xray": "X-ray"}[other]
        wide = replace(self, hk_max=WIDER * self.hk_max, q_max=self.q_max and WIDER * self.q_max)
        reach = f"h and k to {wide.hk_max}" if self.q_max is None else f"q to {wide.q_max:g} 1/Å"
        return {
            "tilt": (f"a tilt of {TILT:.0f} degrees", replace(self, tilt=TILT)),
            "range": (f"a wider range ({reach})", wide),
            other: (f"{name} diffraction", replace(self, kind=other)),
        }
