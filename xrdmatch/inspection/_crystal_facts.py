"""Features by which confused crystals are compared."""

from dataclasses import dataclass, fields
from math import gcd

import numpy as np

from xrdmatch.cluster import point_group_distances
from xrdmatch.crystallography import POINT_GROUPS, layer_symmetries, site_table
from xrdmatch.inspection._chemistry import ion_groups
from xrdmatch.inspection._crystal_systems import UNKNOWN

FACTS = (
    "point_group",
    "laue_class",
    "crystal_system",
    "plane_class",
    "anions",
    "cations",
    "distance",
)


@dataclass(frozen=True, eq=False)
class CrystalFacts:
    """Symmetry and chemistry of many crystals.

    Parameters
    ----------
    point_group, laue_class, crystal_system, plane_class : ndarray of str, shape (n_structures,)
        Symmetry in space, and the Laue class of the hk0 pattern; ``"?"`` where none was found.
    kind : ndarray of object, shape (n_structures,)
        Reduced formula and space group: what twins have in common.
    anions, cations : ndarray of bool, shape (n_structures, 19)
        Columns of the periodic table.
    """

    point_group: np.ndarray
    laue_class: np.ndarray
    crystal_system: np.ndarray
    plane_class: np.ndarray
    kind: np.ndarray
    anions: np.ndarray
    cations: np.ndarray

    def __len__(self):
        return len(self.point_group)

    def __add__(self, other):
        """Those of both, one after the other."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return CrystalFacts(*(np.concatenate(pair) for pair in pairs))

    def agreement(self, one, distances):
        """Compare all crystals with one of them.

        Parameters
        ----------
        one : int
            Position of that crystal.
        distances : dict of str to dict of str to float
            Distances of point groups.

        Returns
        -------
        ndarray of shape (n_structures, 7)
            In the order of `FACTS`: whether the value is the same, or a column is shared, as 0
            or 1; last the distance of the point groups, NaN where one is not known.
        """
        same = [getattr(self, name) == getattr(self, name)[one] for name in FACTS[:4]]
        shared = [(ions & ions[one]).any(1) for ions in (self.anions, self.cations)]
        row = distances.get(self.point_group[one], {})
        apart = [row.get(symbol, np.nan) for symbol in self.point_group]
        return np.column_stack([*same, *shared, apart]).astype(float)


def crystal_facts(structures, n_jobs=None, verbose=False):
    """Find symmetry and chemistry of crystals.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    n_jobs : int, default=None
        Number of workers.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    CrystalFacts
        One row for each.
    """
    table = site_table(structures)
    found = layer_symmetries(table, n_jobs=n_jobs, verbose=verbose)
    groups = [POINT_GROUPS.get(symmetry.point_group) for symmetry in found]
    kinds = np.empty(len(table), dtype=object)
    kinds[:] = [
        (formula, symmetry.space_group)
        for formula, symmetry in zip(_formulas(table), found, strict=True)
    ]
    return CrystalFacts(
        np.array([symmetry.point_group for symmetry in found], dtype=object),
        np.array([group.laue_class if group else UNKNOWN for group in groups], dtype=object),
        np.array([group.crystal_system if group else UNKNOWN for group in groups], dtype=object),
        np.array([symmetry.plane_class for symmetry in found], dtype=object),
        kinds,
        *ion_groups(table),
    )


def distances_of(symbols):
    """Distances of all pairs of point groups that occur.

    Parameters
    ----------
    symbols : ndarray of str
        Point groups; what is not known is left out.

    Returns
    -------
    dict of str to dict of str to float
    """
    known = sorted(set(symbols) - {UNKNOWN})
    rows = point_group_distances(known)
    return {a: dict(zip(known, row, strict=True)) for a, row in zip(known, rows, strict=True)}


def _formulas(table):
    """Reduced formulas as sorted pairs of atomic number and amount, occupancies included."""
    for numbers, occupancy in zip(table.numbers, table.occupancy, strict=True):
        present = np.unique(numbers[numbers > 0])
        amounts = [round(1000 * occupancy[numbers == z].sum()) for z in present]
        unit = max(gcd(*amounts), 1)
        yield tuple((int(z), amount // unit) for z, amount in zip(present, amounts, strict=True))
