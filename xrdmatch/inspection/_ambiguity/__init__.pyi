from .compared_layers import ComparedLayers
from .compared_powders import ComparedPowders

__all__ = ["ComparedLayers", "ComparedPowders"]
