from ._broad_humps import BroadHump, best_hump, hump_counts, with_hump
from ._calibrate_picture import PictureCalibration, calibrate_picture
from ._fit_instrument import fit_instrument
from ._fit_powders import FittedPowders, fit_powders, fit_queries, scan_fits
from ._fits import ScanFits, ScanProfile, SpotFits
from ._instrument import InstrumentProfile
from ._lattice_keys import LatticeKeys
from ._lattice_reading import LatticeReading, TurnedQuery, read_lattices, with_tilted
from ._mixture_fit import MixtureFit, fit_mixture
from ._mixture_phase import MixturePhase, mixture_phase, without_phases
from ._mixture_report import MixtureProfile, mixture_report
from ._powders import Powder, powders_of
from ._profile_residual import profile_residual, signal_to_noise
from ._refine_scan import ScanRefinement, refine_scan
from ._refine_sites import refine_sites
from ._refinement_cif import with_uncertainty
from ._scan_fit import ScanModel
from ._scan_query import Q_RANGE, ScanQuery, check_refinable, scan_queries
from ._scan_report import fitted_profile
from ._site_modes import SiteModes, site_modes
from ._site_refinement import SiteModel, SiteRefinement
from ._spot_displacements import refined_evidence
from ._spot_likelihood import fit_candidates
from ._spot_moments import Atoms, MomentLibrary, as_tensor, moment_library
from ._spot_table import SpotTable
from ._turned_fit import TurnedLibrary, fit_entries, turned_library
from ._turned_report import turned_fits
from ._weight_fractions import weight_fractions

__all__ = [
    "Q_RANGE",
    "Atoms",
    "BroadHump",
    "FittedPowders",
    "InstrumentProfile",
    "LatticeKeys",
    "LatticeReading",
    "MixtureFit",
    "MixturePhase",
    "MixtureProfile",
    "MomentLibrary",
    "PictureCalibration",
    "Powder",
    "ScanFits",
    "ScanModel",
    "ScanProfile",
    "ScanQuery",
    "ScanRefinement",
    "SiteModel",
    "SiteModes",
    "SiteRefinement",
    "SpotFits",
    "SpotTable",
    "TurnedLibrary",
    "TurnedQuery",
    "as_tensor",
    "best_hump",
    "calibrate_picture",
    "check_refinable",
    "fit_candidates",
    "fit_entries",
    "fit_instrument",
    "fit_mixture",
    "fit_powders",
    "fit_queries",
    "fitted_profile",
    "hump_counts",
    "mixture_phase",
    "mixture_report",
    "moment_library",
    "powders_of",
    "profile_residual",
    "read_lattices",
    "refine_scan",
    "refine_sites",
    "refined_evidence",
    "scan_fits",
    "scan_queries",
    "signal_to_noise",
    "site_modes",
    "turned_fits",
    "turned_library",
    "weight_fractions",
    "with_hump",
    "with_tilted",
    "with_uncertainty",
    "without_phases",
]
