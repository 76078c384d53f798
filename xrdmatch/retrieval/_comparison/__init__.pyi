from .alike_profiles import AlikeProfiles, StrainedProfiles
from .likely_spots import LikelyGallery, LikelySpots
from .nearest_spots import NearestSpots, SpotLibrary
from .profile_library import ProfileLibrary
from .scan_ranking import ScanRanking
from .spot_ranking import SpotRanking
from .turned_ranking import TurnedRanking
from .turned_spots import TurnedGallery, TurnedSpots

__all__ = [
    "AlikeProfiles",
    "LikelyGallery",
    "LikelySpots",
    "NearestSpots",
    "ProfileLibrary",
    "ScanRanking",
    "SpotLibrary",
    "SpotRanking",
    "StrainedProfiles",
    "TurnedGallery",
    "TurnedRanking",
    "TurnedSpots",
]
