"""`ElementFilter`: known chemistry of a query."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from pymatgen.core import Element

from xrdmatch.crystallography import atomic_number, site_table

N_WORDS = 2  # of 64 bits, one bit for each atomic number
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

    See Also
    --------
    StructureRetriever : Base of all retrievers; write your own by two methods.

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

    def allowed(self, elements):
        """Tell which gallery entries pass.

        Parameters
        ----------
        elements : ndarray of uint64, shape (n_gallery, 2)
            Output of `element_bits`: which elements each entry has.

        Returns
        -------
        ndarray of bool, shape (n_gallery,)
            True where an entry passes.
        """
        wanted, forbidden = _bits(self.all_of), _bits(self.none_of)
        if self.only:
            forbidden = forbidden | ~_bits(self.only)
        mask = np.ones(len(elements), dtype=bool)
        for word in range(N_WORDS):  # a word at a time: no copy of the table is made
            column = elements[:, word]
            if wanted[word]:
                mask &= (column & wanted[word]) == wanted[word]
            if forbidden[word]:
                mask &= (column & forbidden[word]) == 0
        if self.any_of:
            mask &= (elements & _bits(self.any_of)).any(1)
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
            f"Known elements are symbols or an ElementFilter, got {elements!r}; "
            "write 'Li,O', for example."
        )
    if len(elements) != n_queries:
        raise ValueError(
            f"elements needs one entry for all queries or one for each, got {len(elements)} for "
            f"{n_queries} queries; write a plain list of symbols to mean all."
        )
    return [_as_filter(item) for item in elements]


def element_bits(structures):
    """Which elements each of a gallery's structures has.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.

    Returns
    -------
    ndarray of uint64, shape (n_structures, 2)
        Bit Z, counted through both words, is set where the element Z is there.
    """
    pieces = range(0, len(structures), PIECE)
    tables = (site_table(structures[start : start + PIECE], first=start) for start in pieces)
    return np.concatenate([bits_of_numbers(table.numbers) for table in tables])


def bits_of_numbers(numbers):
    """Set the bits of atomic numbers (n, n_sites), 0 where padded; uint64 (n, 2)."""
    bits = np.zeros((len(numbers), N_WORDS), dtype=np.uint64)
    for word in range(N_WORDS):
        here = (numbers // 64 == word) & (numbers > 0)
        shifted = np.uint64(1) << (numbers % 64).astype(np.uint64)
        bits[:, word] = np.bitwise_or.reduce(np.where(here, shifted, np.uint64(0)), axis=1)
    return bits


def bits_of_presence(presence):
    """Turn a table of bools (n, 119), as libraries had it, into bits (n, 2)."""
    padded = np.zeros((len(presence), 64 * N_WORDS), dtype=bool)
    padded[:, : presence.shape[1]] = presence
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


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
                f"Elements are given by their symbols, got {symbol!r}; write 'Li,O', for example."
            )
    return symbols


def _bits(symbols):
    """Set the bits of some elements; uint64 (2,)."""
    numbers = np.array([[atomic_number(symbol) for symbol in symbols]], dtype=int)
    return bits_of_numbers(numbers)[0]
