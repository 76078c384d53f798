"""The content and attribute model: its sizes, its losses and whose gradients go where."""

import numpy as np
import pytest
import torch

from xrdmatch.stacking._realism.crops import CropPairs
from xrdmatch.stacking._realism.discriminators import ContentDiscriminator, ImageDiscriminator
from xrdmatch.stacking._realism.encoders import DOMAINS, AttributeEncoder, ContentEncoder
from xrdmatch.stacking._realism.generator import Generator
from xrdmatch.stacking._realism.losses import (
    WEIGHTS,
    against,
    judging_loss,
    normal_divergence,
    translation_losses,
)
from xrdmatch.stacking._realism.sizes import SIZES
from xrdmatch.stacking._realism.training import second_half, trained_model
from xrdmatch.stacking._realism.translation import TranslationModel

SMALL = SIZES["small"]
TRAINING = {"lr": 1e-3, "weights": {}, "device": "cpu", "verbose": 0, "net_params": {}}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return TranslationModel(SMALL)


@pytest.fixture
def images():
    return {domain: torch.randn(2, 1, 64, 64) for domain in DOMAINS}


@pytest.mark.parametrize(
    ("part", "millions"),
    [
        (ContentEncoder, 9.0),
        (AttributeEncoder, 2.7),
        (Generator, 9.6),
        (ImageDiscriminator, 8.3),
        (ContentDiscriminator, 10.7),
    ],
)
def test_paper_size_is_the_papers(part, millions):
    n = sum(parameter.numel() for parameter in part(SIZES["paper"]).parameters())
    assert round(n / 1e6, 1) == millions


@pytest.mark.parametrize("name", SIZES)
def test_smallest_crop_is_the_smallest_that_is_judged(name):
    size = SIZES[name]
    judge = ContentDiscriminator(size).eval()
    side = size.smallest_crop // 4
    assert judge(torch.randn(1, size.content, side, side)).shape == (1, 1, 1, 1)
    with pytest.raises(RuntimeError, match=r"Kernel size can't be greater"):
        judge(torch.randn(1, size.content, side - 1, side - 1))


def test_shapes(model, images):
    made = model(**images)
    for domain in DOMAINS:
        assert made["content"][domain].shape == (2, SMALL.content, 16, 16)
        assert [moment.shape for moment in made["moments"][domain]] == [(2, 8), (2, 8)]
        for kind in ("own", "fake", "cycle"):
            assert made[kind][domain].shape == (2, 1, 64, 64)


def test_attributes_reach_the_image(model, images):
    """Content, noise and attributes: with the first two fixed, the last changes the image."""
    content = model.content(images["simulated"], "simulated")
    drawn = []
    for look in (torch.zeros(2, 8), torch.ones(2, 8)):
        torch.manual_seed(1)
        drawn.append(model.generator(content, look, "experimental"))
    assert (drawn[0] - drawn[1]).abs().mean() > 0.01


def test_divergence_of_normal_distributions():
    zeros = torch.zeros(3, 8)
    assert normal_divergence(zeros, zeros) == 0
    assert normal_divergence(zeros + 1, zeros) == pytest.approx(8 / 2)
    expected = 8 * (np.e - 1 - 1) / 2
    assert normal_divergence(zeros, zeros + 1).item() == pytest.approx(expected, rel=1e-6)


def test_what_cannot_be_told_costs_a_bit():
    logits = [torch.zeros(2, 1, 4, 4), torch.zeros(2, 1, 2, 2)]
    for truth in (0.0, 0.5, 1.0):
        assert against(logits, truth).item() == pytest.approx(2 * np.log(2))
    assert against([logits[0] + 20], 1.0) < 1e-6
    assert against([logits[0] + 20], 0.0).item() == pytest.approx(20)


def test_losses_of_a_perfect_translation(model, images):
    made = model(**images)
    made |= {"own": made["real"], "cycle": made["real"]}
    losses = translation_losses(model, made)
    assert set(losses) == set(WEIGHTS)
    assert losses["self"] == losses["cycle"] == 0
    apart = (images["simulated"] - made["fake"]["experimental"]).abs().mean()
    apart = apart + (images["experimental"] - made["fake"]["simulated"]).abs().mean()
    assert losses["direct"].item() == pytest.approx(apart.item(), rel=1e-6)


def crops(n_pairs=4):
    rng = np.random.default_rng(0)
    x = np.arange(96)
    waves = 1 + np.add.outer(np.cos(x / 2), np.cos(x / 3)) / 2
    noisy = waves.T + 0.3 * rng.normal(size=waves.shape)
    return CropPairs([waves], [noisy], 64, n_pairs, rng)


def test_each_side_has_the_gradients_of_its_own_loss():
    """Against gradients of the two losses that are computed one by one."""
    torch.manual_seed(0)
    net = trained_model(crops(), SMALL, max_epochs=0, batch_size=2, **TRAINING)
    model = net.module_
    batch = {domain: torch.randn(2, 1, 64, 64) for domain in DOMAINS}
    net.history.new_epoch()
    net.history.new_batch()
    torch.manual_seed(1)
    net.train_step_single((batch, torch.zeros(2)))
    torch.manual_seed(1)
    made = model(**batch)
    losses = translation_losses(model, made)
    total = sum(WEIGHTS[name] * loss for name, loss in losses.items())
    for loss, parameters in (
        (total, model.translators()),
        (judging_loss(model, made), model.judges()),
    ):
        expected = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
        for parameter, gradient in zip(parameters, expected, strict=True):
            torch.testing.assert_close(parameter.grad, gradient)
    sides = len(model.translators()) + len(model.judges())
    assert sides == len(list(model.parameters()))


def test_training_learns_to_draw_its_images():
    torch.manual_seed(0)
    net = trained_model(crops(4), SMALL, max_epochs=6, batch_size=2, **TRAINING)
    first, last = net.history[0], net.history[-1]
    assert last["self"] < 0.8 * first["self"]
    assert last["cycle"] < 0.8 * first["cycle"]


def test_learning_rates():
    assert [second_half(4, epoch) for epoch in range(5)] == [1, 1, 1, 0.5, 0]
    net = trained_model(crops(), SMALL, max_epochs=0, batch_size=2, **TRAINING)
    rates = sorted(group["lr"] for group in net.optimizer_.param_groups)
    assert rates == pytest.approx([4e-4, 1e-3])
    assert {group["betas"] for group in net.optimizer_.param_groups} == {(0.5, 0.999)}


def test_progress_is_shown(capsys):
    options = TRAINING | {"verbose": 1}
    trained_model(crops(), SMALL, max_epochs=1, batch_size=2, **options)
    shown = capsys.readouterr().err
    assert "2/2" in shown
    assert "epoch=1/1" in shown


def test_crops_come_from_the_images():
    image = np.arange(96.0 * 96).reshape(96, 96)
    pairs = CropPairs([image], [image.T], 64, 3, np.random.default_rng(0))
    assert len(pairs) == 3
    crop = pairs[0][0]["simulated"][0]
    assert crop.mean() == pytest.approx(0, abs=1e-5)
    assert crop.std() == pytest.approx(1, rel=1e-5)
    steps = np.abs(np.diff(crop, axis=0)).mean() / np.abs(np.diff(crop, axis=1)).mean()
    assert steps == pytest.approx(96, rel=1e-3)  # rows stay rows
