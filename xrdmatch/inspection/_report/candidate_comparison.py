"""Where two candidates differ, and which of them is right there."""

from typing import NamedTuple

import numpy as np

WIDTH = 0.6  # [degrees] of an interval that is judged
N_PLACES = 3


class DifferingPlace(NamedTuple):
    """An interval where the calculated profiles of two candidates differ.

    Parameters
    ----------
    low, high : float
        Its ends [degrees].
    first, second : float
        Mean squared misfit of each candidate there, in units of the counting variance.
    """

    low: float
    high: float
    first: float
    second: float


def differing_places(x, observed, first, second, n_places=N_PLACES):
    """Find the intervals where two calculated profiles differ most.

    Parameters
    ----------
    x : ndarray of shape (n_points,)
        Angles [degrees].
    observed, first, second : ndarray of shape (n_points,)
        Counts, and those calculated of either candidate.
    n_places : int, default=3
        At most so many intervals.

    Returns
    -------
    list of DifferingPlace
        In the order of how much the profiles differ there, in units of the counting error.
    """
    sigma = np.sqrt(np.maximum(observed, 1.0))
    interval = ((x - x[0]) / WIDTH).astype(int)
    numbers = np.maximum(np.bincount(interval), 1)
    apart, misfit_1, misfit_2 = (
        np.bincount(interval, (difference / sigma) ** 2) / numbers
        for difference in (first - second, observed - first, observed - second)
    )
    best = np.argsort(-apart, kind="stable")[:n_places]
    return [
        DifferingPlace(*(x[0] + WIDTH * np.array([i, i + 1])), misfit_1[i], misfit_2[i])
        for i in best[apart[best] > 0]
    ]


def place_in_words(place, names):
    """Say which of two candidates fits an interval.

    Parameters
    ----------
    place : DifferingPlace
        The interval.
    names : tuple of two str
        What the candidates are called.

    Returns
    -------
    str
        A sentence.
    """
    misfits = place.first, place.second
    better = int(np.argmin(misfits))
    return (
        f"{place.low:.1f} to {place.high:.1f} degrees: {names[better]} fits better, with a mean "
        f"squared misfit of {misfits[better]:.1f} times the counting variance against "
        f"{misfits[1 - better]:.1f}."
    )
