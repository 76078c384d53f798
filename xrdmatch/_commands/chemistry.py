"""The element filter, from the options of the command line."""

from xrdmatch.retrieval import ElementFilter

# option -> field of ElementFilter, and the rule in words
RULES = {
    "elements": ("only", "is made of {} only"),
    "must": ("all_of", "has all of {}"),
    "any": ("any_of", "has any of {}"),
    "cannot": ("none_of", "is without {}"),
}


def known_elements(given):
    """Make a filter of what is known.

    Parameters
    ----------
    given : dict of str to (str or None)
        Symbols by option: ``{"elements": "Li,O", "must": "Li"}``.

    Returns
    -------
    ElementFilter or None
        None where nothing is known.

    Raises
    ------
    ValueError
        If a symbol is no element, or what must be there is not allowed.
    """
    fields = {RULES[name][0]: symbols for name, symbols in given.items() if symbols is not None}
    if not fields:
        return None
    known = ElementFilter(**fields)
    outside = [x for x in known.all_of if known.only and x not in known.only]
    barred = outside or [x for x in known.all_of if x in known.none_of]
    if barred:
        raise ValueError(
            f"{', '.join(barred)} must be there and is not allowed; take it out of --must, or "
            f"{'add it to --elements' if outside else 'out of --cannot'}."
        )
    return known


def nothing_left(given):
    """Say that no structure of the library passes."""
    rules = [RULES[name][1].format(symbols) for name, symbols in given.items() if symbols]
    return f"No structure of the library {' and '.join(rules)}; allow more elements."
