"""The crystal system of each structure."""

from xrdmatch.crystallography import crystal_system, layer_symmetries

SYSTEMS = (
    "triclinic",
    "monoclinic",
    "orthorhombic",
    "tetragonal",
    "trigonal",
    "hexagonal",
    "cubic",
)
UNKNOWN = "?"


def crystal_systems(structures):
    """Find crystal systems with spglib.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.

    Returns
    -------
    list of str
        One of `SYSTEMS` for each, found with a tolerance of 0.05 Å; ``"?"`` where none is found.
    """
    groups = (symmetry.point_group for symmetry in layer_symmetries(structures))
    return [UNKNOWN if group == UNKNOWN else crystal_system(group) for group in groups]
