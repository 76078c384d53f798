"""Comparison of spots with the nearest ones of each structure's reciprocal lattice."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xrdmatch.retrieval._search import EncodedGallery

POSITION_SIGMA = 0.01  # [1/Å] error of a spot's position, whatever its length
STRAIN_SIGMA = 0.03  # relative error of a position, from strain
INTENSITY_SIGMA = 0.3  # of the difference of log intensities
INTENSITY_FLOOR = 0.7  # in units of the mean: weaker spots fluctuate too much to tell more
WORST = 25.0  # a spot costs no more than this, paired or not: five standard deviations


class NearestSpots:
    """Pair each spot with the nearest one of a structure, and sum what the pairs differ by.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Simulates the gallery.
    transformer : PatternPointCloud
        Turns queries into points.
    """

    def __init__(self, simulator, transformer):
        self.simulator, self.transformer = simulator, transformer

    def gallery(self, structures):
        """Simulate the gallery; a `SpotLibrary`."""
        if self.simulator.tilt is not None:
            raise ValueError(
                "Spots are compared on the zero layer, got a simulator with "
                f"tilt={self.simulator.tilt!r}; pass one with tilt=None."
            )
        return spot_library(self.simulator.transform(structures))

    def reads(self, encoded):
        """Tell whether an encoded gallery is of the kind that is compared here."""
        return isinstance(encoded, SpotLibrary)

    def queries(self, patterns):
        """Turn patterns into points; a list of arrays (n_points, 3)."""
        points = self.transformer.transform(patterns)
        return [row[np.isfinite(row[:, 2])] for row in points]


@dataclass(frozen=True, eq=False)
class SpotLibrary(EncodedGallery):
    """Many simulated patterns as arrays.

    Parameters
    ----------
    reciprocal : ndarray of shape (n, 2, 2)
        Rows a*, b* [1/Å].
    intensity : ndarray of shape (n, 2 m + 1, 2 m + 1)
        Intensity of spot (h, k) at [h + m, k + m] in units of the pattern's mean; NaN: none.
    """

    reciprocal: np.ndarray
    intensity: np.ndarray
    out_of_reach = WORST

    def __len__(self):
        return len(self.reciprocal)

    @property
    def largest_index(self):
        """Largest ``|h|`` or ``|k|`` that there is room for."""
        return self.intensity.shape[1] // 2

    def distances(self, queries, rows):
        """Distances of patterns, each points (n_points, 3), from entries; (n_queries, n_rows)."""
        whole = rows.stop - rows.start == len(self)
        entries = self if whole else SpotLibrary(self.reciprocal[rows], self.intensity[rows])
        return np.array([entries.distances_of(points) for points in queries])

    def distances_of(self, points):
        """Distance of one pattern's points, (n_points, 3), from every entry; shape (n,)."""
        q, intensity = points[:, :2], np.exp(points[:, 2])
        indices, gap = self._paired(q)  # (n, n_points, 2), (n, n_points)
        expected = self._intensity_at(indices)
        difference = _log(intensity / intensity.mean()) - _log(expected)
        cost = gap**2 / _square_error(q) + (difference / INTENSITY_SIGMA) ** 2
        cost = np.where(np.isnan(cost), WORST, np.minimum(cost, WORST))
        return cost.mean(1) + WORST * self._unseen(indices, expected, q)

    def reaches(self, points):
        """Whether any of a pattern's points lies near a spot of any entry."""
        indices, gap = self._paired(points[:, :2])
        near = gap**2 < WORST * _square_error(points[:, :2])
        return bool((near & np.isfinite(self._intensity_at(indices))).any())

    def joined(self, other):
        """Both libraries in one."""
        m = max(self.largest_index, other.largest_index)
        grids = [_widened(part.intensity, m) for part in (self, other)]
        return SpotLibrary(
            np.concatenate([self.reciprocal, other.reciprocal]), np.concatenate(grids)
        )

    def _paired(self, q):
        """Nearest lattice points of every entry, and how far they are [1/Å]."""
        coordinates = q @ np.linalg.inv(self.reciprocal)
        indices = np.rint(coordinates)
        gap = np.linalg.norm((coordinates - indices) @ self.reciprocal, axis=2)
        return indices.astype(int), gap

    def _intensity_at(self, indices):
        m = self.largest_index
        inside = (np.abs(indices) <= m).all(2)
        h, k = np.moveaxis(np.clip(indices, -m, m) + m, 2, 0)
        found = self.intensity[np.arange(len(indices))[:, None], h, k]
        return np.where(inside, found, np.nan)

    def _unseen(self, indices, expected, q):
        """Share of each entry's intensity within the query's range that no spot is paired with."""
        within = (self._lengths <= np.linalg.norm(q, axis=1).max()) & np.isfinite(self.intensity)
        seen = np.zeros_like(within)
        entry, point = np.nonzero(np.isfinite(expected))
        h, k = indices[entry, point].T
        for sign in (1, -1):  # a point stands for both spots of its Friedel pair
            seen[entry, self.largest_index + sign * h, self.largest_index + sign * k] = True
        total = np.where(within, self.intensity, 0.0).sum((1, 2))
        missing = np.where(within & ~seen, self.intensity, 0.0).sum((1, 2))
        return missing / np.maximum(total, 1e-12)

    @cached_property
    def _lengths(self):
        """Length of q for every (h, k) [1/Å], in the shape of `intensity`."""
        m = self.largest_index
        hk = np.stack(np.mgrid[-m : m + 1, -m : m + 1], axis=-1)  # (2m+1, 2m+1, 2)
        return np.linalg.norm(np.einsum("hki,nij->nhkj", hk, self.reciprocal), axis=3)


def spot_library(patterns):
    """Collect simulated patterns, whose hkl are known, into one `SpotLibrary`."""
    m = max(int(np.abs(p.hkl).max()) for p in patterns)
    grid = np.full((len(patterns), 2 * m + 1, 2 * m + 1), np.nan)
    reciprocal = np.empty((len(patterns), 2, 2))
    for i, pattern in enumerate(patterns):
        h, k, _ = pattern.hkl.T
        reciprocal[i] = _reciprocal_rows(pattern)
        mean = pattern.intensity.mean()
        values = pattern.intensity / (mean if mean > 0 else 1.0)
        grid[i, h + m, k + m] = grid[i, m - h, m - k] = values
    return SpotLibrary(reciprocal, grid)


def _reciprocal_rows(pattern):
    """Find a*, b* [1/Å] from spots that are known by their hkl."""
    rows, _, rank, _ = np.linalg.lstsq(pattern.hkl[:, :2].astype(float), pattern.q, rcond=None)
    if rank < 2:
        raise ValueError(
            "A layer's pattern must have spots in two directions, got one row of spots; raise the "
            "simulator's q_max."
        )
    return rows


def _square_error(q):
    """Square of the error of positions [1/Å^2]."""
    return POSITION_SIGMA**2 + STRAIN_SIGMA**2 * (q**2).sum(1)


def _widened(grid, m):
    """Give the grid room for indices up to m."""
    extra = m - grid.shape[1] // 2
    return np.pad(grid, ((0, 0), (extra, extra), (extra, extra)), constant_values=np.nan)


def _log(intensity):
    return np.log(intensity + INTENSITY_FLOOR)
