"""Simulate the gallery and compare: nothing trained."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import BackgroundRemover
from xrdmatch.retrieval._likelihood import fit_candidates
from xrdmatch.retrieval._moments import moment_library
from xrdmatch.retrieval._powder_profiles import profile_library
from xrdmatch.retrieval._powder_queries import check_powders, profile_distances
from xrdmatch.retrieval._queries import check_lengths, check_no_structures
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.simulation import check_settings

POSITION_SIGMA = 0.01  # [1/Å] error of a spot's position, whatever its length
STRAIN_SIGMA = 0.03  # relative error of a position, from strain
INTENSITY_SIGMA = 0.3  # of the difference of log intensities
INTENSITY_FLOOR = 0.7  # in units of the mean: weaker spots fluctuate too much to tell more
WORST = 25.0  # a spot costs no more than this, paired or not: five standard deviations


class PatternMatcher(StructureRetriever):
    """Find structures by simulating all of them and comparing with the pattern.

    The simulator's geometry says what is compared. **Spots**: each spot of the query is paired
    with the gallery structure's spot that is nearest in that structure's own reciprocal lattice.
    A pair costs (dq / sigma_q)^2 + (d ln I / 0.3)^2, at most 25, with
    ``sigma_q^2 = 0.01^2 + (0.03 |q|)^2`` [1/Å^2] and intensities in units of the pattern's mean
    plus 0.7; a spot without a partner costs 25. The distance is the mean over the query's spots,
    plus 25 times the share of the structure's intensity, within the query's range, that the query
    does not show. With ``comparison="likelihood"`` the distance is minus the log likelihood that
    `PhysicsReranker` ranks by, of the whole gallery: the best answer and the slowest.

    **Powders**: queries are scans of any wavelength, or powder peaks. Scans lose their
    background; counts become a profile over q, with the gallery's Lorentz-polarisation factor in
    place of their own. Query and gallery are blurred with a Gaussian of a full width of 0.009 1/Å,
    so that widths do not matter, lose what a Gaussian of 0.07 1/Å leaves of them, and then have
    their signed square root taken, so that texture matters little. The distance is 1 minus their
    cosine over the measured range, the best over a few sizes of the cell, up to 3 % off, of which
    each percent costs 0.04. A doublet counts as its mean wavelength.

    It is the baseline that a learned retriever must beat, and a tool of its own.

    Parameters
    ----------
    simulator : DiffractionSimulator, default=None
        What simulates the gallery; the default simulator if None.
    comparison : {"auto", "nearest", "likelihood", "profile"}, default="auto"
        How a pattern is compared with a structure: spots by ``"nearest"`` or ``"likelihood"``,
        powders by ``"profile"``; ``"auto"`` is the first of each.
    pattern_transformer : PatternPointCloud, BackgroundRemover or their like, default=None
        Spots: what turns queries into points; the default point cloud if None. Powders: what
        scans go through first; the default `BackgroundRemover` if None.
    score_k : int, default=1
        k of the accuracy that `score` gives.
    n_jobs : int, default=None
        Number of joblib workers for the simulation.

    Attributes
    ----------
    gallery_ : list of Structure or ndarray of tokens
        The structures among which is searched, as given.
    classes_ : ndarray of shape (n_gallery,)
        Their labels.

    See Also
    --------
    ContrastiveStructureRetriever : Searches by learned embeddings.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> layers = load_monolayers()
    >>> names = [layer.properties["name"] for layer in layers]
    >>> matcher = PatternMatcher().fit(layers, labels=names)
    >>> query = DiffractionSimulator().transform(layers[:1])
    >>> matcher.predict(query)[0] == names[0]
    True
    """

    def __init__(
        self,
        simulator=None,
        *,
        comparison="auto",
        pattern_transformer=None,
        score_k=1,
        n_jobs=None,
    ):
        self.simulator = simulator
        self.comparison = comparison
        self.pattern_transformer = pattern_transformer
        self.score_k = score_k
        self.n_jobs = n_jobs

    def fit(self, structures, patterns=None, labels=None):
        """Take the structures as the gallery; nothing is trained.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The gallery.
        patterns : object, default=None
            Checked for length and kind only: the matcher simulates its gallery itself.
        labels : sequence, default=None
            Names of the entries; 0 to n - 1 if None.

        Returns
        -------
        PatternMatcher
            The retriever itself.
        """
        if patterns is not None:
            check_lengths(structures, patterns)
            check_no_structures(patterns)
        return self.set_gallery(structures, labels)

    def _encode_gallery(self, structures):
        simulator = self._simulator()
        return self._compared(simulator).encode(structures, simulator)

    def _join(self, first, second):
        return first.joined(second)

    def _distances(self, patterns):
        compared = self._compared(self._simulator())
        prepare = {"powder": self._flat_scans, "zone_axis": self._points}[compared.geometry]
        return compared.distances(self._encoded, prepare(patterns))

    def _points(self, patterns):
        return self._point_cloud().transform(patterns)

    def _flat_scans(self, patterns):
        """Take the background off scans; peaks stay as they are."""
        check_powders(patterns)
        scans = [i for i, pattern in enumerate(patterns) if isinstance(pattern, Scan)]
        transformer = self.pattern_transformer or BackgroundRemover()
        flat = dict(zip(scans, transformer.transform([patterns[i] for i in scans]), strict=True))
        return [flat.get(i, pattern) for i, pattern in enumerate(patterns)]

    def _compared(self, simulator):
        if self.comparison not in ["auto", *COMPARISONS]:
            raise ValueError(
                f"comparison must be one of 'auto', {', '.join(map(repr, COMPARISONS))}, got "
                f"{self.comparison!r}; pick one."
            )
        suits = {n: c for n, c in COMPARISONS.items() if c.geometry == simulator.geometry}
        if self.comparison not in ["auto", *suits]:
            raise ValueError(
                f"comparison={self.comparison!r} is not for the geometry {simulator.geometry!r}, "
                f"which has {', '.join(map(repr, suits))}; pick another or take 'auto'."
            )
        return next(iter(suits.values())) if self.comparison == "auto" else suits[self.comparison]


@dataclass(frozen=True, eq=False)
class SpotLibrary:
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

    @property
    def largest_index(self):
        """Largest ``|h|`` or ``|k|`` that there is room for."""
        return self.intensity.shape[1] // 2

    def distances(self, points):
        """Distance of one pattern's points, (n_points, 3), from every entry; shape (n,)."""
        q, intensity = points[:, :2], np.exp(points[:, 2])
        indices, gap = self._paired(q)  # (n, n_points, 2), (n, n_points)
        expected = self._intensity_at(indices)
        difference = _log(intensity / intensity.mean()) - _log(expected)
        sigma = POSITION_SIGMA**2 + STRAIN_SIGMA**2 * (q**2).sum(1)
        cost = gap**2 / sigma + (difference / INTENSITY_SIGMA) ** 2
        cost = np.where(np.isnan(cost), WORST, np.minimum(cost, WORST))
        return cost.mean(1) + WORST * self._unseen(indices, expected, q)

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


def _widened(grid, m):
    """Give the grid room for indices up to m."""
    extra = m - grid.shape[1] // 2
    return np.pad(grid, ((0, 0), (extra, extra), (extra, extra)), constant_values=np.nan)


def _log(intensity):
    return np.log(intensity + INTENSITY_FLOOR)


def _simulated(structures, simulator):
    return spot_library(simulator.transform(structures))


def _nearest(library, points):
    return np.array([library.distances(row[np.isfinite(row[:, 2])]) for row in points])


def _summed_up(structures, simulator):
    return moment_library(structures, check_settings(simulator))


def _improbability(library, points):
    everyone = np.tile(np.arange(len(library.reciprocal)), (len(points), 1))
    return -fit_candidates(points, library, everyone).log_likelihood.double().numpy()


# name -> for which geometry; what is known of a gallery, from structures and simulator; distances
# of patterns from all of it, from that and the patterns as arrays or scans
COMPARISONS = {
    "nearest": Bunch(geometry="zone_axis", encode=_simulated, distances=_nearest),
    "likelihood": Bunch(geometry="zone_axis", encode=_summed_up, distances=_improbability),
    "profile": Bunch(geometry="powder", encode=profile_library, distances=profile_distances),
}
