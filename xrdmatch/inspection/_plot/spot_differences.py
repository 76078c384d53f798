"""Spots that two patterns do not share, or that differ much in strength."""

import numpy as np
from scipy.spatial import cKDTree

FACTOR = 4.0  # intensities that differ by more stand out
WEAK = 0.03  # of the strongest spot: whether weaker ones are there decides nothing
NEAR = 0.45  # of the usual gap: spots further apart are different ones
COLOUR = "#D55E00"


def differing_spots(query, candidate, gap):
    """Find the spots that speak against a candidate.

    Parameters
    ----------
    query, candidate : DiffractionPattern
        Spots of a zero layer.
    gap : float
        Usual distance of neighbouring spots of the query [1/Å].

    Returns
    -------
    ndarray of shape (n_spots, 2)
        Where they are [1/Å]: places at which only one of the patterns has a spot, or both have
        with intensities that differ by more than a factor of four, each in units of its
        pattern's strongest. Spots below 3 % of the strongest in both are left out.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.inspection._plot.spot_differences import differing_spots
    >>> q = np.array([[0.3, 0.0], [0.0, 0.4], [0.5, 0.5]])
    >>> query = DiffractionPattern(q, np.array([1.0, 0.5, 0.2]))
    >>> candidate = DiffractionPattern(q[:2], np.array([9.0, 1.0]))
    >>> differing_spots(query, candidate, gap=0.4)
    array([[0. , 0.4],
           [0.5, 0.5]])
    """
    own, others = _relative(query), _relative(candidate)
    apart, at = cKDTree(candidate.q).query(query.q)
    paired = apart < NEAR * gap
    partner = np.where(paired, others[at], 0.0)
    alone = np.setdiff1d(np.arange(len(others)), at[paired])
    stands_out = _differ(own, partner)
    return np.vstack([query.q[stands_out], candidate.q[alone][others[alone] > WEAK]])


def _relative(pattern):
    strongest = pattern.intensity.max()
    return pattern.intensity / (strongest if strongest > 0 else 1.0)


def _differ(first, second):
    weaker, stronger = np.minimum(first, second), np.maximum(first, second)
    return (stronger > WEAK) & (stronger > FACTOR * weaker)


def ring_spots(ax, places, gap):
    """Draw a ring around each of some places.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    places : ndarray of shape (n, 2)
        Their middles [1/Å].
    gap : float
        Usual distance of neighbouring spots [1/Å].

    Returns
    -------
    matplotlib.collections.PatchCollection
        The rings.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle

    rings = PatchCollection(
        [Circle(place, 0.45 * gap) for place in places],
        facecolor="none", edgecolor=COLOUR, linewidth=1.0, label="differs",
    )  # fmt: skip
    return ax.add_collection(rings, autolim=False)
