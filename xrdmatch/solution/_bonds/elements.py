"""Properties of elements that decide what they are bonded to, by atomic number."""

import numpy as np
from pymatgen.core import Element

from xrdmatch.solution._bonds.neighbours import METALS, N_ELEMENTS, RADII

UNKNOWN = 2.5  # electronegativity of noble gases, and of whatever has none
TEN = 10  # electrons of a d shell, which groups 13 to 18 have filled
LAST_OF_D = 12  # the last group that has them open


def _table(value):
    """One number of each element; NaN where there is none."""
    found = (value(Element.from_Z(z)) for z in range(1, N_ELEMENTS))
    return np.array([np.nan, *(np.nan if one is None else float(one) for one in found)])


def _states(element):
    return element.common_oxidation_states or element.oxidation_states or (0,)


def _valence_electrons(element):
    return element.group if element.group <= LAST_OF_D else element.group - TEN


PROPERTIES = {
    "electronegativity": np.nan_to_num(_table(lambda element: element.data.get("X")), nan=UNKNOWN),
    "group": _table(lambda element: element.group),
    "period": _table(lambda element: element.row),
    "radius": RADII,
    "valence electrons": _table(_valence_electrons),
    "metal": METALS.astype(float),
    "highest state": _table(lambda element: max(_states(element))),
    "lowest state": _table(lambda element: min(_states(element))),
}
