"""Elements by their symbols."""

import gemmi


def atomic_number(symbol):
    """Return the atomic number of an element.

    Parameters
    ----------
    symbol : str
        Its symbol, in capitals or not.

    Returns
    -------
    int
        The atomic number; 0 where the symbol is no element's.

    See Also
    --------
    form_factors : Evaluate form factors.

    Examples
    --------
    >>> from xrdmatch.crystallography import atomic_number
    >>> atomic_number("Mo"), atomic_number("MoS2")
    (42, 0)
    """
    element = gemmi.Element(symbol)  # it reads "MoS2" as Mo
    return element.atomic_number if element.name.lower() == symbol.lower() else 0
