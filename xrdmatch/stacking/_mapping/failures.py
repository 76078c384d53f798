"""Windows without an answer, and why."""

import numpy as np

FAINT = 0.6  # of the usual strength: with less, a layer of two is missing
UNSURE = 0.5  # [Å] standard deviation of a place that says nothing


def find_failures(reading, tiles, known):
    """Say which windows have no answer.

    Parameters
    ----------
    reading : Reading
        Layers of the windows.
    tiles : Tiling
        Blocks and windows.
    known : ndarray of bool, shape (height, width)
        Where the image has values.

    Returns
    -------
    dict of (int, int) to str
        Reasons, by row and column of the window.
    """
    usual = _usual_strength(reading)
    spread = np.sqrt(np.trace(reading.covariance, axis1=-2, axis2=-1) / reading.places.shape[2])
    found = {}
    for window in np.ndindex(reading.kind.shape):
        reason = _reason(window, reading.scale / usual, spread, _part(window, tiles, known))
        if reason:
            found[window] = reason
    return found


def _usual_strength(reading):
    """Scale of the windows that are explained best, half of all."""
    return np.median(reading.scale[reading.residual <= np.median(reading.residual)])


def _part(window, tiles, known):
    rows, columns = (
        slice(
            i * tiles.stride * tiles.n_pixels,
            (i * tiles.stride + tiles.per_window) * tiles.n_pixels,
        )
        for i in window
    )
    return known[rows, columns]


def _reason(window, strength, spread, known):
    if not known.all():
        share = 100 * (1 - known.mean())
        return (
            f"A window must be finite, got {share:.2g} % of its pixels that are not; cut the image "
            "there, or fill them."
        )
    if not strength[window] >= FAINT:
        return (
            f"A window must show all layers, got them at {100 * strength[window]:.0f} % of their "
            "usual strength: a layer is missing here, or all are."
        )
    if not spread[window] < UNSURE:
        return (
            f"Places must be surer than {UNSURE} Å, got {spread[window]:.2f} Å; take larger "
            "windows."
        )
    return ""
