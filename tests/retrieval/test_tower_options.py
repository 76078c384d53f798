"""Options of either tower."""

import pickle

import numpy as np
import pytest
from pymatgen.core import Structure
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold

from xrdmatch import DiffractionSimulator
from xrdmatch.preprocessing import BinnedPattern, CrystalGraph
from xrdmatch.retrieval import load_pretrained, save_pretrained
from xrdmatch.retrieval._tower_options import net_options, options_of_side, tower_options

POWDER = DiffractionSimulator("powder", "CuKa")
METALS = [Structure.from_prototype("bcc", ["Fe"], a=2.5 + i / 5) for i in range(8)]
SAME = 1e-5  # single precision
PARAMS = {
    "structure_encoder__channels": 4,
    "pattern_encoder__channels": 8,
    "optimizer__weight_decay": 0.02,
}


@pytest.fixture
def graphs(tiny):
    def make(**options):
        options = {"augmentation": None, "net_params": PARAMS, **options}
        return tiny("equivariant", simulator=POWDER, max_epochs=1, **options)

    return make


def test_each_goes_where_it_belongs():
    assert [*tower_options(PARAMS)] == ["structure_encoder__channels", "pattern_encoder__channels"]
    assert net_options(PARAMS) == {"optimizer__weight_decay": 0.02}
    assert tower_options(None) == net_options(None) == {}
    known = options_of_side("pattern_encoder", PARAMS, BinnedPattern(99))
    assert known == {"length": 99, "channels": 8}
    assert options_of_side("structure_encoder", {}, CrystalGraph(5.0)) == {
        "cutoff": 5.0,
        "n_lattice": 29,
    }


def test_towers_are_built_with_them(graphs):
    towers = graphs(pattern_transformer=BinnedPattern(99)).fit(METALS).net_.module_.towers
    assert towers.structure_tower.layers[0].channels == 4
    assert towers.pattern_tower.read.out_channels == 8
    assert towers.pattern_tower.length == 99


def test_they_survive(graphs, tmp_path):
    retriever = graphs(structure_transformer=CrystalGraph(5.0, n_lattice_vectors=9)).fit(METALS)
    patterns = POWDER.transform(METALS)
    expected = retriever.encode_patterns(patterns), retriever.encode_structures(METALS)
    save_pretrained(retriever, tmp_path / "graphs")
    others = load_pretrained(tmp_path / "graphs"), pickle.loads(pickle.dumps(retriever))
    for other in (*others, clone(retriever).fit(METALS)):
        np.testing.assert_allclose(other.encode_patterns(patterns), expected[0], atol=SAME)
        np.testing.assert_allclose(other.encode_structures(METALS), expected[1], atol=SAME)
        assert other.net_params == PARAMS


def test_they_are_searched_over(graphs):
    grid = {"net_params": [PARAMS, {"structure_encoder__max_l": 1}]}
    search = GridSearchCV(graphs(), grid, cv=KFold(2), error_score="raise")
    search.fit(METALS, POWDER.transform(METALS))
    assert len(search.cv_results_["params"]) == 2


def test_a_warm_start_keeps_them(graphs):
    retriever = graphs(warm_start=True).fit(METALS)
    module = retriever.net_.module_
    assert retriever.fit(METALS).net_.module_ is module
    with pytest.raises(
        ValueError, match="warm_start goes on from the towers there are, with net_p"
    ):
        retriever.set_params(net_params={"structure_encoder__channels": 6}).fit(METALS)


def test_options_that_a_tower_does_not_have_are_named(graphs, tiny):
    with pytest.raises(ValueError, match="options that the towers have, got one called 'depth'"):
        graphs(net_params={"pattern_encoder__depth": 3}).fit(METALS)
    with pytest.raises(ValueError, match="got one called 'channels'"):
        tiny("peaks", simulator=POWDER, net_params={"structure_encoder__channels": 3}).fit(METALS)


def test_vectors_of_another_length_are_refused(graphs):
    retriever = graphs().fit(METALS).set_params(pattern_transformer=BinnedPattern(99))
    with pytest.raises(ValueError, match="reads vectors of 140 bins, got 99"):
        retriever.predict(POWDER.transform(METALS))


def test_batches_in_pieces_are_learned_from_as_whole_ones(tiny):
    options = {"simulator": POWDER, "augmentation": None, "max_epochs": 3, "lr": 1e-3}
    whole, cut = (
        tiny("peaks", net_params=params, **options).fit(METALS)
        for params in (None, {"chunk_size": 3})
    )
    losses = [r.net_.history[:, "train_loss"] for r in (whole, cut)]
    np.testing.assert_allclose(*losses, rtol=1e-3)
    with pytest.raises(
        ValueError, match="chunk_size must be a positive whole number or None, got 0"
    ):
        tiny("peaks", net_params={"chunk_size": 0}, **options).fit(METALS)


def test_two_views_are_learned_from(tiny):
    """Their loss is another, and so are the towers; none of it changes what one view does."""
    options = {"simulator": POWDER, "max_epochs": 1, "validation_fraction": 0.3}
    default, one, two, apart = (
        tiny("peaks", net_params=params, **options).fit(METALS).net_.history[0]
        for params in (
            None,
            {"n_views": 1},
            {"n_views": 2},
            {"n_views": 2, "criterion__between_views": 0.0},
        )
    )
    assert one["train_loss"] == default["train_loss"]
    assert np.isfinite(two["train_loss"])
    assert two["train_loss"] > 1.2 * apart["train_loss"]  # with half a loss between views


def test_views_that_would_be_equal(tiny):
    for augmentation in (None, "rescaled"):
        with pytest.raises(ValueError, match="Several views need an augmentation that draws patt"):
            tiny(
                "peaks", simulator=POWDER, augmentation=augmentation, net_params={"n_views": 2}
            ).fit(METALS)
    with pytest.raises(
        ValueError, match="n_views must be a positive whole number, got 0; for example 2"
    ):
        tiny("peaks", simulator=POWDER, net_params={"n_views": 0}).fit(METALS)
