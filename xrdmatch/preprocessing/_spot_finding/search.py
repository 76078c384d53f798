"""From a picture to its spots: all steps, in their order."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.beam import direct_beam
from xrdmatch.preprocessing._spot_finding.centre import find_centre
from xrdmatch.preprocessing._spot_finding.detection import detect_spots
from xrdmatch.preprocessing._spot_finding.other_lattices import other_lattices
from xrdmatch.preprocessing._spot_finding.pixels import clean_pixels
from xrdmatch.preprocessing._spot_finding.remarks import remarks_on
from xrdmatch.preprocessing._spot_finding.ring_noise import ring_noise
from xrdmatch.preprocessing._spot_finding.shadow import stop_shadow
from xrdmatch.preprocessing._spot_finding.width import spot_width

_SMALLEST = 16  # pixels of a side
_FEWEST_WITH_RINGS = 4  # spots; fewer are grains of the powder
_CHANGED = 1.15  # times: another width is worth another search


def search_spots(picture, min_significance, width=None, centre=None):
    """Find spots, centre and lattice.

    Parameters
    ----------
    picture : Picture
        The picture.
    min_significance : float
        How far spots stand out [standard deviations].
    width : float, optional
        Of a spot [pixels]; measured if None.
    centre : array-like of shape (2,), optional
        Column and row; found if None.

    Returns
    -------
    spots : Gaussians
        The strongest first.
    centre : Centre
        Of the picture.
    facts : dict
        The other fields of `FoundSpots`.

    Raises
    ------
    ValueError
        If the picture is too small, even, or shows no spot.
    """
    _check_counts(picture.counts)
    pixels = clean_pixels(picture.counts)
    shadow = stop_shadow(pixels)
    pixels = pixels.without(shadow)
    width = width or spot_width(pixels)
    if width is None:
        raise ValueError(
            "no spot stands out of the noise; check that it is a diffraction pattern, and average "
            "frames where you have several."
        )
    detected, width = _detected(pixels, width, min_significance)
    beam = direct_beam(pixels, width)
    rings, noise = ring_noise(pixels, width, detected.gaussians, beam, centre)
    if len(rings):
        detected = detect_spots(pixels, width, min_significance, noise)
    everything = detected
    detected = _without_beam(everything, beam, centre, width)
    _check_any(detected, rings)
    found = find_centre(pixels, shadow, detected.gaussians, width, beam, centre)
    if found is None:  # what was taken for the direct beam is a spot
        beam, detected = None, _without_beam(everything, None, centre, width)
        found = find_centre(pixels, shadow, detected.gaussians, width, None, centre)
    spots = detected.gaussians
    others, moreover = other_lattices(spots.places, found, width)
    remarks = remarks_on(picture, pixels, shadow, detected, beam, rings)
    facts = {"width": width, "rings": rings, "n_lattices": others}
    facts["remarks"] = (*found.remarks, *moreover, *remarks)
    return spots, found, facts | _of_lattice(found)


def _check_counts(counts):
    if min(counts.shape) < _SMALLEST:
        raise ValueError(
            f"spots are sought in pictures of at least {_SMALLEST} pixels a side, got "
            f"{counts.shape[0]} x {counts.shape[1]}; take the whole frame."
        )
    if np.nanmin(counts) == np.nanmax(counts):
        raise ValueError(
            f"a picture of spots has pixels that differ, got {np.nanmin(counts):g} everywhere; "
            "check the file and its channel."
        )


def _detected(pixels, width, min_significance):
    """Detect with the filter's width, and again with that of the fits where it differs."""
    detected = detect_spots(pixels, width, min_significance)
    if len(detected.significance):
        fitted = float(np.median(detected.gaussians.width))
        if max(fitted / width, width / fitted) > _CHANGED:
            return detect_spots(pixels, fitted, min_significance), fitted
    return detected, width


def _without_beam(detected, beam, centre, width):
    """Strongest first, without what belongs to the direct beam."""
    places = detected.gaussians.places
    keep = np.ones(len(places), bool)
    if beam is not None:
        keep &= np.linalg.norm(places - beam.place, axis=1) > beam.reach
    if centre is not None:
        keep &= np.linalg.norm(places - np.asarray(centre, float), axis=1) > 2 * width
    order = np.argsort(-detected.gaussians.volume, kind="stable")
    return detected.chosen(order[keep[order]])


def _check_any(detected, rings):
    n_spots = len(detected.significance)
    if n_spots < _FEWEST_WITH_RINGS and len(rings):
        radii = ", ".join(f"{radius:.0f}" for radius in rings)
        raise ValueError(
            f"it shows rings, of radii {radii} pixels, and {n_spots or 'no'} spots; it is a "
            "powder's: calibrate by it with xrdmatch.refinement.calibrate_picture."
        )
    if n_spots:
        return
    raise ValueError(
        "nothing that stands out of the noise has the shape of a spot; lower min_significance, or "
        "check that it is a diffraction pattern."
    )


def _of_lattice(found):
    if found.lattice is None:
        return {}
    lattice = found.lattice
    return {
        "lattice": lattice.basis,
        "indices": lattice.indices,
        "is_on_lattice": lattice.is_on,
    }
