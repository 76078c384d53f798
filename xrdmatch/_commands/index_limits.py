"""Limits of the atoms, reflections, time and memory of a library's structures."""

from dataclasses import asdict, dataclass
from math import pi

MAX_ATOMS, MAX_REFLECTIONS = 10_000, 500_000
MAX_SECONDS, MAX_MEMORY = 60, 4000  # [s] of processor time, [MB]


@dataclass(frozen=True)
class Limits:
    """What a structure may need when it is read and simulated.

    Parameters
    ----------
    max_atoms : int, default=10_000
        Largest number of sites in the cell.
    max_reflections : int, default=500_000
        Largest number of reciprocal lattice points within reach, by the volume of the cell. The
        largest ones that are taken need a few seconds and about a gigabyte.
    max_seconds : int, default=60
        Processor time that it may take to be read, and to be simulated [s].
    max_memory : int, default=4000
        Memory that it may take while that is done [MB].
    """

    max_atoms: int = MAX_ATOMS
    max_reflections: int = MAX_REFLECTIONS
    max_seconds: int = MAX_SECONDS
    max_memory: int = MAX_MEMORY

    @property
    def facts(self):
        """What distinguishes them from the defaults, as plain data."""
        return [] if self == Limits() else [asdict(self)]

    @property
    def reason_of_time(self):
        """Why a structure that takes too long is left out; a part of a sentence."""
        return f"it takes more than {self.max_seconds} s; --max-seconds gives it more"

    @property
    def reason_of_memory(self):
        """Why a structure that takes too much memory is left out; a part of a sentence."""
        return f"it takes more than {self.max_memory} MB of memory; --max-memory gives it more"

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
