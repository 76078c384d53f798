"""Labels, probabilities and prediction sets from calibrated evidence."""

from numbers import Real

import numpy as np

from xrdmatch.metrics import UNKNOWN


def with_unknown(labels, rejected):
    """Put `UNKNOWN` before the labels of rejected queries.

    Parameters
    ----------
    labels : ndarray of shape (n_queries, k)
        Labels, best first.
    rejected : ndarray of bool, shape (n_queries,)
        Whose crystal is probably not in the gallery.

    Returns
    -------
    ndarray of the same shape
        As given where none is rejected, else of objects.
    """
    if not rejected.any():
        return labels
    labels = labels.astype(object)
    labels[rejected, 1:] = labels[rejected, :-1]
    labels[rejected, 0] = UNKNOWN
    return labels


def best_labels(evidence, k, classes):
    """Name candidates in the order of their scores, which is the retriever's.

    Parameters
    ----------
    evidence : Evidence
        Of at least k candidates.
    k : int
        How many.
    classes : ndarray of shape (n_gallery,)
        Labels of the gallery.

    Returns
    -------
    ndarray of shape (n_queries, k)
        Their labels; None where there is none.
    """
    order = np.argsort(-evidence.scores, axis=1, kind="stable")[:, :k]
    indices = np.take_along_axis(evidence.indices, order, axis=1)
    labels = classes[indices]
    return np.where(indices < 0, None, labels) if (indices < 0).any() else labels


def phase_members(evidence, confidence):
    """Spread the probability of each phase over its candidates.

    Parameters
    ----------
    evidence : Evidence
        Of n_queries queries.
    confidence : Confidence
        What was learned.

    Returns
    -------
    probability : ndarray of shape (n_queries, n_candidates)
        Of the phase of each candidate; 0 where there is none.
    members : ndarray of int, shape (n_queries, n_candidates)
        How many candidates are of that phase; at least 1.
    """
    leaders = confidence.phase_probability(evidence)  # 0 but at the best candidate of a phase
    same = evidence.phases[:, :, None] == evidence.phases[:, None, :]
    same &= (evidence.phases >= 0)[:, None, :]
    return (same * leaders[:, None, :]).sum(2), np.maximum(same.sum(2), 1)


def listed(evidence, confidence, k):
    """List entries by the probability of their phases.

    Parameters
    ----------
    evidence : Evidence
        Of n_queries queries.
    confidence : Confidence
        What was learned.
    k : int
        How many entries.

    Returns
    -------
    probabilities : ndarray of shape (n_queries, k + 1)
        Of each entry, last of none of the gallery.
    indices : ndarray of int, shape (n_queries, k)
        Positions in the gallery; -1 where there is none.
    """
    of_phase, members = phase_members(evidence, confidence)
    # phases by their probability, entries of a phase by their scores
    keys = (-evidence.scores, evidence.phases, -of_phase)
    order = np.lexsort(keys, axis=1)[:, :k]
    n_queries, n_missing = len(order), k - order.shape[1]
    columns = np.take_along_axis(of_phase / members, order, axis=1)
    indices = np.take_along_axis(evidence.indices, order, axis=1)
    columns = np.hstack([columns, np.zeros((n_queries, n_missing))])
    indices = np.hstack([indices, np.full((n_queries, n_missing), -1)])
    unknown = 1 - confidence.known_probability(evidence)
    return np.column_stack([columns, unknown]), indices


def inside_set(evidence, confidence, coverage):
    """Tell which candidates are of phases that are probable enough.

    Parameters
    ----------
    evidence : Evidence
        Of n_queries queries.
    confidence : Confidence
        What was learned.
    coverage : float
        Share of known queries whose set has the right phase.

    Returns
    -------
    inside : ndarray of bool, shape (n_queries, n_candidates)
        Whether the set holds them.
    members : ndarray of int, shape (n_queries, n_candidates)
        As of `phase_members`.
    """
    of_phase, members = phase_members(evidence, confidence)
    return (of_phase >= confidence.set_threshold(coverage)) & (of_phase > 0), members


def sets_of_labels(evidence, confidence, coverage, labels):
    """Collect the labels of phases that are probable enough.

    Parameters
    ----------
    evidence : Evidence
        Of n_queries queries.
    confidence : Confidence
        What was learned.
    coverage : float
        Share of known queries whose set has the right phase.
    labels : ndarray of shape (n_gallery,)
        Names of the entries.

    Returns
    -------
    list of n_queries sets
        Labels of all candidates of these phases.
    """
    inside, _ = inside_set(evidence, confidence, coverage)
    pairs = zip(evidence.indices, inside, strict=True)
    return [set(labels[indices[chosen]].tolist()) for indices, chosen in pairs]


def check_coverage(coverage):
    """Check the share of sets that hold the right phase."""
    if not isinstance(coverage, Real) or not 0 < coverage < 1:
        raise ValueError(
            f"coverage must lie between 0 and 1, got {coverage!r}; 0.9 is 90 % of the sets."
        )
