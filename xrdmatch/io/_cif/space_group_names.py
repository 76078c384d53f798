"""Settings of space groups by the many ways in which their symbols are written."""

import re
from functools import cache, lru_cache

import gemmi
import spglib

# Behind the symbol: origin or axes, as the International Tables, ICSD and cctbx write them.
_CHOICES = {"s": "1", "z": "2", "o1": "1", "o2": "2", "hr": "H", "rs": "R"}
_SUFFIX = re.compile(r"(?<=[a-z0-9])(rs|hr|o[12]|[hrsz])$")
_ORIGIN = re.compile(r"\(?\s*origin\s*(?:choice)?\s*([12])\s*\)?$")


@lru_cache(maxsize=1000)
def settings_named(symbol):
    """Find all settings for which a Hermann-Mauguin symbol may stand.

    Parameters
    ----------
    symbol : str
        With or without blanks, underscores and the choice of origin or axes; short, full or in
        an older spelling.

    Returns
    -------
    list of list of gemmi.SpaceGroup
        The first list has those for which the symbol stands by convention (the unique axis of a
        short monoclinic symbol is b), the next ones those of the other unique axes; empty where
        the symbol is unknown. Several in one list differ in origin, or in hexagonal or
        rhombohedral axes.

    Examples
    --------
    >>> from xrdmatch.io._cif.space_group_names import settings_named
    >>> [[setting.xhm() for setting in tier] for tier in settings_named("Fd-3m")]
    [['F d -3 m:1', 'F d -3 m:2']]
    >>> [[setting.xhm() for setting in tier] for tier in settings_named("P 2_1/m")]
    [['P 1 21/m 1'], ['P 1 1 21/m'], ['P 21/m 1 1']]
    """
    if symbol.count(",") == 2:  # a change of basis, as cctbx adds it, needs its operations
        return []
    base, choice = _base_and_choice(symbol)
    tiers = [_chosen(tier, choice) for tier in _tiers(base)]
    return [tier for tier in tiers if tier]


def settings_numbered(number):
    """All settings of the standard symbol of a space group, by its number."""
    return [group for group in _by_number(number) if group.hm == _by_number(number)[0].hm]


@cache
def _by_number(number):
    return [group for group in gemmi.spacegroup_table() if group.number == number]


def _base_and_choice(symbol):
    text = re.sub(r"\{.*?\}", "", symbol.strip().lower())
    text = re.sub(r"\((\d)\)", r"\1", text).replace("_", "")
    if found := _ORIGIN.search(text):
        return text[: found.start()].strip(" :"), found[1]
    if text.endswith(")") and _groups(text):  # such as P 21 21 2 (a), whose end is no remark
        return text, None
    base, colon, choice = text.partition(":")
    if not colon and (found := _SUFFIX.search(_compact(text))):
        base, choice = _compact(text)[: found.start()], found[1]
    base = re.sub(r"\s*\([^()]*\)\s*$", "", base).strip()
    choice = choice.split("(")[0].strip()
    return base, _CHOICES.get(choice, choice.upper()) or None


def _compact(symbol):
    return re.sub(r"[\s_]", "", symbol.lower())


def _chosen(groups, choice):
    if choice is None:
        return groups
    return [group for group in groups if choice in (group.ext, group.qualifier.upper())]


def _tiers(base):
    tiers = [_groups(base), *map(_monoclinic().get(_compact(base), {}).get, "bca")]
    return [tier for i, tier in enumerate(tiers) if tier and tier not in tiers[:i]]


def _groups(base):
    if not base[:1].isalpha():
        return []
    found = gemmi.find_spacegroup_by_name(base)
    if found is None:
        return _full_names().get(_compact(base), [])
    return [group for group in _by_number(found.number) if group.hm == found.hm]


@cache
def _monoclinic():
    """Short monoclinic symbols, and by their unique axes what they stand for."""
    names = {}
    for group in gemmi.spacegroup_table():
        if group.crystal_system_str() == "monoclinic":
            short = "".join(word for word in group.hm.split() if word != "1").lower()
            axis = group.monoclinic_unique_axis()
            names.setdefault(short, {}).setdefault(axis, []).append(group)
    return names


@cache
def _full_names():
    """Full symbols, such as F 41/d -3 2/m, which gemmi's table leaves out."""
    names = {}
    for hall_number in range(1, 531):
        facts = spglib.get_spacegroup_type(hall_number)
        operations = gemmi.symops_from_hall(facts.hall_symbol)
        group = gemmi.find_spacegroup_by_ops(operations)
        if group is not None:
            groups = names.setdefault(_compact(facts.international_full), [])
            groups += [] if group in groups else [group]
    return names
