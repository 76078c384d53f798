"""Small CIFs, by hand."""

ORTHORHOMBIC = (5.0, 5.1, 5.2, 90, 90, 90)
P1 = "_symmetry_space_group_name_H-M 'P 1'"
ALL = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
BARE = ("label", "fract_x", "fract_y", "fract_z")


def cubic(a):
    return (a, a, a, 90, 90, 90)


def hexagonal(a, c):
    return (a, a, c, 90, 90, 120)


def symbol(text):
    return f"_symmetry_space_group_name_H-M '{text}'"


def operations(*triplets):
    return "\n".join(["loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{t}'" for t in triplets)])


def formula(text, units=None):
    lines = [f"_chemical_formula_sum '{text}'"]
    return "\n".join(lines + ([] if units is None else [f"_cell_formula_units_Z {units}"]))


def cif_text(sites, *statements, cell=ORTHORHOMBIC, columns=BARE, name="x"):
    """A data block: cell, what it states of symmetry and formula, and one line a site."""
    tags = [f"length_{axis}" for axis in "abc"] + ["angle_alpha", "angle_beta", "angle_gamma"]
    lines = [f"data_{name}", *(f"_cell_{tag} {x}" for tag, x in zip(tags, cell, strict=True))]
    lines += [*statements, "loop_", *(f"_atom_site_{column}" for column in columns), *sites]
    return "\n".join(lines) + "\n"
