"""What every retriever must do: see `checks`."""

import checks
import pytest


@pytest.mark.parametrize("check", checks.CHECKS_OF_ALL, ids=lambda check: check.__name__)
def test_estimator(check, retriever):
    check(retriever)


def test_not_fitted(retriever, layers, patterns):
    checks.check_not_fitted(retriever, layers, patterns)


def test_fit_is_idempotent(retriever, layers, patterns):
    checks.check_fit_is_idempotent(retriever, layers[:12], patterns[:12])


def test_fit_leaves_input_alone(retriever, layers, patterns):
    checks.check_fit_leaves_input_alone(retriever, layers[:12], patterns[:12])


def test_queries_one_by_one(retriever, imperfect):
    checks.check_queries_one_by_one(retriever, imperfect)


def test_gallery_order(retriever, layers, imperfect):
    checks.check_gallery_order(retriever, layers, imperfect)


def test_survives_pickle_and_joblib(retriever, imperfect):
    checks.check_survives_pickle_and_joblib(retriever, imperfect)


def test_nothing_in(retriever):
    checks.check_nothing_in(retriever)


def test_one_structure(retriever, layers, patterns):
    checks.check_one_structure(retriever, layers, patterns)


def test_unknown_element(retriever, layers):
    checks.check_unknown_element(retriever, layers)
