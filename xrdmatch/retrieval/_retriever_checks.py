"""`check_retriever`: checks of a retriever's interface."""

import copy
import pickle
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch.datasets import load_monolayers
from xrdmatch.metrics import UNKNOWN

SAME = 1e-5  # embeddings are single precision, and other batches add in another order


class Case(NamedTuple):
    """A fitted retriever with what it is asked about."""

    fitted: object
    structures: list
    patterns: list  # row i came from structure i

    def over(self, structures, labels=None):
        """Return a copy that searches other structures."""
        return copy.copy(self.fitted).set_gallery(structures, labels)

    def answers(self, retriever, k=3):
        """Ask a retriever about all patterns."""
        return retriever.kneighbors(self.patterns, k)


def check_retriever(retriever, structures=None, patterns=None):
    """Check that a retriever keeps what all retrievers promise.

    In the spirit of `sklearn.utils.estimator_checks.check_estimator`, which feeds arrays of
    numbers and has little to say here. The retriever is cloned and fitted.

    Parameters
    ----------
    retriever : StructureRetriever
        Fitted or not.
    structures : list of Structure, default=None
        At least six different crystals that it can find; monolayers that come with the package if
        None.
    patterns : list of patterns, default=None
        One for each; simulated by the retriever's own simulator if None.

    Raises
    ------
    AssertionError
        Names the promise that is not kept, and what came instead.

    See Also
    --------
    StructureRetriever : The base of all retrievers, with an example of one's own.

    Examples
    --------
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.retrieval import check_retriever
    >>> check_retriever(PatternMatcher())
    """
    structures = load_monolayers()[:10] if structures is None else list(structures)
    if patterns is None:
        patterns = retriever.simulator_.transform(structures)
    _not_fitted(clone(retriever), patterns)
    before = pickle.dumps((structures, patterns))
    fitted = clone(retriever)
    _check(fitted.fit(structures, patterns) is fitted, "fit returns the retriever itself")
    case = Case(fitted, structures, list(patterns))
    for sentence, holds in PROMISES.items():
        _check(holds(case), sentence)
    _check(pickle.dumps((structures, patterns)) == before, "what is passed in is not changed")


def _check(holds, sentence):
    if not holds:
        raise AssertionError(f"A retriever must keep this promise: {sentence}; it does not.")


def _not_fitted(fresh, patterns):
    try:
        fresh.predict(patterns)
    except NotFittedError:
        return
    raise AssertionError("A retriever without a gallery must raise NotFittedError in predict.")


def _equal(ours, theirs):
    """Whether distances agree, and places but for those of equal distance."""
    close = np.allclose(ours[0], theirs[0], atol=SAME)
    return close and ours[1].shape == theirs[1].shape


def _parameters_survive(case):
    parameters = case.fitted.get_params(deep=False)
    again = type(case.fitted)(**parameters)
    return all(getattr(again, name) is value for name, value in parameters.items())


def _shapes(case):
    n, predict = len(case.patterns), case.fitted.predict
    shapes = predict(case.patterns).shape, predict(case.patterns, k=3).shape
    return (*shapes, predict(case.patterns[0], k=3).shape) == ((n,), (n, 3), (1, 3))


def _ascending(case):
    distances, indices = case.answers(case.fitted)
    known = case.fitted.predict(case.patterns, k=3)
    labels = case.fitted.classes_[indices]
    return (np.diff(distances, axis=1) >= 0).all() and all(map(_agree, known, labels))


def _agree(known, labels):
    """Whether an answer has these labels, behind UNKNOWN if that comes first."""
    if known[0] is UNKNOWN:
        return list(known[1:]) == list(labels[:-1])
    return list(known) == list(labels)


def _repeatable(case):
    again = copy.copy(case.fitted).fit(case.structures, case.patterns)
    state = getattr(case.fitted, "random_state", 0)
    return state is None or _equal(case.answers(case.fitted), case.answers(again))


def _one_by_one(case):
    together = case.answers(case.fitted)[0]
    alone = [case.fitted.kneighbors(pattern, 3)[0] for pattern in case.patterns]
    return np.allclose(np.concatenate(alone), together, atol=SAME)


def _order(case):
    order = np.random.default_rng(0).permutation(len(case.structures))
    mixed = case.over([case.structures[i] for i in order], order)
    return _equal(case.answers(case.over(case.structures)), case.answers(mixed))


def _grows(case):
    half = len(case.structures) // 2
    grown = case.over(case.structures[:half]).add_to_gallery(case.structures[half:])
    whole = case.over(case.structures)
    return _equal(case.answers(whole), case.answers(grown)) and len(grown.classes_) == len(
        whole.classes_
    )


def _elements(case):
    known = [symbol.symbol for symbol in case.structures[0].elements]
    rows = case.fitted.predict(case.patterns, k=len(case.structures), elements=known)
    names = dict(zip(case.fitted.classes_, case.structures, strict=True))
    allowed = {n for n, s in names.items() if {e.symbol for e in s.elements} <= set(known)}
    return all(set(row) - {None, UNKNOWN} == allowed for row in rows)


def _survives_pickle(case):
    loaded = pickle.loads(pickle.dumps(case.fitted))
    pairs = zip(case.answers(case.fitted), case.answers(loaded), strict=True)
    return all(np.array_equal(ours, theirs) for ours, theirs in pairs)


def _one_entry(case):
    lone = case.over(case.structures[:1], ["only"])
    _, indices = lone.kneighbors(case.patterns[:2], 1)
    return lone.classes_[indices].tolist() == [["only"], ["only"]]


def _refuses_nothing(case):
    asks = (
        lambda: case.fitted.predict([]),
        lambda: case.over([]),
        lambda: case.over(case.structures, ["one label"]),
        lambda: copy.copy(case.fitted).fit(case.structures, case.patterns[:1]),
        lambda: case.fitted.predict(case.patterns, k=len(case.structures) + 1),
    )
    return all(_raises(ValueError, ask) for ask in asks)


def _raises(kind, ask):
    try:
        ask()
    except kind:
        return True
    return False


# What is promised, and a function of a `Case` that tells whether it is kept.
PROMISES: dict[str, Callable] = {
    "the constructor stores parameters as they are": _parameters_survive,
    "predict has a leading axis of queries": _shapes,
    "candidates come in ascending order of distance, with the labels of classes_": _ascending,
    "fitting again with the same random_state gives the same answers": _repeatable,
    "an answer does not depend on the other queries": _one_by_one,
    "an answer does not depend on the order of the gallery": _order,
    "a gallery that has grown is the whole one": _grows,
    "elements= leaves what is made of them, and None behind": _elements,
    "it survives pickling": _survives_pickle,
    "in a gallery of one, that one is the nearest": _one_entry,
    "no query, no gallery, lengths that differ and a k that is too large are ValueErrors": (
        _refuses_nothing
    ),
}
