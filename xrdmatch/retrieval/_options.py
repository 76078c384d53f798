"""Validation of a contrastive retriever's options."""

from numbers import Integral, Real

import torch

from xrdmatch.learning import AUGMENTATIONS
from xrdmatch.retrieval._geometries import geometry_of
from xrdmatch.retrieval._tower_options import chunk_size, n_views, space_group_balance
from xrdmatch.retrieval._towers import chosen_encoders
from xrdmatch.simulation import Perturbation

POSITIVE_COUNTS = ("n_layers", "n_heads", "embedding_dim", "batch_size", "max_epochs", "score_k")
OWN = {"batch_size", "device", "lr", "max_epochs"}


def check_options(retriever):
    """Raise a ValueError for the first option that cannot be used."""
    _check_encoders(retriever)
    _check_augmentation(retriever)
    for name in POSITIVE_COUNTS:
        _check_count(name, getattr(retriever, name))
    _check_heads(retriever)
    _check_temperature(retriever.temperature)
    _check_fraction("validation_fraction", retriever.validation_fraction, "0 holds nothing out")
    _check_fraction("dropout", retriever.dropout, "0 switches it off")
    _check_net_params(retriever.net_params or {})
    chunk_size(retriever.net_params)
    n_views(retriever.net_params, retriever.augmentation)
    space_group_balance(retriever.net_params, retriever.simulator_.geometry)
    _check_device(retriever.device)
    _check_processes(retriever)
    if not (isinstance(retriever.lr, Real) and retriever.lr > 0):
        raise ValueError(f"lr must be positive, got {retriever.lr!r}; 1.5e-3 is the default.")


def _check_encoders(retriever):
    simulator = retriever.simulator_
    geometry_of(simulator)  # which says what there is
    sides = retriever.structure_encoder, retriever.pattern_encoder
    _, pattern = chosen_encoders(simulator.geometry, *sides)
    if pattern.transformer is None and retriever.pattern_transformer is not None:
        raise ValueError(
            "A pattern encoder without a transformer reads patterns as they are, got "
            f"pattern_transformer={retriever.pattern_transformer!r}; leave it None."
        )


def _check_augmentation(retriever):
    if not isinstance(retriever.augmentation, Perturbation | None):
        own = ["rescaled"] if retriever.simulator_.geometry == "powder" else []
        _check_known("augmentation", retriever.augmentation, [*AUGMENTATIONS, *own, None])
    elif retriever.simulator_.geometry == "powder" and retriever.augmentation is not None:
        raise ValueError(
            "A Perturbation is one of layers, got one for a powder's simulator; set "
            "augmentation='standard', which draws whole scans."
        )


def _check_known(name, value, options):
    if value not in [*options]:  # a list, so that nothing has to be hashable
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, options))}, got {value!r}; pick one."
        )


def _check_count(name, value):
    if not isinstance(value, Integral) or value < 1:
        raise ValueError(
            f"{name} must be a whole number of at least 1, got {value!r}; give a larger one."
        )


def _check_heads(retriever):
    if retriever.embedding_dim % retriever.n_heads:
        raise ValueError(
            f"n_heads must divide embedding_dim, got {retriever.n_heads} heads for "
            f"{retriever.embedding_dim}; change one of them."
        )


def _check_temperature(temperature):
    if temperature != "learned" and not (isinstance(temperature, Real) and temperature > 0):
        raise ValueError(
            f"temperature must be 'learned' or a positive number, got {temperature!r}; 1.0 is the "
            "equation as printed."
        )


def _check_fraction(name, fraction, way_out):
    if not (isinstance(fraction, Real) and 0 <= fraction < 1):
        raise ValueError(f"{name} must lie in [0, 1), got {fraction!r}; {way_out}.")


def _check_device(device):
    try:
        kind = "cpu" if device in ("auto", "accelerate") else torch.device(device).type
    except (RuntimeError, TypeError):
        kind = None
    if kind is None or (kind == "cuda" and not torch.cuda.is_available()):
        raise ValueError(
            f"device must be 'auto', 'accelerate' or a torch device that is there, got {device!r}; "
            "'cpu' always is."
        )


def _check_processes(retriever):
    if retriever.device == "accelerate" and retriever.random_state is None:
        raise ValueError(
            "device='accelerate' needs a random_state, got None; set one, so that all processes "
            "begin with the same towers and hold out the same formulas."
        )


def _check_net_params(net_params):
    if not isinstance(net_params, dict):
        raise ValueError(
            f"net_params must be a dict or None, got {net_params!r}; write "
            '{"optimizer__weight_decay": 0.1}, for example.'
        )
    own = sorted(OWN.intersection(net_params))
    if own:
        raise ValueError(
            f"net_params holds what the retriever has no parameter for, got {own[0]!r}; set "
            f"{own[0]} on the retriever, whose schedule depends on it."
        )
