"""What is trained on and what is held out."""

import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.learning._groups import formula_groups
from xrdmatch.learning._training_data import training_sets
from xrdmatch.simulation import Perturbation, check_settings

SETTINGS = check_settings(DiffractionSimulator())


@pytest.fixture
def sets(layers, patterns):
    """Function of augmentation, fraction and seed."""
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    points = PatternPointCloud().transform(patterns)

    def make(augmentation="standard", fraction=0.3, seed=0):
        rng = np.random.RandomState(seed)
        cloud = PatternPointCloud()
        return points, *training_sets(tokens, points, SETTINGS, cloud, augmentation, fraction, rng)

    return make


def rows_of(pairs, points):
    """Which of all patterns these are, each known by its positions."""
    return [int(np.nanargmin(np.abs(points - row).sum((1, 2)))) for row in pairs.points]


def test_formulas_are_kept_apart(sets):
    _, train, held_out = sets()
    numbers = [pairs.structures["numbers"] for pairs in (train, held_out)]
    groups = formula_groups(np.concatenate(numbers))
    assert not set(groups[: len(train)]) & set(groups[len(train) :])
    assert len(train) + len(held_out) == 40


def test_without_augmentation_patterns_are_those_given(sets):
    points, train, held_out = sets(augmentation=None)
    assert sorted(rows_of(train, points) + rows_of(held_out, points)) == list(range(40))
    inputs, _ = train.__getitems__(range(len(train)))
    np.testing.assert_array_equal(inputs["points"], train.points.astype(np.float32))


def test_with_augmentation_training_draws_anew_and_what_is_held_out_stays(sets):
    points, train, held_out = sets()
    rows = range(len(train))
    first, second = (train.__getitems__(rows)[0]["points"] for _ in range(2))
    assert (first != second).any()
    np.testing.assert_array_equal(train.points, points[rows_of(train, points)])
    assert held_out.augment is None
    differences = np.abs(held_out.points[:, None] - points[None]).sum((2, 3)).min(1)
    assert (differences > 0.1).all()  # severity 1, every one


def test_structures_and_fresh_patterns_belong_together(sets):
    """With no strength at all, every fresh pattern is that of its own structure."""
    points, train, held_out = sets(augmentation=Perturbation(severity=0.0))
    inputs, _ = train.__getitems__(range(len(train)))
    np.testing.assert_allclose(inputs["points"], train.points, atol=1e-5)
    rows = rows_of(held_out, points)
    np.testing.assert_allclose(held_out.points, points[rows], atol=1e-6)
    assert set(rows).isdisjoint(rows_of(train, points))


def test_nothing_held_out(sets):
    _, train, held_out = sets(fraction=0.0)
    assert held_out is None
    assert len(train) == 40
