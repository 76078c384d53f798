"""First answers of a calibrated retriever, with confidence and correctness."""

import numpy as np

from xrdmatch.inspection._embeddings import last_step
from xrdmatch.metrics import UNKNOWN

N_LISTED = 10  # entries asked for; those of one label add


def first_answers(retriever, patterns, truth, elements=None):
    """Ask for the most probable answers and compare them with the truth.

    The answer is the label of the first entry or `UNKNOWN`, whichever is more probable.

    Parameters
    ----------
    retriever : CalibratedRetriever or Pipeline that ends in one
        Anything with ``probabilities(patterns, k, elements)`` and ``classes_``.
    patterns : list of length n_queries
        The queries.
    truth : sequence of length n_queries
        The label of each query's structure, `UNKNOWN` where its crystal is not in the gallery.
    elements : str, list or ElementFilter, default=None
        Known chemistry, as in `predict`.

    Returns
    -------
    correct : ndarray of bool, shape (n_queries,)
        Whether the answer is the truth.
    confidence : ndarray of shape (n_queries,)
        Its probability.

    Raises
    ------
    TypeError
        If the retriever gives no probabilities.
    ValueError
        If lengths differ, or a truth is no label of the gallery.
    """
    retriever = last_step(retriever)
    if not hasattr(retriever, "probabilities"):
        raise TypeError(
            "A reliability curve needs a retriever with probabilities, got a "
            f"{type(retriever).__name__}; put it into a CalibratedRetriever."
        )
    truth = _checked_truth(truth, len(patterns), set(retriever.classes_.tolist()))
    k = min(N_LISTED, len(retriever.classes_))
    probabilities, indices = retriever.probabilities(patterns, k, elements)
    labels = np.where(indices < 0, None, retriever.classes_.astype(object)[indices])
    first = (probabilities[:, :-1] * (labels == labels[:, :1])).sum(1)
    is_unknown = probabilities[:, -1] > first
    answers = np.where(is_unknown, UNKNOWN, labels[:, 0])
    confidence = np.minimum(np.where(is_unknown, probabilities[:, -1], first), 1.0)
    return (answers == truth).astype(bool), confidence


def _checked_truth(truth, n_queries, labels):
    """Make an array of labels; sets find equal ones whatever their type."""
    checked = np.empty(len(truth), dtype=object)
    checked[:] = list(truth)
    if len(checked) != n_queries:
        raise ValueError(
            f"truth needs one label for each query, got {len(checked)} for {n_queries} queries; "
            "pass UNKNOWN where the crystal is not in the gallery."
        )
    foreign = [label for label in checked if label is not UNKNOWN and label not in labels]
    if foreign:
        raise ValueError(
            f"truth holds labels of the gallery, or UNKNOWN, got {foreign[0]!r}"
            f"{f' and {len(foreign) - 1} more' * (len(foreign) > 1)}; see classes_ for the labels."
        )
    return checked
