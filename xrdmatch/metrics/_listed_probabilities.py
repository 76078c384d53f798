"""Probabilities of the entries that an answer lists, and of none: what they must be."""

from numbers import Integral, Real

import numpy as np

ROUNDING = 1e-6  # by which probabilities may sum up to more than 1


def checked_groups(groups, n_gallery):
    """Give groups of a gallery numbers.

    Parameters
    ----------
    groups : array-like of shape (n_gallery,) or None
        A value for each entry; if None, each is of its own.
    n_gallery : int or None
        Number of entries.

    Returns
    -------
    ndarray of int, shape (n_gallery,)
        From 0, without gaps.

    Raises
    ------
    ValueError
        If the number of entries is not known, or known twice and different.
    """
    if groups is None:
        if not isinstance(n_gallery, Integral) or n_gallery < 1:
            raise ValueError(
                "n_gallery, the number of entries in the gallery, must be known without groups, "
                f"got {n_gallery!r}; pass len(retriever.gallery_)."
            )
        return np.arange(n_gallery)
    groups = np.asarray(groups)
    if groups.ndim != 1 or not len(groups) or n_gallery not in (None, len(groups)):
        raise ValueError(
            f"groups has one value for each entry of the gallery, got shape {groups.shape} for "
            f"{'an unknown number of' if n_gallery is None else n_gallery} entries; number "
            "several columns first."
        )
    return np.unique(groups, return_inverse=True)[1]


def checked_listed(truth, probabilities, indices, n_gallery):
    """Check truths, and the probabilities of the entries listed for them.

    Parameters
    ----------
    truth : array-like of int, shape (n_queries,)
        Positions in the gallery, -1 of none.
    probabilities : array-like of shape (n_queries, k + 1)
        Of the entries listed, and last of none.
    indices : array-like of int, shape (n_queries, k)
        Positions in the gallery of the entries listed, -1 of none.
    n_gallery : int
        Number of entries.

    Returns
    -------
    truth, probabilities, indices : ndarray
        As arrays.

    Raises
    ------
    ValueError
        If they do not fit each other or the gallery.
    """
    truth, indices = np.asarray(truth), np.asarray(indices)
    probabilities = np.asarray(probabilities, dtype=float)
    _check_shapes(truth, probabilities, indices)
    for name, positions in (("truth", truth), ("indices", indices)):
        _check_positions(name, positions, n_gallery)
    _check_rows(probabilities, indices)
    return truth, probabilities, indices


def checked_floor(floor):
    """Pass on a probability above 0.

    Parameters
    ----------
    floor : float
        The probability.

    Returns
    -------
    float
        The same.

    Raises
    ------
    ValueError
        If it is none, or 0.
    """
    if not isinstance(floor, Real) or not 0 < floor <= 1:
        raise ValueError(
            f"floor is a probability above 0, got {floor!r}; 1e-6 costs 13.8 nats where it decides."
        )
    return floor


def _check_shapes(truth, probabilities, indices):
    shape = (len(truth), indices.shape[-1]) if truth.ndim == indices.ndim - 1 == 1 else None
    if shape is None or not all(shape) or indices.shape != shape:
        raise ValueError(
            "Each query has one truth and a row of at least one index, got shapes "
            f"{truth.shape} and {indices.shape}; pass those of CalibratedRetriever.probabilities."
        )
    if probabilities.shape != (shape[0], shape[1] + 1):
        raise ValueError(
            "probabilities has a column more than indices, that of a crystal that is not in the "
            f"gallery, got {probabilities.shape} for {indices.shape}; append 0 if none was given."
        )


def _check_positions(name, positions, n_gallery):
    is_whole = positions.dtype.kind in "iu"
    if not is_whole or positions.min() < -1 or positions.max() >= n_gallery:
        ends = f" from {positions.min()} to {positions.max()}" if is_whole else ""
        raise ValueError(
            f"{name} holds positions in a gallery of {n_gallery} entries, or -1 for none, got "
            f"{positions.dtype}{ends}; pass positions, not labels."
        )


def _check_rows(probabilities, indices):
    listed = np.sort(indices, axis=1)
    if ((listed[:, 1:] == listed[:, :-1]) & (listed[:, 1:] >= 0)).any():
        raise ValueError("indices lists an entry twice for one query; list each once.")
    in_range = (probabilities >= 0).all() and (probabilities.sum(1) <= 1 + ROUNDING).all()
    if not in_range or (probabilities[:, :-1][indices < 0] > 0).any():
        raise ValueError(
            "Probabilities of a query are not negative, sum up to at most 1, and are 0 where no "
            f"entry is listed, got a least one of {probabilities.min():.3g} and a largest sum of "
            f"{probabilities.sum(1).max():.3g}; pass those of CalibratedRetriever.probabilities."
        )
