"""`PatternMatcher`: comparison with simulated patterns, without training."""

from numbers import Real
from typing import Any, Literal, Self

from numpy.typing import NDArray

from xrdmatch.retrieval import _comparison
from xrdmatch.retrieval._geometries import ALL_COMPARISONS, geometry_of
from xrdmatch.retrieval._queries import check_lengths, check_no_structures
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._search import EncodedGallery
from xrdmatch.retrieval._types import Labels, Patterns, Structures
from xrdmatch.simulation import DiffractionSimulator

ORIENTATIONS = ("known", "unknown")
LARGEST_SCALE_ERROR = 0.3
PROFILE_WEIGHT = 75.0  # log odds that a distance of 1 between powder profiles is worth


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

    Spots are compared in the frame of the gallery, unless ``orientation="unknown"``: then a
    pattern may be turned by any angle, be seen from below, and have a scale that is off. The
    lattice on which its spots lie is found first and looked up among those of the gallery, in
    every setting. What fits is ranked by its likelihood, and the atoms of the best are moved as
    by `PhysicsReranker`. The distance is minus the log odds of all settings together. Give the
    simulator a `q_max` as far as patterns reach: spots beyond its range count as spots too many.

    **Powders**: queries are scans of any wavelength, or powder peaks. Scans lose their
    background; counts become a profile over q, with the gallery's Lorentz-polarisation factor in
    place of their own. Query and gallery are blurred with a Gaussian of a full width of 0.009 1/Å,
    so that widths do not matter, lose what a Gaussian of 0.07 1/Å leaves of them, and then have
    their signed square root taken, so that texture matters little. The distance is 1 minus their
    cosine over the measured range, the best over a few sizes of the cell, up to 3 % off, of which
    each percent costs 0.04. A doublet counts as its mean wavelength. With
    ``comparison="strained_profile"``, for computed cells, which are off by percents, differently
    along their axes, both are also blurred with a Gaussian of 6 % of q, and the better of the two
    cosines counts.

    It is the baseline that a learned retriever must beat, and a tool of its own.

    Parameters
    ----------
    simulator : DiffractionSimulator, default=None
        What simulates the gallery; the default simulator if None.
    comparison : {"auto", "nearest", "likelihood", "profile", "strained_profile"}, default="auto"
        How a pattern is compared with a structure: spots by ``"nearest"`` or ``"likelihood"``,
        powders by ``"profile"`` or ``"strained_profile"``; ``"auto"`` is the first of each.
    orientation : {"known", "unknown"}, default="known"
        Whether spots are in the frame of the gallery.
    scale_error : float, default=0.03
        Relative standard error that all lengths of a pattern of unknown orientation have in
        common, where the pattern does not state its own.
    pattern_transformer : PatternPointCloud, BackgroundRemover or their like, default=None
        Spots: what turns queries into points; the default point cloud if None. Powders: what
        scans go through first; the default `BackgroundRemover` if None. A `PeakFinder` there
        compares the peaks that it finds in place of the profile.
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
        simulator: DiffractionSimulator | None = None,
        *,
        comparison: str = "auto",
        orientation: Literal["known", "unknown"] = "known",
        scale_error: float = 0.03,
        pattern_transformer: Any = None,
        score_k: int = 1,
        n_jobs: int | None = None,
    ) -> None:
        self.simulator = simulator
        self.comparison = comparison
        self.orientation = orientation
        self.scale_error = scale_error
        self.pattern_transformer = pattern_transformer
        self.score_k = score_k
        self.n_jobs = n_jobs

    def fit(
        self, structures: Structures, patterns: Patterns | None = None, labels: Labels | None = None
    ) -> Self:
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

    def encode_gallery(self, structures: Structures) -> EncodedGallery:
        """Simulate structures and keep what patterns are compared with.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The structures.

        Returns
        -------
        EncodedGallery
            One entry for each.
        """
        return self._compared().gallery(structures)

    def encode_queries(self, patterns: Patterns) -> Any:
        """Make of patterns what is compared.

        Parameters
        ----------
        patterns : list
            Patterns or scans.

        Returns
        -------
        sequence
            One row for each.
        """
        compared = self._compared()
        if not compared.reads(self.index_.sample):
            raise ValueError(
                "A gallery is searched by the comparison that it was encoded for, got another one, "
                f"comparison={self.comparison!r} with the geometry {self.simulator_.geometry!r}; "
                "call set_gallery once more, or set the parameters back."
            )
        return compared.queries(patterns)

    def log_prior(self, distances: NDArray[Any]) -> NDArray[Any]:
        """Turn distances into log probabilities, up to a constant for each query.

        They are log odds where the orientation is not known. A cosine of powder profiles forgives
        texture and bad intensities, which no refinement can mend: a distance of 1 is worth 75.
        Other distances say nothing.

        Parameters
        ----------
        distances : ndarray of shape (n_queries, n_neighbors)
            As from `kneighbors`.

        Returns
        -------
        ndarray of the same shape
            Log probabilities.
        """
        if self.orientation == "unknown":
            return -distances
        if self.simulator_.geometry == "powder":
            return -PROFILE_WEIGHT * distances
        return super().log_prior(distances)

    def _compared(self):
        """Build what compares, for the simulator's geometry."""
        simulator = self.simulator_
        check_orientation(self)
        if self.orientation == "unknown":
            return _comparison.TurnedSpots(simulator, self.scale_error)
        geometry = geometry_of(simulator)
        comparison = self._comparison(simulator.geometry, geometry.comparisons)
        return comparison()(simulator, self._transformer(geometry.transformer()))

    def _comparison(self, name, suits):
        if self.comparison not in ["auto", *ALL_COMPARISONS]:
            raise ValueError(
                f"comparison must be one of 'auto', {', '.join(map(repr, ALL_COMPARISONS))}, got "
                f"{self.comparison!r}; pick one."
            )
        if self.comparison not in ["auto", *suits]:
            raise ValueError(
                f"comparison={self.comparison!r} is not for the geometry {name!r}, "
                f"which has {', '.join(map(repr, suits))}; pick another or take 'auto'."
            )
        return next(iter(suits.values())) if self.comparison == "auto" else suits[self.comparison]


def check_orientation(matcher):
    """Check the parameters that say how patterns lie in the frame of the gallery."""
    orientation, scale_error = matcher.orientation, matcher.scale_error
    if orientation not in ORIENTATIONS:
        raise ValueError(
            f"orientation must be 'known' or 'unknown', got {orientation!r}; pick one."
        )
    if not isinstance(scale_error, Real) or not 0 <= scale_error < LARGEST_SCALE_ERROR:
        raise ValueError(
            f"scale_error must lie between 0 and {LARGEST_SCALE_ERROR}, got {scale_error!r}; "
            "0.03 is three percent."
        )
    if orientation == "known":
        return
    if matcher.simulator_.geometry != "zone_axis":
        raise ValueError(
            'orientation="unknown" is one of spots, got a simulator with the geometry '
            f"{matcher.simulator_.geometry!r}; leave orientation out, powders have none."
        )
    if matcher.comparison not in ("auto", "likelihood"):
        raise ValueError(
            "Patterns of unknown orientation are compared by their likelihood, got comparison="
            f"{matcher.comparison!r}; take 'auto'."
        )
