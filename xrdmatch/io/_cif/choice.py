"""Choice among the settings of a CIF: the one with a possible cell and the stated formula."""

from xrdmatch.io._cif.contacts import is_plausible
from xrdmatch.io._cif.formula import count_elements, written
from xrdmatch.io._cif.orbits import expand
from xrdmatch.io._cif.places import contents_of, nearest_places

_SAME_PLACE = 0.05  # [Å] between atoms that two settings put at one place


def choose_contents(symmetry, sites, lattice, formula):
    """Expand the listed atoms in the setting that the file means.

    Parameters
    ----------
    symmetry : StatedSymmetry
    sites : Sites
    lattice : pymatgen.core.Lattice
    formula : Formula

    Returns
    -------
    Contents
        With a doubt where it is not what the formula says, or the statements of the file
        contradict each other.

    Raises
    ------
    ValueError
        When no setting gives a possible cell, or nothing tells which of several is meant.
    """
    possible, error = _possible_contents(symmetry.settings, sites, lattice)
    if not possible:
        raise error
    counts = {name: count_elements(contents.occupants) for name, contents in possible.items()}
    differences = {name: formula.differs(counts[name]) for name in possible}
    unlike = _unlike(possible, lattice)
    names = [name for name in unlike if differences[name] is None] or unlike
    if len(names) > 1 and not symmetry.contradicts:
        names = [name for name in names if is_plausible(possible[name], lattice)] or names
    is_backed = bool(formula.counts) and differences[names[0]] is None
    come_to_same = len(symmetry.settings) > 1 == len(unlike) and error is None
    if len(names) > 1 or (symmetry.contradicts and not (is_backed or come_to_same)):
        raise ValueError(_undecided(symmetry, counts))
    contents = possible[names[0]]
    if contents.strained and not is_backed:
        raise ValueError(contents.strained[0])
    _add_remarks(contents, symmetry, names[0], come_to_same)
    if differences[names[0]]:
        contents.doubts.append(differences[names[0]])
    return contents


def _possible_contents(settings, sites, lattice):
    """Expand in every setting; contents by name, and the first error or None."""
    possible, first_error = {}, None
    for setting in settings:
        try:
            possible[setting.name] = contents_of(expand(sites, setting, lattice), sites, lattice)
        except ValueError as error:
            first_error = first_error or error
    return possible, first_error


def _unlike(possible, lattice):
    """One name of each set of settings that give the same atoms at the same places."""
    unlike = []
    for name, contents in possible.items():
        if not any(_alike(contents, possible[other], lattice) for other in unlike):
            unlike.append(name)
    return unlike


def _alike(one, other, lattice):
    if len(one.coords) != len(other.coords):
        return False
    distances, places = nearest_places(one.coords, other.coords, lattice)
    pairs = zip(one.occupants, (other.occupants[place] for place in places), strict=True)
    return bool((distances < _SAME_PLACE).all()) and all(a == b for a, b in pairs)


def _undecided(symmetry, counts):
    outcomes = "; ".join(f"{name}: {written(counts[name])}" for name in counts)
    if symmetry.contradicts:
        return (
            f"its statements of symmetry, operations or symbols, contradict each other ({outcomes})"
            " and no formula decides; leave the right one only"
        )
    return (
        f"its space group symbol leaves the origin or the axes open ({outcomes}) and no formula "
        "decides; add them to the symbol, or list the symmetry operations"
    )


def _add_remarks(contents, symmetry, name, come_to_same):
    contents.doubts.extend(f"{remark}; its formula makes them one" for remark in contents.strained)
    if symmetry.contradicts and come_to_same:
        contents.notes.append("its statements of symmetry differ and come to the same atoms")
    elif symmetry.contradicts:
        contents.doubts.append(
            f"its statements of symmetry contradict each other; its formula decided for {name}"
        )
    elif len(symmetry.settings) > 1:
        contents.notes.append(
            f"of the settings that its symbol leaves open, formula and distances decided for {name}"
        )
    taken = next(setting for setting in symmetry.settings if setting.name == name)
    if taken.n_added:
        contents.doubts.append(
            f"{taken.n_added} of its {len(taken.rotations)} symmetry operations are not listed and "
            "were added"
        )
