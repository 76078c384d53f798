"""Structures to start from: shipped, generated, and how to split them."""

from xrdmatch.datasets._generated import make_monolayers
from xrdmatch.datasets._layers import cut_layers, unique_layers
from xrdmatch.datasets._monolayers import lattice_deviation, load_monolayers
from xrdmatch.datasets._splits import composition_groups, split_by_composition, split_by_row

__all__ = [
    "composition_groups",
    "cut_layers",
    "lattice_deviation",
    "load_monolayers",
    "make_monolayers",
    "split_by_composition",
    "split_by_row",
    "unique_layers",
]
