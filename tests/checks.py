"""What every estimator must do, whatever it eats; one function a truth.

scikit-learn's own `check_estimator` feeds arrays of numbers and has little to say about
estimators of structures and patterns.
"""

import copy
import io
import pickle
import re

import joblib
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Scan

SAME = 1e-5  # embeddings are single precision, and other batches add in another order


def frozen(items):
    """Everything that structures, patterns or arrays hold, as bytes."""
    return pickle.dumps(
        [
            item.as_dict()
            if isinstance(item, Structure)
            else (item.q, item.intensity, item.hkl)
            if isinstance(item, DiffractionPattern)
            else item
            for item in items
        ]
    )


def numbers(items):
    """What a transformer returned, one array an item."""
    return [
        np.column_stack([item.q, item.intensity])
        if isinstance(item, DiffractionPattern)
        else np.column_stack([item.two_theta, item.counts])
        if isinstance(item, Scan)
        else np.asarray(item)
        for item in items
    ]


def without_padding(row):
    return row[np.isfinite(row)] if row.ndim == 1 else row[np.isfinite(row).all(1)]


def assert_equal_items(first, second):
    for ours, theirs in zip(numbers(first), numbers(second), strict=True):
        np.testing.assert_allclose(without_padding(ours), without_padding(theirs), atol=1e-12)


# Every estimator -------------------------------------------------------------------------------


def check_clone(estimator):
    copied = clone(estimator)
    assert type(copied) is type(estimator)
    assert repr(copied) == repr(estimator)


def check_parameters(estimator):
    """Parameters come out as they went in, and can be set again."""
    parameters = estimator.get_params(deep=False)
    rebuilt = type(estimator)(**parameters)
    for name, value in parameters.items():
        assert getattr(rebuilt, name) is value
    fresh = type(estimator)().set_params(**parameters)
    assert fresh.get_params(deep=False) == parameters
    with pytest.raises(ValueError, match="Invalid parameter 'flavour'"):
        estimator.set_params(flavour="sweet")


def check_constructor_only_stores(estimator):
    """Even what makes no sense is stored as it is, and nothing else is."""
    odd = {name: object() for name in estimator.get_params(deep=False)}
    assert vars(type(estimator)(**odd)) == odd


def check_html(estimator):
    html = estimator._repr_html_()
    assert type(estimator).__name__ in re.sub("<[^>]+>", " ", html)


# Transformers ----------------------------------------------------------------------------------


def check_transform_is_repeatable(transformer, X):
    """Fitting twice changes nothing, nor does transforming twice."""
    first = transformer.fit(X).transform(X)
    assert_equal_items(transformer.transform(X), first)
    assert_equal_items(transformer.fit(X).transform(X), first)
    assert_equal_items(clone(transformer).fit_transform(X), first)


def check_transform_leaves_input_alone(transformer, X):
    before = frozen(X)
    parameters = repr(transformer)
    transformer.fit(X).transform(X)
    assert frozen(X) == before
    assert repr(transformer) == parameters


def check_transform_row_by_row(transformer, X):
    """Rows do not depend on their order or company."""
    whole = transformer.fit_transform(X)
    order = np.random.default_rng(0).permutation(len(X))
    assert_equal_items(transformer.transform([X[i] for i in order]), [whole[i] for i in order])
    assert_equal_items(transformer.transform(X[:1]), whole[:1])


def check_transformer_pickles(transformer, X):
    copied = pickle.loads(pickle.dumps(transformer))
    assert_equal_items(copied.transform(X), transformer.transform(X))


def check_transform_nothing(transformer):
    assert len(transformer.fit_transform([])) == 0


# Retrievers ------------------------------------------------------------------------------------


def assert_same_answers(first, second, patterns):
    """Two fitted retrievers give the same distances and the same labels."""
    k = min(3, len(first.gallery_))
    distances = [retriever.kneighbors(patterns, k)[0] for retriever in (first, second)]
    np.testing.assert_allclose(*distances, atol=SAME)
    labels = [retriever.predict(patterns, k=k) for retriever in (first, second)]
    np.testing.assert_array_equal(*labels)


def check_not_fitted(retriever, structures, patterns):
    fresh = clone(retriever)
    for ask in (
        lambda: fresh.predict(patterns),
        lambda: fresh.kneighbors(patterns),
        lambda: fresh.score(structures, patterns),
        lambda: fresh.add_to_gallery(structures),
    ):
        with pytest.raises(NotFittedError, match=f"This {type(retriever).__name__} instance is no"):
            ask()


def check_fit_is_idempotent(retriever, structures, patterns):
    """The same data and the same random state give the same answers, bit by bit."""
    first = clone(retriever).fit(structures, patterns)
    again = copy.copy(first).fit(structures, patterns)
    fresh = clone(retriever).fit(structures, patterns)
    assert first.fit(structures, patterns) is first
    for other in (again, fresh):
        for ours, theirs in zip(
            first.kneighbors(patterns), other.kneighbors(patterns), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def check_fit_leaves_input_alone(retriever, structures, patterns):
    before = frozen(structures), frozen(patterns), repr(retriever)
    retriever = clone(retriever).fit(structures, patterns)
    retriever.predict(patterns)
    retriever.score(structures, patterns)
    assert (frozen(structures), frozen(patterns), repr(retriever)) == before


def check_gallery_order(fitted, structures, patterns):
    """Answers follow the gallery's entries, wherever they stand; subsets keep their distances."""
    n = len(structures)
    order = np.random.default_rng(0).permutation(n)
    whole = copy.copy(fitted).set_gallery(structures)
    mixed = copy.copy(fitted).set_gallery([structures[i] for i in order], labels=order)
    assert_same_answers(whole, mixed, patterns)
    half = copy.copy(fitted).set_gallery(structures[: n // 2])
    inside = whole.kneighbors(patterns, n)[1] < n // 2
    expected = whole.kneighbors(patterns, n)[0][inside].reshape(len(patterns), n // 2)
    np.testing.assert_allclose(half.kneighbors(patterns, n // 2)[0], expected, atol=SAME)


def check_survives_pickle_and_joblib(fitted, patterns):
    file = io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    for loaded in (pickle.loads(pickle.dumps(fitted)), joblib.load(file)):
        assert repr(loaded) == repr(fitted)
        for ours, theirs in zip(
            fitted.kneighbors(patterns, 3), loaded.kneighbors(patterns, 3), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def check_nothing_in(fitted):
    """No query, no gallery, nothing to learn from: each is said."""
    for nothing in ([], (), np.empty((0, 180))):
        with pytest.raises(
            ValueError, match="A query needs at least one pattern, got none; pass a"
        ):
            fitted.predict(nothing)
        with pytest.raises(ValueError, match="A gallery needs at least one structure, got none"):
            copy.copy(fitted).set_gallery(nothing)
        with pytest.raises(ValueError, match="got none; pass"):
            clone(fitted).fit(nothing)


def check_unknown_element(fitted, structures):
    """Fermium has no form factor: refused or left out by name, and nothing else is lost."""
    heavy = Structure(Lattice.cubic(20), ["Fm"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="got Fm; leave these structures out"):
        copy.copy(fitted).set_gallery([heavy])
    message = r"Left 1 of 3 structures out of the gallery: 1 \(.*got Fm"
    with pytest.warns(UserWarning, match=message):
        kept = copy.copy(fitted).set_gallery([structures[0], heavy, structures[1]], on_error="skip")
    assert kept.classes_.tolist() == [0, 2]


CHECKS_OF_ALL = [check_clone, check_parameters, check_constructor_only_stores, check_html]
CHECKS_OF_TRANSFORMERS = [
    check_transform_is_repeatable,
    check_transform_leaves_input_alone,
    check_transform_row_by_row,
    check_transformer_pickles,
]
