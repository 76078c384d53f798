"""Reflections of many powders in one ragged array."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from tqdm import tqdm

from xrdmatch.simulation import powder_reflections

BLOCK = 1024  # structures whose reflections are held at once
NO_LINES = np.zeros(0), np.zeros(0)


class PowderLines(NamedTuple):
    """Lines of many powders, without what a diffractometer does to them.

    Parameters
    ----------
    q : ndarray of shape (n_lines,)
        Lengths of scattering vectors [1/Å].
    strength : ndarray of shape (n_lines,)
        ``m |F|^2``.
    starts : ndarray of int, shape (n_powders + 1,)
        Where the lines of each powder begin, the end included.
    """

    q: np.ndarray
    strength: np.ndarray
    starts: np.ndarray

    def __len__(self):
        return len(self.starts) - 1

    def of(self, rows):
        """Lines of some powders, `PowderLines` in their order."""
        first, n = self.starts[rows], np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(n)])
        place = np.arange(starts[-1]) + (first - starts[:-1]).repeat(n)
        return PowderLines(self.q[place], self.strength[place], starts)

    @property
    def row(self):
        """Number of the powder of each line, (n_lines,)."""
        return np.arange(len(self)).repeat(np.diff(self.starts))


def powder_lines(structures, simulator, kind, q_max, verbose=False):
    """Compute the lines of powders, block by block.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        Debye-Waller factors and number of workers.
    kind : {"xray", "electron", "neutron"}
        Radiation.
    q_max : float
        Largest ``|q|`` [1/Å].
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    PowderLines
        No line where a structure cannot be simulated: without form factor, or out of range.

    Warns
    -----
    SkippedStructureWarning
        If there are such.
    """
    options = {"radiation": kind, "wavelength": 1 / q_max, "q_max": q_max, "profile": None}
    simulator = clone(simulator).set_params(**options)
    parts = []
    with tqdm(total=len(structures), desc=kind, unit=" powders", disable=not verbose) as bar:
        for start in range(0, len(structures), BLOCK):
            block = structures[start : start + BLOCK]
            found = powder_reflections(block, simulator, on_error="skip", first=start)
            parts += [(p.q, p.strength) if p is not None else NO_LINES for p in found]
            bar.update(len(found))
    q, strength = (np.concatenate(part) for part in zip(*parts, strict=True))
    return PowderLines(q, strength, np.cumsum([0, *(len(part[0]) for part in parts)]))
