"""scikit-learn's own checks on every public estimator, as far as they can run.

Most of them feed random arrays, rows being samples. Estimators of structures, patterns or images
say by their tags that they do not take these; what needs no data is then checked one by one, and
`checks.py` has what scikit-learn cannot know.
"""

import inspect
import warnings
from importlib import import_module

import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import SkipTestWarning
from sklearn.utils import estimator_checks, get_tags
from test_public_api import SUBPACKAGES

from xrdmatch import PatternMatcher, PointGroupClustering
from xrdmatch.stacking import StackFitter

NEEDED = {"SpotMap": (PatternMatcher(),), "StackingMap": (StackFitter(),)}
LEARN_NOTHING = {
    "BackgroundRemover", "BinnedPattern", "CellFinder", "CrystalGraph", "CrystalTokenizer",
    "DiffractionSimulator", "KAlpha2Stripper", "PatternPointCloud", "PatternProfile",
    "PeakFinder", "SpotFinder", "StackSimulator", "StructureRefiner",
}  # fmt: skip
IMAGES = {"ImageRealism", "StackingRegressor"}  # may come as one array of three dimensions
WITHOUT_DATA = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_valid_tag_types,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_mixin_order,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_set_params,
]


def public_estimators():
    for module in map(import_module, SUBPACKAGES):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) and issubclass(value, BaseEstimator):
                yield value(*NEEDED.get(name, ()))


ESTIMATORS = list(public_estimators())


def checks_that_scikit_learn_chooses(estimators):
    """Its choice follows the tags: one check of those who take no arrays of two dimensions."""
    for estimator in estimators:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SkipTestWarning)
            yield from estimator_checks.estimator_checks_generator(estimator)


def name(value):
    if isinstance(value, BaseEstimator):
        return type(value).__name__
    return getattr(value, "__name__", None) or value.func.__name__


@pytest.mark.parametrize(
    ("estimator", "check"), list(checks_that_scikit_learn_chooses(ESTIMATORS)), ids=name
)
def test_checks_that_scikit_learn_chooses(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", WITHOUT_DATA, ids=name)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=name)
def test_checks_without_data(estimator, check):
    check(type(estimator).__name__, estimator)


def test_all_checks_are_chosen_for_what_takes_arrays():
    """They run in the tests of the clustering, which takes arrays of distances."""
    distances = PointGroupClustering(metric="precomputed")
    assert len(list(checks_that_scikit_learn_chooses([distances]))) > 40


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=name)
def test_tags_say_what_is_taken(estimator):
    tags = get_tags(estimator)
    assert not tags.input_tags.two_d_array
    assert tags.input_tags.three_d_array == (name(estimator) in IMAGES)
    assert not tags.target_tags.required
    assert not tags.no_validation


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=name)
def test_what_transforms_is_a_transformer_that_keeps_no_data_type(estimator):
    tags = get_tags(estimator).transformer_tags
    assert (tags is not None) == hasattr(estimator, "transform")
    assert tags is None or tags.preserves_dtype == []


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=name)
def test_what_learns_nothing_needs_no_fit(estimator):
    assert get_tags(estimator).requires_fit == (name(estimator) not in LEARN_NOTHING)


def test_distances_are_pairs_of_samples():
    tags = get_tags(PointGroupClustering(metric="precomputed")).input_tags
    assert tags.pairwise
    assert tags.two_d_array
