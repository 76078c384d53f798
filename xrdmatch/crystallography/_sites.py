"""Cells and sites of many crystals as padded arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from pymatgen.core import DummySpecies, SiteCollection, Structure

from xrdmatch.crystallography._atoms import as_structures, is_atoms, structure_from_atoms
from xrdmatch.crystallography._pattern import DiffractionPattern
from xrdmatch.crystallography._structure_error import NoStructureError, StructureError
from xrdmatch.crystallography._tokens import is_tokens, tokens_to_sites

FLAT = 1e-6  # smallest volume of a cell, of the product of its axes


@dataclass(frozen=True, eq=False, repr=False)
class SiteTable:
    """Cells and sites of many crystals, padded to the largest.

    Parameters
    ----------
    lattice : ndarray of shape (n_structures, 3, 3)
        Row vectors a, b, c [Å].
    frac_coords : ndarray of shape (n_structures, n_sites, 3)
        Fractional coordinates; zero where padded.
    numbers : ndarray of shape (n_structures, n_sites)
        Atomic numbers; zero marks padding.
    occupancy : ndarray of shape (n_structures, n_sites)
        Occupancies; zero where padded.

    See Also
    --------
    site_table : Read cells and sites from structures or from tokens.
    layer_frame : Put every layer into the one frame, and set its vacuum where asked to.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.crystallography import site_table
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    >>> site_table([iron]).numbers
    array([[26, 26]])
    """

    lattice: np.ndarray
    frac_coords: np.ndarray
    numbers: np.ndarray
    occupancy: np.ndarray

    def __len__(self):
        return len(self.lattice)

    def __getitem__(self, indices):
        """Rows, with the padding that they still need."""
        rows = SiteTable(*(getattr(self, f.name)[indices] for f in fields(self)))
        width = max(1, int((rows.numbers > 0).sum(1).max(initial=0)))
        return SiteTable(
            rows.lattice,
            *(x[:, :width] for x in (rows.frac_coords, rows.numbers, rows.occupancy)),
        )

    @property
    def n_sites(self):
        """Number of sites of each structure."""
        return (self.numbers > 0).sum(1)

    @property
    def is_flat(self):
        """Whether each cell has no volume, (n_structures,)."""
        axes = np.linalg.norm(self.lattice, axis=2).prod(axis=1)
        return np.abs(np.linalg.det(self.lattice)) < FLAT * axes

    @property
    def cart_coords(self):
        """Cartesian coordinates [Å], shape (n_structures, n_sites, 3)."""
        return self.frac_coords @ self.lattice


def site_table(structures, first=0):
    """Read cells and sites from structures or from tokens.

    Parameters
    ----------
    structures : list of Structure or Atoms, ndarray of tokens, or SiteTable
        Structures, ASE's Atoms, the output of `CrystalTokenizer`, or a table, which is returned
        as it is.
        Tokens carry no occupancies; they are read as fully occupied.
    first : int, default=0
        Position of the first structure, for messages: a long list may be read in pieces.

    Returns
    -------
    SiteTable
        One row for each structure; a mixed site becomes one entry for each of its species.

    Raises
    ------
    TypeError
        If an entry is not a structure.
    ValueError
        If a structure has no sites, a species without an atomic number, or a cell or
        coordinates that are not finite; if Atoms have no cell.

    See Also
    --------
    SiteTable : Cells and sites of many crystals, padded to the largest.
    layer_frame : Put every layer into the one frame, and set its vacuum where asked to.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import site_table
    >>> alloy = Structure(Lattice.cubic(3.0), [{"Cu": 0.75, "Zn": 0.25}], [[0, 0, 0]])
    >>> site_table([alloy]).occupancy
    array([[0.75, 0.25]])
    """
    if isinstance(structures, SiteTable):
        return structures
    structures = as_structures(structures)
    if is_tokens(structures):
        return SiteTable(*tokens_to_sites(structures))
    rows = [_sites_of(item, i) for i, item in enumerate(as_list(structures), start=first)]
    return SiteTable(
        np.array([row[0] for row in rows]).reshape(-1, 3, 3),
        _padded([row[1] for row in rows], (3,), float),
        _padded([row[2] for row in rows], (), int),
        _padded([row[3] for row in rows], (), float),
    )


def as_list(structures):
    """Return the structures as a list, or say why they are not one."""
    if isinstance(structures, SiteCollection | DiffractionPattern) or is_atoms(structures):
        raise TypeError(
            f"Structures come in a list, got a single {type(structures).__name__}; "
            "write [structure]."
        )
    if not isinstance(structures, Iterable):
        raise TypeError(
            f"Structures come in a list, got {type(structures).__name__}; read some with "
            "xrdmatch.io.read_structures."
        )
    return list(structures)


def _sites_of(structure, index):
    """Cell, coordinates, atomic numbers and occupancies of one structure."""
    structure = _of_atoms(structure, index) if is_atoms(structure) else structure
    frac_coords = _checked_coords(structure, index)
    mixtures = [site.species for site in structure]
    entries = [entry for mixture in mixtures for entry in mixture.items()]
    numbers = np.array([_atomic_number(species, structure, index) for species, _ in entries])
    occupancy = np.array([amount for _, amount in entries])
    frac_coords = frac_coords.repeat([len(mixture) for mixture in mixtures], axis=0)
    return structure.lattice.matrix, frac_coords, numbers, occupancy


def _of_atoms(atoms, index):
    try:
        return structure_from_atoms(atoms)
    except ValueError as error:
        raise StructureError(f"Atoms {{place}} are no structure: {error}.", index) from None


def _checked_coords(structure, index):
    """Fractional coordinates of what is a structure with sites and finite numbers."""
    if not isinstance(structure, Structure):
        raise NoStructureError(
            f"Structures must be pymatgen Structures, got {type(structure).__name__} {{place}}; "
            "read files with xrdmatch.io.read_structures, and pass patterns as the second argument "
            "of fit or the first of predict.",
            index,
        )
    if not len(structure):
        raise StructureError(
            "A structure needs at least one site, got none {place}; leave it out.", index
        )
    frac_coords = structure.frac_coords
    if not (np.isfinite(structure.lattice.matrix).all() and np.isfinite(frac_coords).all()):
        raise StructureError(
            "Cell and coordinates must be finite, got NaN or infinity in {place}; mend it or leave "
            "it out.",
            index,
            name_of(structure),
        )
    return frac_coords


def _atomic_number(species, structure, index):
    if isinstance(species, DummySpecies):
        raise StructureError(
            f"Every species must be an element, got {species} in {{place}}; replace it or leave "
            "the structure out.",
            index,
            name_of(structure),
        )
    return species.Z


def describe(structure, index):
    """Name a structure in a message: its formula, its label where it has one, its position.

    See Also
    --------
    name_of : Name a structure in a message: its formula, and its label where it has one.
    """
    return f"{name_of(structure)} at position {index}"


def name_of(structure):
    """Name a structure in a message: its formula, and its label where it has one.

    See Also
    --------
    describe : Name a structure in a message: its formula, its label where it has one, its position.
    """
    name = structure.properties.get("name") if structure.properties else None
    label = f" ({name})" if name else ""
    return f"{structure.composition.reduced_formula}{label}"


def _padded(rows, shape, dtype):
    """Stack arrays of different lengths, entries of one shape, zeros behind the shorter ones."""
    out = np.zeros((len(rows), max(map(len, rows), default=1), *shape), dtype)
    for target, row in zip(out, rows, strict=True):
        target[: len(row)] = row
    return out
