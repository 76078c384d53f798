"""Periodic-table groups of a crystal's anions and cations."""

from functools import cache

import numpy as np
from pymatgen.core import Element

ANIONS = (16, 17)  # columns of the chalcogens and halogens


def ion_groups(table):
    """Columns of the periodic table of each crystal's anions and cations.

    Anions are the chalcogens and halogens, or, where there are none, the most electronegative
    element; cations are the others. Lanthanides and actinides belong to column 3. An elemental
    crystal has no cations.

    Parameters
    ----------
    table : SiteTable
        The crystals.

    Returns
    -------
    anions, cations : ndarray of bool, shape (n_structures, 19)
        Whether a column occurs; column 0 stays empty.
    """
    groups = np.zeros((2, len(table), 19), dtype=bool)
    for row, numbers in enumerate(table.numbers):
        columns = {int(z): Element.from_Z(int(z)).group for z in np.unique(numbers[numbers > 0])}
        anions = [z for z, column in columns.items() if column in ANIONS]
        anions = anions or [max(columns, key=_electronegativity)]
        for z, column in columns.items():
            groups[int(z not in anions), row, column] = True
    return groups[0], groups[1]


@cache
def _electronegativity(number):
    """Pauling's; the lowest where there is none, as of the lighter noble gases."""
    value = Element.from_Z(number).data.get("X")
    return 0.0 if value is None or np.isnan(value) else float(value)
