"""Formulas and space groups of a gallery's entries, worked out when they are asked for."""

import numpy as np

from xrdmatch.crystallography import crystal_symmetry, is_tokens
from xrdmatch.preprocessing import CrystalTokenizer
from xrdmatch.retrieval._gallery import picked
from xrdmatch.retrieval._storage.structures import StoredStructures


class EntryFacts:
    """What makes entries of a gallery one phase: reduced formula and space group.

    Parameters
    ----------
    structures : sequence of Structure or ndarray of tokens
        The gallery.
    """

    def __init__(self, structures):
        self.structures = structures
        self._formulas, self._groups = {}, {}
        self._last = None, None  # facts on one entry are mostly asked for together

    def structure(self, i):
        """Entry i as a structure."""
        if i != self._last[0]:
            self._last = i, self._read(i)
        return self._last[1]

    def _read(self, i):
        (found,) = picked(self.structures, [int(i)])
        if is_tokens(self.structures):
            return CrystalTokenizer().inverse_transform(found[None])[0]
        return found

    def formula(self, i):
        """Reduced formula of entry i."""
        if i not in self._formulas:
            self._formulas[i] = self._formula(i)
        return self._formulas[i]

    def _formula(self, i):
        if isinstance(self.structures, StoredStructures):
            return self.structures.formula(i)
        return self.structure(i).composition.reduced_formula

    def space_group(self, i):
        """Short symbol of the space group of entry i."""
        if i not in self._groups:
            self._groups[i] = crystal_symmetry(self.structure(i)).space_group
        return self._groups[i]

    def phases(self, indices):
        """Give phases of entries numbers, equal ones for equal formula and space group.

        Space groups are worked out only where a formula stands twice.

        Parameters
        ----------
        indices : array-like of int, shape (n,)
            Positions of entries; -1 for none.

        Returns
        -------
        ndarray of int, shape (n,)
            Numbers from 0 on, in the order of the first of each; -1 where there is no entry.
        """
        numbers, known = np.full(len(indices), -1), {}
        formulas = [self.formula(int(i)) if i >= 0 else None for i in indices]
        for at, (i, formula) in enumerate(zip(indices, formulas, strict=True)):
            if i >= 0:
                twice = formulas.count(formula) > 1
                name = formula, self.space_group(int(i)) if twice else None
                numbers[at] = known.setdefault(name, len(known))
        return numbers

    def alike(self, indices, i):
        """Tell which entries are the phase of entry i.

        Parameters
        ----------
        indices : array-like of int, shape (n,)
            Positions of entries; -1 for none.
        i : int
            The one.

        Returns
        -------
        ndarray of bool, shape (n,)
            False where there is no entry.
        """
        numbers = self.phases(np.append(indices, i))
        return numbers[:-1] == numbers[-1]
