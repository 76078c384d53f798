"""Compositions as numbers of atoms."""

from pymatgen.core import Composition, DummySpecies
from pymatgen.core.composition import CompositionError


def as_amounts(composition):
    """Read a composition as numbers of atoms.

    Parameters
    ----------
    composition : Composition, dict or str
        Such as ``"BaTiO3"``.

    Returns
    -------
    amounts : tuple of int
        Atoms of each element in the reduced formula, ascending.
    elements : tuple of int
        Their atomic numbers.

    Raises
    ------
    ValueError
        If it cannot be read, is empty, has an unknown element or numbers that are not whole.

    Examples
    --------
    >>> from xrdmatch.solution._compositions import as_amounts
    >>> as_amounts("Ba2Ti2O6")
    ((1, 1, 3), (22, 56, 8))
    """
    reduced, _ = as_composition(composition).get_integer_formula_and_factor()
    pairs = sorted((round(n), element.Z) for element, n in Composition(reduced).items())
    return tuple(n for n, _ in pairs), tuple(z for _, z in pairs)


def as_composition(composition):
    """Read a composition.

    Parameters
    ----------
    composition : Composition, dict or str
        Such as ``"BaTiO3"``.

    Returns
    -------
    Composition
        Without oxidation states.

    Raises
    ------
    ValueError
        As of `as_amounts`.
    """
    try:
        read = Composition(composition, strict=True).element_composition
    except (CompositionError, TypeError, ValueError) as error:
        raise ValueError(_rule(composition)) from error
    if not read or any(
        isinstance(e, DummySpecies) or abs(n - round(n)) > 1e-3 for e, n in read.items()
    ):
        raise ValueError(_rule(composition))
    return read


def _rule(composition):
    return (
        "A composition has known elements and whole numbers of atoms, such as BaTiO3, got "
        f"{str(composition)!r}; correct it."
    )
