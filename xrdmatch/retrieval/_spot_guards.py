"""Checks of spot queries: frame, unit, radiation and distance to the gallery."""

import warnings

import numpy as np
from scipy.spatial import KDTree

from xrdmatch.crystallography import DiffractionPattern, as_radiation
from xrdmatch.preprocessing import DomainWarning

LARGEST_Q = 20.0  # [1/Å] no spot is recorded so far out
FAR_BEYOND = 5.0  # times the simulator's q_max: 2 pi is more
# [1/Å] Neighbouring spots of no crystal are farther apart: those of diamond along [0 1 2] are 1.12.
WIDEST_SPACING = 1.2
FEWEST_SPOTS = 6  # with fewer, spots between those that are there may just be missing
FEW = 0.1  # share of spots nearer to 0 than their neighbours are: dirt
# [1/Å^2] Area for one spot: graphene's is 0.19, 0.26 with spots missing; times (2 pi)^2, that of a
# cell of 40 Å^2 is 1.
WIDEST_AREA = 1.0
REACH = 0.9  # share of the spots in the circle whose area is measured: a single far one is dirt
SAME = 0.03  # of the circle's radius: spots nearer to -q are mates
MATES = 0.2  # [1/Å] spots that are nearer to -q than this are of one pair, or dirt


def check_spot_queries(retriever, patterns):
    """Refuse queries in another frame or unit than the gallery's, and warn of unlikely units.

    Parameters
    ----------
    retriever : StructureRetriever
        Who is asked. Nothing is checked where its simulator is not one of spots.
    patterns : list
        Patterns as they were given. Pictures are not looked at.

    Raises
    ------
    ValueError
        If a pattern is of unknown orientation and the retriever's ``orientation`` is not
        ``"unknown"``, if its q is in pixels, if all its intensities are 0, or if an array has
        logarithms for intensities.

    Warns
    -----
    DomainWarning
        If q looks like pixels, or as if it had 2 pi in it.
    """
    simulator = retriever.simulator_
    if simulator.geometry != "zone_axis":
        return
    for i, pattern in enumerate(patterns):
        if isinstance(pattern, DiffractionPattern):
            _check_frame(pattern, retriever, i)
            if (
                getattr(retriever, "orientation", "known") == "known"
            ):  # else each is looked at alone
                _check_strength(pattern, i)
    found = {i: q for i, q in enumerate(map(_positions, patterns)) if q is not None}
    far = _warn_of_far_spots({i: _largest(q) for i, q in found.items()}, simulator.q_max or np.inf)
    near = {i: q for i, q in found.items() if i not in far}
    wide = _warn_of_wide_spacing({i: _spacing(q) for i, q in near.items()})
    _warn_of_wide_area({i: _area(q) for i, q in near.items() if i not in wide})


def _check_strength(pattern, i):
    if not pattern.intensity.any():
        raise ValueError(
            f"A pattern has at least one spot with an intensity above 0, got none in pattern {i}; "
            "read the column that has the intensities."
        )


def warn_of_mismatch(retriever, patterns, queries, owners, distances):
    """Warn of spots of another radiation, and of those that lie where the gallery has none.

    Parameters
    ----------
    retriever : StructureRetriever
        Who was asked.
    patterns : list
        Patterns as they were given.
    queries : sequence
        Patterns as they were compared with the gallery.
    owners : ndarray of shape (n_patterns,)
        Numbers of the queries that they belong to.
    distances : ndarray of shape (n_queries, n_neighbors)
        What was found.

    Warns
    -----
    DomainWarning
        One for each of the two, of all patterns.
    """
    simulator = retriever.simulator_
    if simulator.geometry == "zone_axis":
        _warn_of_radiation(patterns, simulator)
        _warn_of_unpaired(retriever.index_.encoded, queries, owners, distances)


def _warn_of_unpaired(encoded, queries, owners, distances):
    far = np.isfinite(distances[:, 0]) & (distances[:, 0] >= encoded.out_of_reach)
    unpaired = [i for i in np.flatnonzero(far[owners]) if not encoded.reaches(queries[i])]
    if unpaired:
        _warn(
            f"No spot of {_named(unpaired)} lies where the gallery has any: is q in 1/Å, without "
            "2 pi, and in the gallery's frame?"
        )


def _check_frame(pattern, retriever, i):
    name = type(retriever).__name__
    if pattern.unit == "pixel":
        raise ValueError(
            f"{name} compares spots whose q is in 1/Å, got pattern {i} in pixels; divide "
            "its q by the picture's scale, in pixels for 1/Å, or read the picture with "
            "read_image(path, scale=...)."
        )
    if pattern.orientation == "unknown" and getattr(retriever, "orientation", "known") == "known":
        raise ValueError(
            f"{name} compares patterns in the gallery's own frame, got pattern {i} of unknown "
            'orientation; ask PatternMatcher(orientation="unknown").'
        )


def _positions(item):
    """Positions of spots, (n_spots, 2); None where there are no such, or only a picture."""
    if isinstance(item, DiffractionPattern):
        return item.q if item.n_dimensions == 2 else None
    if not (isinstance(item, np.ndarray) and item.dtype.kind in "fiu" and item.shape[1:] == (3,)):
        return None
    if (item[:, 2] < 0).any() and not (item[:, 2] > 0).any():
        raise ValueError(
            "Rows of a pattern are q_x, q_y and intensity, got negative numbers only in the third "
            "column; pass intensities, not the logarithms that PatternPointCloud gives."
        )
    return item[:, :2] if len(item) else None


def _largest(q):
    return np.linalg.norm(q, axis=1).max()


def _spacing(q):
    """Typical distance of a spot from the nearest other one [1/Å]; 0 where that says nothing."""
    inner = np.sort(np.linalg.norm(q, axis=1))[int(FEW * len(q))]
    if len(q) < FEWEST_SPOTS or not inner > WIDEST_SPACING:  # most patterns are done with here
        return 0.0
    # A pattern may hold one spot of each pair or both: of the nearest two among all spots and their
    # mirror images, the first may be the image of the spot's own mate.
    gaps, _ = KDTree(np.concatenate([q, -q])).query(q, k=3)
    return np.median(np.where(gaps[:, 1] > MATES, gaps[:, 1], gaps[:, 2]))


def _area(q):
    """Area for one spot [1/Å^2], mates counted as two; 0 where that says nothing."""
    if len(q) < FEWEST_SPOTS:
        return 0.0
    radius = np.quantile(np.linalg.norm(q, axis=1), REACH)
    gaps, _ = KDTree(-q).query(q)
    alone = (gaps > SAME * radius).mean()
    return np.pi * radius**2 / (REACH * len(q) * (1 + alone))


def _warn_of_far_spots(largest, q_max):
    """Return the numbers of the patterns that are warned of."""
    limit = min(LARGEST_Q, FAR_BEYOND * q_max)
    far = [i for i, q in largest.items() if q > limit]
    if far:
        _warn(
            f"q is 1/d in 1/Å, without 2 pi, got {_named(far)} with spots as far out as "
            f"{largest[far[0]]:.3g}, beyond {limit:.3g}: is it in pixels, or times 2 pi?"
        )
    return far


def _warn_of_wide_spacing(spacing):
    wide = [i for i, gap in spacing.items() if gap > WIDEST_SPACING]
    if wide:
        _warn(
            f"Neighbouring spots of a crystal are less than {WIDEST_SPACING} 1/Å apart, got "
            f"{spacing[wide[0]]:.3g} in {_named(wide)}: is q 1/d in 1/Å, without 2 pi?"
        )
    return wide


def _warn_of_wide_area(area):
    wide = [i for i, value in area.items() if value > WIDEST_AREA]
    if wide:
        _warn(
            f"Spots of a crystal are denser than one in {WIDEST_AREA} 1/Å^2, got one in "
            f"{area[wide[0]]:.3g} in {_named(wide)}: is q 1/d in 1/Å, without 2 pi?"
        )


def _warn_of_radiation(patterns, simulator):
    own = as_radiation(simulator.radiation, simulator.wavelength).kind
    kinds = [getattr(getattr(pattern, "radiation", None), "kind", own) for pattern in patterns]
    others = [i for i, kind in enumerate(kinds) if kind != own]
    if others:
        kind = kinds[others[0]]
        _warn(
            f"The gallery's spots are simulated for {own} radiation, got {_named(others)} of "
            f"{kind}; take DiffractionSimulator(radiation={kind!r})."
        )


def _named(positions):
    """Name patterns by their places: the first, and how many more."""
    more = f" and {len(positions) - 1} more" if len(positions) > 1 else ""
    return f"pattern {positions[0]}{more}"


def _warn(text):
    warnings.warn(text, DomainWarning, stacklevel=5)
