"""Structures to patterns: simulation and perturbation."""

from xrdmatch.simulation._crystal_effects import Strain, ThermalDisplacement
from xrdmatch.simulation._debye import DebyeModel
from xrdmatch.simulation._effect import CrystalEffect, SpotEffect
from xrdmatch.simulation._image import to_image
from xrdmatch.simulation._intensity_effects import Background, IntensityNoise, Saturation
from xrdmatch.simulation._molecular_dynamics import MolecularDynamics
from xrdmatch.simulation._perturbation import SEVERITIES, Perturbation
from xrdmatch.simulation._perturbed_patterns import (
    perturb_layers,
    perturb_patterns,
    perturbed_spots,
)
from xrdmatch.simulation._perturbed_structures import perturb_structures
from xrdmatch.simulation._position_effects import Rotation, ScaleError
from xrdmatch.simulation._powder import PowderReflections
from xrdmatch.simulation._powder_broadening import (
    broadened,
    instrument_fwhm,
    pseudo_voigt,
    sample_fwhm,
)
from xrdmatch.simulation._powder_corrections import (
    lorentz_polarization,
    march_dollase,
    observed_two_theta,
)
from xrdmatch.simulation._powder_patterns import powder_reflections
from xrdmatch.simulation._powder_profile import PowderProfile
from xrdmatch.simulation._powder_scan import powder_peaks, powder_scan
from xrdmatch.simulation._powder_settings import check_powder_settings
from xrdmatch.simulation._settings import check_settings
from xrdmatch.simulation._simulator import DiffractionSimulator
from xrdmatch.simulation._spot_effects import BeamStop, MissingSpots, SpuriousSpots
from xrdmatch.simulation._structure_factors import half_plane

__all__ = [
    "SEVERITIES",
    "Background",
    "BeamStop",
    "CrystalEffect",
    "DebyeModel",
    "DiffractionSimulator",
    "IntensityNoise",
    "MissingSpots",
    "MolecularDynamics",
    "Perturbation",
    "PowderProfile",
    "PowderReflections",
    "Rotation",
    "Saturation",
    "ScaleError",
    "SpotEffect",
    "SpuriousSpots",
    "Strain",
    "ThermalDisplacement",
    "broadened",
    "check_powder_settings",
    "check_settings",
    "half_plane",
    "instrument_fwhm",
    "lorentz_polarization",
    "march_dollase",
    "observed_two_theta",
    "perturb_layers",
    "perturb_patterns",
    "perturb_structures",
    "perturbed_spots",
    "powder_peaks",
    "powder_reflections",
    "powder_scan",
    "pseudo_voigt",
    "sample_fwhm",
    "to_image",
]
