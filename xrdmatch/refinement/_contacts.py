"""Penalty on short interatomic distances during a refinement."""

from functools import cache
from itertools import product
from typing import NamedTuple

import gemmi
import numpy as np

SHORTEST = 0.75  # of the sum of covalent radii: nearer, atoms of no kind stand
SPREAD = 0.1  # [Å] by which a contact may be too short at the cost of one
REACH = 0.6  # [Å] beyond which pairs cannot come into contact


class Contacts(NamedTuple):
    """Pairs of atoms that may come too near.

    Parameters
    ----------
    first, second : ndarray of int, shape (n_pairs,)
        Their positions.
    image : ndarray of int, shape (n_pairs, 3)
        Cell of the second one.
    shortest : ndarray of shape (n_pairs,)
        Distance below which they cost something [Å].
    """

    first: np.ndarray
    second: np.ndarray
    image: np.ndarray
    shortest: np.ndarray


@cache
def covalent_radii():
    """Covalent radii by atomic number [Å], gemmi's."""
    return np.array([gemmi.Element(z).covalent_r for z in range(119)])


def contacts(lattice, frac_coords, numbers):
    """List pairs of atoms that are near enough to come into contact.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Rows a, b, c [Å].
    frac_coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates, within one cell or so.
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.

    Returns
    -------
    Contacts
        Each pair once, images in the cells around included.
    """
    radii = covalent_radii()[numbers]
    images = np.array(list(product((-1, 0, 1), repeat=3)))
    between = frac_coords[None, :, None] - frac_coords[:, None, None] + images
    distance = np.linalg.norm(between @ lattice, axis=-1)  # (n_atoms, n_atoms, n_images)
    shortest = SHORTEST * (radii[:, None] + radii)
    near = distance < shortest[..., None] + REACH
    n = np.arange(len(numbers))
    near[n, n, len(images) // 2] = False
    first, second, which = np.nonzero(near & (n[:, None] <= n)[..., None])
    return Contacts(first, second, images[which], shortest[first, second])


def contact_cost(lattice, frac_coords, modes, pairs):
    """Cost of contacts, its slope and its curvature by the modes' amplitudes.

    Parameters
    ----------
    lattice, frac_coords
        As of `contacts`.
    modes : ndarray of shape (n_modes, n_atoms, 3)
        Displacements [Å].
    pairs : Contacts
        Output of `contacts`.

    Returns
    -------
    cost : float
        Sum of squares of what contacts are too short by, in units of 0.1 Å.
    slope : ndarray of shape (n_modes,)
        Minus half of its derivatives.
    curvature : ndarray of shape (n_modes, n_modes)
        Half of its second derivatives, as Gauss and Newton approximate them.
    """
    vector = (frac_coords[pairs.second] + pairs.image - frac_coords[pairs.first]) @ lattice
    distance = np.maximum(np.linalg.norm(vector, axis=1), 1e-3)
    short = np.maximum(pairs.shortest - distance, 0) / SPREAD
    along = vector / distance[:, None]
    change = np.einsum("px,kpx->kp", along, modes[:, pairs.second] - modes[:, pairs.first])
    change = change * (short > 0) / SPREAD  # by which `short` falls
    return float((short**2).sum()), change @ short, change @ change.T
