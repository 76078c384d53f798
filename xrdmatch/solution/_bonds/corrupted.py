"""Corrupted copies of crystals, by every kind of corruption."""

from typing import NamedTuple

import numpy as np
from pymatgen.core import Structure

from xrdmatch.solution._bonds.corruptions import CORRUPTIONS
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.wrong_templates import in_wrong_template

WRONG_TEMPLATE = "wrong template"
KINDS = (*CORRUPTIONS, WRONG_TEMPLATE)
SHARE = 0.5  # of wrong templates among the copies, since they are hardest to tell
N_TRIES = 4  # to make a copy that is another crystal
SAME = 0.02  # [Å] by which distances of the same crystal differ at most


class Copy(NamedTuple):
    """A wrong copy.

    Parameters
    ----------
    structure : Structure
        The copy.
    kind : str
        What is wrong.
    """

    structure: Structure
    kind: str


def corrupted(structure, rng, table, position, kind=None):
    """Make a wrong copy of a crystal.

    Parameters
    ----------
    structure : Structure
        The crystal.
    rng : Generator
        Draws kind and size of the mistake.
    table : TemplateTable
        Crystals whose structures it may be given.
    position : int
        Its own label among them.
    kind : str, default=None
        What is to be wrong; drawn if None, wrong templates half of the time.

    Returns
    -------
    Copy or None
        None where no wrong template is to be had, and where every copy that was made is the same
        crystal again, as rock salt is with its elements exchanged.
    """
    own = kind or (WRONG_TEMPLATE if rng.uniform() < SHARE else rng.choice(list(CORRUPTIONS)))
    if own == WRONG_TEMPLATE:
        made = in_wrong_template(structure, rng, table, position)
    else:
        made = _another(structure, rng, table.elements, own)
    return None if made is None else Copy(made, str(own))


def _another(structure, rng, elements, kind):
    """Make a copy that differs from the crystal; None if no draw gives one."""
    may_be_same = kind == "swapped" or len(structure) == 1  # a lone atom may be anywhere
    for _ in range(N_TRIES):
        made = CORRUPTIONS[kind](structure, rng, elements)
        if not (may_be_same and same_distances(structure, made)):
            return made
    return None


def same_distances(one, other):
    """Whether two crystals have the same atoms at the same distances, up to 6 Å."""
    a, b = _distances(one), _distances(other)
    if len(a) != len(b) or (a[:, :2] != b[:, :2]).any():
        return False
    return bool((np.abs(a[:, 2] - b[:, 2]) < SAME).all())


def _distances(structure):
    """Elements of both atoms and distance of each pair, sorted, (n_pairs, 3)."""
    found = neighbours(structure)
    rows = found.numbers[found.first], found.numbers[found.second], found.length
    return np.column_stack(rows)[np.lexsort(rows[::-1])]
