"""Where found spots, their lattice and a candidate's spots stand in axes."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from xrdmatch.preprocessing import find_lattices


@dataclass(frozen=True, eq=False)
class SpotLayout:
    """Places in axes, of a picture [pixels] or of reciprocal space.

    Parameters
    ----------
    places : ndarray of shape (n_spots, 2)
        The spots that were found.
    is_on_lattice : ndarray of bool, shape (n_spots,)
        Whether they lie on it; all of them where there is none.
    centre : ndarray of shape (2,)
        The direct beam.
    lattice : ndarray of shape (2, 2) or None
        Rows: vectors that span the lattice.
    to_axes : callable
        Turns scattering vectors (n, 2) into places.
    unit_length : float or None
        Length of 1/Å in the axes; None where it is not known.
    """

    places: np.ndarray
    is_on_lattice: np.ndarray
    centre: np.ndarray
    lattice: np.ndarray | None
    to_axes: object
    unit_length: float | None

    @property
    def gap(self):
        """Usual distance of a spot from its nearest neighbour, the direct beam included."""
        points = np.vstack([self.places, self.centre])
        return float(np.median(cKDTree(points).query(points, k=2)[0][:-1, 1]))

    def nodes(self, low, high):
        """List the points of the lattice in a rectangle; (n, 2), empty where there is none."""
        if self.lattice is None:
            return np.empty((0, 2))
        corners = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])])
        hk = (corners - self.centre) @ np.linalg.inv(self.lattice)
        first, last = np.floor(hk.min(0)).astype(int), np.ceil(hk.max(0)).astype(int)
        h, k = np.mgrid[first[0] : last[0] + 1, first[1] : last[1] + 1]
        points = self.centre + np.column_stack([h.ravel(), k.ravel()]) @ self.lattice
        return points[((points >= low) & (points <= high)).all(1)]


def layout_of_found(found):
    """Lay out what `SpotFinder.find` returned, over the picture [pixels].

    Parameters
    ----------
    found : FoundSpots
        The spots.

    Returns
    -------
    SpotLayout
        Columns and rows.
    """
    scale = np.linalg.norm(found.to_pixels([[1.0, 0.0]])[0] - found.centre)
    return SpotLayout(
        found.pixels,
        _all_or(found.is_on_lattice, len(found.pixels)),
        np.asarray(found.centre, float),
        found.lattice,
        found.to_pixels,
        None if found.pattern.unit == "pixel" else float(scale),
    )


def layout_of_pattern(pattern):
    """Lay out a pattern in reciprocal space; its lattice is searched.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots of a zero layer.

    Returns
    -------
    SpotLayout
        In the unit of q.
    """
    lattice = next(iter(find_lattices(pattern.q, 1)), None)
    return SpotLayout(
        pattern.q,
        _all_or(None if lattice is None else lattice.is_on, pattern.n_peaks),
        np.zeros(2),
        None if lattice is None else lattice.basis,
        np.asarray,
        None if pattern.unit == "pixel" else 1.0,
    )


def _all_or(is_on, n):
    return np.ones(n, bool) if is_on is None else np.asarray(is_on)
