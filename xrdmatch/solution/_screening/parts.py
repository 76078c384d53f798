"""Templates of which one kind of atom is left out."""

import numpy as np

MOST = 1000  # templates that are looked at; formulas of many parts have many templates of their own


def parts_of(table, amounts):
    """List what is left of templates of one more kind of atom, where that has a wanted formula.

    Crystals are often others with something more in their gaps: salts of hydrogen without it, for
    example, of which a powder pattern shows next to nothing.

    Parameters
    ----------
    table : TemplateTable
        The library.
    amounts : tuple of n_elements int
        Atoms of each element in the reduced formula.

    Returns
    -------
    list of Template
        In the cells that the whole templates have, with their labels and space groups; of the
        first 1,000 templates. An element has none: all that holds it would be its part.
    """
    wanted = tuple(sorted(amounts))
    keys = [own for own in table.of_amounts if _kinds_to_leave(own, wanted)]
    rows = [i for own in keys for i in table.of_amounts[own]]
    templates = [table[i] for i in sorted(rows)[:MOST]]
    return [
        without_kind(template, kind)
        for template in templates
        for kind in _kinds_to_leave(template.amounts, wanted)
    ]


def without_kind(template, kind):
    """Leave one kind of atom out of a template.

    Parameters
    ----------
    template : Template
        Of two or more kinds.
    kind : int
        Which one.

    Returns
    -------
    Template
        With all others.
    """
    kept = template.kinds != kind
    kinds = template.kinds[kept]
    return template._replace(
        frac_coords=template.frac_coords[kept],
        kinds=kinds - (kinds > kind),
        elements=np.delete(template.elements, kind),
        amounts=_without(template.amounts, kind),
    )


def _kinds_to_leave(amounts, wanted):
    """Kinds without which the others have the wanted numbers, ascending."""
    if len(wanted) < 2 or len(amounts) != len(wanted) + 1:
        return []
    return [i for i in range(len(amounts)) if tuple(sorted(_without(amounts, i))) == wanted]


def _without(amounts, kind):
    """Numbers of the other kinds, without a common divisor."""
    rest = np.delete(amounts, kind)
    return tuple((rest // np.gcd.reduce(rest)).tolist())
