"""Plausible monolayers: known prototypes with other elements, cells and distortions."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from xrdmatch.datasets._decoration import geometry, length_parameters, nearest_contacts
from xrdmatch.datasets._prototypes import PROTOTYPES, layer
from xrdmatch.datasets._recipes import recipes, supercell

_CONTACTS = (0.70, 1.35)  # nearest distances over the sum of the two covalent radii
_SPREAD = 0.015  # relative spread of lattice parameters and heights
_FRACTION_SPREAD = 0.004  # spread of fractional parameters
_SHEAR = (0.02, 0.06)  # of an oblique cell
_SHIFT = (0.08, 0.25)  # of a polar displacement [Å]


def make_monolayers(n_samples=1000, random_state=None):
    """Generate plausible monolayers by decorating known prototypes with other elements.

    1. A prototype's roles are filled from families of elements that take such roles.
    2. Lattice and heights follow the covalent radii; angles and ratios that the bonds leave
       open stay as in a known layer of the prototype.
    3. Some layers become ordered alloys in a supercell, some are sheared into an oblique cell,
       some displace one element within the plane.
    4. Free parameters are spread by about 1.5 %; layers with too short a contact are dropped.

    The layers are for training and testing retrieval, not claims that a material exists.

    Parameters
    ----------
    n_samples : int, default=1000
        How many.
    random_state : int, RandomState instance or None, default=None
        Makes the layers repeatable. The first layers for a seed do not depend on `n_samples`.

    Returns
    -------
    structures : list of Structure
        In the frame of `load_monolayers`, 1 to 24 atoms, with ``properties`` ``"name"`` and
        ``"prototype"``, whose pair is unique.

    Raises
    ------
    ValueError
        If `n_samples` is not a positive integer, or more than can be made.

    See Also
    --------
    load_monolayers : Load well-known monolayers, from graphene to V2O5.
    lattice_deviation : Compare in-plane lattices with the nearest entry of a reference set.

    Examples
    --------
    >>> from xrdmatch.datasets import make_monolayers
    >>> layers = make_monolayers(3, random_state=0)
    >>> len(layers), layers[0].lattice.c
    (3, 20.0)
    """
    if not isinstance(n_samples, Integral) or isinstance(n_samples, bool) or n_samples < 1:
        raise ValueError(
            f"n_samples must be a positive integer, got {n_samples!r}; ask for 1 or more."
        )
    rng = check_random_state(random_state)
    structures, seen = [], set()
    for recipe in _shuffled(rng):
        structure = _realise(recipe, rng)
        if structure is None or structure.properties["name"] in seen:
            continue
        seen.add(structure.properties["name"])
        structures.append(structure)
        if len(structures) == n_samples:
            return structures
    raise ValueError(
        f"n_samples must be at most the number of monolayers that can be made, which is "
        f"{len(structures)} for this random_state, got {n_samples}; ask for fewer."
    )


def _shuffled(rng):
    """All recipes in random order, heavy ones early."""
    ordered, weights = recipes()
    order = np.argsort(rng.exponential(size=len(ordered)) / weights, kind="stable")
    return (ordered[i] for i in order)


def _realise(recipe, rng):
    """Build the structure of a recipe, or None where atoms would be too close or too far."""
    prototype = PROTOTYPES[recipe.prototype]
    parameters = _spread(np.array(recipe.parameters), length_parameters(prototype), rng)
    (cell,), (positions,) = geometry(prototype, parameters[None])
    species = prototype.species(recipe.elements)
    if recipe.distortion == "oblique":
        cell = _sheared(cell, rng)
    elif recipe.distortion == "polar":
        moving = np.array(species) == recipe.elements[0]
        positions = _shifted(positions, moving, cell, rng)
    cell, species, positions = supercell(recipe, cell, species, positions)
    contacts = nearest_contacts(cell, species, positions)
    if contacts.min() < _CONTACTS[0] or contacts.max() > _CONTACTS[1]:
        return None
    structure = layer(cell, species, positions, prototype=recipe.label)
    structure.properties["name"] = f"{structure.reduced_formula}-{recipe.label}"
    return structure


def _spread(parameters, is_length, rng):
    noise = np.clip(rng.standard_normal(len(parameters)), -2, 2)
    return np.where(
        is_length, parameters * (1 + _SPREAD * noise), parameters + _FRACTION_SPREAD * noise
    )


def _sheared(cell, rng):
    shear = rng.choice([-1, 1]) * rng.uniform(*_SHEAR)
    return cell @ np.array([[1.0, 0.0], [shear, 1.0]])


def _shifted(positions, moving, cell, rng):
    """Displace some sites along x or y, which keeps a mirror where there was one."""
    shift = np.eye(2)[rng.randint(2)] * rng.uniform(*_SHIFT)
    moved = positions.copy()
    moved[moving, :2] += shift @ np.linalg.inv(cell)
    return moved
