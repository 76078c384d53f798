from ._generated import make_monolayers
from ._layers import cut_layers, unique_layers
from ._monolayers import lattice_deviation, load_monolayers
from ._splits import composition_groups, split_by_composition, split_by_row
from ._standards import load_standards

__all__ = [
    "composition_groups",
    "cut_layers",
    "lattice_deviation",
    "load_monolayers",
    "load_standards",
    "make_monolayers",
    "split_by_composition",
    "split_by_row",
    "unique_layers",
]
