"""Maps find what lies where in images whose truth is known."""

import numpy as np
import pytest
from boundary_images import MOS2, PIXEL, boundary_image, normal_of
from sklearn.base import clone

from xrdmatch.stacking import Stack, StackFitter, StackingMap, StackSimulator, stacking_shares

AB, BA = Stack([MOS2, MOS2], (1 / 3, 2 / 3)), Stack([MOS2, MOS2], (2 / 3, 1 / 3))
AA, SLIPPED = Stack([MOS2, MOS2], (0, 0)), Stack([MOS2, MOS2], (0.1, 0.4))
NEARLY_AB = Stack([MOS2, MOS2], (0.38, 0.70))  # 0.15 Å away, which has the same name
ANTIPARALLEL = Stack([MOS2, MOS2], (0, 0), 180.0)


@pytest.fixture(scope="module")
def fitter():
    return StackFitter(n_layers=2).fit([MOS2])


@pytest.fixture(scope="module")
def uniform(fitter):
    """Map of one stacking, and its image."""
    image = boundary_image(AB, AB, dose=20)
    return StackingMap(fitter).fit(image, PIXEL), image


def off_line(found, at, angle):
    """How far points of the only boundary are from where it was made [Å]."""
    (line,) = found.boundaries_
    return line.points @ normal_of(angle) - at


@pytest.mark.parametrize(
    ("first", "second", "at", "angle", "noise"),
    [
        (AB, SLIPPED, 3.3, 20, {}),
        (AB, BA, -7.0, 90, {}),
        (AB, ANTIPARALLEL, 5.0, 0, {"dose": 20}),
        (AB, NEARLY_AB, 4.0, 45, {}),
        (AA, AB, -4.0, 130, {"dose": 10}),
        (AB, BA, 6.0, 70, {"dose": 5, "jitter": 0.1}),
    ],
)
def test_a_boundary_is_found_within_one_angstrom(fitter, first, second, at, angle, noise):
    image = boundary_image(first, second, at, angle, (620, 620), **noise)
    off = off_line(StackingMap(fitter).fit(image, PIXEL), at, angle)
    assert np.abs(off).max() < 1.0
    assert abs(off.mean()) < 0.5


def test_names_on_both_sides(fitter):
    found = StackingMap(fitter).fit(boundary_image(AB, ANTIPARALLEL, shape=(500, 620)), PIXEL)
    x = found.centres_[..., 0]
    assert set(found.name_[x < -5]) == {AB.name()}
    assert set(found.name_[x > 5]) == {ANTIPARALLEL.name()}
    assert {motif.name() for motif in found.motifs_} == {AB.name(), ANTIPARALLEL.name()}


def test_a_subtle_change_has_one_name_and_a_boundary(fitter):
    found = StackingMap(fitter).fit(boundary_image(AB, NEARLY_AB, shape=(500, 620)), PIXEL)
    assert set(found.name_.ravel()) == {"3R"}
    assert found.boundaries_[0].is_subtle
    left, right = (found.motif_[found.centres_[..., 0] * sign > 5] for sign in (-1, 1))
    assert len(set(left)) == len(set(right)) == 1
    assert left[0] != right[0]
    apart = found.motifs_[0].distance(found.motifs_[1])
    assert apart == pytest.approx(AB.distance(NEARLY_AB), abs=2)  # [pm]


def test_one_stacking_has_no_boundary(uniform):
    found, _ = uniform
    assert found.boundaries_ == []
    assert found.failures_ == {}
    assert (found.motif_ == 0).all()
    assert all(one.distance(AB) < 5 for one in found.stacks_.ravel())  # [pm]
    assert found.slip_.shape == (*found.motif_.shape, 1, 2)
    assert found.slip_std_.shape == found.slip_angstrom_.shape == found.slip_.shape
    np.testing.assert_allclose(found.slip_angstrom_[0, 0], found.stack(0, 0).slip_angstrom)
    np.testing.assert_allclose(found.twist_, 0, atol=0.1)


def test_windows_lie_evenly_around_the_middle(uniform):
    found, _ = uniform
    centres = found.centres_
    np.testing.assert_allclose(np.diff(centres[0, :, 0]), 10, atol=0.3)
    assert (np.diff(centres[:, 0, 1]) < 0).all()  # the first row is the highest
    np.testing.assert_allclose(found.extent_, [-34, 34, -34, 34])
    assert np.abs(centres).max() < 34 - 14


def test_the_layers_keep_their_order_from_window_to_window(fitter):
    """AB and BA are one stack seen from both sides, yet not one domain."""
    found = StackingMap(fitter).fit(boundary_image(AB, BA, shape=(500, 620), dose=20), PIXEL)
    left, right = (found.slip_[found.centres_[..., 0] * sign > 20] for sign in (-1, 1))
    assert np.ptp(left, axis=0).max() < 0.05
    assert np.ptp(right, axis=0).max() < 0.05
    np.testing.assert_allclose(np.cos(2 * np.pi * (left.mean(0) + right.mean(0))), 1, atol=0.01)


def test_a_bad_part_does_not_sink_the_map(fitter):
    image = boundary_image(AB, AB, shape=(620, 620), dose=20)
    image[:230, :230] = np.random.default_rng(0).poisson(1, (230, 230))  # vacuum
    image[600, 600] = np.nan
    found = StackingMap(fitter).fit(image, PIXEL)
    assert "seen at" not in found.failures_[0, 0]
    assert "must show all layers" in found.failures_[0, 0]
    last = found.motif_.shape[0] - 1, found.motif_.shape[1] - 1
    assert "must be finite" in found.failures_[last]
    assert found.name_[0, 0] is None
    assert found.stacks_[0, 0] is None
    assert found.motif_[0, 0] == -1
    assert np.isnan(found.slip_[0, 0]).all()
    assert np.isnan(found.residual_[0, 0])
    good = found.motif_ >= 0
    assert good.mean() > 0.6
    assert set(found.name_[good]) == {"3R"}


def test_a_part_without_anything(fitter):
    image = boundary_image(AB, AB, shape=(500, 620), dose=20)
    image[:, :260] = 0.0
    found = StackingMap(fitter).fit(image, PIXEL)
    empty = found.centres_[..., 0] < -25
    assert (found.motif_[empty] == -1).all()
    assert (found.motif_[found.centres_[..., 0] > 10] == 0).all()


def test_the_pixel_size_is_found(fitter):
    image = boundary_image(AB, SLIPPED, shape=(460, 620))
    found = StackingMap(fitter).fit(image)
    assert found.pixel_size_ == pytest.approx(PIXEL, rel=0.01)
    assert len(found.boundaries_) == 1


def test_fine_pixels_are_added_up(fitter):
    images = StackSimulator(pixel_size=0.045, shape=(1000, 1000), random_state=0).transform([AB])
    found = StackingMap(fitter).fit(images[0], 0.045)
    assert found.pixel_size_ == pytest.approx(0.135)
    assert set(found.name_.ravel()) == {"3R"}
    assert max(one.distance(AB) for one in found.stacks_.ravel()) < 3  # [pm]


def test_shares_over_maps(fitter, uniform):
    half = StackingMap(fitter).fit(boundary_image(AB, ANTIPARALLEL, shape=(500, 620)), PIXEL)
    shares = stacking_shares([uniform[0], half])
    n = uniform[0].motif_.size + half.motif_.size
    assert shares.names == ["3R", ANTIPARALLEL.name()]
    np.testing.assert_allclose(shares.share.sum(), 1)
    assert shares.n_windows.sum() == n
    assert shares.interval[0, 0] <= shares.share[0] <= shares.interval[0, 1] == 1.0
    alone = stacking_shares([half])
    assert np.isnan(alone.interval).all()


def test_parameters_survive(fitter):
    made = StackingMap(fitter, window=25.0)
    assert clone(made).get_params()["window"] == 25.0
    made.set_params(step=5.0)
    assert made.step == 5.0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"window": -1.0}, r"window must be a length above 0 \[Å\], got -1.0"),
        ({"step": np.nan}, r"step must be a length above 0 \[Å\], got nan"),
        ({"window": 5.0}, r"must hold 2 cells of the lattice, got 5 Å for cells of 3.2 Å"),
        ({"window": 500.0}, r"must fit into the image, got windows of 500 Å and an image of 68 x"),
    ],
)
def test_windows_that_cannot_be(fitter, uniform, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        StackingMap(fitter, **options).fit(uniform[1], PIXEL)


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (np.zeros((300, 300, 3)), r"one grey image, .* got shape \(300, 300, 3\)"),
        (np.ones((300, 300)), "with contrast, got one with nothing in it"),
        (np.full((300, 300), np.nan), "with contrast, got one with nothing in it"),
        (np.random.default_rng(0).poisson(5, (300, 300)), "can be read somewhere, got none of"),
    ],
)
def test_images_that_cannot_be_read(fitter, image, sentence):
    with pytest.raises(ValueError, match=sentence):
        StackingMap(fitter).fit(image, PIXEL)


def test_an_estimator_that_fits_no_images(uniform):
    with pytest.raises(TypeError, match="estimator that fits images, got str; take a StackFitter"):
        StackingMap("fitter").fit(uniform[1], PIXEL)


@pytest.mark.slow
def test_twenty_windows_a_second(fitter):
    from time import process_time

    image = boundary_image(AB, BA, 5.0, 30.0, (1200, 1200), dose=20)
    start = process_time()
    found = StackingMap(fitter).fit(image, PIXEL)
    assert found.motif_.size / (process_time() - start) > 20
