"""What every retriever must do: see `checks`."""

import checks
import pytest

N_QUERIES = 10  # where all of the gallery is compared with each


@pytest.mark.parametrize("check", checks.CHECKS_OF_ALL, ids=lambda check: check.__name__)
def test_estimator(check, any_retriever):
    check(any_retriever)


def test_not_fitted(any_retriever, layers, patterns):
    checks.check_not_fitted(any_retriever, layers, patterns)


def test_fit_is_idempotent(any_retriever, layers, patterns):
    checks.check_fit_is_idempotent(any_retriever, layers[:12], patterns[:12])


def test_fit_leaves_input_alone(any_retriever, layers, patterns):
    checks.check_fit_leaves_input_alone(any_retriever, layers[:12], patterns[:12])


def test_gallery_order(any_retriever, layers, imperfect):
    checks.check_gallery_order(any_retriever, layers, imperfect[:N_QUERIES])


def test_survives_pickle_and_joblib(any_retriever, imperfect):
    checks.check_survives_pickle_and_joblib(any_retriever, imperfect[:N_QUERIES])


def test_nothing_in(any_retriever):
    checks.check_nothing_in(any_retriever)


def test_unknown_element(any_retriever, layers):
    checks.check_unknown_element(any_retriever, layers)
