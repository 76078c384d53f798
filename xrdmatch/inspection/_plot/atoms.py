"""Atoms and bonds of a few cells, in the frame of a layer."""

from functools import cache
from importlib.resources import files
from math import ceil

import gemmi
import numpy as np
from monty.serialization import loadfn
from pymatgen.core import Element
from scipy.spatial import cKDTree
from sklearn.utils import Bunch

from xrdmatch.crystallography import layer_frame, site_table

VACUUM_GAP = 5.0  # [Å] an empty slab this high makes it a layer, as for layer_frame
SPAN, MOST_CELLS = 9.0, 4  # [Å] what repeated cells cover at least, unless that takes more cells
EDGE = 1e-3  # fractional coordinates this near to a cell's face lie on it
BOND = {"unlike": 1.15, "like": 1.0}  # longest bond in units of the sum of covalent radii


def atoms_of(structure, n_cells=None):
    """Repeat a structure's cell in the plane; atoms on a cell's faces appear on both.

    Parameters
    ----------
    structure : Structure
        A layer or a crystal.
    n_cells : tuple of int, default=None
        How many cells along a and b, a being the shorter one; as many as cover 9 Å, at most 4
        each, if None.

    Returns
    -------
    Bunch
        ``positions`` (n_atoms, 3) [Å] in the frame of a layer, z = 0 in the middle of a layer and
        at the origin of a crystal; ``numbers`` (n_atoms,); ``is_first`` (n_atoms,), whether an
        atom is in the first cell; ``bonds`` (n_bonds, 2), positions of the two atoms;
        ``lattice`` (3, 3) [Å]; ``is_layer``.

    Raises
    ------
    ValueError
        If `n_cells` is not a pair of positive whole numbers.
    """
    framed = layer_frame(site_table([structure]))
    is_layer = _empty_height(framed) > VACUUM_GAP
    if is_layer:
        framed = layer_frame(framed, vacuum=framed.lattice[0, 2, 2])
    lattice, numbers = framed.lattice[0], framed.numbers[0]
    counts = (*_checked_counts(n_cells, lattice), 0 if is_layer else 1)
    frac_coords, origin, is_first = _repeated(framed.frac_coords[0], counts)
    shift = [0.0, 0.0, lattice[2, 2] / 2 if is_layer else 0.0]
    positions, numbers = frac_coords @ lattice - shift, numbers[origin]
    return Bunch(
        positions=positions,
        numbers=numbers,
        is_first=is_first,
        bonds=bonds_between(positions, numbers),
        lattice=lattice,
        is_layer=bool(is_layer),
    )


def bonds_between(positions, numbers):
    """Find pairs of atoms that touch, by their covalent radii.

    Unlike atoms, and those of an element alone, may be 15 % further apart than the sum of their
    radii; like atoms in a compound no further than it.

    Parameters
    ----------
    positions : ndarray of shape (n_atoms, 3)
        Cartesian coordinates [Å].
    numbers : ndarray of shape (n_atoms,)
        Atomic numbers.

    Returns
    -------
    ndarray of int, shape (n_bonds, 2)
        Positions of the two atoms.
    """
    radii = covalent_radii(numbers)
    reach = BOND["unlike"] * 2 * radii.max()
    pairs = cKDTree(positions).query_pairs(reach, output_type="ndarray")
    first, second = pairs.T
    like = (numbers[first] == numbers[second]) & (len(np.unique(numbers)) > 1)
    longest = np.where(like, BOND["like"], BOND["unlike"]) * (radii[first] + radii[second])
    distance = np.linalg.norm(positions[first] - positions[second], axis=1)
    return pairs[(distance > 0.1) & (distance <= longest)]  # mixed sites hold several species


def covalent_radii(numbers):
    """Look up covalent radii [Å].

    Parameters
    ----------
    numbers : sequence of int
        Atomic numbers.

    Returns
    -------
    ndarray of shape (n_atoms,)
        Those of Cordero et al., Dalton Trans. 2008, 2832, as gemmi has them.
    """
    return np.array([gemmi.Element(int(z)).covalent_r for z in numbers])


def element_colour(number):
    """Look up the colour that Jmol gives an element.

    Parameters
    ----------
    number : int
        Atomic number.

    Returns
    -------
    tuple of float
        Red, green and blue between 0 and 1; a grey for elements beyond the table.
    """
    symbol = Element.from_Z(int(number)).symbol
    return tuple(value / 255 for value in _jmol_colours().get(symbol, (160, 160, 160)))


@cache
def _jmol_colours():
    """Read the table that pymatgen ships, without the viewer that it ships it for."""
    return loadfn(str(files("pymatgen.vis") / "ElementColorSchemes.yaml"))["Jmol"]


def _empty_height(framed):
    """Height of what is empty between a layer and the next [Å]."""
    z = framed.cart_coords[0][framed.numbers[0] > 0, 2]
    return framed.lattice[0, 2, 2] - np.ptp(z)


def _checked_counts(n_cells, lattice):
    if n_cells is None:
        lengths = np.linalg.norm(lattice[:2], axis=1)
        return tuple(min(ceil(SPAN / length), MOST_CELLS) for length in lengths)
    counts = np.asarray(n_cells)
    if counts.shape != (2,) or counts.dtype.kind not in "iu" or (counts < 1).any():
        raise ValueError(
            "n_cells is how often the cell is repeated along a and b, two whole numbers of at "
            f"least 1, got {n_cells!r}; write (3, 3), for example."
        )
    return tuple(counts.tolist())


def _repeated(frac_coords, counts):
    """Coordinates of all copies, which site each is of, and whether the first cell holds it.

    A direction with count 0 is not periodic.
    """
    periodic = np.array(counts) > 0
    inside = np.where(periodic, frac_coords - np.floor(frac_coords + EDGE), frac_coords)
    cells = np.stack(np.meshgrid(*(range(n + 1) for n in counts), indexing="ij"), axis=-1)
    copies = inside + cells.reshape(-1, 1, 3)  # (n_copies, n_sites, 3)
    shown = (~periodic | (copies <= np.array(counts) + EDGE)).all(-1)
    is_first = (~periodic | (copies <= 1 + EDGE)).all(-1)
    origin = np.broadcast_to(np.arange(len(inside)), shown.shape)
    return copies[shown], origin[shown], is_first[shown]
