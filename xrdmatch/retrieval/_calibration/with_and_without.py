"""Answers to queries whose crystals are known, with these in the gallery and taken out."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.retrieval._calibration.answers import inside_set, listed


def answered(evidence, right, confidence, k, rejection, coverage):
    """Answer queries whose right candidates are known.

    Parameters
    ----------
    evidence : Evidence
        Of n_queries queries.
    right : ndarray of bool, shape (n_queries, n_candidates)
        Which candidates are of the right phase.
    confidence : Confidence
        What was learned.
    k : int
        How many entries are listed.
    rejection : float
        Share of known queries that may be rejected.
    coverage : float
        Share of known queries whose set has the right phase.

    Returns
    -------
    dict of ndarray
        The fields of `asked_with_and_without` for these queries.
    """
    probabilities, indices = listed(evidence, confidence, k)
    inside, members = inside_set(evidence, confidence, coverage)
    rows = zip(indices, evidence.indices, right & (evidence.indices >= 0), strict=True)
    alike = [np.isin(row, own[chosen]) for row, own, chosen in rows]
    return {
        "probabilities": probabilities,
        "indices": indices,
        "right": np.array(alike),
        "rejected": confidence.rejects(evidence, rejection),
        "n_phases_in_set": np.rint((inside / members).sum(1)).astype(int),
        "n_labels_in_set": inside.sum(1),
        "covered": (inside & right).any(1),
    }


def asked_with_and_without(known, right, unknown, confidence, *options):
    """Put the answers to both into one.

    Parameters
    ----------
    known, right, unknown : Evidence, ndarray of bool, Evidence
        Output of `asked_twice`.
    confidence : Confidence
        What was learned.
    *options
        The last three of `answered`.

    Returns
    -------
    Bunch
        As `CalibratedRetriever.ask_with_and_without` returns it.
    """
    parts = [
        answered(evidence, mask, confidence, *options)
        for evidence, mask in ((known, right), (unknown, np.zeros_like(right)))
    ]
    n = len(right)
    is_known = np.repeat([True, False], n)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Bunch(**joined, is_known=is_known, query=np.tile(np.arange(n), 2))
