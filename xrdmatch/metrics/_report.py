"""Retrieval report: accuracies with intervals, chance level and time."""

from time import perf_counter

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.metrics._bootstrap import clustered_bootstrap

EXACT = "exact"  # the counting in which only the query's own structure is right


def retrieval_report(
    retriever,
    queries,
    truth,
    *,
    facts=None,
    ks=(1, 3, 5, 10),
    clusters=None,
    elements=None,
    n_gallery=None,
    random_state=0,
):
    """Measure a retriever: accuracies with intervals, chance level, pool size and time.

    In the counting ``"exact"`` only the query's own structure is right. Every entry of `facts`
    gives another counting, in which each structure that shares the truth's value is.

    Parameters
    ----------
    retriever : object with ``kneighbors(queries, n_neighbors=, elements=)``
        Fitted, with its gallery. It returns distances and positions in the gallery, best first,
        with -1 where a filter leaves fewer; nothing else is asked of it.
    queries : list of length n_queries
        What it is asked about.
    truth : array-like of int, shape (n_queries,)
        Position in the gallery of each query's structure.
    facts : dict of str to array-like of shape (n_gallery,) or (n_gallery, m), default=None
        What is known about the gallery's structures, such as their formulas. Rows of several
        values are equal if all are: formula and space group together tell an entry or its twins.
    ks : sequence of int, default=(1, 3, 5, 10)
        How many candidates count.
    clusters : array-like of shape (n_queries,), default=None
        What the intervals take as one, see `clustered_bootstrap`; if None, the truth.
    elements : object, default=None
        Known chemistry, handed on. Chance then is that of a guess among what passes.
    n_gallery : int, default=None
        Number of structures in the gallery; if None, the length of the facts or of the
        retriever's ``gallery_``.
    random_state : int, RandomState or None, default=0
        Makes the intervals repeatable.

    Returns
    -------
    report : Bunch
        ``accuracy``, ``interval`` and ``chance``, dicts by counting, with arrays of shape
        (n_ks,), (n_ks, 2) and (n_ks,), between 0 and 1; ``hits``, a dict of arrays of bool,
        (n_queries, n_ks); ``ks``, ``n_queries``, ``n_clusters``, ``n_gallery`` and
        ``milliseconds_per_query``.

    Raises
    ------
    ValueError
        If lengths differ, a truth lies outside the gallery, or the gallery's size is not known.

    See Also
    --------
    clustered_bootstrap : The intervals, for hits of several reports together.

    Examples
    --------
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import composition_groups, load_monolayers
    >>> from xrdmatch.metrics import retrieval_report
    >>> from xrdmatch.simulation import perturb_patterns
    >>> layers = load_monolayers()[:20]
    >>> queries = perturb_patterns(layers, random_state=0)
    >>> report = retrieval_report(
    ...     PatternMatcher().fit(layers), queries, range(20),
    ...     facts={"formula": composition_groups(layers)}, ks=(1, 5))
    >>> bool(report.accuracy["formula"][0] >= report.accuracy["exact"][0])
    True
    >>> report.chance["exact"]
    array([0.05, 0.25])
    """
    facts = {name: _as_rows(values) for name, values in (facts or {}).items()}
    n_gallery = _gallery_size(retriever, facts, n_gallery)
    truth, ks = _checked_truth(truth, len(queries), n_gallery), _checked_ks(ks)
    facts = {EXACT: _as_rows(np.arange(n_gallery))} | facts
    n_asked = n_gallery if elements is not None else min(max(ks), n_gallery)
    start = perf_counter()
    _, found = retriever.kneighbors(queries, n_neighbors=n_asked, elements=elements)
    seconds = perf_counter() - start
    right = {name: _same(rows, found, truth) for name, rows in facts.items()}
    hits = {name: np.stack([r[:, :k].any(1) for k in ks], 1) for name, r in right.items()}
    clusters = truth if clusters is None else clusters
    return Bunch(
        accuracy={name: hit.mean(0) for name, hit in hits.items()},
        interval=_intervals(hits, clusters, random_state),
        chance={
            name: _chance(*_odds(right[name], found, rows, truth, elements is not None), ks)
            for name, rows in facts.items()
        },
        hits=hits,
        ks=ks,
        n_queries=len(truth),
        n_clusters=len(np.unique(clusters)),
        n_gallery=n_gallery,
        milliseconds_per_query=1000 * seconds / len(truth),
    )


def _as_rows(values):
    """One number for each different row of values."""
    values = np.asarray(values)
    if values.ndim not in (1, 2) or not len(values):
        raise ValueError(
            "A fact has one value, or one row of them, for each structure of the gallery, got "
            f"shape {values.shape}; pass an array of that length."
        )
    return np.unique(values, axis=0, return_inverse=True)[1].reshape(-1)


def _same(rows, found, truth):
    """Whether a candidate shares the truth's value; a missing candidate (-1) does not."""
    return (rows[found] == rows[truth][:, None]) & (found >= 0)


def _intervals(hits, clusters, random_state):
    """Intervals of all countings from the same draws."""
    ends = clustered_bootstrap(np.hstack([*hits.values()]), clusters, random_state=random_state)
    return dict(zip(hits, np.split(ends, len(hits)), strict=True))


def _odds(right, found, rows, truth, filtered):
    """How many gallery structures are right for each query, and among how many."""
    if filtered:  # all that passes was asked for
        return right.sum(1), (found >= 0).sum(1)
    return np.bincount(rows)[rows[truth]], np.full(len(truth), len(rows))


def _chance(n_right, n_pool, ks):
    """Mean probability that k guesses, all different, hold a right one."""
    i = np.arange(max(ks))
    left = np.maximum(n_pool[:, None] - i, 0)  # (n_queries, max k)
    wrong = np.maximum(left - n_right[:, None], 0)
    miss = np.where(left > 0, wrong / np.maximum(left, 1), 1.0).cumprod(1)
    return 1 - miss[:, np.array(ks) - 1].mean(0)


def _gallery_size(retriever, facts, n_gallery):
    sizes = {name: len(rows) for name, rows in facts.items()}
    if EXACT in sizes:
        raise ValueError(
            f"facts are named other than {EXACT!r}, which is counted anyway; rename it."
        )
    if n_gallery is None:
        gallery = getattr(retriever, "gallery_", None)
        sizes |= {} if gallery is None else {"gallery_": len(gallery)}
    else:
        sizes["n_gallery"] = n_gallery
    if len(set(sizes.values())) != 1:
        raise ValueError(
            f"The gallery has one size, got {sizes or 'none'}; give every structure of the "
            "gallery its fact, or say n_gallery."
        )
    return sizes.popitem()[1]


def _checked_truth(truth, n_queries, n_gallery):
    truth = np.asarray(truth)
    if not n_queries or truth.shape != (n_queries,):
        raise ValueError(
            f"truth needs one position for each query, got shape {truth.shape} for {n_queries} "
            "queries; pass them in pairs."
        )
    if truth.dtype.kind not in "iu" or truth.min() < 0 or truth.max() >= n_gallery:
        ends = min(truth.tolist()), max(truth.tolist())
        raise ValueError(
            f"truth holds whole numbers, positions in a gallery of {n_gallery} structures, got "
            f"{truth.dtype} from {ends[0]} to {ends[1]}; pass positions, not labels."
        )
    return truth


def _checked_ks(ks):
    ks = tuple(ks)
    if not ks or any(k != int(k) or k < 1 for k in ks):
        raise ValueError(f"ks are whole numbers of at least 1, got {ks}; (1, 10), for example.")
    return tuple(int(k) for k in ks)
