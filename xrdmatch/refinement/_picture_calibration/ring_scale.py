"""The scale of a picture from the rings of a known powder."""

import numpy as np
from scipy.optimize import minimize_scalar, nnls

_FEWEST = 12  # radii of a profile that is fitted
_DEGREE = 5  # of the polynomial that the background is
_STEEPNESS = 1.5  # power of the radius by which profiles are multiplied
_WIDTHS = np.array([1.2, 1.8, 2.7, 4.0])  # [pixels] standard deviations of rings that are tried
_NEAR = 0.06  # relative; a hypothesis is refined within this
_MOST = 0.6  # of the rings have to be lines
_OFFSETS = np.linspace(-0.03, 0.03, 7)  # radii of rings are known in whole pixels
_CLEARLY = 25  # lines by which the best scale is better than others
_LEAST = 0.3  # of the picture: the lines that are known fill as much
_STRONG = 0.3  # of the strongest line in range
_SEEN = 0.05  # of the highest ring
_LIKE = 10  # lines that intensities are worth which are those of a powder without texture
_BEAM = 0.4  # of the first radius: from there on a ring inside of it would be seen
_MISSING = 4  # lines that a strong line costs which is not seen
_STEPS = 41


def ring_profile(profiles, start, stop):
    """Median over sectors where most were measured, times a power of the radius.

    Parameters
    ----------
    profiles : PolarProfiles
        The picture's.
    start, stop : float
        Range of radii [pixels].

    Returns
    -------
    radius, values : ndarray of shape (n,)
        What is fitted.
    """
    known = np.isfinite(profiles.profile)
    use = (known.mean(0) > 1 / 3) & (profiles.radius >= start) & (profiles.radius <= stop)
    median = np.nanmedian(np.where(known[:, use], profiles.profile[:, use], np.nan), axis=0)
    return profiles.radius[use], median * profiles.radius[use] ** _STEEPNESS


def fit_rings(radius, values, q, scale, width):
    """Fit rings of free heights, none negative, on a smooth background.

    Returns
    -------
    loss : float
        Sum of squares that is left.
    heights : ndarray of shape (n_lines,)
        Of the rings at the lines.
    """
    places = scale * q
    inside = (places > radius[0] - 2 * width) & (places < radius[-1] + 2 * width)
    lines = np.exp(-((radius[:, None] - places[inside]) ** 2) / (2 * width**2))
    u = 2 * (radius - radius[0]) / np.ptp(radius) - 1
    smooth = np.polynomial.chebyshev.chebvander(u, _DEGREE)
    size = np.linalg.norm(values) or 1.0
    found, rest = nnls(np.hstack([lines, smooth, -smooth]), values / size, maxiter=20000)
    heights = np.zeros(len(q))
    heights[inside] = found[: inside.sum()] * size
    return rest**2, heights


def ring_scale(radius, values, lines, rings, known=None):
    """Find the scale at which a powder's lines explain a profile.

    Every ring as every line is a hypothesis. Each costs what it leaves of the profile, the number
    of lines that it puts in, and strong lines that are not seen.

    Parameters
    ----------
    radius, values : ndarray of shape (n,)
        From `ring_profile`.
    lines : ndarray of shape (n_lines, 2)
        q of the lines [1/Å] and their intensities.
    rings : ndarray of shape (n_rings,)
        Radii of the rings that stand out [pixels].
    known : (float, float), optional
        Range in which the scale is [pixel Å].

    Returns
    -------
    scale : float
        Pixels for 1/Å.
    width : float
        Standard deviation of a ring [pixels].
    """
    q = lines[:, 0]
    guesses = np.unique((rings[:, None] / q).round(1))
    low, high = known or (_LEAST * radius[-1] / q[-1], radius[-1] / q[1] if len(q) > 1 else np.inf)
    guesses = guesses[(guesses >= low * 0.97) & (guesses <= high * 1.03)]
    ranked = [
        (_cost(radius, values, lines, scale, width), scale, width)
        for guess in guesses
        if _explains(rings, guess * q)
        for scale in guess * (1 + _OFFSETS)
        for width in _WIDTHS
    ]
    if not ranked:
        raise ValueError(
            "no ring of the picture can be a line of the structure at a scale that is possible; "
            "check the structure, or give the scale that you expect."
        )
    cost, scale, width = min(ranked)
    rivals = [one for one in ranked if abs(one[1] / scale - 1) > 2 * _NEAR]
    if rivals and min(rivals)[0] < cost + _CLEARLY * np.log(len(radius)):
        raise ValueError(
            f"its rings fit {scale:.0f} and {min(rivals)[1]:.0f} pixels for 1/Å about as well; "
            "say which of them you expect."
        )
    return _refined(radius, values, q, scale, width)


def _explains(rings, places):
    """Whether most rings are near a line, and the lines are more than one."""
    gap = np.abs(rings[:, None] - places).min(1)
    return (gap < _NEAR * rings).mean() > _MOST and (places < rings.max() * (1 + _NEAR)).sum() > 1


def _cost(radius, values, lines, scale, width):
    """Bayesian information criterion of the fit, more where strong lines are missing."""
    q, intensity = lines[lines[:, 0] * scale < radius[-1] + 2 * width].T
    if not len(q):
        return np.inf
    loss, heights = fit_rings(radius, values, q, scale, width)
    inside = (q * scale > radius[0] + width) & (q * scale < radius[-1] - width)
    strong = inside & (intensity > _STRONG * intensity[inside].max(initial=0.0))
    unseen = (heights[strong] < _SEEN * heights.max()).sum()
    within = (q * scale > _BEAM * radius[0]) & (q * scale <= radius[0] + width)
    unseen += (intensity[within] > _STRONG * intensity.max()).sum()
    n = len(radius)
    alike = _likeness(heights * q ** (1 - _STEEPNESS), intensity, inside)
    return n * np.log(max(loss, 1e-12)) + (len(q) + _MISSING * unseen - _LIKE * alike) * np.log(n)


def _likeness(heights, intensity, inside):
    """Correlation of heights with those that a powder without texture has."""
    heights, intensity = heights[inside], intensity[inside]
    if len(heights) < 2 or np.ptp(heights) == 0 or np.ptp(intensity) == 0:
        return 0.0
    return float(np.corrcoef(heights, intensity)[0, 1])


def _refined(radius, values, q, scale, width):
    for _ in range(2):
        scale = minimize_scalar(
            lambda s, width=width: fit_rings(radius, values, q, s, width)[0],
            bounds=(scale * (1 - _NEAR / 2), scale * (1 + _NEAR / 2)),
            method="bounded",
        ).x
        width = minimize_scalar(
            lambda w, scale=scale: fit_rings(radius, values, q, scale, w)[0],
            bounds=(width / 1.6, width * 1.6),
            method="bounded",
        ).x
    return float(scale), float(width)


def sector_stretch(profiles, q, heights, scale, width, start, stop):
    """Measure by how much each sector is stretched against the mean.

    Returns
    -------
    stretch : ndarray of shape (n_sectors,)
        Relative; NaN where too little was measured.
    error : ndarray of shape (n_sectors,)
        Standard errors.
    """
    tried = np.linspace(-_NEAR, _NEAR, _STEPS)
    found = [
        _one_sector(profiles.radius, row, q, heights, scale, width, (start, stop), tried)
        for row in profiles.profile
    ]
    return np.array(found).T


def _one_sector(radius, row, q, heights, scale, width, span, tried):
    use = np.isfinite(row) & (radius >= span[0]) & (radius <= span[1])
    if use.sum() < max(_FEWEST, 0.5 * (span[1] - span[0])):
        return np.nan, np.nan
    radius, values = radius[use], row[use] * radius[use] ** _STEEPNESS
    u = 2 * (radius - radius[0]) / np.ptp(radius) - 1
    smooth = np.polynomial.chebyshev.chebvander(u, _DEGREE)
    losses = []
    for stretch in tried:
        places = scale * (1 + stretch) * q
        model = np.exp(-((radius[:, None] - places) ** 2) / (2 * width**2)) @ heights
        design = np.column_stack([model, smooth])
        solved, *_ = np.linalg.lstsq(design, values, rcond=None)
        losses.append(((values - design @ solved) ** 2).sum() if solved[0] > 0 else np.inf)
    return _vertex(tried, np.array(losses), len(radius))


def _vertex(tried, losses, n):
    """Vertex of the parabola at the least loss, and its standard error."""
    best = int(np.argmin(losses))
    if not 0 < best < len(tried) - 1 or not np.isfinite(losses[best - 1 : best + 2]).all():
        return np.nan, np.nan
    before, middle, after = losses[best - 1 : best + 2]
    curvature = max(before - 2 * middle + after, 1e-300)
    step = tried[1] - tried[0]
    variance = 2 * middle / max(n - _DEGREE - 2, 1) / (curvature / step**2)
    return tried[best] + step * (before - after) / (2 * curvature), np.sqrt(variance)
