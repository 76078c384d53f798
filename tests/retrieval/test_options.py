"""Every option that cannot be used is refused in one sentence, before anything is computed."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.retrieval._options import check_options
from xrdmatch.simulation import Perturbation, Strain, ThermalDisplacement


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            {"structure_encoder": "gnn"},
            r"'zone_axis' one of 'structure_factor', 'sequence', got 'gnn'; pick one, or add",
        ),
        ({"augmentation": "strong"}, r"augmentation must be one of 'standard', None, got 'strong'"),
        ({"n_layers": 0}, r"n_layers must be a whole number of at least 1, got 0; give a larger"),
        ({"n_heads": -2}, r"n_heads must be a whole number of at least 1, got -2"),
        ({"embedding_dim": 16.0}, r"embedding_dim must be a whole number of at least 1, got 16.0"),
        ({"batch_size": None}, r"batch_size must be a whole number of at least 1, got None"),
        ({"max_epochs": "10"}, r"max_epochs must be a whole number of at least 1, got '10'"),
        ({"score_k": 0}, r"score_k must be a whole number of at least 1, got 0"),
        ({"n_heads": 3}, r"n_heads must divide embedding_dim, got 3 heads for 16; change one"),
        ({"temperature": 0}, r"temperature must be 'learned' or a positive number, got 0; 1.0 is"),
        ({"temperature": "warm"}, r"temperature must be 'learned' or a positive .*, got 'warm'"),
        ({"validation_fraction": 1.0}, r"validation_fraction must lie in \[0, 1\), got 1.0; 0 hol"),
        ({"validation_fraction": -0.1}, r"validation_fraction must lie in \[0, 1\), got -0.1"),
        ({"dropout": 1.0}, r"dropout must lie in \[0, 1\), got 1.0; 0 switches it off"),
        ({"dropout": "some"}, r"dropout must lie in \[0, 1\), got 'some'"),
        ({"lr": 0.0}, r"lr must be positive, got 0.0; 1.5e-3 is the default"),
        ({"lr": "fast"}, r"lr must be positive, got 'fast'; 1.5e-3 is the default"),
        ({"structure_encoder": ["sequence"]}, r"structure_encoder must be .*, got \['seq"),
        (
            {"device": "abacus"},
            r"device must be 'auto', 'accelerate' or a torch device .*, got 'abacus'; 'cpu'",
        ),
        (
            {"device": 1.5},
            r"device must be 'auto', 'accelerate' or a torch device that is there, got 1.5",
        ),
        ({"net_params": [1]}, r"net_params must be a dict or None, got \[1\]; write"),
        ({"net_params": {"foo": 1}}, r"must name parameters of skorch.NeuralNet, got 'foo'; optim"),
        ({"net_params": {"max_epochs": 3}}, r"has no parameter for, got 'max_epochs'; set max_epo"),
        ({"net_params": {"lr": 3}}, r"net_params holds what the retriever has no .*, got 'lr'"),
    ],
)
def test_option_that_cannot_be_used(tiny, layers, option, message):
    with pytest.raises(ValueError, match=message):
        tiny(**option).fit(layers)


@pytest.mark.parametrize(
    "option",
    [
        {"n_layers": np.int64(2), "n_heads": np.int32(2), "embedding_dim": np.int64(16)},
        {"temperature": 1},
        {"temperature": np.float32(0.05), "lr": np.float32(1e-3)},
        {"augmentation": Perturbation(Strain(0.02), ThermalDisplacement({"Mo": 0.1}))},
        {"augmentation": None, "validation_fraction": 0},
        {"net_params": {"optimizer__weight_decay": 0.0}},
    ],
)
def test_options_that_can_be_used(tiny, option):
    check_options(tiny(**option))


def test_a_gpu_that_is_not_there_is_refused(tiny, layers, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ValueError, match="torch device that is there, got 'cuda'; 'cpu' always"):
        tiny(device="cuda").fit(layers)


@pytest.mark.parametrize("setting", [{"geometry": "laue"}, {"hk_max": 0}])
def test_options_of_the_simulator_are_refused_too(tiny, layers, setting):
    (name,) = setting
    with pytest.raises(ValueError, match=f"{name} must be"):
        tiny(simulator=DiffractionSimulator(**setting)).fit(layers)
