"""A unit cell that explains where the peaks of a powder pattern are."""

from dataclasses import dataclass

from pymatgen.core import Lattice


@dataclass(frozen=True, eq=False)
class FoundCell:
    """A unit cell found from the positions of peaks, as `CellFinder` gives it.

    Parameters
    ----------
    lattice : Lattice
        The conventional cell, in the standard setting of its crystal system; hexagonal axes for
        rhombohedral lattices.
    primitive : Lattice
        The reduced (Niggli) cell of the same lattice.
    crystal_system : str
        ``"cubic"``, ``"hexagonal"``, ``"trigonal"`` (rhombohedral lattices only), ``"tetragonal"``,
        ``"orthorhombic"``, ``"monoclinic"`` or ``"triclinic"``.
    centring : str
        ``"P"``, ``"A"``, ``"B"``, ``"C"``, ``"I"``, ``"F"`` or ``"R"``.
    figure_of_merit : float
        M20 of de Wolff, or of as many peaks as there are.
    n_unexplained : int
        Observed peaks that no reflection of the cell explains.
    zero_shift : float
        Shift of all angles, observed minus calculated [degrees].

    See Also
    --------
    CellFinder : Find unit cells that explain where the peaks of a powder pattern are.
    """

    lattice: Lattice
    primitive: Lattice
    crystal_system: str
    centring: str
    figure_of_merit: float
    n_unexplained: int
    zero_shift: float

    @property
    def volume(self):
        """Volume of the primitive cell [Å^3]."""
        return self.primitive.volume
