"""Crystals as templates: primitive cells in arrays, found by their anonymous formula."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import spglib
from pymatgen.core import Structure

from xrdmatch.crystallography import StructureError
from xrdmatch.solution._screening.atomic_volumes import N_ELEMENTS, fit_volumes
from xrdmatch.solution._screening.own_profiles import most_alike, own_profiles

SYMPREC = 0.01  # [Å]


class Template(NamedTuple):
    """One template.

    Parameters
    ----------
    label : object
        Its name in the library.
    lattice : ndarray of shape (3, 3)
        Rows a, b, c of the primitive cell [Å].
    frac_coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates.
    kinds : ndarray of int, shape (n_atoms,)
        Which of its elements each atom is.
    elements : ndarray of int, shape (n_kinds,)
        Their atomic numbers.
    amounts : tuple of n_kinds int
        Atoms of each in the reduced formula.
    space_group : int
        Its number; 1 where none is found.
    """

    label: object
    lattice: np.ndarray
    frac_coords: np.ndarray
    kinds: np.ndarray
    elements: np.ndarray
    amounts: tuple
    space_group: int

    @property
    def numbers(self):
        """Atomic numbers of its atoms, (n_atoms,)."""
        return self.elements[self.kinds]

    @property
    def volume(self):
        """Volume of the primitive cell [Å^3]."""
        return float(abs(np.linalg.det(self.lattice)))

    def structure(self, elements=None, log_scale=0.0):
        """Make a crystal of it, of other elements and another size.

        Parameters
        ----------
        elements : ndarray of int, shape (n_kinds,), default=None
            Atomic numbers; its own if None.
        log_scale : float, default=0.0
            Logarithm of what lengths are multiplied with.

        Returns
        -------
        Structure
            The crystal.
        """
        numbers = self.numbers if elements is None else np.asarray(elements)[self.kinds]
        return Structure(self.lattice * np.exp(log_scale), numbers, self.frac_coords)


def template_of(structure, label, position=0):
    """Make a template of a crystal.

    Parameters
    ----------
    structure : Structure
        An ordered crystal, of any cell.
    label : object
        Its name.
    position : int, default=0
        Where it stands in its list, for the error.

    Returns
    -------
    Template
        Of its primitive cell.

    Raises
    ------
    StructureError
        If sites are mixed or partly empty.
    """
    if not structure.is_ordered:
        raise StructureError(
            "Templates are ordered crystals, got mixed or partly empty sites in {place}; leave it "
            "out or order its atoms.",
            position,
            structure.composition.reduced_formula,
        )
    lattice, frac_coords, numbers, space_group = _primitive(structure)
    elements, kinds, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    amounts = tuple((counts // np.gcd.reduce(counts)).tolist())
    return Template(label, lattice, frac_coords, kinds, elements, amounts, space_group)


def _primitive(structure):
    """Lattice, fractional coordinates, atomic numbers and space group of the primitive cell."""
    lattice, numbers = structure.lattice.matrix, np.array([site.specie.Z for site in structure])
    cell = lattice, structure.frac_coords, numbers
    try:
        found = spglib.get_symmetry_dataset(cell, SYMPREC)
    except spglib.SpglibError:
        found = None
    if found is None:
        return *cell, 1
    _, first = np.unique(found.mapping_to_primitive, return_index=True)
    frac_coords = structure.cart_coords[first] @ np.linalg.inv(found.primitive_lattice)
    return found.primitive_lattice, frac_coords % 1, numbers[first], int(found.number)


class TemplateTable:
    """Templates by anonymous formula, made when they are asked for.

    Parameters
    ----------
    structures : list of Structure
        Ordered crystals.
    labels : list
        Their names.
    """

    def __init__(self, structures, labels):
        self.structures, self.labels = list(structures), list(labels)
        self.made, self.profiles = {}, {}
        counts = np.array([atom_counts(structure) for structure in self.structures])
        volumes = np.array([structure.volume for structure in self.structures])
        self.volumes = fit_volumes(counts, volumes)
        self.elements = np.flatnonzero(counts.any(0)).tolist()
        self.of_amounts = defaultdict(list)
        for i, row in enumerate(counts):
            own = row[row > 0]
            self.of_amounts[tuple(np.sort(own // np.gcd.reduce(own)).tolist())].append(i)

    def __len__(self):
        return len(self.structures)

    def __getitem__(self, i):
        """Return the template of one structure."""
        if i not in self.made:
            self.made[i] = template_of(self.structures[i], self.labels[i], i)
        return self.made[i]

    def make_all(self):
        """Make all templates now, which takes a few milliseconds each."""
        return [self[i] for i in range(len(self))]

    def like(self, amounts):
        """Templates of the same anonymous formula."""
        return [self[i] for i in self.of_amounts.get(tuple(sorted(amounts)), [])]

    def alike(self, query, n):
        """Templates whose own patterns are most alike to a scan's, the most alike first.

        Profiles of all templates are calculated once for each radiation.
        """
        if query.radiation not in self.profiles:
            self.profiles[query.radiation] = own_profiles(self.make_all(), query.radiation)
        rows = most_alike(query, self.profiles[query.radiation], n)
        return [self[i] for i in rows]


def atom_counts(structure):
    """Atoms of each element in the cell, by atomic number; (119,)."""
    numbers = [site.specie.Z for site in structure]
    return np.bincount(numbers, minlength=N_ELEMENTS)
