from ._crystal_effects import Strain, ThermalDisplacement
from ._debye import DebyeModel
from ._effect import CrystalEffect, SpotEffect
from ._image import to_image
from ._intensity_effects import Background, IntensityNoise, Saturation
from ._molecular_dynamics import MolecularDynamics
from ._perturbation import SEVERITIES, Perturbation
from ._perturbed_patterns import perturb_layers, perturb_patterns, perturbed_spots
from ._perturbed_structures import perturb_structures
from ._position_effects import Rotation, ScaleError
from ._powder import PowderReflections
from ._powder_broadening import broadened, instrument_fwhm, pseudo_voigt, sample_fwhm
from ._powder_corrections import lorentz_polarization, march_dollase, observed_two_theta
from ._powder_patterns import powder_reflections
from ._powder_profile import PowderProfile
from ._powder_scan import powder_peaks, powder_scan
from ._powder_settings import check_powder_settings
from ._settings import check_settings
from ._simulator import DiffractionSimulator
from ._spot_effects import BeamStop, MissingSpots, SpuriousSpots
from ._structure_factors import half_plane

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
