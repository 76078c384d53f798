"""Element of a site in a CIF, from its type symbol or its label."""

import re
from functools import lru_cache

from pymatgen.core import Element

_MAX_NUMBER = 98  # heavier ones make no crystals; Nh is an NH group, not nihonium
_ELEMENTS = {element.symbol for element in Element if element.Z <= _MAX_NUMBER}
_HYDROGENS = {"D": "H"}  # isotopes scatter X-rays alike
VACANCY = None
_VACANT = re.compile(r"(vac?|vacancy|vacant|vc|□|\[\])[\d+\-.]*", re.IGNORECASE)
_WATER = re.compile(r"(h2o|oh2|hoh|wat|water|d2o|ow)(?![a-z])", re.IGNORECASE)
# A form-factor label: an element, and its charge or a number behind it.
_TYPE = re.compile(r"\d*([A-Za-z]{1,2})(\d*\.?\d*[+-]|[+-]\d*\.?\d*|\d*|val?)")
_GROUP = re.compile(r"([A-Z][a-z]?)(\d*)")
_CHARGE = re.compile(r"[\d.]*[+-]\d*$|[+-]\d+$")


@lru_cache(maxsize=10_000)
def element_of_type(symbol, known=frozenset()):
    """Read a type symbol.

    Parameters
    ----------
    symbol : str
        An element, with or without its charge; a group around one atom that is no hydrogen, such
        as OH, H2O or NH4; or a vacancy.
    known : frozenset of str
        Elements of the stated formula. They decide where a symbol in capitals can be read in two
        ways, as HO can: holmium, or a hydroxyl group.

    Returns
    -------
    element : str or None
        None is a vacancy.
    group : bool
        Whether hydrogens belong to it that have no place of their own.

    Raises
    ------
    ValueError
        When it is none of these.
    """
    if _WATER.fullmatch(symbol):
        return "O", True
    found = _TYPE.fullmatch(symbol)
    if found and (element := _element(found[1])) and not _may_be_group(symbol, element, known):
        return element, False
    if heavy := _only_heavy_atom(_CHARGE.sub("", symbol)):
        return heavy, True
    if _VACANT.fullmatch(symbol):
        return VACANCY, False
    raise ValueError(f"{symbol!r} is no chemical element")


def _may_be_group(symbol, element, known):
    """Tell HO and CO3 from FE and from CO in a file whose formula has cobalt."""
    letters = re.match(r"\d*([A-Za-z]*)", symbol)[1]
    if not (letters[1:].isupper() and all(map(_element, letters))) or element in known:
        return False
    return bool(known) or letters == "HO" or symbol[-1:].isdigit()


def _element(letters):
    letters = letters.capitalize()
    letters = _HYDROGENS.get(letters, letters)
    return letters if letters in _ELEMENTS else None


def _only_heavy_atom(group):
    """Find the one atom that is no hydrogen of a group such as OH or NH4, None for others."""
    parts = _GROUP.findall(group)
    if "".join(map("".join, parts)) != group:
        return None
    atoms = [(_HYDROGENS.get(symbol, symbol), count) for symbol, count in parts]
    heavy = [atom for atom in atoms if atom[0] != "H"]
    if len(heavy) != 1 or len(atoms) == 1 or heavy[0][1] not in ("", "1"):
        return None
    return _element(heavy[0][0])


@lru_cache(maxsize=10_000)
def element_of_label(label, known=frozenset()):
    """Read the label of a site that has no type symbol: an element, and anything behind it.

    Parameters
    ----------
    label : str
        Such as Fe1, OW2, SiT1 or H2O.
    known : frozenset of str
        Elements of the stated formula. They decide where a label can be read in two ways, as CA1
        can: calcium, or a carbon called A1.

    Returns
    -------
    element : str or None
    group : bool
        Both as in `element_of_type`.

    Raises
    ------
    ValueError
        When it names no element or may be one of two.
    """
    if _WATER.match(label) or re.match(r"oh", label, re.IGNORECASE):
        return "O", True
    readings = _readings(label)
    if _VACANT.fullmatch(label) and not {"V"} & known:
        if readings and not known and label[:3].lower() != "vac":
            raise ValueError(f"the label {label!r} may be a vacancy or V; {_WAY_OUT}")
        return VACANCY, False
    if not readings:
        raise ValueError(f"the label {label!r} names no chemical element; {_WAY_OUT}")
    likely = [element for element in readings if element in known] or readings
    exact = likely[0] in label
    if len(likely) > 1 and not exact:
        raise ValueError(f"the label {label!r} may be {' or '.join(likely)}; {_WAY_OUT}")
    return likely[0], bool(_only_heavy_atom(label))


_WAY_OUT = "state its _atom_site_type_symbol"


def _readings(label):
    letters = re.match(r"\d*([A-Za-z]*)", label)[1]
    readings = [_element(letters[:2]) if len(letters) > 1 else None, _element(letters[:1])]
    return list(dict.fromkeys(filter(None, readings)))
