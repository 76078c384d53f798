"""Towers by name, each side chosen, and how to add one."""

import pickle

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold
from torch import nn
from torch.nn import functional

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import as_radiation, form_factors
from xrdmatch.encoders import PeakSetTowers, TowerPair
from xrdmatch.preprocessing import PatternProfile, RaggedArray, Rows
from xrdmatch.retrieval import (
    PATTERN_ENCODERS,
    STRUCTURE_ENCODERS,
    PatternEncoder,
    StructureEncoder,
    load_pretrained,
    save_pretrained,
)
from xrdmatch.simulation import check_settings, half_plane
from xrdmatch.simulation._powder.diffractometer import Diffractometer

SIZE = {"n_layers": 2, "n_heads": 4, "embedding_dim": 24, "dropout": 0.1}
POWDER = DiffractionSimulator("powder", "CuKa")
SAME = 1e-5  # single precision


# A graph tower and a profile tower, as anyone may add them.
class Neighbours:
    def __init__(self, simulator): ...

    def of(self, structures):
        lists = [structure.get_neighbor_list(4.0) for structure in structures]
        return Rows(
            numbers=RaggedArray.of([s.atomic_numbers for s in structures], dtype=np.uint8),
            edges=RaggedArray.of([np.c_[i, j] for i, j, *_ in lists], (2,), np.int16),
            length=RaggedArray.of([distance for *_, distance in lists], (), np.float32),
        )

    def batch(self, rows):
        edges = rows.edges.values + rows.numbers.starts[rows.edges.row][:, None]
        names = ("numbers", "crystal", "edges", "length")
        values = rows.numbers.values.astype(int), rows.numbers.row, edges.T, rows.length.values
        return dict(zip(names, map(torch.as_tensor, values), strict=True))


class GraphTower(nn.Module):
    def __init__(self, size, settings):
        super().__init__()
        self.atoms = nn.Embedding(119, size["embedding_dim"])

    def encode_structures(self, numbers, crystal, edges, length):
        x = self.atoms(numbers)
        x = x.index_add(0, edges[0], torch.cos(x[edges[1]] * length[:, None]))
        total = x.new_zeros(crystal.max() + 1, x.shape[1]).index_add(0, crystal, x)
        return functional.normalize(total, dim=1)


class Profiles:
    def __init__(self, simulator, transformer):
        self.transformer = transformer

    def of(self, patterns):
        return np.nan_to_num(self.transformer.transform(patterns)).astype(np.float32)

    def batch(self, rows):
        return {"profile": torch.as_tensor(rows)}


class ProfileTower(nn.Sequential):
    def __init__(self, size, settings):
        waves, head = nn.Conv1d(1, 8, 15, stride=4), nn.Linear(256, size["embedding_dim"])
        super().__init__(waves, nn.ReLU(), nn.AdaptiveAvgPool1d(32), nn.Flatten(), head)

    def encode_patterns(self, profile):
        return functional.normalize(self(profile[:, None]), dim=1)


PROFILE = PatternEncoder(ProfileTower, Profiles, PatternProfile)
GRAPH = StructureEncoder(GraphTower, Neighbours, PROFILE)
# That is all.


@pytest.fixture(scope="module")
def salts():
    """Rocksalts and caesium chlorides."""
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return [
        Structure.from_spacegroup(group, Lattice.cubic(a + i / 5), pair, sites)
        for i, pair in enumerate([("Na", "Cl"), ("K", "Br"), ("Mg", "O"), ("Li", "F")])
        for group, a in (("Fm-3m", 5.0), ("Pm-3m", 3.1), ("Fm-3m", 5.8))
    ]


def powder_tower(tiny, structure_encoder="structure_factor", **options):
    return tiny(structure_encoder, **{"simulator": POWDER, "max_epochs": 1, **options})


POWDER_PAIRS = [
    (GRAPH, None),
    (GRAPH, "peaks"),
    ("structure_factor", PROFILE),
]


@pytest.mark.parametrize("sides", POWDER_PAIRS, ids=["own", "own structures", "own patterns"])
@pytest.mark.parametrize("augmentation", ["standard", None])
def test_towers_of_ones_own_learn(tiny, salts, sides, augmentation):
    options = {"pattern_encoder": sides[1], "augmentation": augmentation}
    retriever = powder_tower(tiny, sides[0], validation_fraction=0.3, **options).fit(salts)
    assert "valid_loss" in retriever.net_.history[0]
    towers = retriever.net_.module_.towers
    assert isinstance(towers, TowerPair)
    patterns = POWDER.transform(salts)
    expected = retriever.kneighbors(patterns, 5)[0]
    for again in (pickle.loads(pickle.dumps(retriever)), clone(retriever).fit(salts)):
        np.testing.assert_allclose(again.kneighbors(patterns, 5)[0], expected, atol=SAME)
    for encode, inputs, items in (
        ("encode_structures", retriever.structure_inputs, salts),
        ("encode_patterns", retriever.pattern_inputs, patterns),
    ):
        alone = getattr(retriever, encode)(items[4:5])
        np.testing.assert_allclose(alone, getattr(retriever, encode)(items)[4:5], atol=SAME)
        read = getattr(towers, encode)(**inputs(items)).detach()
        np.testing.assert_allclose(read, getattr(retriever, encode)(items), atol=SAME)
        assert getattr(retriever, encode)([]).shape == (0, 16)


def test_a_graph_tower_learns_what_it_is_shown(tiny, salts):
    options = {"augmentation": None, "validation_fraction": 0, "embedding_dim": 32, "lr": 2e-2}
    retriever = powder_tower(tiny, GRAPH, max_epochs=60, **options).fit(salts)
    losses = retriever.net_.history[:, "train_loss"]
    assert losses[-1] < 0.3 * losses[0]
    assert retriever.score(salts, POWDER.transform(salts)) > 0.8


def test_both_sides_are_searched_over(tiny, salts):
    grid = {"structure_encoder": ["structure_factor", GRAPH], "pattern_encoder": ["peaks", PROFILE]}
    search = GridSearchCV(powder_tower(tiny), grid, cv=KFold(2), error_score="raise")
    search.fit(salts, POWDER.transform(salts))
    assert len(search.cv_results_["params"]) == 4
    assert search.best_estimator_.predict(POWDER.transform(salts[:2]), k=3).shape == (2, 3)


@pytest.fixture
def by_name(monkeypatch):
    """The same towers in the tables, under names of their own."""
    monkeypatch.setitem(PATTERN_ENCODERS["powder"], "profile", PROFILE)
    graph = StructureEncoder(GraphTower, Neighbours, "profile")
    for geometry in STRUCTURE_ENCODERS:
        monkeypatch.setitem(STRUCTURE_ENCODERS[geometry], "graph", graph)


def test_entries_have_names_and_can_be_saved(tiny, salts, by_name, tmp_path):
    retriever = powder_tower(tiny, "graph").fit(salts)
    patterns = POWDER.transform(salts)
    save_pretrained(retriever, tmp_path / "graph")
    loaded = load_pretrained(tmp_path / "graph")
    np.testing.assert_allclose(
        loaded.encode_patterns(patterns), retriever.encode_patterns(patterns), atol=SAME
    )


def test_without_a_name_towers_are_not_saved(tiny, salts, tmp_path):
    retriever = powder_tower(tiny, GRAPH).fit(salts)
    with pytest.raises(TypeError, match=r"got StructureEncoder.* as structure_encoder; set ano"):
        save_pretrained(retriever, tmp_path / "graph")


@pytest.mark.usefixtures("by_name")
@pytest.mark.parametrize(
    "sides",
    [
        ("graph", "spots"),
        ("graph", "sequence"),
        ("sequence", "spots"),
        ("structure_factor", "sequence"),
    ],
)
def test_layers_mix_sides_too(tiny, layers, patterns, sides):
    retriever = tiny(sides[0], pattern_encoder=sides[1]).fit(layers, patterns)
    assert retriever.predict(patterns, k=5).shape == (40, 5)
    assert 0 <= retriever.score(layers, patterns) <= 1
    names = [name for name in retriever.net_.module_.state_dict() if "tower" in name]
    assert {name.split(".")[1] for name in names} == {"structure_tower", "pattern_tower"}


@pytest.mark.parametrize("sides", [("structure_factor", "spots"), ("sequence", "sequence")])
def test_what_belongs_together_is_one_module(tiny, layers, patterns, sides):
    implied, named = (
        tiny(sides[0], pattern_encoder=name).fit(layers, patterns) for name in (None, sides[1])
    )
    assert implied.net_.module_.state_dict().keys() == named.net_.module_.state_dict().keys()
    np.testing.assert_array_equal(
        implied.encode_patterns(patterns), named.encode_patterns(patterns)
    )
    assert not isinstance(named.net_.module_.towers, TowerPair)


def test_a_warm_start_knows_what_none_stands_for(tiny, layers, patterns):
    retriever = tiny(warm_start=True).fit(layers, patterns)
    module = retriever.net_.module_
    assert retriever.set_params(pattern_encoder="spots").fit(layers).net_.module_ is module
    with pytest.raises(ValueError, match="with pattern_encoder='spots', got 'sequence'; set it b"):
        retriever.set_params(pattern_encoder="sequence").fit(layers)


class PeaksOnly(Profiles):
    def of(self, patterns):
        return np.array([pattern.intensity[:5] for pattern in patterns], dtype=np.float32)


def test_a_tower_that_cannot_read_the_draws_says_so(tiny, salts):
    retriever = powder_tower(tiny, pattern_encoder=PatternEncoder(ProfileTower, PeaksOnly))
    with pytest.raises(ValueError, match=r"'Scan' object has no .*set augmentation=None to learn"):
        retriever.fit(salts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"pattern_encoder": "profile"},
            r"one of 'peaks', 'resnet1d', got 'profile'; pick one, or add it t",
        ),
        (
            {"pattern_encoder": "spots"},
            r"'resnet1d', got 'spots', which is one of 'zone_axis'; pick",
        ),
        (
            {"structure_encoder": PROFILE},
            r"a StructureEncoder, .* got PatternEncoder\(build",
        ),
        (
            {"pattern_encoder": GRAPH},
            r"a PatternEncoder, or .* got StructureEncoder\(build",
        ),
        (
            {"structure_encoder": StructureEncoder(GraphTower, Neighbours, "spots")},
            r"pattern_encoder must be .* 'resnet1d', got 'spots', which is one of 'zone_axis'",
        ),
        (
            {
                "pattern_encoder": PatternEncoder(ProfileTower, Profiles),
                "pattern_transformer": PatternProfile(),
            },
            r"without a transformer reads patterns as they are, got pattern_transformer=Pa",
        ),
    ],
)
def test_sides_that_do_not_exist_are_refused(tiny, salts, options, message):
    with pytest.raises(ValueError, match=message):
        powder_tower(tiny, **options).fit(salts)


@pytest.mark.parametrize("name", ["structure_factor", "sequence"])
def test_size_is_what_was_asked_for(name):
    entry = STRUCTURE_ENCODERS["zone_axis"][name]
    towers = entry.build(SIZE, check_settings(DiffractionSimulator()))
    stacks = [x for x in towers.modules() if type(x).__name__ == "Transformer"]
    assert len(stacks) == (1 if name == "structure_factor" else 2)
    for stack in stacks:
        assert len(stack.layers) == 2
        assert {layer.attention.n_heads for layer in stack.layers} == {4}
        assert {layer.attention.dropout for layer in stack.layers} == {0.1}
    assert towers.encode_patterns(torch.randn(3, 5, 3)).shape == (3, 24)


@pytest.mark.parametrize("radiation", ["xray", "electron", "neutron"])
def test_default_towers_know_the_simulator(radiation):
    """Its range, its form factors, its Debye-Waller factors."""
    simulator = DiffractionSimulator(radiation=radiation, hk_max=4, b_iso={"C": 2.0, "Mo": 0.5})
    entry = STRUCTURE_ENCODERS["zone_axis"]["structure_factor"]
    towers = entry.build(SIZE, check_settings(simulator))
    assert towers.hk.tolist() == half_plane(4).tolist()
    length = torch.tensor([[0.0, 0.3, 1.1]])
    curves = towers._form_factors(torch.tensor([[6, 42, 0]]), length)[0]
    for curve, number, b_iso in zip(curves, (6, 42), (2.0, 0.5), strict=False):
        expected = form_factors(number, length[0].numpy(), radiation, b_iso)
        torch.testing.assert_close(curve, torch.tensor(expected).float())
    assert not curves[2].any()


def test_towers_of_powders_know_how_far_patterns_reach():
    copper = Diffractometer(as_radiation("CuKa"), 0.0, 0.8)
    towers = STRUCTURE_ENCODERS["powder"]["structure_factor"].build(SIZE, copper)
    assert isinstance(towers, PeakSetTowers)
    assert towers.q_max == 0.8
    assert len(towers.transformer.layers) == 2
    assert towers.encode_patterns(torch.rand(3, 5, 4)).shape == (3, 24)
    assert towers.encode_structures(torch.rand(3, 7, 2)).shape == (3, 24)
