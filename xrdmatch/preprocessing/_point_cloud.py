"""Patterns as clouds of points."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xrdmatch.preprocessing._patterns import as_patterns
from xrdmatch.preprocessing._stateless import StatelessTransformer

MOST_SPOTS = 10_000  # of a pattern: every one is compared with every other
MATE_TOLERANCE = 0.004  # [1/Å] a tenth of the spot spacing of a 25 Å cell


class PatternPointCloud(StatelessTransformer):
    """Turn patterns into points (q_x, q_y, log intensity), padded with NaN.

    The third number is ln(I / I_max), not below ``ln(intensity_floor)``. The order of a pattern's
    spots does not matter.

    Parameters
    ----------
    intensity_floor : float, default=1e-5
        Smallest intensity that is told apart from zero, in units of the strongest.
    merge_friedel : bool, default=True
        Whether the two spots of a Friedel pair, q and -q, become one with their mean intensity:
        kinematic patterns have them equal, so that the mean only loses noise. The one with
        q_x > 0 (or q_x = 0 and q_y > 0) stands for both.
    max_points : int, default=None
        Keep this many of the strongest points, of equal ones those with the smaller q_x;
        None keeps all.
    image_scale : float, default=None
        Pixels for 1/Å [pixel Å], where a pattern comes as an array that is a picture; such arrays
        are an error if None. A `Picture` has its own.
    image_log : bool, default=True
        Whether such an array holds 4 + log10(I / I_max), clipped at zero, rather than intensities.

    See Also
    --------
    CrystalTokenizer : The same for structures.

    Examples
    --------
    >>> from xrdmatch import PatternPointCloud
    >>> spots = [[0.4, 0.1, 100.0], [-0.4, -0.1, 80.0], [0.0, 0.5, 9.0]]
    >>> PatternPointCloud().fit_transform([spots]).round(1)
    array([[[ 0. ,  0.5, -2.3],
            [ 0.4,  0.1,  0. ]]])
    """

    def __init__(
        self,
        intensity_floor: float = 1e-5,
        *,
        merge_friedel: bool = True,
        max_points: int | None = None,
        image_scale: float | None = None,
        image_log: bool = True,
    ) -> None:
        self.intensity_floor = intensity_floor
        self.merge_friedel = merge_friedel
        self.max_points = max_points
        self.image_scale = image_scale
        self.image_log = image_log

    def transform(self, patterns: Sequence[Any]) -> NDArray[np.float64]:
        """Turn patterns into points.

        Parameters
        ----------
        patterns : list of DiffractionPattern, of arrays (n_spots, 3), or of pictures
            What `xrdmatch.preprocessing.as_pattern` accepts.

        Returns
        -------
        ndarray of shape (n_patterns, n_points, 3)
            q_x, q_y [1/Å] and log intensity, NaN behind a pattern's last point.

        Raises
        ------
        ValueError
            If a pattern is not two-dimensional, or has more than 10,000 spots.
        """
        self._check_options()
        patterns = as_patterns(patterns, self.image_scale, self.image_log)
        for i, pattern in enumerate(patterns):
            _check_dimension(pattern)
            _check_number(pattern, i)
        width = max((p.n_peaks for p in patterns), default=1)
        q = np.full((len(patterns), width, 2), np.nan)
        intensity = np.full((len(patterns), width), np.nan)
        for i, pattern in enumerate(patterns):
            q[i, : pattern.n_peaks], intensity[i, : pattern.n_peaks] = pattern.q, pattern.intensity
        return self.transform_spots(q, intensity)

    if TYPE_CHECKING:  # scikit-learn has no types

        def fit_transform(self, X: Sequence[Any], y: Any = None) -> NDArray[np.float64]: ...

    def transform_spots(self, q: NDArray[Any], intensity: NDArray[Any]) -> NDArray[np.float64]:
        """Turn padded arrays of spots into points: `transform` without the objects.

        Parameters
        ----------
        q : ndarray of shape (n_patterns, n_spots, 2)
            Scattering vectors [1/Å], NaN where padded.
        intensity : ndarray of shape (n_patterns, n_spots)
            Intensities, NaN where padded.

        Returns
        -------
        ndarray of shape (n_patterns, n_points, 3)
            As from `transform`.
        """
        if self.merge_friedel and len(q):
            q, intensity = _merged(q, intensity)
        if not len(q):
            return np.empty((0, 1, 3))
        strongest = np.nanmax(intensity, axis=1, keepdims=True)
        relative = intensity / np.where(strongest > 0, strongest, 1.0)
        points = np.dstack([q, np.log(np.maximum(relative, self.intensity_floor))])
        return self._trimmed(points)

    def _trimmed(self, points):
        """Points in an order of their own, the strongest `max_points`, padding at the end."""
        n_points = np.isfinite(points[..., 2]).sum(1).max()
        points = _sorted_rows(points, *_position_keys(points))
        if self.max_points is None or n_points <= self.max_points:
            return points[:, :n_points]
        points = _sorted_rows(points, -points[..., 2].round(6))[:, : self.max_points]
        return _sorted_rows(points, *_position_keys(points))

    def _check_options(self):
        if not (isinstance(self.intensity_floor, Real) and 0 < self.intensity_floor < 1):
            raise ValueError(
                "intensity_floor must lie between 0 and 1 (the strongest spot), got "
                f"{self.intensity_floor!r}; 1e-5 keeps five decades."
            )
        most = self.max_points
        if most is not None and not (isinstance(most, Integral) and most >= 1):
            raise ValueError(
                f"max_points must be a whole number of at least 1 or None, got {most!r}; None "
                "keeps all."
            )


def _check_number(pattern, i):
    if pattern.n_peaks > MOST_SPOTS:
        raise ValueError(
            f"A pattern has at most {MOST_SPOTS} spots, got {pattern.n_peaks} in pattern {i}; keep "
            "the strongest."
        )


def _check_dimension(pattern):
    if pattern.n_dimensions != 2:
        raise ValueError(
            "A point cloud needs spots with two components of q, got a pattern with "
            f"{pattern.n_dimensions}{' (powder)' if pattern.n_dimensions == 1 else ''}; use a "
            "zone-axis pattern."
        )
    if pattern.unit != "1/Å":
        raise ValueError(
            f"Patterns are compared in 1/Å, got {pattern!r} with q in pixels; give the picture its "
            "scale by with_scale(<pixels for 1/Å>, 'reciprocal'), which "
            "xrdmatch.refinement.calibrate_picture measures."
        )


def _position_keys(points):
    """q_y and q_x, free of rounding."""
    return points[..., 1::-1].transpose(2, 0, 1).round(6)


def _sorted_rows(points, *keys):
    """Sort each row's points by keys, the last the foremost; NaN go last."""
    order = np.lexsort(keys, axis=1)
    return np.take_along_axis(points, order[..., None], axis=1)


def _merged(q, intensity):
    """One spot for each Friedel pair, the rest as they are; NaN where a mate was dropped."""
    mate = _nearest_to_mirror_image(q)
    rows = np.arange(len(q))[:, None]
    own = np.arange(q.shape[1])
    gap = np.linalg.norm(q + q[rows, mate], axis=2)
    paired = (gap < MATE_TOLERANCE) & (mate[rows, mate] == own) & (mate != own)
    q = np.where(paired[..., None], (q - q[rows, mate]) / 2, q)
    intensity = np.where(paired, (intensity + intensity[rows, mate]) / 2, intensity)
    dropped = paired & (mate < own)
    q = np.where(_lower_half(q)[..., None], -q, q) + 0.0
    return np.where(dropped[..., None], np.nan, q), np.where(dropped, np.nan, intensity)


def _nearest_to_mirror_image(q):
    """Index of the spot nearest to -q, for every spot; (n_patterns, n_spots)."""
    filled = np.nan_to_num(q, nan=1e3).astype(np.float32)  # padding is nobody's mate
    square = (filled**2).sum(2)
    blocks = np.array_split(np.arange(len(q)), max(1, len(q) // 32))  # 32 fit into the cache
    return np.concatenate(
        [(square[i, None] + 2 * filled[i] @ filled[i].swapaxes(1, 2)).argmin(2) for i in blocks]
    )


def _lower_half(q):
    """Whether q_x < 0, or q_x = 0 and q_y < 0."""
    return (q[..., 0] < -1e-9) | ((np.abs(q[..., 0]) <= 1e-9) & (q[..., 1] < 0))
