"""Structures to patterns: simulation and perturbation."""

from xrdmatch.simulation._image import to_image
from xrdmatch.simulation._perturbation import (
    Perturbation,
    perturb_layers,
    perturb_patterns,
    perturbed_spots,
)
from xrdmatch.simulation._perturbed_structures import perturb_structures
from xrdmatch.simulation._settings import check_settings
from xrdmatch.simulation._simulator import DiffractionSimulator
from xrdmatch.simulation._structure_factors import half_plane

__all__ = [
    "DiffractionSimulator",
    "Perturbation",
    "check_settings",
    "half_plane",
    "perturb_layers",
    "perturb_patterns",
    "perturb_structures",
    "perturbed_spots",
    "to_image",
]
