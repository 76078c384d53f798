"""Prototypes of monolayers: one builder each, with its space group and free parameters.

In-plane coordinates are fractional, heights are in Å from the middle of the layer. The
builders are plain arithmetic, so a parameter may be a number or an array of numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from pymatgen.core import Lattice, Structure

VACUUM_AXIS = 20.0  # Å

# The three registries of a close-packed stack.
A, B, C = (0.0, 0.0), (1 / 3, 2 / 3), (2 / 3, 1 / 3)


@dataclass(frozen=True)
class Prototype:
    """A monolayer with its elements left open.

    Parameters
    ----------
    name : str
        The prototype's name.
    space_group : int
        Number of the space group that spglib finds for the layer in its vacuum.
    lattice : {"hexagonal", "square", "rectangular"}
        In-plane lattice: free are a, a, or a and b.
    roles : str
        One letter per element, in the order in which elements are given.
    parameters : tuple of str
        Free internal parameters. Heights [Å] begin with ``h``, the others are fractions.
    sites : callable
        Maps the parameters to rows ``(role, x, y, height)``.
    """

    name: str
    space_group: int
    lattice: str
    roles: str
    parameters: tuple
    sites: Callable

    @property
    def cell_parameters(self):
        """Names of the free lattice parameters."""
        return ("a", "b") if self.lattice == "rectangular" else ("a",)

    def cell(self, a, b=None):
        """In-plane lattice rows [Å], a along x and b in the upper half plane."""
        if self.lattice == "hexagonal":
            return np.array([[a, 0 * a], [-a / 2, a * np.sqrt(3) / 2]])
        return np.array([[a, 0 * a], [0 * a, a if b is None else b]])

    def species(self, elements):
        """Element of each site for elements in the order of the roles."""
        chosen = dict(zip(self.roles, elements, strict=True))
        return [chosen[role] for role, *_ in self.sites(*(1.0 for _ in self.parameters))]

    def build(self, elements, cell, internal, **properties):
        """Build the Structure of one decoration, centred in its vacuum."""
        rows = self.sites(*internal)
        return layer(self.cell(*cell), self.species(elements), [r[1:] for r in rows], **properties)


def layer(cell, species, positions, **properties):
    """Put a layer in its vacuum: centred at z = 0.5, c = 20 Å along the normal.

    Parameters
    ----------
    cell : array of shape (2, 2)
        In-plane lattice rows [Å].
    species : list of str
        Elements.
    positions : array of shape (n_sites, 3)
        Two fractional in-plane coordinates and a height [Å].
    **properties
        What goes into the structure's properties.

    Returns
    -------
    structure : Structure
    """
    matrix = np.diag([0.0, 0.0, VACUUM_AXIS])
    matrix[:2, :2] = cell
    frac = np.array(positions, dtype=float)
    heights = frac[:, 2]
    frac[:, 2] = 0.5 + (heights - (heights.max() + heights.min()) / 2) / VACUUM_AXIS
    frac[:, :2] %= 1.0
    return Structure(Lattice(matrix), species, frac, properties=properties)


def _trigonal_orbit(role, x, h):
    """Return the orbit of (x, 0, h) under -31m (Wyckoff position 6k)."""
    return (
        (role, x, 0.0, h), (role, 0.0, x, h), (role, -x, -x, h),
        (role, -x, 0.0, -h), (role, 0.0, -x, -h), (role, x, x, -h),
    )  # fmt: skip


def _screw_pairs(*sites):
    """Sites on the mirrors x = 1/4 and 3/4 of P 2_1/m (unique axis along a), inverted in pairs."""
    pairs = [((r, 0.25, y, h), (r, 0.75, -y, -h)) for r, y, h in sites]
    return tuple(site for pair in pairs for site in pair)


def _glide_pair(role, y, h):
    """(0, y, h) and its image (1/2, y + 1/2, -h) by the glide of P m n 2_1."""
    return (role, 0.0, y, h), (role, 0.5, y + 0.5, -h)


def _around_inversion(*sites):
    """Sites and their inversion images."""
    return tuple(s for r, x, y, h in sites for s in ((r, x, y, h), (r, -x, -y, -h)))


def _p21c(role, x, y, h):
    """General position of P 2_1/c with the screw axis along b and the glide in the plane."""
    return (
        (role, x, y, h), (role, -x, -y, -h),
        (role, 0.5 - x, 0.5 + y, -h), (role, 0.5 + x, 0.5 - y, h),
    )  # fmt: skip


def _pmmn(role, x, h):
    """Position (x, 1/4, h) of P m m n, origin on the inversion centre."""
    return (
        (role, x, 0.25, h), (role, 0.5 - x, 0.25, h),
        (role, -x, 0.75, -h), (role, 0.5 + x, 0.75, -h),
    )  # fmt: skip


# fmt: off
_HEXAGONAL = (
    # name           sg   roles  parameters             sites
    ("hexagonal-1",  191, "X",   (),                    lambda: (("X", *A, 0.0),)),
    ("graphene",     191, "X",   (),                    lambda: (("X", *B, 0.0), ("X", *C, 0.0))),
    ("silicene",     164, "X",   ("h",),                lambda h: (("X", *B, h), ("X", *C, -h))),
    ("BN",           187, "MX",  (),                    lambda: (("M", *B, 0.0), ("X", *C, 0.0))),
    ("GaAs",         156, "MX",  ("h",),                lambda h: (("M", *B, h), ("X", *C, -h))),
    ("C3N",          191, "MX",  ("x",),                lambda x: (
        ("M", *B, 0.0), ("M", *C, 0.0),
        *_around_inversion(("X", x, 2 * x, 0.0), ("X", -2 * x, -x, 0.0), ("X", x, -x, 0.0)))),
    ("graphane",     164, "MX",  ("h", "h_x"),          lambda h, h_x: _around_inversion(
        ("M", *B, h), ("X", *B, h_x))),
    ("2H",           187, "MX",  ("h",),                lambda h: (
        ("M", *B, 0.0), ("X", *C, h), ("X", *C, -h))),
    ("1T",           164, "MX",  ("h",),                lambda h: (
        ("M", *A, 0.0), ("X", *B, h), ("X", *C, -h))),
    ("2H-Janus",     156, "MXY", ("h_x", "h_y"),        lambda h_x, h_y: (
        ("M", *B, 0.0), ("X", *C, -h_x), ("Y", *C, h_y))),
    ("1T-Janus",     156, "MXY", ("h_x", "h_y"),        lambda h_x, h_y: (
        ("M", *A, 0.0), ("X", *B, -h_x), ("Y", *C, h_y))),
    ("GaSe",         187, "MX",  ("h_m", "h_x"),        lambda h_m, h_x: (
        ("M", *B, h_m), ("M", *B, -h_m), ("X", *C, h_x), ("X", *C, -h_x))),
    ("GaSe-1T",      164, "MX",  ("h_m", "h_x"),        lambda h_m, h_x: (
        ("M", *A, h_m), ("M", *A, -h_m), ("X", *B, h_x), ("X", *C, -h_x))),
    ("Mg(OH)2",      164, "MXH", ("h_x", "h_h"),        lambda h_x, h_h: (
        ("M", *A, 0.0), *_around_inversion(("X", *B, h_x), ("H", *B, h_h)))),
    ("ZrNCl",        164, "MNX", ("h_m", "h_n", "h_x"), lambda h_m, h_n, h_x: _around_inversion(
        ("M", *B, h_m), ("N", *C, h_n), ("X", *A, h_x))),
    ("Ti2C",         164, "MX",  ("h",),                lambda h: (
        ("X", *A, 0.0), *_around_inversion(("M", *B, h)))),
    ("Ti2CO2",       164, "MXT", ("h_m", "h_t"),        lambda h_m, h_t: (
        ("X", *A, 0.0), *_around_inversion(("M", *B, h_m), ("T", *C, h_t)))),
    ("Ti3C2",        164, "MX",  ("h_x", "h_m"),        lambda h_x, h_m: (
        ("M", *A, 0.0), *_around_inversion(("X", *B, h_x), ("M", *C, h_m)))),
    ("Ti3C2O2",      164, "MXT", ("h_x", "h_m", "h_t"), lambda h_x, h_m, h_t: (
        ("M", *A, 0.0), *_around_inversion(("X", *B, h_x), ("M", *C, h_m), ("T", *A, h_t)))),
    ("CrI3",         162, "MX",  ("x", "h"),            lambda x, h: (
        ("M", *B, 0.0), ("M", *C, 0.0), *_trigonal_orbit("X", x, h))),
    ("MnPS3",        162, "MPX", ("h_p", "x", "h_x"),   lambda h_p, x, h_x: (
        ("M", *B, 0.0), ("M", *C, 0.0), *_around_inversion(("P", *A, h_p)),
        *_trigonal_orbit("X", x, h_x))),
    ("Bi2Te3",       164, "MXY", ("h_m", "h_x"),        lambda h_m, h_x: (
        ("Y", *A, 0.0), *_around_inversion(("M", *B, h_m), ("X", *C, h_x)))),
    ("MnBi2Te4",     164, "MNX", ("h_i", "h_n", "h_x"), lambda h_i, h_n, h_x: (
        ("M", *A, 0.0), *_around_inversion(("X", *B, h_i), ("N", *C, h_n), ("X", *A, h_x)))),
    ("In2Se3",       156, "MX",  ("h_1", "h_2", "h_3", "h_4"), lambda h_1, h_2, h_3, h_4: (
        ("X", *A, 0.0), ("M", *C, h_1), ("X", *B, h_2), ("M", *B, h_3), ("X", *A, h_4))),
    ("Fe3GeTe2",     187, "MNX", ("h_m", "h_x"),        lambda h_m, h_x: (
        ("M", *C, 0.0), ("N", *B, 0.0), ("M", *A, h_m), ("M", *A, -h_m),
        ("X", *C, h_x), ("X", *C, -h_x))),
    ("MoSi2N4",      187, "MNX", ("h_i", "h_n", "h_x"), lambda h_i, h_n, h_x: (
        ("M", *B, 0.0), ("X", *C, h_i), ("X", *C, -h_i), ("N", *C, h_n), ("N", *C, -h_n),
        ("X", *B, h_x), ("X", *B, -h_x))),
)

_SQUARE = (
    ("square-1",     123, "X",   (),                    lambda: (("X", *A, 0.0),)),
    ("CuO2",         123, "MX",  (),                    lambda: (
        ("M", 0.0, 0.0, 0.0), ("X", 0.5, 0.0, 0.0), ("X", 0.0, 0.5, 0.0))),
    ("K2NiF4",       123, "AMX", ("h_x", "h_a"),        lambda h_x, h_a: (
        ("M", 0.0, 0.0, 0.0), ("X", 0.5, 0.0, 0.0), ("X", 0.0, 0.5, 0.0),
        ("X", 0.0, 0.0, h_x), ("X", 0.0, 0.0, -h_x), ("A", 0.5, 0.5, h_a), ("A", 0.5, 0.5, -h_a))),
    ("FeSe",         129, "MX",  ("h",),                lambda h: (
        ("M", 0.0, 0.0, 0.0), ("M", 0.5, 0.5, 0.0), ("X", 0.0, 0.5, h), ("X", 0.5, 0.0, -h))),
    ("BiOCl",        129, "MOX", ("h_m", "h_x"),        lambda h_m, h_x: (
        ("O", 0.0, 0.0, 0.0), ("O", 0.5, 0.5, 0.0), ("M", 0.0, 0.5, h_m), ("M", 0.5, 0.0, -h_m),
        ("X", 0.5, 0.0, h_x), ("X", 0.0, 0.5, -h_x))),
    ("NaCl",         129, "MX",  ("h_m", "h_x"),        lambda h_m, h_x: (
        ("M", 0.0, 0.5, h_m), ("M", 0.5, 0.0, -h_m), ("X", 0.5, 0.0, h_x), ("X", 0.0, 0.5, -h_x))),
    ("pentagonal",   113, "MX",  ("x", "h"),            lambda x, h: (
        ("M", 0.0, 0.0, 0.0), ("M", 0.5, 0.5, 0.0), ("X", x, 0.5 + x, h), ("X", -x, 0.5 - x, h),
        ("X", 0.5 + x, -x, -h), ("X", 0.5 - x, x, -h))),
)

_RECTANGULAR = (
    ("borophene",    59,  "X",   ("h",),                lambda h: (
        ("X", 0.0, 0.0, h), ("X", 0.5, 0.5, -h))),
    ("phosphorene",  53,  "X",   ("y", "h"),            lambda y, h: (
        *_glide_pair("X", y, h), *_glide_pair("X", -y, -h))),
    ("GeS",          31,  "MX",  ("y", "h_m", "h_x"),   lambda y, h_m, h_x: (
        *_glide_pair("M", y, h_m), *_glide_pair("X", 0.0, -h_x))),
    ("FeOCl",        59,  "MOX", ("h_m", "h_o", "h_x"), lambda h_m, h_o, h_x: (
        ("M", 0.0, 0.0, h_m), ("M", 0.5, 0.5, -h_m), ("O", 0.0, 0.5, -h_o), ("O", 0.5, 0.0, h_o),
        ("X", 0.0, 0.5, h_x), ("X", 0.5, 0.0, -h_x))),
    ("1T'",          11,  "MX",  ("y_m", "h_m", "y_1", "h_1", "y_2", "h_2"),
     lambda y_m, h_m, y_1, h_1, y_2, h_2: _screw_pairs(
         ("M", y_m, h_m), ("X", -y_1, -h_1), ("X", -y_2, h_2))),
    ("ZrS3",         11,  "MX",  ("y_m", "h_m", "y_1", "h_1", "y_2", "h_2", "y_3", "h_3"),
     lambda y_m, h_m, y_1, h_1, y_2, h_2, y_3, h_3: _screw_pairs(
         ("M", y_m, h_m), ("X", y_1, h_1), ("X", -y_2, -h_2), ("X", -y_3, -h_3))),
    ("MoO3",         11,  "MX",  ("y_m", "h_m", "y_1", "h_1", "y_2", "h_2", "y_3", "h_3"),
     lambda y_m, h_m, y_1, h_1, y_2, h_2, y_3, h_3: _screw_pairs(
         ("M", y_m, h_m), ("X", y_1, h_1), ("X", y_2, h_2), ("X", y_3, h_3))),
    ("PdSe2",        14,  "MX",  ("x", "y", "h"),       lambda x, y, h: (
        ("M", 0.0, 0.0, 0.0), ("M", 0.5, 0.5, 0.0), *_p21c("X", x, y, h))),
    ("V2O5",         59,  "MX",  ("x_m", "h_m", "x_1", "h_1", "x_2", "h_2", "h_3"),
     lambda x_m, h_m, x_1, h_1, x_2, h_2, h_3: (
         *_pmmn("M", x_m, h_m), *_pmmn("X", x_1, h_1), *_pmmn("X", x_2, h_2),
         ("X", 0.25, 0.25, h_3), ("X", 0.75, 0.75, -h_3))),
)
# fmt: on

PROTOTYPES = {
    row[0]: Prototype(row[0], row[1], lattice, *row[2:])
    for lattice, rows in (
        ("hexagonal", _HEXAGONAL),
        ("square", _SQUARE),
        ("rectangular", _RECTANGULAR),
    )
    for row in rows
}
