"""Images of stacks: two ways to make one agree, effects do what they say."""

import numpy as np
import pytest
from sklearn.base import clone

from xrdmatch.stacking import (
    Contrast,
    Dirt,
    Drift,
    Jitter,
    ScanRows,
    Stack,
    StackSimulator,
    Vacancies,
    defect_mixture,
)

SMALL = {"pixel_size": 0.2, "shape": (80, 64)}


@pytest.fixture
def stack(stack_layers):
    return Stack([stack_layers["ReS2"]] * 2, (0.2, 0.35))


def image_of(stack, effects=(), seed=0, **parameters):
    simulator = StackSimulator(**(SMALL | parameters), effects=effects, random_state=seed)
    return simulator.transform([stack])[0]


def test_waves_and_atoms_make_the_same_image(stack):
    view = {"rotation": 33.0, "strain": 0.02}
    by_waves, by_atoms = (image_of(stack, effects, **view) for effects in ((), [Vacancies(0.0)]))
    np.testing.assert_allclose(by_waves, by_atoms, atol=3e-3)


def test_an_atom_is_where_it_is_said_to_be(stack_layers):
    """One carbon of graphene at the origin, which lies to the right and above the middle."""
    layer = stack_layers["graphene"].copy()
    layer.translate_sites([0, 1], -layer[0].frac_coords * [1, 1, 0])
    stack = Stack([layer], np.zeros((0, 2)))
    image = image_of(stack, origin=(0.4, 1.0), shape=(41, 41), probe_sigma=0.25)
    assert image[20 - 5, 20 + 2] == pytest.approx(image.max())


def test_rotation_is_counter_clockwise(stack_layers):
    layer = stack_layers["MoTe2"]
    stack = Stack([layer, layer], (0.1, 0.3))
    square = {"shape": (65, 65), "origin": (0.0, 0.0)}
    turned = image_of(stack, rotation=90.0, **square)
    np.testing.assert_allclose(turned, np.rot90(image_of(stack, **square)), atol=1e-3)


def test_twist_turns_the_upper_layer(stack_layers):
    """Two sheets make the sum of their images."""
    layer = stack_layers["graphene"]
    still = {"origin": (0.0, 0.0)}
    pair = image_of(Stack([layer, layer], (0, 0), 30.0), **still)
    single = Stack([layer], np.zeros((0, 2)))
    alone = [image_of(single, rotation=angle, **still) for angle in (0.0, 30.0)]
    parts = np.array([image.ravel() for image in alone])  # each with a mean of 1
    shares, *_ = np.linalg.lstsq(parts.T, pair.ravel(), rcond=None)
    np.testing.assert_allclose(shares, 0.5, atol=0.02)
    np.testing.assert_allclose(shares @ parts, pair.ravel(), atol=1e-3)


def test_dose_is_the_mean_and_the_variance_of_counts(stack_layers):
    stack = Stack([stack_layers["graphene"]] * 2, (0, 0))
    counts = image_of(stack, dose=50.0, probe_sigma=3.0, shape=(200, 200))
    assert counts.mean() == pytest.approx(50, rel=0.01)
    assert counts.var() == pytest.approx(50, rel=0.03)


def test_vacancies_take_their_share(stack):
    """What is missing of the sum of all atoms, before the mean is set to 1."""
    from xrdmatch.stacking._imaging.columns import Columns

    atoms = Columns(np.zeros((20000, 2)), np.ones(20000), np.tile([75, 16], 10000))
    rng = np.random.default_rng(0)
    kept = Vacancies(0.2).columns(atoms, rng).weights
    assert kept.mean() == pytest.approx(0.8, abs=0.01)
    of_sulphur = Vacancies(0.5, "S").columns(atoms, rng).weights
    assert of_sulphur[::2].all()
    assert of_sulphur[1::2].mean() == pytest.approx(0.5, abs=0.02)


def test_jitter_blurs_as_a_wider_probe_does(stack):
    """Averaged over many images: variances add."""
    shaken = np.mean(
        [image_of(stack, [Jitter(0.3)], seed, origin=(0.0, 0.0)) for seed in range(120)], axis=0
    )
    wide = image_of(stack, probe_sigma=np.hypot(0.4, 0.3), origin=(0.0, 0.0))
    assert np.corrcoef(shaken.ravel(), wide.ravel())[0, 1] > 0.98


def test_drift_shears(stack):
    """Rows further down are shifted to the right, as the upper rows are to the left."""
    still = image_of(stack, origin=(0.0, 0.0))
    moved = image_of(stack, [Drift(0.05)], origin=(0.0, 0.0))
    shift = 0.05 * (79 / 2) * 0.2 / 0.2  # pixels, of the last row
    last = np.fft.rfft(still[-1]), np.fft.rfft(moved[-1])
    order = np.abs(last[0][1:20]).argmax() + 1
    phase = np.angle(last[0][order] / last[1][order]) / (2 * np.pi) * 64 / order
    assert phase == pytest.approx(shift, abs=0.3)


def test_rows_are_shifted_and_nothing_else(stack):
    scanned = image_of(stack, [ScanRows(0.2)], origin=(0.0, 0.0))
    still = image_of(stack, origin=(0.0, 0.0))
    assert np.abs(scanned - still).max() > 0.3
    assert np.corrcoef(scanned.mean(1), still.mean(1))[0, 1] > 0.99


@pytest.mark.parametrize("effect", [Dirt(0.5), Contrast(0.3)])
def test_what_lies_on_top_changes_slowly(stack, effect):
    added = image_of(stack, [effect], origin=(0.0, 0.0)) - image_of(stack, origin=(0.0, 0.0))
    if isinstance(effect, Contrast):
        added = added / image_of(stack, origin=(0.0, 0.0))
    assert added.std() > 0.05
    assert np.abs(np.diff(added, axis=0)).max() < 0.2 * np.ptp(added)


def test_seeds_repeat_and_ranges_are_drawn(stack):
    mixture = defect_mixture(0, **SMALL)
    np.testing.assert_array_equal(mixture.transform([stack]), clone(mixture).transform([stack]))
    first, second = mixture.transform([stack, stack])
    assert np.abs(first - second).max() > 1


def test_perfect_images_are_no_function_of_the_order(stack):
    simulator = StackSimulator(**SMALL, origin=(0.0, 0.0))
    images = simulator.transform([stack, stack])
    np.testing.assert_array_equal(images[0], images[1])


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"pixel_size": 0.0}, "pixel_size must be above 0"),
        ({"dose": -1.0}, "dose must be above 0"),
        ({"shape": (0, 5)}, "shape must be rows and columns"),
        ({"origin": "middle"}, "origin must be"),
    ],
)
def test_bad_parameters_end_in_one_sentence(stack, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        StackSimulator(**parameters).transform([stack])


def test_only_stacks_are_simulated(stack_layers):
    with pytest.raises(ValueError, match="Images are made of Stacks, got Structure"):
        StackSimulator(**SMALL).transform([stack_layers["MoS2"]])
