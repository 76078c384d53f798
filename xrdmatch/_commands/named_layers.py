"""Layers by name, by formula or from files, as a command line has them."""

from pathlib import Path

from pymatgen.core import Composition

from xrdmatch.datasets import load_monolayers
from xrdmatch.io import read_structures


def named_layers(text):
    """Find layers.

    Parameters
    ----------
    text : str
        Names or formulas of shipped monolayers, or files of one structure each, with commas
        between them.

    Returns
    -------
    list of Structure
        In their order.

    Raises
    ------
    ValueError
        If one is not found, or is the formula of several.

    Examples
    --------
    >>> [layer.properties["name"] for layer in named_layers("MoS2, WTe2-2H")]
    ['MoS2-2H', 'WTe2-2H']
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise ValueError("A stack needs layers, got none; give --layers MoS2,MoS2, for example.")
    shipped = load_monolayers()
    found = {name: _layer(name, shipped) for name in dict.fromkeys(names)}
    return [found[name] for name in names]


def _layer(name, shipped):
    by_name = {layer.properties["name"]: layer for layer in shipped}
    if name in by_name:
        return by_name[name]
    if Path(name).exists():
        return _from_file(name)
    alike = [layer for layer in shipped if layer.reduced_formula == _formula(name)]
    if len(alike) > 1:
        names = " or ".join(layer.properties["name"] for layer in alike)
        raise ValueError(f"A formula must be of one layer, got {name}, which is {names}; name one.")
    if not alike:
        raise ValueError(
            f"A layer is a shipped monolayer or a file of a structure, got {name!r}, which is "
            "neither; give the path of a CIF."
        )
    return alike[0]


def _from_file(path):
    structures = read_structures(path)
    if len(structures) != 1:
        raise ValueError(
            f"A layer's file holds one structure, got {len(structures)} in {path}; give one a file."
        )
    return structures[0]


def _formula(text):
    """Reduced formula, None where the text is none."""
    try:
        return Composition(text).reduced_formula
    except ValueError:
        return None
