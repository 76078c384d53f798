"""Pictures show what they claim."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from boundary_images import MOS2, PIXEL, boundary_image

from xrdmatch.stacking import (
    SlipDisplay,
    Stack,
    StackFitter,
    StackingDisplay,
    StackingMap,
    StackingMapDisplay,
    StackSimulator,
)
from xrdmatch.stacking._plot.cell import named_slips
from xrdmatch.stacking._plot.figures import draw_scale_bar, round_length
from xrdmatch.stacking._plot.map import motif_colours, slip_colours

AB, BA = Stack([MOS2, MOS2], (1 / 3, 2 / 3)), Stack([MOS2, MOS2], (2 / 3, 1 / 3))
TRILAYER = Stack([MOS2] * 3, [(1 / 3, 2 / 3), (0.2, 0.1)])


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def fitter():
    return StackFitter(n_layers=2).fit([MOS2])


@pytest.fixture(scope="module")
def images():
    noise = np.random.default_rng(0).poisson(5, (256, 256))
    return [*StackSimulator(dose=30, random_state=0).transform([AB, BA]), noise]


@pytest.fixture(scope="module")
def fits(fitter, images):
    return fitter.fit_images(images, pixel_size=PIXEL)


@pytest.fixture(scope="module")
def mapped(fitter):
    image = boundary_image(AB, BA, shape=(460, 620), dose=20)
    return StackingMap(fitter).fit(image, PIXEL), image


def test_an_image_beside_its_fit(fits, images):
    display = StackingDisplay.from_fits(fits, images, 1).plot()
    image, fit, left = (ax.images[0] for ax in display.ax_)
    np.testing.assert_allclose(image.get_array() - fit.get_array(), left.get_array(), atol=1e-3)
    assert left.get_array().std() < 0.5 * image.get_array().std()
    half = 256 * fits.pixel_size[1] / 2
    np.testing.assert_allclose(image.get_extent(), [-half, half, -half, half])
    title = display.figure_.get_suptitle()
    assert "MoS2/MoS2, 3R" in title
    assert f"residual {fits.residual[1]:.3f}" in title
    assert f"± {fits.slip_std[1][0, 0]:.3f}" in title


def test_an_image_is_read_and_drawn(fitter, images):
    display = StackingDisplay.from_estimator(fitter, images[0], PIXEL)
    axes = plt.figure().subplots(1, 3)
    assert display.plot(axes).ax_ is not None
    assert display.figure_ is axes[0].figure


def test_an_image_that_was_not_read_is_not_drawn(fits, images):
    with pytest.raises(ValueError, match="was not read"):
        StackingDisplay.from_fits(fits, images, 2)


def test_files_are_written(fits, images, mapped, tmp_path):
    displays = {
        "image.png": StackingDisplay.from_fits(fits, images),
        "slips.pdf": SlipDisplay.from_fits(fits),
        "map.svg": StackingMapDisplay.from_estimator(*mapped),
    }
    for name, display in displays.items():
        assert display.save(tmp_path / name) is display
        assert (tmp_path / name).stat().st_size > 3000
    assert plt.get_fignums() == []  # no window was opened


def test_slips_are_in_the_cell_with_their_errors(fits):
    display = SlipDisplay.from_fits(fits).plot()
    (dots,) = [line for line in display.ax_.lines if line.get_label() == "layer 2 on 1"]
    stacks = [stack for stack in fits.stacks if stack is not None]
    expected = [stack.slip[0] % 1 @ stack.lattice for stack in stacks]
    np.testing.assert_allclose(dots.get_xydata(), expected)
    for ellipse, std in zip(display.ellipses_, fits.slip_std, strict=False):
        np.testing.assert_allclose([ellipse.width, ellipse.height], 4 * std[0])
    assert len(display.ellipses_) == 2
    words = {text.get_text() for text in display.ax_.texts}
    assert {"AA", "3R"} <= words


def test_slips_of_three_layers_and_without_errors():
    display = SlipDisplay([TRILAYER]).plot()
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["layer 2 on 1", "layer 3 on 2"]
    assert display.ellipses_ == []


def test_stacks_of_another_kind_are_left_out(mapped):
    found, _ = mapped
    assert len(SlipDisplay.from_estimator(found).stacks) == (found.motif_ >= 0).sum()
    with pytest.raises(ValueError, match="with an answer are drawn, got none"):
        SlipDisplay.from_fits(StackFitter().fit([MOS2]).fit_images(np.ones((1, 64, 64)), PIXEL))


def test_named_slips_have_these_names():
    for stack in (AB, Stack([MOS2, MOS2], (0, 0), 180.0), TRILAYER):
        named = named_slips(stack)
        assert len(named) >= 3
        for name, slip in named:
            slips = np.array(stack.slip)
            slips[0] = slip
            whole = Stack(stack.layers, slips, stack.twist, stack.face).name()
            assert whole.startswith(name)


def test_a_moire_goes_through_the_stackings_without_its_twist():
    twisted = Stack([MOS2, MOS2], (0.2, 0.2), 2.0)
    assert named_slips(twisted) == named_slips(AB)
    assert named_slips(Stack([MOS2, MOS2], (0.2, 0.2), 22.0)) == []


def test_a_map_by_names(mapped):
    found, image = mapped
    display = StackingMapDisplay.from_estimator(found, image).plot()
    assert display.ax_.images[0].get_array().shape == image.shape
    shades = display.ax_.images[1].get_array()
    assert len(np.unique(shades.reshape(-1, 4), axis=0)) == 2
    (line,) = display.boundaries_
    np.testing.assert_allclose(line.get_xydata(), found.boundaries_[0].points)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert all(label.startswith("3R (0.") for label in labels)  # one name, told apart by slips
    assert sum(int(label.split(": ")[1].removesuffix(" %")) for label in labels) in (99, 100, 101)


def test_a_map_by_slips(mapped):
    found, _ = mapped
    display = StackingMapDisplay.from_estimator(found, colour="slip").plot()
    colours = display.ax_.images[0].get_array()
    assert colours.shape == (*found.motif_.shape, 3)
    left, right = colours[:, 0].mean(0), colours[:, -1].mean(0)
    assert np.abs(left - right).max() > 0.3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"colour": "twist"}, 'coloured by "name" or "slip", got \'twist\''),
        ({"interface": 1}, "interface must be from 0 to 0, got 1"),
    ],
)
def test_maps_that_cannot_be_drawn(mapped, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        StackingMapDisplay.from_estimator(mapped[0], **options)


def test_colours_of_slips_are_periodic():
    lattice = AB.lattice
    slips = np.random.default_rng(0).random((50, 2))
    np.testing.assert_allclose(
        slip_colours(slips, lattice), slip_colours(slips + np.array([1, -2]), lattice), atol=1e-12
    )
    three = slip_colours(np.array([[0, 0], [1 / 3, 2 / 3], [2 / 3, 1 / 3]]), lattice)
    apart = np.abs(three[:, None] - three[None]).max(-1)
    assert (apart[np.triu_indices(3, 1)] > 0.4).all()
    np.testing.assert_allclose(slip_colours(np.full((1, 2), np.nan), lattice), 0.6)


def test_colours_of_motifs():
    colours = motif_colours(["2H", "3R", "2H", *map(str, range(9))])
    assert (colours[2] > colours[0]).any()  # lighter
    assert len(np.unique(colours[:2], axis=0)) == 2
    assert motif_colours([]).shape == (0, 3)


@pytest.mark.parametrize(("longest", "length"), [(8.7, 5), (21, 20), (1.0, 1), (0.3, 0.2)])
def test_round_lengths(longest, length):
    assert round_length(longest) == pytest.approx(length)


def test_the_scale_bar_is_as_long_as_it_says():
    ax = plt.figure().subplots()
    ax.set(xlim=(-50, 50), ylim=(-40, 40))
    length = draw_scale_bar(ax)
    x = ax.lines[0].get_xdata()
    assert x[1] - x[0] == length == 20
    assert ax.texts[0].get_text() == "20 Å"
    assert ax.get_xlim() == (-50, 50)
