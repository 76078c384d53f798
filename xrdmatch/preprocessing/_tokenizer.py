"""Crystals as sequences of numbers."""

from collections.abc import Sequence
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice, Structure

from xrdmatch.crystallography import (
    LAYOUTS,
    SiteTable,
    StructureError,
    as_structures,
    is_tokens,
    layer_frame,
    n_tokens,
    name_of,
    site_table,
    sites_to_tokens,
    tokens_to_sites,
)
from xrdmatch.preprocessing._named_columns import NamedColumns
from xrdmatch.preprocessing._queries import are_patterns
from xrdmatch.preprocessing._stateless import StatelessTransformer

DECIMALS = 6  # [Å] positions and distances that agree to this many digits tie
_HEAD_NAMES = ("start", "a Å", "b Å", "c Å", "alpha degrees", "beta degrees", "gamma degrees")
HAIR = 1e-7  # coordinates this near to 1 count as 0: single precision would write them as 1


class _TokenWriter(NamedColumns, StatelessTransformer):
    """What writes structures; scikit-learn's ``set_output`` makes a table of its result."""

    def transform(self, structures):
        structures = as_structures(structures)
        table = site_table(structures)
        self._check_table(table, structures)
        framed = layer_frame(table, sort_lattice=self.sort_lattice, vacuum=self.vacuum)
        wrapped = replace(framed, frac_coords=_wrapped(framed.frac_coords))
        rows = [self._tokens_of(wrapped, i) for i in range(len(wrapped))]
        return np.array(rows).reshape(len(rows), n_tokens(self.max_sites))

    def _column_names(self):
        return [*_HEAD_NAMES, *_site_names(self.max_sites, self.layout), "last_end"]


class _PassesPatterns:
    """Lets patterns pass: a pipeline's queries come from the other side."""

    if TYPE_CHECKING:  # scikit-learn has no types

        def fit_transform(
            self, X: Sequence[Structure] | NDArray[Any], y: Any = None
        ) -> NDArray[np.float64]: ...

    def transform(self, structures: Sequence[Structure] | NDArray[Any]) -> NDArray[np.float64]:
        """Write structures as sequences.

        Parameters
        ----------
        structures : list of Structure or Atoms, or ndarray of tokens
            The crystals; tokens are written anew with this tokenizer's options. Patterns pass
            through untouched, so that ``pipeline.predict(patterns)`` reaches the retriever.

        Returns
        -------
        ndarray of shape (n_structures, 8 + 4 * max_sites)
            One sequence a row, padded with NaN. Of a crystal with fewer sites, the end mark
            stands where the next site would begin.

        Raises
        ------
        ValueError
            If a structure is empty, disordered, longer than `max_sites`, or has a species that
            is no element.
        """
        self._check_options()
        return structures if are_patterns(structures) else super().transform(structures)


class CrystalTokenizer(_PassesPatterns, _TokenWriter):
    """Write each crystal as one sequence of numbers.

    The sequence of [1]_: start mark, a, b, c, alpha, beta, gamma, the sites, end mark, then NaN
    as padding. Sites are sorted by atomic number, then by the norm of their Cartesian position;
    positions are fractional coordinates in [0, 1).

    Parameters
    ----------
    max_sites : int, default=43
        Number of sites that a sequence has room for; 43 gives the paper's 180 entries.
    layout : {"interleaved", "elements_last"}, default="interleaved"
        ``"interleaved"``: x, y, z, atomic number of one site after the other, which is what the
        authors' code does. ``"elements_last"``: all positions, then all atomic numbers, which is
        what their text says.
    sort_lattice : bool, default=True
        Whether a is the shorter in-plane axis, as in the paper.
    vacuum : float, default=None
        Length that c is set to, along the layer's normal [Å]. None leaves c as it is. Databases
        differ in it, so that an untouched c tells where a structure came from.

    See Also
    --------
    PatternPointCloud : The same for patterns.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025).

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import CrystalTokenizer
    >>> graphene = Structure(Lattice.hexagonal(2.46, 15), ["C", "C"],
    ...                      [[1/3, 2/3, 0.5], [2/3, 1/3, 0.5]])
    >>> tokens = CrystalTokenizer(max_sites=2, vacuum=20.0).fit_transform([graphene])
    >>> tokens.round(2)
    array([[ -1.  ,   2.46,   2.46,  20.  ,  90.  ,  90.  , 120.  ,   0.33,
              0.67,   0.5 ,   6.  ,   0.67,   0.33,   0.5 ,   6.  ,  -2.  ]])
    >>> CrystalTokenizer(max_sites=2).get_feature_names_out()[[1, 6, 7, 10]].tolist()
    ['a Å', 'gamma degrees', 'x_0', 'atomic_number_0']
    """

    def __init__(
        self,
        max_sites: int = 43,
        *,
        layout: Literal["interleaved", "elements_last"] = "interleaved",
        sort_lattice: bool = True,
        vacuum: float | None = None,
    ) -> None:
        self.max_sites = max_sites
        self.layout = layout
        self.sort_lattice = sort_lattice
        self.vacuum = vacuum

    def inverse_transform(self, tokens: NDArray[Any]) -> list[Structure]:
        """Turn sequences back into structures.

        Parameters
        ----------
        tokens : ndarray or DataFrame of shape (n_structures, n_tokens)
            Output of `transform`.

        Returns
        -------
        list of Structure
            The structures in the layer's frame, sites in the order of the sequence.
        """
        tokens = as_structures(tokens)
        if isinstance(tokens, np.ndarray) and not len(tokens):
            return []
        if not is_tokens(tokens):
            raise ValueError(
                "Tokens are rows that begin with the start mark, got "
                f"{type(tokens).__name__}; pass the output of CrystalTokenizer.transform."
            )
        table = layer_frame(SiteTable(*tokens_to_sites(tokens)), sort_lattice=False)
        return [_structure(table, i) for i in range(len(table))]

    def _tokens_of(self, table, i):
        present = table.numbers[i] > 0
        coords, numbers = table.frac_coords[i, present], table.numbers[i, present]
        order = _site_order(coords @ table.lattice[i], numbers)
        parameters = Lattice(table.lattice[i]).parameters
        return sites_to_tokens(
            parameters, coords[order], numbers[order], self.max_sites, self.layout
        )

    def _check_options(self):
        if self.layout not in LAYOUTS:
            raise ValueError(
                f"layout must be one of {', '.join(map(repr, LAYOUTS))}, got {self.layout!r}; "
                "pick one of these."
            )
        if not isinstance(self.max_sites, int | np.integer) or self.max_sites < 1:
            raise ValueError(
                f"max_sites must be a whole number of at least 1, got {self.max_sites!r}; "
                "43 gives the paper's 180 entries."
            )
        if self.vacuum is not None and not (isinstance(self.vacuum, Real) and self.vacuum > 0):
            raise ValueError(
                f"vacuum must be positive [Å] or None, got {self.vacuum!r}; 20.0 suits most layers."
            )

    def _check_table(self, table, structures):
        for i in np.flatnonzero(((table.numbers > 0) & (table.occupancy < 1)).any(1)):
            raise StructureError(
                "Tokens need ordered structures, got partial occupancies in {place}; order it or "
                "leave it out.",
                i,
                _name(structures, i),
            )
        for i in np.flatnonzero(table.n_sites > self.max_sites):
            raise StructureError(
                f"A structure may have at most max_sites={self.max_sites} sites, got "
                f"{table.n_sites[i]} in {{place}}; raise max_sites or leave it out.",
                i,
                _name(structures, i),
            )


def _site_names(max_sites, layout):
    """Names of the places of sites; where elements come last, a place is not one site's."""
    if layout == "elements_last":
        return [f"site_token_{i}" for i in range(4 * max_sites)]
    return [f"{x}_{i}" for i in range(max_sites) for x in ("x", "y", "z", "atomic_number")]


def _name(structures, i):
    return "the tokens" if is_tokens(structures) else name_of(structures[i])


def _wrapped(frac_coords):
    """Coordinates in [0, 1)."""
    wrapped = frac_coords % 1.0
    return np.where(wrapped > 1 - HAIR, 0.0, wrapped)


def _site_order(cart_coords, numbers):
    """Sort by atomic number, then norm; ties by position, so that atom order cannot matter."""
    norm = np.linalg.norm(cart_coords, axis=1).round(DECIMALS)
    x, y, z = cart_coords.T.round(DECIMALS)
    return np.lexsort((z, y, x, norm, numbers))


def _structure(table, i):
    present = table.numbers[i] > 0
    species = [Element.from_Z(int(z)) for z in table.numbers[i, present]]
    return Structure(Lattice(table.lattice[i]), species, table.frac_coords[i, present])
