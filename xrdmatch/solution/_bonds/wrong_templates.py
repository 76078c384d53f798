"""Elements of one crystal in the structure of another: what a wrong proposal is like."""

import numpy as np

from xrdmatch.crystallography import StructureError
from xrdmatch.solution._compositions import as_amounts
from xrdmatch.solution._screening.candidates import Wanted
from xrdmatch.solution._screening.template_table import TemplateTable, template_of


def template_table(structures):
    """Collect the structures that can be templates, labelled by their position."""
    templates = []
    for i, structure in enumerate(structures):
        try:
            templates.append(template_of(structure, i))
        except StructureError:
            continue
    return TemplateTable(templates)


def in_wrong_template(structure, rng, table, position=None):
    """Give another crystal of the same anonymous formula the elements of this one.

    Parameters
    ----------
    structure : Structure
        The crystal.
    rng : Generator
        Draws the other.
    table : TemplateTable
        Crystals.
    position : int, default=None
        Label of the crystal itself among them, which is not chosen.

    Returns
    -------
    Structure or None
        In the size that is expected of its atoms; None where no other crystal has that formula
        and another space group or number of atoms.
    """
    amounts, elements = as_amounts(structure.composition)
    own = [t for t in table.like(amounts) if t.label == position]
    kinds = {(t.space_group, len(t.kinds)) for t in own}
    others = [t for t in table.like(amounts) if (t.space_group, len(t.kinds)) not in kinds]
    if not others:
        return None
    template = others[rng.integers(len(others))]
    wanted = Wanted(amounts, np.array(elements), table.volumes)
    ways = wanted.ways(template)
    scales = wanted.log_scales(template, ways)
    which = rng.integers(len(ways))
    return template.structure(ways[which], scales[which])
