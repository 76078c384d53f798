"""Probabilities of candidates from a calibrated retriever."""

import numpy as np

from xrdmatch.inspection._embeddings import last_step
from xrdmatch.preprocessing import as_query


def candidate_probabilities(retriever, pattern, candidates, elements=None):
    """Look up the probabilities of candidates, and that of none of the gallery.

    Parameters
    ----------
    retriever : StructureRetriever or Pipeline that ends in one
        The one that named the candidates.
    pattern : DiffractionPattern, Scan, array of shape (n_spots, 3) or picture
        The query.
    candidates : list of Bunch
        Output of `describe_candidates`.
    elements : str, list or ElementFilter, default=None
        Known chemistry, as it was told then.

    Returns
    -------
    ndarray of shape (n_candidates + 1,) or None
        The last is that of a crystal that is not in the gallery. None where the retriever is no
        `CalibratedRetriever`.
    """
    retriever = last_step(retriever)
    if not hasattr(retriever, "probabilities"):
        return None
    n = len(retriever.classes_)  # candidates stand anywhere in the order of probabilities
    probabilities, indices = retriever.probabilities([as_query(pattern)], n, elements)
    known = dict(zip(indices[0].tolist(), probabilities[0].tolist(), strict=False))
    shares = [known.get(candidate.index, 0.0) for candidate in candidates]
    return np.array([*shares, probabilities[0, -1]])
