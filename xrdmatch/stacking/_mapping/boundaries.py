"""Lines between domains of different motifs."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

GAP = 3.0  # [Å] points that are nearer are of one line
EDGE = 5.0  # [Å] from the edge of the image, where lines are not followed
SHORTEST = 9.0  # [Å] shorter lines are noise


@dataclass(frozen=True, eq=False, repr=False)
class StackingBoundary:
    """Line at which the stacking changes.

    Parameters
    ----------
    points : ndarray of shape (n_points, 2)
        On the line, in order along it [Å]; x to the right and y up, from the image's centre.
    motifs : tuple of two ints
        On both sides, the more frequent one first.
    names : tuple of two str
        Of these motifs; they agree where the slip changes and the name does not.

    See Also
    --------
    StackingMap : Finds them.

    Examples
    --------
    >>> from xrdmatch.stacking import StackingBoundary
    >>> line = StackingBoundary([[0.0, -10.0], [0.0, 0.0], [0.0, 10.0]], (0, 1), ("2H", "3R"))
    >>> round(line.length, 1), line.distance([[3.0, 1.0]]).round(1)
    (20.0, array([3.]))
    """

    points: np.ndarray
    motifs: tuple
    names: tuple

    def __post_init__(self):
        object.__setattr__(self, "points", np.asarray(self.points, dtype=float).reshape(-1, 2))

    def __repr__(self):
        x, y = self.centre
        names = " | ".join(self.names)
        return f"StackingBoundary({names}, {self.length:.0f} Å long, around ({x:.1f}, {y:.1f}) Å)"

    @property
    def centre(self):
        """Mean of the points [Å], shape (2,)."""
        return self.points.mean(0)

    @property
    def normal(self):
        """Unit vector normal to the straight line that fits best, shape (2,)."""
        _, _, axes = np.linalg.svd(self.points - self.centre, full_matrices=True)
        return axes[-1]

    @property
    def length(self):
        """How far the line extends along its best straight line [Å]."""
        along = self.normal[::-1] * [1, -1]
        return float(np.ptp(self.points @ along))

    @property
    def is_subtle(self):
        """Whether the slip changes and the name does not."""
        return self.names[0] == self.names[1]

    def distance(self, points):
        """Tell how far points are from the best straight line.

        Parameters
        ----------
        points : array-like of shape (n_points, 2)
            Points [Å].

        Returns
        -------
        ndarray of shape (n_points,)
            Distances [Å].
        """
        return np.abs((np.asarray(points) - self.centre) @ self.normal)


def find_boundaries(domains, names):
    """Find lines between domains.

    Parameters
    ----------
    domains : Domains
        Motifs on a grid.
    names : dict of int to str
        Of the motifs.

    Returns
    -------
    list of StackingBoundary
        The longest first; those shorter than 9 Å are left out.
    """
    found = []
    for pair, points in _crossings(domains).items():
        for line in _lines(np.array(points).reshape(-1, 2)):
            found.append(StackingBoundary(line, pair, (names[pair[0]], names[pair[1]])))
    long = [line for line in found if line.length >= SHORTEST]
    return sorted(long, key=lambda line: -line.length)


def _crossings(domains):
    """Points by pairs of motifs, where one begins to fit better than the other."""
    places = np.stack(np.meshgrid(domains.x, domains.y), axis=-1)
    crossings = {}
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        one, other = domains.labels[first], domains.labels[second]
        for a, b in _meeting(one, other):
            where = ((one == a) & (other == b)) | ((one == b) & (other == a))
            with np.errstate(invalid="ignore"):  # infinite at both: neither motif is near
                gain = domains.misfits[a] - domains.misfits[b]
            ends = [x[side][where] for x in (places, gain) for side in (first, second)]
            crossings.setdefault((a, b), []).extend(_inside(_between(*ends), domains))
    return crossings


def _inside(points, domains):
    """Leave out points at the edge, where what is averaged lies on one side only."""
    low = [domains.x[0] + EDGE, domains.y[-1] + EDGE]
    high = [domains.x[-1] - EDGE, domains.y[0] - EDGE]
    return points[((points >= low) & (points <= high)).all(1)]


def _meeting(one, other):
    """Pairs of motifs that are neighbours somewhere, the lower number first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    meet = (low != high) & (low >= 0)
    return {(int(a), int(b)) for a, b in zip(low[meet], high[meet], strict=True)}


def _between(first, second, gain_first, gain_second):
    """Where the gain is zero between two points; halfway where it is not known at both."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = gain_first / (gain_first - gain_second)
    share = np.where(np.isfinite(share), np.clip(share, 0, 1), 0.5)
    return first + share[:, None] * (second - first)


def _lines(points):
    """Split points into lines, each in order along its longest direction."""
    if not len(points):
        return
    pairs = cKDTree(points).query_pairs(GAP, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), pairs.T), shape=2 * (len(points),))
    _, number = connected_components(links, directed=False)
    for i in range(number.max() + 1):
        own = points[number == i]
        if len(own) > 1:
            axis = np.linalg.svd(own - own.mean(0), full_matrices=False)[2][0]
            yield own[np.argsort(own @ axis)]
