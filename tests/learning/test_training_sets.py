"""What is trained on and what is held out."""

import numpy as np
import pytest
from torch.utils.data import DataLoader

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.learning import (
    LayerSites,
    LayerTraining,
    PairDataset,
    Side,
    SpotPoints,
    formulas,
    split_groups,
    training_sets,
)
from xrdmatch.learning._pairs import as_batch
from xrdmatch.simulation import Perturbation

SIMULATOR = DiffractionSimulator()


@pytest.fixture
def sets(layers, patterns):
    """Function of augmentation, fraction and seed."""
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    sites, spots = LayerSites(SIMULATOR), SpotPoints(SIMULATOR, PatternPointCloud())
    sides = Side(sites, sites.of(tokens)), Side(spots, spots.of(patterns))

    def make(augmentation="standard", fraction=0.3):
        rng = np.random.RandomState(0)
        training = LayerTraining(SIMULATOR, tokens)
        draws = augmentation and training.augmentation(augmentation, rng)
        pairs = PairDataset(*sides, np.arange(40), draws)
        rows = split_groups(formulas(tokens), fraction, rng)
        return sides[1].rows, rows, *training_sets(pairs, rows)

    return make


def batch_of(pairs):
    """All pairs in their order."""
    return next(iter(DataLoader(pairs, batch_size=len(pairs), collate_fn=as_batch)))


def test_groups_are_kept_apart(sets, layers):
    _, (shown, held), train, held_out = sets()
    names = [[layers[i].reduced_formula for i in rows] for rows in (shown, held)]
    assert not set(names[0]) & set(names[1])
    assert (len(train), len(held_out)) == (len(shown), len(held))
    for pairs, rows in ((train, shown), (held_out, held)):
        assert batch_of(pairs)[1].tolist() == rows.tolist()


def test_without_augmentation_patterns_are_those_given(sets):
    points, rows, *both = sets(augmentation=None)
    for pairs, some in zip(both, rows, strict=True):
        np.testing.assert_array_equal(batch_of(pairs)[0].patterns["points"], points[some])


def test_with_augmentation_training_draws_anew_and_what_is_held_out_stays(sets):
    points, (_, held), train, held_out = sets()
    first, second = (batch_of(train)[0].patterns["points"].nan_to_num() for _ in range(2))
    assert (first != second).any()
    first, second = (batch_of(held_out)[0].patterns["points"].nan_to_num() for _ in range(2))
    assert (first == second).all()
    differences = np.abs(first.numpy() - np.nan_to_num(points[held])).sum((1, 2))
    assert (differences > 0.1).all()  # severity 1, every one


def test_structures_and_fresh_patterns_belong_together(sets):
    """With no strength at all, every fresh pattern is that of its own structure."""
    points, rows, *both = sets(augmentation=Perturbation(severity=0.0))
    for pairs, some in zip(both, rows, strict=True):
        np.testing.assert_allclose(batch_of(pairs)[0].patterns["points"], points[some], atol=1e-5)


def test_nothing_held_out(sets):
    _, _, train, held_out = sets(fraction=0.0)
    assert held_out is None
    assert len(train) == 40
