"""Answers with confidence and correctness, as input of calibration metrics."""

import numpy as np


def checked_answers(correct, confidence):
    """Check answers and how sure each is said to be.

    Parameters
    ----------
    correct : array-like of shape (n_queries,)
        True or 1 where the answer is right, False or 0 where not.
    confidence : array-like of shape (n_queries,)
        Finite numbers.

    Returns
    -------
    correct, confidence : ndarray of float, shape (n_queries,)
        Both as numbers.

    Raises
    ------
    ValueError
        If there is no query, the lengths differ, or a value is not of these.
    """
    correct, confidence = np.asarray(correct), np.asarray(confidence, dtype=float)
    if correct.ndim != 1 or not len(correct) or confidence.shape != correct.shape:
        raise ValueError(
            "Each query has one answer, right or not, and one confidence, got arrays of shape "
            f"{correct.shape} and {confidence.shape}; pass them in pairs."
        )
    if not np.isin(correct, (0, 1)).all():
        raise ValueError(
            f"correct holds True or False, got {_first(correct, ~np.isin(correct, (0, 1)))!r}; "
            "compare the answers with the truth."
        )
    if not np.isfinite(confidence).all():
        raise ValueError(
            f"confidence must be finite, got {_first(confidence, ~np.isfinite(confidence))!r}; "
            "leave out queries without an answer, or count them as wrong with 0."
        )
    return correct.astype(float), confidence


def check_probabilities(confidence):
    """Refuse confidences that are no probabilities.

    Parameters
    ----------
    confidence : ndarray of float, shape (n_queries,)
        Finite numbers.

    Raises
    ------
    ValueError
        If one lies outside 0 and 1.
    """
    outside = (confidence < 0) | (confidence > 1)
    if outside.any():
        raise ValueError(
            f"confidence lies between 0 and 1, got {_first(confidence, outside)!r}; pass "
            "probabilities, not distances or percentages."
        )


def _first(values, where):
    """Take the first of some values, as Python prints it."""
    return values[where][0].item()
