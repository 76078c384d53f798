from ._perturbation.crystal_effects import Strain, ThermalDisplacement
from ._perturbation.debye import DebyeModel
from ._perturbation.effect import CrystalEffect, SpotEffect
from ._perturbation.intensity_effects import Background, IntensityNoise, Saturation
from ._perturbation.molecular_dynamics import MolecularDynamics
from ._perturbation.perturbation import SEVERITIES, Perturbation
from ._perturbation.perturbed_patterns import perturb_layers, perturb_patterns, perturbed_spots
from ._perturbation.perturbed_scans import perturb_scans
from ._perturbation.perturbed_structures import perturb_structures
from ._perturbation.position_effects import Rotation, ScaleError
from ._perturbation.spot_effects import BeamStop, MissingSpots, SpuriousSpots
from ._powder.broadening import broadened, instrument_fwhm, pseudo_voigt, sample_fwhm, voigt_widths
from ._powder.conditions import random_conditions
from ._powder.corrections import lorentz_polarization, march_dollase, observed_two_theta
from ._powder.diffractometer import LARGEST_SINE, Q_MAX, Q_MIN, Diffractometer, library_simulator
from ._powder.drawn_scans import N_FOLDED, N_POINTS, ScanGrid, drawn_scans
from ._powder.patterns import powder_reflections
from ._powder.profile import PowderProfile
from ._powder.reflection_table import ReflectionTable, reflection_table
from ._powder.reflections import PowderReflections
from ._powder.scan import powder_peaks, powder_scan
from ._powder.settings import check_powder_settings
from ._settings import check_settings
from ._simulator import DiffractionSimulator
from ._spots.image import to_image
from ._spots.structure_factors import half_plane

__all__ = [
    "LARGEST_SINE",
    "N_FOLDED",
    "N_POINTS",
    "Q_MAX",
    "Q_MIN",
    "SEVERITIES",
    "Background",
    "BeamStop",
    "CrystalEffect",
    "DebyeModel",
    "DiffractionSimulator",
    "Diffractometer",
    "IntensityNoise",
    "MissingSpots",
    "MolecularDynamics",
    "Perturbation",
    "PowderProfile",
    "PowderReflections",
    "ReflectionTable",
    "Rotation",
    "Saturation",
    "ScaleError",
    "ScanGrid",
    "SpotEffect",
    "SpuriousSpots",
    "Strain",
    "ThermalDisplacement",
    "broadened",
    "check_powder_settings",
    "check_settings",
    "drawn_scans",
    "half_plane",
    "instrument_fwhm",
    "library_simulator",
    "lorentz_polarization",
    "march_dollase",
    "observed_two_theta",
    "perturb_layers",
    "perturb_patterns",
    "perturb_scans",
    "perturb_structures",
    "perturbed_spots",
    "powder_peaks",
    "powder_reflections",
    "powder_scan",
    "pseudo_voigt",
    "random_conditions",
    "reflection_table",
    "sample_fwhm",
    "to_image",
    "voigt_widths",
]
