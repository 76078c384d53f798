"""Limits of the atoms and reflections of a library's structures."""

from dataclasses import asdict, dataclass
from math import pi

MAX_ATOMS, MAX_REFLECTIONS = 10_000, 500_000


@dataclass(frozen=True)
class Limits:
    """What a structure may need when it is simulated.

    Parameters
    ----------
    max_atoms : int, default=10_000
        Largest number of sites in the cell.
    max_reflections : int, default=500_000
        Largest number of reciprocal lattice points within reach, by the volume of the cell. The
        largest ones that are taken need a few seconds and less than a gigabyte.
    """

    max_atoms: int = MAX_ATOMS
    max_reflections: int = MAX_REFLECTIONS

    @property
    def facts(self):
        """What distinguishes them from the defaults, as plain data."""
        return [] if self == Limits() else [asdict(self)]

    def reason_against(self, structure, q_max):
        """Say why a structure is too large; an empty text if it is not.

        Parameters
        ----------
        structure : Structure
            The crystal.
        q_max : float
            Largest ``|q|`` that is simulated [1/Å].

        Returns
        -------
        str
            A part of a sentence.
        """
        n_reflections = 4 / 3 * pi * q_max**3 * structure.volume
        if len(structure) > self.max_atoms:
            return (
                f"its cell has {len(structure)} atoms where at most {self.max_atoms} are taken; "
                "--max-atoms takes more"
            )
        if n_reflections > self.max_reflections:
            edges = " x ".join(f"{edge:.4g}" for edge in structure.lattice.abc)
            return (
                f"its cell of {edges} Å has about {n_reflections:.2g} reflections where at most "
                f"{self.max_reflections} are taken; check its unit, or --max-reflections takes more"
            )
        return ""
