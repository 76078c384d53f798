"""Structures from ASE Atoms, and lists of structures from whatever stands for them."""

import numpy as np
from pymatgen.core import SiteCollection

from xrdmatch.crystallography._structure_arrays import structure_from_arrays


def is_atoms(item):
    """Tell ASE Atoms by what they do, without ase."""
    return not isinstance(item, SiteCollection) and hasattr(item, "get_scaled_positions")


def structure_from_atoms(atoms):
    """Turn ASE Atoms into a structure.

    The cell decides, not the ``pbc`` flags: like the vacuum of a layer in any other format, all
    three vectors are repeated. Partial occupancies that ASE took from a CIF are kept, and so are
    the numbers and texts in ``atoms.info``.

    Parameters
    ----------
    atoms : ase.Atoms
        The crystal; ase itself is not imported.

    Returns
    -------
    pymatgen.core.Structure
        The same crystal.

    Raises
    ------
    ValueError
        When the cell has fewer than three vectors.

    See Also
    --------
    xrdmatch.io.read_structures : Reads files, and takes Atoms, too.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from xrdmatch.crystallography import structure_from_atoms
    >>> structure_from_atoms(bulk("NaCl", "rocksalt", a=5.64)).reduced_formula
    'NaCl'
    """
    arrays = atoms.cell.array, atoms.numbers, atoms.positions
    structure = structure_from_arrays(*arrays, _scalars(atoms.info), cartesian=True)
    if "occupancy" in atoms.info and atoms.has("spacegroup_kinds"):
        for i, kind in enumerate(atoms.get_array("spacegroup_kinds")):
            structure[i] = atoms.info["occupancy"][str(kind)]
    return structure


def _scalars(info):
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in info.items()}
    return {key: value for key, value in plain.items() if isinstance(value, str | int | float)}


def as_structures(items):
    """Turn ASE Atoms in a list into structures, and a table of tokens into an array.

    Parameters
    ----------
    items : list of Structure or Atoms, ndarray of tokens, DataFrame of tokens, or other sequence
        The crystals.

    Returns
    -------
    list, ndarray, or what was given
        A list where there are Atoms. Atoms that are no crystal stay what they are, so that
        `site_table` refuses them with their place; all else is returned as it is.

    See Also
    --------
    structure_from_atoms : Turn ASE Atoms into a structure.
    is_tokens : Tell whether `X` is an array of tokens.

    Examples
    --------
    >>> from ase.build import bulk
    >>> from xrdmatch.crystallography import as_structures
    >>> [structure.reduced_formula for structure in as_structures([bulk("Si"), bulk("Cu")])]
    ['Si', 'Cu']
    """
    if hasattr(items, "to_numpy"):  # a DataFrame, or a Series of structures
        items = items.to_numpy() if items.ndim == 2 else list(items)
    is_listed = isinstance(items, list | tuple)
    if not is_listed or not any(is_atoms(item) for item in items):
        return items
    return [_converted(item) if is_atoms(item) else item for item in items]


def _converted(atoms):
    try:
        return structure_from_atoms(atoms)
    except ValueError:
        return atoms
