"""Towers by name, and how to add one."""

import pytest
import torch
from torch import nn

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import as_radiation, form_factors
from xrdmatch.retrieval import STRUCTURE_ENCODERS
from xrdmatch.retrieval._towers import ENCODERS
from xrdmatch.simulation import check_settings, half_plane
from xrdmatch.simulation._powder.diffractometer import Diffractometer

SIZE = {"n_layers": 2, "n_heads": 4, "embedding_dim": 24, "dropout": 0.1}


class Spectra(nn.Module):
    """Towers that sum over atoms and over spots: enough to be trained."""

    def __init__(self, embedding_dim):
        super().__init__()
        self.atoms = nn.Embedding(119, embedding_dim)
        self.spots = nn.Linear(3, embedding_dim)

    def encode_structures(self, numbers, **_):
        return nn.functional.normalize(self.atoms(numbers).sum(1), dim=1)

    def encode_patterns(self, points):
        return nn.functional.normalize(self.spots(torch.nan_to_num(points)).sum(1), dim=1)


@pytest.mark.parametrize("name", ["structure_factor", "sequence"])
def test_size_is_what_was_asked_for(name):
    towers = STRUCTURE_ENCODERS[name](SIZE, check_settings(DiffractionSimulator()))
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
    towers = STRUCTURE_ENCODERS["structure_factor"](SIZE, check_settings(simulator))
    assert towers.hk.tolist() == half_plane(4).tolist()
    length = torch.tensor([[0.0, 0.3, 1.1]])
    curves = towers._form_factors(torch.tensor([[6, 42, 0]]), length)[0]
    for curve, number, b_iso in zip(curves, (6, 42), (2.0, 0.5), strict=False):
        expected = form_factors(number, length[0].numpy(), radiation, b_iso)
        torch.testing.assert_close(curve, torch.tensor(expected).float())
    assert not curves[2].any()


def test_a_new_tower_needs_a_name_only(tiny, layers, patterns, monkeypatch):
    monkeypatch.setitem(
        STRUCTURE_ENCODERS, "spectra", lambda size, settings: Spectra(size["embedding_dim"])
    )
    retriever = tiny("spectra").fit(layers, patterns)
    assert isinstance(retriever.net_.module_.towers, Spectra)
    assert retriever.predict(patterns, k=5).shape == (40, 5)
    assert 0 <= retriever.score(layers, patterns) <= 1


def test_towers_of_powders_know_how_far_patterns_reach():
    copper = Diffractometer(as_radiation("CuKa"), 0.0, 0.8)
    towers = ENCODERS["powder"]["structure_factor"](SIZE, copper)
    assert towers.q_max == 0.8
    assert len(towers.transformer.layers) == 2
    assert towers.encode_patterns(torch.rand(3, 5, 4)).shape == (3, 24)
    assert towers.encode_structures(torch.rand(3, 7, 2)).shape == (3, 24)
