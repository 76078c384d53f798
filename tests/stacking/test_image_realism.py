"""Realistic images: each kind of realism on images whose differences are known."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch.stacking import ImageRealism, ScanRows, Stack, StackSimulator

TINY = {"crop": 64, "n_pairs": 4, "max_epochs": 1, "batch_size": 2, "random_state": 0}
SHAPE = (96, 96)
LATTICE = np.array([[11.0, 1.0], [-2.0, 13.0]])  # [pixel], of what repeats in a residual
CONTRAST = 0.3  # of the measured images, relative to the simulated ones


@pytest.fixture(scope="module")
def simulated(stack_layers):
    rng = np.random.default_rng(0)
    stacks = [Stack([stack_layers["MoS2"]] * 2, slip=rng.random(2)) for _ in range(4)]
    return StackSimulator(shape=SHAPE, random_state=0).transform(stacks)


@pytest.fixture(scope="module")
def residual():
    noise = 0.2 * np.random.default_rng(1).normal(size=SHAPE)
    return noise - noise.mean()


@pytest.fixture(scope="module")
def measured(simulated, residual):
    """Counts, with less contrast and something that no model has."""
    return 50 * (1 + CONTRAST * (simulated - 1) + residual)


class KnownFits:
    """Stands for a fitter: it knows what the crystal alone would look like."""

    def __init__(self, models, lattice=LATTICE):
        self.models = models
        self.lattice = lattice

    def fit_images(self, images, pixel_size=None):
        stacks = [None if model is None else "a stack" for model in self.models]
        failures = {i: "No lattice." for i, model in enumerate(self.models) if model is None}
        return SimpleNamespace(
            stacks=stacks,
            failures=failures,
            model=self.models.__getitem__,
            lattice=[self.lattice] * len(stacks),
            pixel_size=[0.136] * len(stacks),
        )


@pytest.fixture(scope="module")
def fitters(simulated):
    models = [50 * (1 + CONTRAST * (image - 1)) for image in simulated.astype(float)]
    return {"residual": KnownFits([None, *models[1:]])}


@pytest.fixture(scope="module", params=["randomised", "disentangled", "residual"])
def fitted(request, simulated, measured, fitters):
    realism = ImageRealism(request.param, fitter=fitters.get(request.param), **TINY)
    return realism.fit(simulated, measured)


def test_images_are_of_one_kind(fitted, simulated):
    before = simulated.copy()
    images = fitted.transform(simulated)
    assert images.shape == simulated.shape
    assert images.dtype == np.float32
    assert images.mean() == pytest.approx(1, abs=0.05)
    np.testing.assert_array_equal(simulated, before)


def test_an_image_does_not_depend_on_its_neighbours(fitted, simulated):
    images = fitted.transform(simulated)
    np.testing.assert_array_equal(fitted.transform(simulated[::-1]), images[::-1])
    np.testing.assert_array_equal(fitted.transform(simulated[2:3]), images[2:3])
    assert np.abs(images[0] - images[1]).max() > 0.1


def test_images_repeat(fitted, simulated, measured):
    images = fitted.transform(simulated)
    again = clone(fitted).fit(simulated, measured)
    np.testing.assert_array_equal(again.transform(simulated), images)
    copied = pickle.loads(pickle.dumps(fitted)) if fitted.kind != "residual" else fitted
    np.testing.assert_array_equal(copied.transform(simulated), images)


def test_images_of_any_shape(fitted, simulated):
    cut = [simulated[0][:90, :71], simulated[1][:67]]
    assert [image.shape for image in fitted.transform(cut)] == [(90, 71), (67, 96)]
    assert len(fitted.transform([])) == 0


def test_what_is_measured_is_what_is_drawn(simulated, measured, residual):
    realism = ImageRealism(random_state=0).fit(simulated, measured)
    known = realism.look_.statistics
    spread = CONTRAST * simulated.std(axis=(1, 2))
    np.testing.assert_allclose(known.contrast, spread, rtol=0.1)
    np.testing.assert_allclose(np.sqrt(known.noise.mean(axis=(1, 2))), residual.std(), rtol=0.15)
    assert known.rows.max() < 0.5
    added = realism.transform(simulated) - measured / 50
    assert added.std() == pytest.approx(residual.std() * np.sqrt(2), rel=0.2)


def test_images_without_a_difference_stay_as_they_are(simulated):
    realism = ImageRealism(random_state=0).fit(simulated[:1], 7 * simulated[:1])
    image = realism.transform(simulated[:1])[0]
    assert np.corrcoef(image.ravel(), simulated[0].ravel())[0, 1] > 0.995
    assert image.std() == pytest.approx(simulated[0].std(), rel=0.05)


def test_shifted_rows_are_seen(simulated, stack_layers):
    stacks = [Stack([stack_layers["MoS2"]] * 2, slip=(0.1, 0.2))]
    shifted = StackSimulator(shape=SHAPE, effects=[ScanRows(0.136)], random_state=0)
    known = ImageRealism().fit(simulated, shifted.transform(stacks)).look_.statistics
    assert known.rows == pytest.approx([1.0], rel=0.35)  # 0.136 Å is a pixel


def test_residuals_are_added_as_they_are(simulated, measured, residual, fitters):
    realism = ImageRealism("residual", fitter=fitters["residual"], random_state=0)
    images = realism.fit(simulated, measured).transform(simulated)
    ratios = np.array(realism.look_.ratios)
    spread = simulated[1:].std(axis=(1, 2))
    typical = np.median(simulated.std(axis=(1, 2)))
    np.testing.assert_allclose(ratios, CONTRAST * spread / typical, rtol=1e-4)
    added = images[0][:, :, None] - 1 - (simulated[0][:, :, None] - 1) * ratios
    closest = added[:, :, added.std(axis=(0, 1)).argmin()]
    assert closest.std() == pytest.approx(residual.std(), rel=0.05)
    left = realism.look_.residuals[0]
    assert np.corrcoef(left.ravel(), residual.ravel())[0, 1] > 0.97
    assert np.isin(closest.round(3), [left.round(3) + step for step in (-1e-3, 0, 1e-3)]).all()


def test_what_repeats_with_the_lattice_is_left_out(simulated, measured, fitters):
    """A wave of the lattice is taken away, one between its waves is kept."""
    y, x = np.mgrid[47.5:-48:-1, -47.5:48]
    first, second = np.linalg.inv(LATTICE).T
    for g, kept in ((first + second, 0.0), (1.5 * first, 1.0)):
        wave = np.cos(2 * np.pi * (g[0] * x + g[1] * y) + 0.4)
        fitter = KnownFits([50 * image - 5 * wave for image in measured.astype(float) / 50])
        left = ImageRealism("residual", fitter=fitter).fit(simulated, measured).look_.residuals[0]
        assert (left * wave).mean() / (0.1 * (wave**2).mean()) == pytest.approx(kept, abs=0.1)


def test_what_cannot_be_fitted(simulated, measured):
    with pytest.raises(ValueError, match=r"left by a fit, got fitter=None; give a StackFitter"):
        ImageRealism("residual").fit(simulated, measured)
    hopeless = ImageRealism("residual", fitter=KnownFits([None] * 4))
    with pytest.raises(ValueError, match=r"can be fitted, got none: No lattice\."):
        hopeless.fit(simulated, measured)


def test_translations_look_like_a_crop(simulated, measured):
    """Each gets the contrast of an experimental crop, whatever it was simulated with."""
    realism = ImageRealism("disentangled", **TINY).fit(simulated, measured)
    images = realism.transform([simulated[0], 1 + 5 * (simulated[0] - 1)])
    assert realism.look_.net.history[-1]["train_batch_count"] == 2
    assert images[0].std() != pytest.approx(images[1].std(), rel=1e-6)  # other crops were drawn
    assert images[1].std() < 2 * measured.std() / 50


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kind": "real"}, r"kind must be one of 'randomised', .* got 'real'; choose"),
        ({"size": "huge"}, r"size must be one of 'small', 'paper', got 'huge'; choose"),
        ({"crop": 48}, r"at least 52 pixels for size='small', got 48; give 64, for example\."),
        ({"crop": 65}, r"crop must be a multiple of 4 .* got 65; give 64, for example\."),
        (
            {"size": "paper"},
            r"at least 212 pixels for size='paper', got 64; give 212, for example\.",
        ),
        ({"weights": {"sharp": 1}}, r"A name in weights must be one of .*, got 'sharp'; choose"),
        (
            {"kind": "disentangled", "net_params": {"sharp": 1}},
            r"net_params must name parameters of skorch\.NeuralNet, got 'sharp'",
        ),
    ],
)
def test_unknown_options(simulated, measured, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        ImageRealism(**options).fit(simulated, measured)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda x: x[..., None], r"grey images, .* got image 0 of shape \(96, 96, 1\); average"),
        (lambda x: x[0], r"grey images, .* got image 0 of shape \(96,\); average"),
        (lambda x: x[:, :20], r"at least 32 pixels high and wide, got image 0 of 20 x 96; give"),
        (lambda x: np.where(x == x.max(), np.nan, x), r"must be finite, got image \d with missing"),
        (lambda x: [x[0], np.ones(SHAPE)], r"contrast .*, got image 1 with mean 1 and standard"),
        (lambda x: x - 60, r"positive mean, got image 0 with mean -"),
        (lambda x: [], r"must hold at least one image, got none; give an image\."),
    ],
)
def test_bad_images(simulated, measured, change, sentence):
    with pytest.raises(ValueError, match=f"experimental_images .*{sentence}"):
        ImageRealism().fit(simulated, change(measured))
    with pytest.raises(ValueError, match=f"simulated_images .*{sentence}"):
        ImageRealism().fit(change(simulated), measured)


def test_fit_comes_first(simulated):
    with pytest.raises(NotFittedError):
        ImageRealism().transform(simulated)
