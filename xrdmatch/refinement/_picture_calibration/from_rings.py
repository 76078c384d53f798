"""Scale, centre and ellipse of a picture from the rings of a known powder."""

import numpy as np

from xrdmatch.preprocessing import polar_profiles
from xrdmatch.refinement._picture_calibration.ring_scale import (
    fit_rings,
    ring_profile,
    ring_scale,
    sector_stretch,
)
from xrdmatch.simulation import DiffractionSimulator

_WAVELENGTH = 0.02508  # [Å] of 200 kV electrons; lines hardly depend on it
_Q_MAX = 2.2  # [1/Å] of the lines that are computed
_WEAKEST = 0.01  # of the strongest: weaker lines are left out
_ROUNDS = 4
_WITHIN = 0.3  # of the first ring: the fit begins there inside of it
_ENOUGH = 5  # sectors for an ellipse and a centre
_SEEN = 0.02  # of the highest ring: lines that are reported as used


def calibrate_by_rings(picture, structure, known=None, centre=None):
    """Fit a powder's lines to the rings of a picture.

    Parameters
    ----------
    picture : Picture
        The picture.
    structure : Structure
        The powder's.
    known : (float, float), optional
        Range in which the scale is [pixel Å].
    centre : array-like of shape (2,), optional
        Column and row from which to start.

    Returns
    -------
    dict
        Fields of `PictureCalibration`.

    Raises
    ------
    ValueError
        If the picture has no rings, or none of the structure.
    """
    lines, hkl = _lines(structure)
    q = lines[:, 0]
    distortion = np.eye(2)
    for number in range(_ROUNDS):
        profiles = polar_profiles(picture, centre, distortion)
        centre = profiles.centre
        if not number:
            rings = _checked(profiles.rings)
            start = rings[0] * (1 - _WITHIN)
            stop = profiles.radius[np.isfinite(profiles.profile).mean(0) > 1 / 3].max()
        radius, values = ring_profile(profiles, start, stop)
        if not number:
            scale, width = ring_scale(radius, values, lines, rings, known)
        else:
            near = (scale * 0.98, scale * 1.02)
            scale, width = ring_scale(radius, values, lines, scale * q, near)
        _, heights = fit_rings(radius, values, q, scale, width)
        stretch = sector_stretch(profiles, q, heights, scale, width, start, stop)
        middle = (heights * q).sum() / heights.sum() * scale  # radius of most light
        mean, ellipse, shift, left, sigma = _directions(profiles.angle, *stretch, middle)
        distortion = distortion @ (np.eye(2) + ellipse)
        distortion = distortion / np.sqrt(np.linalg.det(distortion))
        centre = centre + shift * [1.0, -1.0]
    scale = scale * (1 + mean)
    used = (heights > _SEEN * heights.max()) & (scale * q > start) & (scale * q < stop)
    return {
        "scale": float(scale),
        "scale_sigma": float(scale * np.hypot(sigma, _drift(radius, values, q, scale, width))),
        "distortion": (distortion + distortion.T) / 2,
        "centre": centre,
        "hkl": hkl[used],
        "residual": float(left * middle),
        "source": "rings",
    }


def _lines(structure):
    """List q [1/Å] with intensities, and hkl, of the powder lines that are not weak."""
    simulator = DiffractionSimulator("powder", "electron", wavelength=_WAVELENGTH, q_max=_Q_MAX)
    (pattern,) = simulator.transform([structure])
    strong = pattern.intensity > _WEAKEST * pattern.intensity.max()
    return np.column_stack([pattern.q[strong, 0], pattern.intensity[strong]]), pattern.hkl[strong]


def _checked(rings):
    if not len(rings):
        raise ValueError(
            "it shows no rings; give uvw where it shows the spots of one crystal, or centre where "
            "the rings are around a beam that is hidden."
        )
    return rings


def _directions(angle, stretch, error, middle):
    """Split stretches by direction into mean, ellipse, shift of the centre and the rest."""
    use = np.isfinite(stretch) & np.isfinite(error) & (error > 0)
    if use.sum() < _ENOUGH:
        raise ValueError(
            f"its rings can be followed in {int(use.sum())} of {len(use)} directions only; "
            "calibrate by a picture that shows more of them."
        )
    angle, stretch = angle[use], stretch[use]
    weight = 1 / np.maximum(error[use], np.median(error[use]))
    design = np.column_stack(
        [
            np.ones(len(angle)),
            np.cos(2 * angle),
            np.sin(2 * angle),
            np.cos(angle) / middle,
            np.sin(angle) / middle,
        ]
    )
    weighted = design * weight[:, None]
    solved, *_ = np.linalg.lstsq(weighted, stretch * weight, rcond=None)
    mean, e1, e2, dx, dy = solved
    left = np.sqrt(((stretch - design @ solved) ** 2).sum() / max(len(angle) - 5, 1))
    sigma = left * np.sqrt(np.linalg.inv(design.T @ design)[0, 0])
    return mean, np.array([[e1, e2], [e2, -e1]]), np.array([dx, dy]), left, sigma


def _drift(radius, values, q, scale, width):
    """Relative difference of the scales from the inner and the outer rings, halved."""
    inside = q[(scale * q > radius[0]) & (scale * q < radius[-1])]
    if len(inside) < 4:
        return 0.0
    cut = scale * np.sqrt(inside[0] * inside[-1])
    found = []
    for part in (radius < cut, radius >= cut):
        tried = scale * np.linspace(0.97, 1.03, 31)
        losses = [fit_rings(radius[part], values[part], q, s, width)[0] for s in tried]
        found.append(tried[int(np.argmin(losses))])
    return abs(found[1] - found[0]) / scale / 2
