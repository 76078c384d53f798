"""Which elements are metals: the two classes of atoms that templates are compared by."""

import numpy as np
from pymatgen.core import Element

N_NUMBERS = 119  # atomic numbers, 0 included
# As pymatgen has it: without the metalloids B, Si, Ge, As, Sb, Te and Po.
IS_METAL = np.array([z > 0 and Element.from_Z(z).is_metal for z in range(N_NUMBERS)])


def class_fractions(rows, numbers, n_rows):
    """Share of each element among a crystal's atoms, all metals counted as one.

    Parameters
    ----------
    rows : ndarray of int, shape (n_atoms,)
        The crystal that each atom belongs to.
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.
    n_rows : int
        How many crystals.

    Returns
    -------
    ndarray of float32, shape (n_rows, 119)
        Shares by atomic number, each row of sum 1; metals stand at 0.
    """
    place = np.where(IS_METAL[numbers], 0, numbers)
    counts = np.zeros((n_rows, N_NUMBERS), dtype=np.float32)
    np.add.at(counts, (rows, place), 1)
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)
