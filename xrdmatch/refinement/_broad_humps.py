"""Broad humps of a scan: what is amorphous, or crystals too small for lines of their own."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

WIDTHS = (2.0, 3.0, 4.5, 6.5, 9.0)  # full widths at half maximum [degrees]; wider ones: background
APART = 0.25  # of its width that the next hump is away
TO_EXPONENT = 4 * np.log(2)
NEW = 0.1  # of a hump's length that the background and the phases must leave


class BroadHump(NamedTuple):
    """A Gaussian of fixed place and width.

    Parameters
    ----------
    two_theta, fwhm : float
        Place and full width at half maximum [degrees].
    gain : float
        Log odds that the scan's fit gains by it, less the logarithm of the number of humps that
        were tried.

    See Also
    --------
    best_hump : Find the hump that explains most of what is left of a scan.
    with_hump : Give the background of a scan one more column.
    """

    two_theta: float
    fwhm: float
    gain: float = 0.0

    def curve(self, two_theta):
        """Its height at some angles, 1 at the top."""
        return np.exp(-TO_EXPONENT * ((two_theta - self.two_theta) / self.fwhm) ** 2)


def best_hump(query, fit=None):
    """Find the hump that explains most of what is left of a scan.

    Phases stay where they stand but for their scales.

    Parameters
    ----------
    query : ScanQuery
        The scan.
    fit : MixtureFit, default=None
        Its phases.

    Returns
    -------
    BroadHump or None
        The best; None where none has counts above the background.

    See Also
    --------
    BroadHump : A Gaussian of fixed place and width.
    with_hump : Give the background of a scan one more column.
    """
    tried = _humps(query)
    known = query.background
    if fit is not None and len(fit.phases):
        known = np.column_stack([known, (fit.profile * query.weight)[fit.scale > 0].T])
    known = np.linalg.qr(known)[0].astype(np.float32)
    angles = query.two_theta.astype(np.float32)
    rows = np.array([hump.curve(angles) for hump in tried]) * query.weight
    lengths = np.linalg.norm(rows, axis=1)
    rows -= (rows @ known) @ known.T
    free = np.linalg.norm(rows, axis=1)
    left = query.target - known @ (known.T @ query.target)
    heights = rows @ left / np.maximum(free, np.finfo(float).tiny)
    heights[free < NEW * lengths] = 0.0
    best = int(np.argmax(heights))
    if heights[best] <= 0:
        return None
    return tried[best]._replace(
        gain=float(query.share * heights[best] ** 2 / 2 - np.log(len(tried)))
    )


def with_hump(queries, hump):
    """Give the background of a scan one more column.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`.
    hump : BroadHump
        What may be in it.

    Returns
    -------
    tuple of ScanQuery
        In which nothing along the hump counts.

    See Also
    --------
    best_hump : Find the hump that explains most of what is left of a scan.
    hump_counts : Fit the heights of humps, and add them up.
    """
    return tuple(_with_column(query, hump.curve(query.two_theta)) for query in queries)


def hump_counts(query, humps, profile):
    """Fit the heights of humps, and add them up.

    Parameters
    ----------
    query : ScanQuery
        The scan without humps.
    humps : list of BroadHump
        What is in it.
    profile : MixtureProfile
        What was calculated of the phases.

    Returns
    -------
    ndarray of shape (n_points,)
        The counts, at least 0.

    See Also
    --------
    best_hump : Find the hump that explains most of what is left of a scan.
    with_hump : Give the background of a scan one more column.
    """
    if not humps:
        return np.zeros(len(query.two_theta))
    curves = np.array([hump.curve(query.two_theta) for hump in humps])
    columns = np.column_stack([query.background, (curves * query.weight).T]).astype(float)
    rest = query.observed - query.baseline - profile.phases.sum(0)
    heights = np.linalg.lstsq(columns, query.weight * rest)[0][-len(humps) :]
    return np.maximum(heights @ curves, 0.0)


def _humps(query):
    first, last = query.two_theta[[0, -1]]
    return [
        BroadHump(float(center), width)
        for width in WIDTHS
        for center in np.arange(first, last, APART * width)
    ]


def _with_column(query, curve):
    columns = np.column_stack([query.background, curve * query.weight])
    background = np.linalg.qr(columns)[0].astype(np.float32)
    target = query.target - background @ (background.T @ query.target)
    return replace(query, background=background, target=target)
