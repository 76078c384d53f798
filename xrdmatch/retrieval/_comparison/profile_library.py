"""Powders of a gallery as rows that scans are compared with."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xrdmatch.retrieval._comparison.best_cosines import best_cosines
from xrdmatch.retrieval._comparison.blurred_profiles import blurred
from xrdmatch.retrieval._comparison.profile_grid import GRID, on_grid, unit_rows
from xrdmatch.retrieval._comparison.profile_queries import ready_queries
from xrdmatch.retrieval._search import EncodedGallery
from xrdmatch.simulation import Diffractometer, library_simulator, powder_reflections

BLOCK = 1024  # structures whose reflections are held at once
ENTRIES = 2048  # rows that are blurred at once


@dataclass(frozen=True, eq=False)
class ProfileLibrary(EncodedGallery):
    """Many simulated powders as rows on one grid of q.

    Parameters
    ----------
    rows : ndarray of shape (n, n_q)
        What `contrast` makes of each powder, of length 1, in half precision.
    diffractometer : Diffractometer
        What they were simulated for.
    """

    rows: np.ndarray
    diffractometer: Diffractometer
    n_queries = 64
    takes_rows = True

    def __len__(self):
        return len(self.rows)

    def joined(self, other):
        """Both libraries in one."""
        return replace(self, rows=np.concatenate([self.rows, other.rows]))

    def ready(self, queries):
        """Rows of queries for all sizes of the cell."""
        return ready_queries(queries, self.diffractometer)

    def distances(self, queries, rows):
        """1 minus the best cosine over the sizes of the cell, (n_queries, n_rows).

        0 for equal profiles, about 1 for those that have nothing in common. Where queries come
        blurred too, the better of the two counts.
        """
        cosines = self.cosines(queries, rows)
        if queries.blurred is not None:
            cosines = np.maximum(cosines, best_cosines(queries.blurred, self._blurred[rows]))
        return 1 - np.minimum(cosines, 1.0)  # rounding

    @cached_property
    def _blurred(self):
        """Blurred rows in half precision, made when they are first asked for."""
        blocks = range(0, len(self.rows), ENTRIES)
        parts = [blurred(self.rows[i : i + ENTRIES]).astype(np.float16) for i in blocks]
        return np.concatenate(parts) if parts else blurred(self.rows)

    def cosines(self, queries, rows=slice(None)):
        """Cosines with entries over what was measured, the best of each query's versions.

        Parameters
        ----------
        queries : ReadyQueries
            Rows of the queries' versions, where they were measured, and what each version costs.
        rows : slice, default=slice(None)
            The entries.

        Returns
        -------
        ndarray of shape (n_queries, n_rows)
            The cosines; 0 where an entry has next to nothing in the measured range.
        """
        return best_cosines(queries, self.rows[rows])


def profile_library(structures, simulator):
    """Simulate powders, block by block, and keep one row of each.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.
    simulator : DiffractionSimulator
        Of powders; its profile is not used.

    Returns
    -------
    ProfileLibrary
        The rows.
    """
    simulator, diffractometer = library_simulator(simulator)
    rows = np.empty((len(structures), len(GRID)), dtype=np.float16)
    for start in range(0, len(structures), BLOCK):
        block = slice(start, start + BLOCK)
        rows[block] = unit_rows(powder_sticks(structures[block], simulator, diffractometer, start))
    return ProfileLibrary(rows, diffractometer)


def powder_sticks(structures, simulator, diffractometer, first=0):
    """Intensities of powders on the grid.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        As from `library_simulator`.
    diffractometer : Diffractometer
        For the Lorentz-polarisation factor.
    first : int, default=0
        Position of the first structure, for messages.

    Returns
    -------
    ndarray of shape (n_structures, n_q)
        The intensities, each shared by the two points next to it.
    """
    powders = powder_reflections(structures, simulator, first=first)
    return np.array([on_grid(p.q, p.strength * diffractometer.factor(p.q)) for p in powders])
