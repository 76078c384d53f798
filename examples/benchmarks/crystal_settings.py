"""One crystal in several settings of its space group, and CIFs of it by several hands."""

from typing import NamedTuple

import gemmi
import numpy as np
import spglib
from pymatgen.core import Structure
from pymatgen.io.cif import CifWriter

SYMPREC = 0.01  # Å, as pymatgen writes CIFs
CYCLE = [2, 0, 1]  # axes c, a, b
ORIGIN = np.array([1, 2, 3]) / 8


class Crystal(NamedTuple):
    """Cell, places and what is on them, with the group whose setting that is, if it has a name."""

    structure: Structure
    group: gemmi.SpaceGroup | None
    representatives: list[int]  # sites of the asymmetric unit; all of them where there is no name


def settings(structure, seed):
    """The crystal in the standard setting, in another one, and with other axes and origin.

    Raises
    ------
    ValueError
        When spglib finds no space group.
    """
    kinds = list(dict.fromkeys(site.species for site in structure))
    numbers = [kinds.index(site.species) + 1 for site in structure]
    cell = (structure.lattice.matrix, structure.frac_coords, numbers)
    found = spglib.get_symmetry_dataset(cell, symprec=SYMPREC)
    if found is None:
        raise ValueError("spglib finds no space group")
    halls = [h for h in range(1, 531) if spglib.get_spacegroup_type(h).number == found.number]
    standard = in_setting(cell, kinds, halls[0])
    yield "standard", standard
    if len(halls) > 1:
        yield "another", in_setting(cell, kinds, halls[1 + seed % (len(halls) - 1)])
    else:
        yield "another", nameless(standard.structure.get_primitive_structure(tolerance=SYMPREC))
    yield "cycled", nameless(cycled(standard.structure))


def in_setting(cell, kinds, hall_number):
    """Let spglib put a crystal into one of its 530 settings."""
    found = spglib.get_symmetry_dataset(cell, symprec=SYMPREC, hall_number=hall_number)
    hall = spglib.get_spacegroup_type(hall_number).hall_symbol
    group = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
    species = [kinds[kind - 1] for kind in found.std_types]
    structure = Structure(found.std_lattice, species, found.std_positions)
    return Crystal(structure, group, asymmetric_unit(structure, group))


def asymmetric_unit(structure, group):
    """One site of every orbit."""
    left, chosen = set(range(len(structure))), []
    rotations = np.array([op.rot for op in group.operations()]) / gemmi.Op.DEN
    translations = np.array([op.tran for op in group.operations()]) / gemmi.Op.DEN
    while left:
        first = min(left)
        images = rotations @ structure.frac_coords[first] + translations
        shifts = images[:, None] - structure.frac_coords
        lengths = np.linalg.norm((shifts - shifts.round()) @ structure.lattice.matrix, axis=-1)
        orbit = {*lengths.argmin(1).tolist(), first}
        if lengths.min(1).max() > 0.1 or not orbit <= left:
            raise ValueError("the crystal has not the symmetry that spglib finds")
        left -= orbit
        chosen.append(first)
    return chosen


def cycled(structure):
    coords = structure.frac_coords[:, CYCLE] + ORIGIN
    matrix = structure.lattice.matrix[CYCLE]
    return Structure(matrix, [site.species for site in structure], coords)


def nameless(structure):
    return Crystal(structure, None, list(range(len(structure))))


def by_pymatgen(crystal, seed):
    """Operations listed, in whatever setting, beside a symbol that leaves it open."""
    return str(CifWriter(crystal.structure, symprec=SYMPREC, refine_struct=False))


def by_gemmi(crystal, seed):
    """A symbol with its choice of origin or axes, and no operations; six digits."""
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*crystal.structure.lattice.parameters)
    small.spacegroup_hm = crystal.group.xhm() if crystal.group else "P 1"
    for label, element, coords, occupancy in rows(crystal):
        site = gemmi.SmallStructure.Site()
        site.label, site.type_symbol = label, element
        site.element, site.occ = gemmi.Element(element), occupancy
        site.fract = gemmi.Fractional(*coords)
        small.add_site(site)
    block = small.make_cif_block()
    block.name = "gemmi"
    return block.as_string()


def by_symbol(crystal, seed):
    """A symbol, spelled in one of several ways, with the formula; four digits, no operations."""
    parameters = crystal.structure.lattice.parameters
    names = [f"length_{axis}" for axis in "abc"] + [
        f"angle_{a}" for a in ("alpha", "beta", "gamma")
    ]
    formula = crystal.structure.composition.element_composition
    lines = ["data_symbol", *(f"_cell_{n} {x:.6f}" for n, x in zip(names, parameters, strict=True))]
    lines += symbols(crystal.group, seed)
    lines += [f"_chemical_formula_sum '{' '.join(f'{e}{n:.6g}' for e, n in formula.items())}'"]
    lines += ["_cell_formula_units_Z 1", "loop_"]
    lines += [f"_atom_site_{n}" for n in ("label", "fract_x", "fract_y", "fract_z", "occupancy")]
    for label, _, coords, occupancy in rows(crystal):
        places = " ".join(f"{x:.4f}" for x in coords)
        lines.append(f"{label} {places} {occupancy:.6g}")
    return "\n".join(lines) + "\n"


def symbols(group, seed):
    """The space group in one of four spellings; the first three leave origin and axes open."""
    if group is None:
        return ["_symmetry_space_group_name_H-M P1"]
    spellings = [
        f"_symmetry_space_group_name_H-M '{group.hm}'",
        f"_space_group_name_H-M_alt {group.hm.replace(' ', '')}",
        f"_symmetry_space_group_name_H-M '{underscored(group.hm)}'",
        f"_space_group_name_Hall '{group.hall}'",
    ]
    return [spellings[seed % len(spellings)]]


def underscored(symbol):
    """P2_1/c for P 1 21/c 1, and I4_1/amd for I 41/a m d."""
    words = symbol.split()
    if gemmi.find_spacegroup_by_name(symbol).monoclinic_unique_axis() == "b":
        words = [word for word in words if word != "1"]
    parts = [f"{w[0]}_{w[1:]}" if w[:2].isdigit() else w for w in words]
    return "".join(parts)


def rows(crystal):
    """Label, element, place and occupancy of every atom listed."""
    for i in crystal.representatives:
        site = crystal.structure[i]
        for species, occupancy in site.species.items():
            element = species.element.symbol if hasattr(species, "element") else species.symbol
            yield f"{element}{i + 1}", element, site.frac_coords, occupancy


WRITERS = {"pymatgen": by_pymatgen, "gemmi": by_gemmi, "symbols only": by_symbol}
