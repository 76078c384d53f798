"""Corrupted copies of crystals, to test a bond check."""

import numpy as np
from sklearn.utils import check_random_state

from xrdmatch.solution._bonds.corrupted import KINDS, corrupted
from xrdmatch.solution._screening.template_table import TemplateTable

bond_corruptions = KINDS


def corrupted_structures(structures, kind, *, random_state=None):
    """Make a wrong copy of each crystal.

    Parameters
    ----------
    structures : list of Structure
        Ordered crystals.
    kind : {"substituted", "swapped", "deleted", "displaced", "one moved", "scaled", \
            "wrong template"}
        What is to be wrong, as `BondCheck` describes it.
    random_state : int, RandomState or None
        Makes the draws repeatable.

    Returns
    -------
    list of Structure
        One for each; for ``"wrong template"`` none of those whose anonymous formula no other
        of the crystals has with another structure, and none of those that are the same crystal
        again, as rock salt is with its elements exchanged.

    Raises
    ------
    ValueError
        If the kind is none of these.

    See Also
    --------
    bond_corruptions : Kinds of errors in wrong copies of crystals.
    BondCheck : Tell how plausible the bonds of a crystal are, as a probability.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import corrupted_structures
    >>> salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"],
    ...                                  [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> (copy,) = corrupted_structures([salt], "deleted", random_state=0)
    >>> len(salt), len(copy)
    (8, 7)
    """
    if kind not in KINDS:
        raise ValueError(f"A crystal is made wrong in one of {KINDS}, got {kind!r}; choose one.")
    rng = np.random.default_rng(check_random_state(random_state).randint(2**31))
    table = TemplateTable(structures, range(len(structures)))
    copies = [corrupted(one, rng, table, i, kind) for i, one in enumerate(structures)]
    return [copy.structure for copy in copies if copy is not None]
