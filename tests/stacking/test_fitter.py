"""Stacks read from images: what was put in comes out, and what cannot be read is said."""

import numpy as np
import pytest
from PIL import Image

from xrdmatch.stacking import Stack, StackFitter, StackSimulator, defect_mixture

KINDS = ["MoS2", "ReS2", "ReSe2", "MoTe2"]


def images_of(stacks, seed=0, **parameters):
    view = {"pixel_size": 0.15, "shape": (190, 190), "rotation": (0.0, 360.0)} | parameters
    return StackSimulator(**view, random_state=seed).transform(stacks)


@pytest.mark.parametrize("kind", KINDS)
def test_perfect_images_give_back_their_stacks(stack_layers, kind):
    layer = stack_layers[kind]
    stacks = [Stack([layer] * 2, (0.2, 0.35)), Stack([layer] * 2, (0.55, 0.1), face=-1)]
    fits = StackFitter().fit([layer]).fit_images(images_of(stacks), 0.15)
    assert not fits.failures
    for stack, found in zip(stacks, fits.stacks, strict=True):
        assert stack.distance(found) < 1.0  # [pm]
    assert fits.residual.max() < 0.06
    np.testing.assert_allclose(fits.pixel_size, 0.15, rtol=1e-3)
    np.testing.assert_allclose(fits.probe_sigma, 0.4, atol=0.03)


def test_rotation_and_face_of_a_layer_without_mirrors(stack_layers):
    layer = stack_layers["ReS2"]
    stacks = [Stack([layer] * 2, (0.2, 0.35), face=face) for face in (1, -1)]
    fits = StackFitter().fit([layer]).fit_images(images_of(stacks, rotation=40.0), 0.15)
    np.testing.assert_array_equal(fits.face, [1, -1])
    np.testing.assert_allclose((fits.rotation - 40 + 90) % 180 - 90, 0, atol=0.1)


def test_pixel_size_is_found(stack_layers):
    layer = stack_layers["ReS2"]
    stack = Stack([layer] * 2, (0.2, 0.35))
    fits = StackFitter().fit([layer]).fit_images(images_of([stack], pixel_size=0.11))
    assert fits.pixel_size[0] == pytest.approx(0.11, rel=2e-3)
    assert stack.distance(fits.stacks[0]) < 1.0


@pytest.mark.parametrize("twist", [0.0, 180.0])
def test_parallel_and_antiparallel(stack_layers, twist):
    layer = stack_layers["MoS2"]
    stack = Stack([layer] * 2, (0.3, 0.15), twist)
    images = images_of([stack] * 4, dose=20.0)
    for found in StackFitter().fit([layer]).predict(images, 0.15):
        assert stack.distance(found) < 5.0


def test_three_layers_are_counted(stack_layers):
    layer = stack_layers["ReS2"]
    three = Stack([layer] * 3, [(0.2, 0.35), (0.3, 0.4)])
    two = Stack([layer] * 2, (0.2, 0.35))
    fits = StackFitter().fit([layer]).fit_images(images_of([three, two]), 0.15)
    assert [len(stack.layers) for stack in fits.stacks] == [3, 2]
    assert three.distance(fits.stacks[0]) < 1.0
    assert fits.slip_std[0].shape == (2, 2)


def test_kinds_of_layers_are_told_apart(stack_layers):
    mos2, ws2 = stack_layers["MoS2"], stack_layers["WS2"]
    stacks = [Stack([mos2, ws2], (0.2, 0.5)), Stack([ws2, ws2], (0.2, 0.5))]
    fitter = StackFitter(n_layers=2).fit([mos2, ws2])
    found = fitter.predict(images_of(stacks, dose=100.0), 0.15)
    for stack, own in zip(stacks, found, strict=True):
        assert stack.distance(own) < 5.0


def test_strain_and_a_wrong_pixel_size_do_no_harm(stack_layers):
    """Slips are fractions of the lattice that the image has."""
    layer = stack_layers["ReS2"]
    stack = Stack([layer] * 2, (0.2, 0.35))
    images = images_of([stack] * 3, strain=0.02, dose=100.0)
    fits = StackFitter().fit([layer]).fit_images(images, 0.147)
    for found in fits.stacks:
        assert stack.distance(found) < 3.0


def test_models_look_like_the_images(stack_layers):
    layer = stack_layers["ReS2"]
    (image,) = images_of([Stack([layer] * 2, (0.2, 0.35))], pixel_size=0.07, shape=(301, 322))
    fits = StackFitter().fit([layer]).fit_images([image], 0.07)  # averaged over blocks inside
    assert np.corrcoef(fits.model(0).ravel(), image.ravel())[0, 1] > 0.999
    with pytest.raises(IndexError):
        fits.model(1)


@pytest.mark.parametrize(("kind", "face"), [("ReS2", 1), ("ReS2", -1), ("MoS2", 1)])
def test_what_was_read_makes_the_image_again(stack_layers, kind, face):
    """Stack, rotation, origin, pixel size and probe together are what the image shows."""
    layer = stack_layers[kind]
    view = {"pixel_size": 0.1, "shape": (150, 161), "power": 1.7}
    stack = Stack([layer] * 2, (0.2, 0.35), face=face)
    (image,) = images_of([stack], origin=(0.7, -0.4), **view)
    fits = StackFitter().fit([layer]).fit_images([image], 0.1)
    again = StackSimulator(
        **(view | {"pixel_size": fits.pixel_size[0], "probe_sigma": fits.probe_sigma[0]}),
        rotation=fits.rotation[0],
        origin=tuple(fits.origin[0]),
    ).transform(fits.stacks)[0]
    assert np.corrcoef(again.ravel(), image.ravel())[0, 1] > 0.999


def test_a_single_layer_is_read_where_it_is_asked_for(stack_layers):
    layer = stack_layers["MoTe2"]
    images = images_of([Stack([layer], np.zeros((0, 2)))])
    fits = StackFitter(n_layers=1).fit([layer]).fit_images(images, 0.15)
    assert fits.stacks[0].name() == "monolayer"
    assert fits.residual[0] < 0.05


def test_standard_deviations_are_honest(stack_layers):
    """Two thirds of the errors are within one standard deviation; here at least half are."""
    layer = stack_layers["MoTe2"]
    stack = Stack([layer] * 2, (0.2, 0.35))
    mixture = defect_mixture(0, pixel_size=0.15, shape=(160, 160))
    fits = StackFitter(n_layers=2).fit([layer]).fit_images(mixture.transform([stack] * 12), 0.15)
    errors = np.array([stack.distance(found) for found in fits.stacks]) / 100  # [Å]
    expected = np.array([np.linalg.norm(std) for std in fits.slip_std])
    assert 0.2 < np.median(errors / expected) < 1.5
    assert np.median(errors) < 0.05


def test_the_second_best_is_another_stack(stack_layers):
    layer = stack_layers["ReS2"]
    stack = Stack([layer] * 2, (0.2, 0.35))
    fits = StackFitter(n_layers=2).fit([layer]).fit_images(images_of([stack]), 0.15)
    assert fits.stacks[0].distance(fits.second[0]) > 20
    assert fits.second_residual[0] > 2 * fits.residual[0]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda image: np.dstack([image] * 3), "one value a pixel"),
        (lambda image: image[:8, :8], "16 at least"),
        (lambda image: image * np.nan, "must be finite"),
        (lambda image: image * 0 + 3, "got 3 everywhere"),
        (lambda image: np.random.default_rng(0).random(image.shape), "without the lattice of"),
    ],
)
def test_what_cannot_be_read_is_said_and_sinks_nothing(stack_layers, spoil, sentence):
    layer = stack_layers["MoTe2"]
    stack = Stack([layer] * 2, (0.2, 0.35))
    (image,) = images_of([stack])
    fitter = StackFitter().fit([layer])
    fits = fitter.fit_images([spoil(image), image], 0.15)
    assert fits.stacks[0] is None
    assert np.isnan(fits.residual[0])
    assert sentence in fits.failures[0]
    assert stack.distance(fits.stacks[1]) < 1.0
    with pytest.raises(ValueError, match="Image 0 was not read"):
        fits.model(0)
    with pytest.warns(UserWarning, match=f"Image 0 was not read: .*{sentence}"):
        assert fitter.predict([spoil(image)], 0.15) == [None]


def test_a_blob_and_a_wrong_pixel_size_leave_much_unexplained(stack_layers):
    layer = stack_layers["ReS2"]
    (image,) = images_of([Stack([layer] * 2, (0.2, 0.35))])
    y, x = np.mgrid[-1:1:190j, -1:1:190j]
    blob = 1 + 100 * np.exp(-(x**2 + y**2) / 0.02)
    fits = StackFitter().fit([layer]).fit_images([image, blob], [1.5, 0.15])
    for i in range(2):
        assert i in fits.failures or fits.residual[i] > 0.4


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"n_layers": 4}, "n_layers must be"),
        ({"twist": "any"}, "twist must be"),
        ({"twist": "free", "n_layers": 3}, "read of two layers"),
        ({"ratio_std": 0}, "ratio_std must be above 0"),
    ],
)
def test_bad_parameters_end_in_one_sentence(stack_layers, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        StackFitter(**parameters).fit([stack_layers["MoS2"]])


def test_bad_pixel_sizes_and_single_images(stack_layers):
    fitter = StackFitter().fit([stack_layers["MoS2"]])
    with pytest.raises(ValueError, match="pixel_size must be above 0"):
        fitter.fit_images([np.ones((20, 20))], -1.0)
    with pytest.raises(ValueError, match="put it into a list"):
        fitter.fit_images(np.ones((20, 20)))
    with pytest.raises(ValueError, match="got none"):
        StackFitter().fit([])


@pytest.mark.parametrize("angle", [3.1, 24.0])
@pytest.mark.parametrize("kind", ["MoS2", "ReS2"])
def test_twists_are_read(stack_layers, kind, angle):
    layer = stack_layers[kind]
    stack = Stack([layer] * 2, (0.2, 0.35), angle)
    (image,) = images_of([stack], dose=30.0)
    fits = StackFitter(twist="free").fit([layer]).fit_images([image], 0.15)
    found = fits.stacks[0].twist[0]
    period = 60.0 if kind == "MoS2" else 180.0
    apart = min(abs((found - sign * angle + period / 2) % period - period / 2) for sign in (1, -1))
    assert apart < 0.1
    assert np.corrcoef(fits.model(0).ravel(), image.ravel())[0, 1] > 0.97


def test_public_images_of_bilayers(shared_data):
    """Every sixth noise-free image of ReS2; slips are the file names, y pointing down."""
    from pymatgen.core import Structure

    folder = shared_data / "stem"
    layer = Structure.from_file(folder / "structures" / "ReS2.cif")
    cell = Stack([layer] * 2, (0, 0)).lattice
    paths = sorted((folder / "clean").glob("*.png"))[1::6]
    images = [np.asarray(Image.open(path), dtype=float) for path in paths]
    slips = [[float(part[1:]) for part in path.stem.split("_")] for path in paths]
    fits = StackFitter().fit([layer]).fit_images(images, 0.03409)
    for slip, found in zip(slips, fits.stacks, strict=True):
        assert Stack([layer] * 2, slip @ np.linalg.inv(cell)).distance(found) < 5.0
    np.testing.assert_array_equal(fits.face, -1)
