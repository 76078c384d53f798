"""Corruption by a wrong template: the elements of one crystal in the structure of another."""

import numpy as np

from xrdmatch.solution._compositions import as_amounts
from xrdmatch.solution._screening.candidates import Wanted

MOST_DRAWN = 30  # templates that are looked at


def in_wrong_template(structure, rng, table, position):
    """Give another crystal of the same anonymous formula the elements of this one.

    Parameters
    ----------
    structure : Structure
        The crystal.
    rng : Generator
        Draws the other.
    table : TemplateTable
        Crystals.
    position : int
        That of the crystal itself among them.

    Returns
    -------
    Structure or None
        In the size that is expected of its atoms; None where no other crystal has that formula
        and another space group or number of atoms.
    """
    amounts, elements = as_amounts(structure.composition)
    template = _other(table, tuple(sorted(amounts)), position, rng)
    if template is None:
        return None
    wanted = Wanted(amounts, np.array(elements), table.volumes)
    ways = wanted.ways(template)
    scales = wanted.log_scales(template, ways)
    which = rng.integers(len(ways))
    return template.structure(ways[which], scales[which])


def _other(table, amounts, position, rng):
    """Draw a template of another space group or number of atoms; None if none is met."""
    own = table[position]
    for i in rng.permutation(table.of_amounts[amounts])[:MOST_DRAWN]:
        if (table[i].space_group, len(table[i].kinds)) != (own.space_group, len(own.kinds)):
            return table[i]
    return None
