"""Structures from plain data that others may have written."""

from collections import defaultdict

from pymatgen.core import Composition, Structure

# What pymatgen may build for a lattice, its sites and what is known of these.
CLASSES = {
    "pymatgen.core.lattice": {"Lattice"},
    "pymatgen.core.sites": {"Site", "PeriodicSite"},
    "pymatgen.core.structure": {"Structure", "IStructure"},
    "pymatgen.core.composition": {"Composition"},
    "pymatgen.core.periodic_table": {"Element", "Species", "Specie", "DummySpecies", "DummySpecie"},
    "pymatgen.electronic_structure.core": {"Magmom"},
    "numpy": {"array"},
}
MARKS = {"@module", "@class", "@callable"}


def structure_from_dict(content):
    """Build a structure from what `Structure.as_dict` returned.

    pymatgen imports whatever module the properties of a site name, which may do anything. Here
    these may be plain data, arrays and magnetic moments.

    Parameters
    ----------
    content : dict
        The structure.

    Returns
    -------
    pymatgen.core.Structure

    Raises
    ------
    ValueError
        If its lattice or its sites name any other class.

    See Also
    --------
    xrdmatch.io.read_structures : Read structures from files, folders and objects.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.crystallography import structure_from_dict
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    >>> content = iron.as_dict()
    >>> structure_from_dict(content) == iron
    True
    >>> content["sites"][0]["properties"] = {"spin": {"@module": "this", "@class": "Zen"}}
    >>> structure_from_dict(content)
    Traceback (most recent call last):
    ValueError: Sites of a structure that is read hold plain data, got an object of this.Zen; ...
    """
    for part in ("lattice", "sites"):
        _check(content.get(part))
    return Structure.from_dict(content)


def formula_from_dict(content):
    """Find the reduced formula of a structure without building it, which takes far longer.

    Parameters
    ----------
    content : dict
        What `Structure.as_dict` returned.

    Returns
    -------
    str
        As ``structure.composition.reduced_formula`` has it.

    See Also
    --------
    structure_from_dict : Build a structure from what `Structure.as_dict` returned.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.crystallography import formula_from_dict
    >>> formula_from_dict(Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.64).as_dict())
    'NaCl'
    """
    amounts = defaultdict(float)
    for site in content["sites"]:
        for species in site["species"]:
            amounts[species["element"]] += species["occu"]
    return Composition(amounts).reduced_formula


def _check(value):
    """Refuse objects of other classes, however deep inside."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list | tuple):
            waiting += item
        elif isinstance(item, dict):
            if MARKS & item.keys() and not _is_known(item):
                named = ".".join(str(item[key]) for key in sorted(MARKS & item.keys())[::-1])
                raise ValueError(
                    f"Sites of a structure that is read hold plain data, got an object of {named}; "
                    "save the structure without it."
                )
            waiting += item.values()


def _is_known(item):
    module, name = item.get("@module"), item.get("@class")
    known = CLASSES.get(module, ()) if isinstance(module, str) else ()
    return "@callable" not in item and isinstance(name, str) and name in known
