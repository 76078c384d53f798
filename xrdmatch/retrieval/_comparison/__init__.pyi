from .alike_profiles import AlikeProfiles
from .likely_spots import LikelyGallery, LikelySpots
from .nearest_spots import NearestSpots, SpotLibrary
from .profile_library import ProfileLibrary

__all__ = [
    "AlikeProfiles",
    "LikelyGallery",
    "LikelySpots",
    "NearestSpots",
    "ProfileLibrary",
    "SpotLibrary",
]
