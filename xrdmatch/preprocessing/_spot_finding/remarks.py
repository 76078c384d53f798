"""Remarks on doubtful pictures of spots."""

import numpy as np

_EQUAL = 5  # pixels at the largest value: a detector that is full
_SATURATED = 3  # the same, in one spot


def remarks_on(picture, pixels, shadow, detected, beam, rings):
    """Write what was left out and what may mislead.

    Parameters
    ----------
    picture : Picture
        As it came.
    pixels : Pixels
        As it was cleaned.
    shadow : ndarray of bool
        Of the beam stop.
    detected : Detected
        Spots.
    beam : DirectBeam or None
        The direct beam.
    rings : ndarray of shape (n_rings,)
        Radii [pixels].

    Returns
    -------
    list of str
        Sentences.
    """
    found = []
    if pixels.n_hot:
        found.append(f"{pixels.n_hot} pixels that stand out alone were left out.")
    if detected.n_blocks:
        found.append(f"{detected.n_blocks} blocks of pixels with sharp edges are no spots.")
    if shadow.any():
        found.append(f"A beam stop hides {100 * shadow.mean():.0f} % of the picture.")
    if len(rings):
        radii = ", ".join(f"{radius:.0f}" for radius in rings)
        found.append(f"There are rings as well, of radii {radii} pixels.")
    return found + _of_counts(picture, detected, beam)


def _of_counts(picture, detected, beam):
    found = []
    if picture.metadata.get("logarithmic") or (
        picture.metadata.get("logarithmic") is None and False
    ):
        found.append("The counts are said to be logarithms, so intensities are none.")
    n_full = _n_saturated(picture.counts, detected, beam)
    if n_full:
        found.append(
            f"{n_full} spots are saturated at {np.nanmax(picture.counts):g}: they are stronger "
            "than their intensities say."
        )
    return found


def _n_saturated(counts, detected, beam):
    """Count the spots several of whose pixels have the picture's largest value."""
    rows, columns = np.nonzero(counts == np.nanmax(counts))
    if len(rows) < _EQUAL:
        return 0
    full = np.column_stack([columns, rows])
    spots = detected.gaussians
    near = np.linalg.norm(spots.places[:, None] - full, axis=2) < 2 * spots.width[:, None]
    return int((near.sum(1) >= _SATURATED).sum())
