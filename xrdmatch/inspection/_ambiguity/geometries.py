"""Differences between powders and layers in the ambiguity analysis."""

from xrdmatch.inspection import _ambiguity

# By the simulator's geometry; layers need torch, which is not imported for powders.
COMPARED = {
    "powder": lambda: _ambiguity.ComparedPowders,
    "zone_axis": lambda: _ambiguity.ComparedLayers,
}


def compared_as(geometry):
    """Return the class that simulates and compares crystals in a geometry."""
    return COMPARED[geometry]()
