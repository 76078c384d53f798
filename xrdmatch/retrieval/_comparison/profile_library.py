"""Powders as rows of numbers that can be compared: blurred, band-passed, flattened."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import convolve1d

from xrdmatch.simulation import Q_MAX, Q_MIN, Diffractometer, library_simulator, powder_reflections

# All widths [1/Å], and the power, were chosen by cross-validation on measured scans; a factor of
# 1.3 either way hardly matters.
STEP = 1e-3  # of the grid
GRID = Q_MIN + STEP * np.arange(round((Q_MAX - Q_MIN) / STEP) + 1)
FINE = 0.009  # full width at half maximum of the Gaussian that blurs
COARSE = 0.07  # of the Gaussian that is subtracted: what is left of a background
POWER = 0.5  # strong peaks must not outvote all others
WEAKEST = 1e-3  # share of its length that an entry must have within the measured range to count
BLOCK = 1024  # structures whose reflections are held at once
ENTRIES = 2048  # of the gallery that are compared at once


@dataclass(frozen=True, eq=False)
class ProfileLibrary:
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

    def joined(self, other):
        """Both libraries in one."""
        return replace(self, rows=np.concatenate([self.rows, other.rows]))

    def cosines(self, rows, masks, costs=(0.0,)):
        """Cosines with every entry over what was measured, the best of each query's versions.

        Parameters
        ----------
        rows : ndarray of shape (n_versions, n_queries, n_q)
            What `contrast` makes of the queries' versions.
        masks : ndarray of bool, shape (n_versions, n_queries, n_q)
            Where they were measured.
        costs : sequence of n_versions floats, default=(0.0,)
            What is taken off the cosines of each version.

        Returns
        -------
        ndarray of shape (n_queries, n)
            The cosines; 0 where an entry has next to nothing in the measured range.
        """
        shape = rows.shape[:2]
        queries = np.where(masks, rows, 0.0).reshape(-1, len(GRID)).astype(np.float32)
        queries /= np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), 1e-30)
        measured = masks.reshape(queries.shape).astype(np.float32)
        best = np.empty((shape[1], len(self.rows)), dtype=np.float32)
        for start in range(0, len(self.rows), ENTRIES):
            block = slice(start, start + ENTRIES)
            entries = self.rows[block].astype(np.float32)
            lengths = np.sqrt(measured @ np.square(entries).T)
            seen = (lengths > WEAKEST) / np.maximum(lengths, WEAKEST)
            cosines = (queries @ entries.T * seen).reshape(*shape, -1)
            best[:, block] = (cosines - np.reshape(costs, (-1, 1, 1))).max(0)
        return best


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


def unit_rows(sticks):
    """Apply `contrast` to sticks and give each row the length 1."""
    rows = contrast(sticks)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def on_grid(q, intensity):
    """Spread sticks over the two grid points next to each; shape (n_q,).

    Parameters
    ----------
    q : ndarray of shape (n_peaks,)
        Lengths of scattering vectors [1/Å]; what lies beyond the grid is lost.
    intensity : ndarray of shape (n_peaks,)
        Intensities.

    Returns
    -------
    ndarray of shape (n_q,)
        Intensity at each point of the grid.
    """
    place = (q - Q_MIN) / STEP
    inside = (place >= 0) & (place <= len(GRID) - 1)
    left = place[inside].astype(int)
    share = place[inside] - left
    n = len(GRID) + 1
    sticks = np.bincount(left, intensity[inside] * (1 - share), n)
    return (sticks + np.bincount(left + 1, intensity[inside] * share, n))[:-1]


def contrast(profiles):
    """Blur, subtract what is blurred far more, and take the signed root: in this order.

    Parameters
    ----------
    profiles : ndarray of shape (n, n_q)
        Intensities on the grid, 0 where nothing was measured.

    Returns
    -------
    ndarray of shape (n, n_q)
        The square root of what stands out, negative where less than the surroundings is seen.
    """
    band = convolve1d(profiles, _KERNEL, axis=-1, mode="constant")
    return np.sign(band) * np.abs(band) ** POWER


def _gaussian(fwhm):
    """Gaussian on the grid's steps, over the reach of the widest one, of sum 1."""
    steps = np.arange(-round(1.5 * COARSE / STEP), round(1.5 * COARSE / STEP) + 1)
    values = np.exp(-4 * np.log(2) * (steps * STEP / fwhm) ** 2)
    return values / values.sum()


_KERNEL = _gaussian(FINE) - _gaussian(COARSE)
