"""What is known about the elements of a query."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from pymatgen.core import Element

from xrdmatch.crystallography import atomic_number, site_table

N_ELEMENTS = 119
PIECE = 512  # structures whose sites are listed at once, padded to the largest among them


@dataclass(frozen=True)
class ElementFilter:
    """Which gallery entries the known chemistry allows.

    Parameters
    ----------
    all_of : sequence of str
        Every one of these is in the crystal.
    any_of : sequence of str
        At least one of these is in it.
    none_of : sequence of str
        None of these is in it.
    only : sequence of str
        Nothing but these is in it (not all of them need to be).

    Raises
    ------
    ValueError
        If a symbol is no element.

    Examples
    --------
    >>> from xrdmatch.retrieval import ElementFilter
    >>> ElementFilter(all_of=["Mo"], none_of=["Se", "Te"])
    ElementFilter(all_of=('Mo',), any_of=(), none_of=('Se', 'Te'), only=())
    """

    all_of: tuple = ()
    any_of: tuple = ()
    none_of: tuple = ()
    only: tuple = ()

    def __post_init__(self):
        for name in ("all_of", "any_of", "none_of", "only"):
            object.__setattr__(self, name, _symbols(getattr(self, name)))

    def allowed(self, presence):
        """Tell which gallery entries pass.

        Parameters
        ----------
        presence : ndarray of bool, shape (n_gallery, 119)
            Which elements, by atomic number, each entry has.

        Returns
        -------
        ndarray of bool, shape (n_gallery,)
            True where an entry passes.
        """
        mask = presence[:, _numbers(self.all_of)].all(1)
        mask &= ~presence[:, _numbers(self.none_of)].any(1)
        if self.any_of:
            mask &= presence[:, _numbers(self.any_of)].any(1)
        if self.only:
            mask &= ~np.delete(presence, _numbers(self.only), axis=1).any(1)
        return mask


def element_filters(elements, n_queries):
    """Read the argument `elements` of a retriever.

    Parameters
    ----------
    elements : None, str, list of str, ElementFilter, or a list with one of these for each query
        ``"Li,O"`` and ``["Li", "O"]`` allow only these elements.
    n_queries : int
        Number of queries.

    Returns
    -------
    list of ElementFilter
        One for each query.
    """
    if _is_one_filter(elements):
        return [_as_filter(elements)] * n_queries
    if not isinstance(elements, Collection):
        raise TypeError(
            f"Known elements are symbols or an ElementFilter, got {elements!r}; write 'Li,O', say."
        )
    if len(elements) != n_queries:
        raise ValueError(
            f"elements needs one entry for all queries or one for each, got {len(elements)} for "
            f"{n_queries} queries; write a plain list of symbols to mean all."
        )
    return [_as_filter(item) for item in elements]


def elements_present(structures):
    """Which elements each of a gallery's structures has; bool of shape (n, 119)."""
    pieces = range(0, len(structures), PIECE)
    tables = (site_table(structures[start : start + PIECE], first=start) for start in pieces)
    return np.concatenate([presence_table(table.numbers) for table in tables])


def presence_table(numbers):
    """Which elements each structure has: numbers (n, n_sites) to bool (n, 119)."""
    presence = np.zeros((len(numbers), N_ELEMENTS), dtype=bool)
    presence[np.arange(len(numbers))[:, None], numbers] = True
    presence[:, 0] = False
    return presence


def _is_one_filter(elements):
    if elements is None or isinstance(elements, str | ElementFilter):
        return True
    if not isinstance(elements, Collection) or not len(elements):
        return False
    return all(_is_symbol(item) for item in elements)


def _is_symbol(item):
    return isinstance(item, Element) or (isinstance(item, str) and "," not in item)


def _as_filter(item):
    if isinstance(item, ElementFilter):
        return item
    if item is not None and not np.size(item):
        raise ValueError("Known elements are at least one, got none; pass None where none is.")
    return ElementFilter() if item is None else ElementFilter(only=item)


def _symbols(value):
    if isinstance(value, str):
        value = value.split(",")
    symbols = value if isinstance(value, Iterable) else [value]
    symbols = tuple(str(symbol).strip() for symbol in symbols)
    for symbol in symbols:
        if atomic_number(symbol) == 0:
            raise ValueError(
                f"Elements are given by their symbols, got {symbol!r}; write 'Li,O', say."
            )
    return symbols


def _numbers(symbols):
    return [atomic_number(symbol) for symbol in symbols]
