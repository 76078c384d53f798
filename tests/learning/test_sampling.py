"""Members of rare groups are drawn more often, by as much as is said."""

import numpy as np
import pytest
from pymatgen.core import Structure
from skorch.callbacks import Callback

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.learning import PowderTraining, TrainingData, balanced_weights, space_groups
from xrdmatch.retrieval import prepare_training

POWDER = DiffractionSimulator("powder", "CuKa")
SALTS = [
    *(Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.0 + i / 10) for i in range(9)),
    Structure.from_prototype("cscl", ["Cs", "Cl"], a=4.1),
]


class Drawn(Callback):
    """Notes the groups of all pairs that are drawn."""

    def on_train_begin(self, net, **kwargs):
        self.groups_ = []

    def on_batch_end(self, net, batch=None, training=False, **kwargs):
        if training:
            self.groups_ += batch[1].tolist()


@pytest.mark.parametrize(
    ("balance", "share"), [(0, 9 / 10), (0.5, 9**0.5 / (9**0.5 + 1)), (1, 1 / 2)]
)
def test_a_group_of_m_is_drawn_by_m_to_the_rest(balance, share):
    groups = ["b"] * 4 + ["a"] + ["b"] * 5
    weights = balanced_weights(groups, balance)
    assert weights[np.array(groups) == "b"].sum() / weights.sum() == pytest.approx(share)


def test_space_groups_are_those_of_structures(layers):
    assert space_groups(SALTS[-2:]).tolist() == ["Fm-3m", "Pm-3m"]
    with pytest.raises(ValueError, match="Space groups are found of structures, got tokens; pass"):
        space_groups(CrystalTokenizer().transform(layers[:2]))


@pytest.fixture
def drawn(tiny):
    """Function of a balance: the groups that 100 epochs of 10 pairs draw, as numbers."""

    def draw(balance, data=SALTS):
        callback = Drawn()
        net_params = {"callbacks": [callback], "space_group_balance": balance}
        net = tiny(
            "peaks", simulator=POWDER, augmentation=None, max_epochs=100, validation_fraction=0,
            net_params=net_params,
        ).fit(data).net_  # fmt: skip
        assert net.iterator_train__sampler is None  # no data stay in the net
        return callback.groups_

    return draw


def test_training_draws_rare_space_groups(drawn):
    """One of ten, drawn by 1 / (3 + 1) of all: its number among 1,000 is within 4 sigma."""
    groups = drawn(0.5)
    counts = np.bincount(groups)[PowderTraining(POWDER, SALTS).groups()]
    assert counts.sum() == 1000
    assert abs(counts[-1] - 250) < 4 * (1000 * 0.25 * 0.75) ** 0.5
    assert np.abs(counts[:-1] - 750 / 9).max() < 4 * (750 / 9) ** 0.5
    assert drawn(0.5) == groups


def test_without_a_balance_each_is_drawn_once(drawn):
    assert set(np.bincount(drawn(None))) == {100}


def test_prepared_data_know_their_space_groups(drawn, tiny, tmp_path):
    retriever = tiny("peaks", simulator=POWDER, augmentation=None)
    prepare_training(retriever, SALTS, tmp_path)
    data = TrainingData.load(tmp_path)
    counts = np.bincount(drawn(1.0, data))[data.groups]
    assert abs(counts[-1] - 500) < 4 * 250**0.5


def test_what_is_no_balance(tiny, layers):
    for balance in (1.5, -0.1, "sqrt"):
        with pytest.raises(ValueError, match=r"between 0 and 1 or None, got .*; 0.5 is the square"):
            tiny("peaks", simulator=POWDER, net_params={"space_group_balance": balance}).fit(SALTS)
    with pytest.raises(ValueError, match=r"one of powders, got .* 'zone_axis'; leave it out"):
        tiny(net_params={"space_group_balance": 0.5}).fit(layers)
