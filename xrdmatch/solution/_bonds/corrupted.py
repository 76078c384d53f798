"""Wrong copies of crystals, of all kinds of mistakes."""

from typing import NamedTuple

from pymatgen.core import Structure

from xrdmatch.solution._bonds.corruptions import CORRUPTIONS
from xrdmatch.solution._bonds.wrong_templates import in_wrong_template

WRONG_TEMPLATE = "wrong template"
KINDS = (*CORRUPTIONS, WRONG_TEMPLATE)
SHARE = 0.5  # of wrong templates among the copies, since they are hardest to tell


class Copy(NamedTuple):
    """A wrong copy.

    Parameters
    ----------
    structure : Structure
        The copy.
    kind : str
        What is wrong.
    weight : float
        What it counts for, so that all kinds count alike.
    """

    structure: Structure
    kind: str
    weight: float


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
        None where no wrong template is to be had.
    """
    own = kind or (WRONG_TEMPLATE if rng.uniform() < SHARE else rng.choice(list(CORRUPTIONS)))
    if own == WRONG_TEMPLATE:
        made, share = in_wrong_template(structure, rng, table, position), SHARE
    else:
        made = CORRUPTIONS[own](structure, rng, table.elements)
        share = (1 - SHARE) / len(CORRUPTIONS)
    weight = 1.0 if kind else 1 / (len(KINDS) * share)
    return None if made is None else Copy(made, str(own), weight)
