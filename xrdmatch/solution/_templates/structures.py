"""Ordered crystals kept as arrays, each built when it is asked for."""

from collections.abc import Sequence
from operator import index

from pymatgen.core import Element, Lattice, Structure


class TemplateStructures(Sequence):
    """Ordered crystals as arrays; a structure is built when it is asked for.

    Parameters
    ----------
    lattice : ndarray of shape (n, 3, 3)
        Row vectors a, b, c [Å].
    numbers : RaggedArray of n rows
        Atomic numbers.
    frac_coords : RaggedArray of n rows, each of shape (n_sites, 3)
        Fractional coordinates.

    See Also
    --------
    TemplateLibrary : Has one as ``structures_``.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import TemplateLibrary
    >>> salts = [Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"],
    ...                                    [[0, 0, 0], [0.5, 0.5, 0.5]]) for a in (5.6, 5.7)]
    >>> structures = TemplateLibrary().fit(salts).structures_
    >>> len(structures), structures[1] == salts[1]
    (2, True)
    """

    def __init__(self, lattice, numbers, frac_coords):
        self.lattice, self.numbers, self.frac_coords = lattice, numbers, frac_coords

    def __len__(self):
        return len(self.lattice)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(len(self)))]
        lattice, numbers, frac_coords = self.arrays(i)
        species = [Element.from_Z(z) for z in numbers.tolist()]
        return Structure(Lattice(lattice), species, frac_coords)

    def arrays(self, i):
        """Cell, atomic numbers and coordinates of one crystal.

        Parameters
        ----------
        i : int
            Its position; negative ones count from the end.

        Returns
        -------
        lattice, numbers, frac_coords : ndarray of shape (3, 3), (n_sites,) and (n_sites, 3)
            Its rows.
        """
        i = index(i)
        if not -len(self) <= i < len(self):
            raise IndexError(f"There are {len(self)} structures, got position {i}.")
        i %= len(self)
        own = slice(self.numbers.starts[i], self.numbers.starts[i + 1])
        return self.lattice[i], self.numbers.values[own], self.frac_coords.values[own]
