"""Where in a gallery the crystals of measured patterns are."""

import numpy as np

from xrdmatch.retrieval._queries import check_lengths


def positions_of(labels, patterns, classes):
    """Find labels in a gallery.

    Parameters
    ----------
    labels : sequence
        One for each pattern.
    patterns : list
        The patterns.
    classes : ndarray of shape (n_gallery,)
        Labels of the gallery.

    Returns
    -------
    ndarray of int, shape (n_patterns,)
        Positions, the first where a label stands twice.

    Raises
    ------
    ValueError
        If a label is not among them, or the two are not equally many.
    """
    if labels is None:
        raise ValueError(
            "Measured patterns calibrate with the label of each one's crystal, got none; pass "
            "labels, or leave the patterns out to simulate them."
        )
    check_lengths(labels, patterns)
    places = {label: at for at, label in reversed(list(enumerate(classes.tolist())))}
    missing = [label for label in labels if label not in places]
    if missing:
        raise ValueError(
            "A calibration is of patterns whose crystals are in the gallery, got "
            f"{', '.join(map(repr, missing[:3]))}{' and more' * (len(missing) > 3)}, which "
            "is no label of it; add the structures, or leave these patterns out."
        )
    return np.array([places[label] for label in labels])
