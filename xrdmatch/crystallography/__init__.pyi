from ._atoms import as_structures, structure_from_atoms
from ._cell_strain import strain_basis
from ._crystal_symmetry import CrystalSymmetry, crystal_symmetry
from ._elements import atomic_number
from ._form_factors import form_factor_table, form_factors
from ._layer import layer_frame, swaps_axes
from ._log_picture import log_picture, picture_intensity
from ._object_input import ObjectInput
from ._pattern import DiffractionPattern
from ._picture import Picture
from ._plain_structure import formula_from_dict, structure_from_dict
from ._plane_symmetry import LayerSymmetry, layer_symmetries, plane_laue_class
from ._point_group_table import POINT_GROUPS, PointGroup
from ._point_groups import as_point_group, crystal_system, laue_class, point_group_operations
from ._radiation import ANODES, Radiation, as_radiation
from ._scan import Scan
from ._short_repr import ShortRepr
from ._sites import SiteTable, describe, name_of, site_table
from ._skipped import (
    NothingLeftError,
    SkippedStructure,
    SkippedStructureWarning,
    skipped_summary,
    warn_of_skipped,
)
from ._structure_arrays import structure_from_arrays
from ._structure_error import NoStructureError, StructureError
from ._subgroups import maximal_subgroups, subgroups
from ._tilt import beam_direction, lift_pattern
from ._tokens import LAYOUTS, is_tokens, n_tokens, sites_to_tokens, tokens_to_sites
from ._zone_axes import zone_axes, zone_layers
from ._zone_layer import zone_layer

__all__ = [
    "ANODES",
    "LAYOUTS",
    "POINT_GROUPS",
    "CrystalSymmetry",
    "DiffractionPattern",
    "LayerSymmetry",
    "NoStructureError",
    "NothingLeftError",
    "ObjectInput",
    "Picture",
    "PointGroup",
    "Radiation",
    "Scan",
    "ShortRepr",
    "SiteTable",
    "SkippedStructure",
    "SkippedStructureWarning",
    "StructureError",
    "as_point_group",
    "as_radiation",
    "as_structures",
    "atomic_number",
    "beam_direction",
    "crystal_symmetry",
    "crystal_system",
    "describe",
    "form_factor_table",
    "form_factors",
    "formula_from_dict",
    "is_tokens",
    "laue_class",
    "layer_frame",
    "layer_symmetries",
    "lift_pattern",
    "log_picture",
    "maximal_subgroups",
    "n_tokens",
    "name_of",
    "picture_intensity",
    "plane_laue_class",
    "point_group_operations",
    "site_table",
    "sites_to_tokens",
    "skipped_summary",
    "strain_basis",
    "structure_from_arrays",
    "structure_from_atoms",
    "structure_from_dict",
    "subgroups",
    "swaps_axes",
    "tokens_to_sites",
    "warn_of_skipped",
    "zone_axes",
    "zone_layer",
    "zone_layers",
]
