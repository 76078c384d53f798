"""Selection of the best candidates while more are compared."""


def leading(kinds, n_best):
    """Choose the best candidates and the best one of each kind.

    Parameters
    ----------
    kinds : list of n hashables
        What kind of crystal each is, those of the best candidates first.
    n_best : int
        How many are chosen whatever their kind.

    Returns
    -------
    list of int
        Positions of those chosen, ascending.

    Examples
    --------
    >>> from xrdmatch.solution._screening.leading import leading
    >>> leading(["rutile", "rutile", "rutile", "fluorite", "rutile"], 2)
    [0, 1, 3]
    """
    first = {}
    for i, kind in enumerate(kinds):
        first.setdefault(kind, i)
    return sorted({*range(min(n_best, len(kinds))), *first.values()})
