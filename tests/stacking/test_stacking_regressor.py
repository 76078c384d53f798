"""A regressor learns slips, reads images however they lie, and says what it cannot read."""

import copy
import pickle

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import BaseEstimator, clone

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import (
    Stack,
    StackFitter,
    StackingRegressor,
    StackSimulator,
    defect_mixture,
    load_regressor,
    save_regressor,
)

MOS2 = {layer.properties["name"]: layer for layer in load_monolayers()}["MoS2-2H"]
LAYERS = [MOS2, MOS2]
PIXEL_SIZE = 0.136
MOS2_LATTICE = Stack(LAYERS, (0.0, 0.0)).lattice
SIMULATOR = StackSimulator(shape=(72, 72), dose=30.0)
TINY = {"simulator": SIMULATOR, "n_images": 32, "crop": 8.0, "n_windows": 2, "max_epochs": 1}
SMALL = TINY | {"n_images": 300, "max_epochs": 16, "lr": 8e-3, "validation_fraction": 0.1}
NARROW = {"module__width": 12, "module__n_blocks": 1}


@pytest.fixture(scope="module")
def fitted():
    """A small regressor after a few seconds of training."""
    return StackingRegressor(**SMALL, net_params=NARROW, random_state=0).fit(LAYERS)


@pytest.fixture
def regressor(fitted):
    return copy.copy(fitted)


@pytest.fixture(scope="module")
def tiny():
    """One that has hardly learned anything."""
    return StackingRegressor(**TINY, net_params=NARROW, random_state=0).fit(LAYERS)


def stacks_of(n, seed=1):
    slips = np.random.RandomState(seed).random_sample((n, 2))
    return [Stack(LAYERS, slip) for slip in slips]


def images_of(stacks, **options):
    options = {"shape": (140, 140), "dose": 30.0, "random_state": 2} | options
    return StackSimulator(**options).transform(stacks)


def distances(stacks, found):
    return np.array([one.distance(other) for one, other in zip(stacks, found, strict=True)])


def test_slips_are_read(regressor):
    stacks = stacks_of(20)
    found = regressor.predict(images_of(stacks), PIXEL_SIZE, MOS2_LATTICE)
    by_chance = distances(stacks, stacks_of(20, seed=3))
    assert np.median(distances(stacks, found)) < 0.2 * np.median(by_chance)


def test_images_may_be_turned_strained_and_of_another_pixel_size(regressor):
    stacks = stacks_of(6)
    images = images_of(stacks, rotation=(0.0, 360.0), strain=0.01, pixel_size=0.11)
    found = regressor.predict(images, 0.11)
    told = regressor.predict(images_of(stacks), PIXEL_SIZE, MOS2_LATTICE)
    assert np.median(distances(stacks, found)) < 3 * np.median(distances(stacks, told))


def test_score_is_minus_the_median_distance(regressor):
    stacks = stacks_of(5)
    images = images_of(stacks)
    found = regressor.predict(images, PIXEL_SIZE, MOS2_LATTICE)
    score = regressor.score(images, stacks, PIXEL_SIZE, MOS2_LATTICE)
    assert score == -np.median(distances(stacks, found))


def test_standard_deviations_are_of_the_errors_size(regressor):
    stacks = stacks_of(40, seed=4)
    readings = regressor.read_images(images_of(stacks), PIXEL_SIZE, MOS2_LATTICE)
    errors = distances(stacks, readings.stacks)
    expected = 100 * np.array([np.linalg.norm(std) for std in readings.slip_std])  # [pm]
    assert 0.4 < np.median(errors / expected) < 1.5


def test_noise_does_not_look_like_a_stack(regressor):
    stacks = stacks_of(10)
    noise = np.random.RandomState(0).poisson(30.0, (10, 140, 140))
    stacked = regressor.read_images(images_of(stacks), PIXEL_SIZE, MOS2_LATTICE).misfit
    assert (
        np.median(regressor.read_images(noise, PIXEL_SIZE, MOS2_LATTICE).misfit) > 2 * stacked.max()
    )


def test_a_mirror_image_is_read_in_its_own_frame(regressor):
    stacks = stacks_of(3)
    plain = regressor.predict(images_of(stacks), PIXEL_SIZE, MOS2_LATTICE)
    mirrored = regressor.predict(images_of(stacks)[:, ::-1], PIXEL_SIZE, MOS2_LATTICE * [1, -1])
    assert [stack.face.tolist() for stack in mirrored] == [[-1, -1]] * 3
    for one, other in zip(plain, mirrored, strict=True):
        step = np.abs(np.cos(2 * np.pi * one.slip) - np.cos(2 * np.pi * other.slip))
        assert step.max() < 0.3


def test_an_image_that_cannot_be_read_spoils_no_other(regressor):
    stacks = stacks_of(2)
    good = images_of(stacks)
    images = [good[0], np.full((140, 140), 3.0), np.zeros((140, 140, 3)), good[1]]
    with pytest.warns(UserWarning, match="was not read: An image") as warnings:
        found = regressor.predict(images, PIXEL_SIZE, MOS2_LATTICE)
    assert [stack is None for stack in found] == [False, True, True, False]
    assert len(warnings) == 2
    alone = regressor.predict(good, PIXEL_SIZE, MOS2_LATTICE)
    assert found[0].distance(alone[0]) < 0.1


def test_another_kind_of_stack_is_named(regressor):
    images = images_of([Stack(LAYERS, (0.1, 0.2), twist=180.0)])
    readings = regressor.read_images(images, PIXEL_SIZE)
    assert readings.stacks == [None]
    assert "must show the kind of stack that was learned" in readings.failures[0]


def test_no_lattice_is_an_answer(regressor):
    noise = np.random.RandomState(0).poisson(30.0, (1, 140, 140))
    readings = regressor.read_images(noise, PIXEL_SIZE)
    assert readings.stacks == [None]
    assert "lattice" in readings.failures[0]


def test_no_images_are_no_answers(regressor):
    assert regressor.predict([], PIXEL_SIZE) == []
    assert len(regressor.read_images([], PIXEL_SIZE, np.eye(2))) == 0


def test_labelled_images_are_learned_with_lattices_told_or_found():
    stacks = stacks_of(12)
    images = images_of(stacks, shape=(80, 80), rotation=20.0)
    before = images.copy()
    options = TINY | {"max_epochs": 1, "validation_fraction": 0.2}
    regressor = StackingRegressor(**options, net_params=NARROW, random_state=0)
    assert regressor.fit(images, stacks, PIXEL_SIZE).predict(images[:1], PIXEL_SIZE)[0] is not None
    assert (images == before).all()
    told = regressor.fit(images, stacks, PIXEL_SIZE, MOS2_LATTICE)
    assert told.layers_ == tuple(LAYERS)


def test_an_image_that_cannot_be_learned_from_is_named():
    stacks = stacks_of(8)
    images = images_of(stacks, shape=(80, 80))
    images[3] = 1.0
    regressor = StackingRegressor(**TINY, net_params=NARROW)
    with pytest.warns(UserWarning, match="1 of 8 images cannot be learned from; of image 3"):
        regressor.fit(images, stacks, PIXEL_SIZE, MOS2_LATTICE)
    with pytest.raises(ValueError, match="8 of 8 images cannot be learned from"):
        regressor.fit(np.ones_like(images), stacks, PIXEL_SIZE, MOS2_LATTICE)


class Negative(BaseEstimator):
    """Stands in for what makes simulations realistic."""

    def transform(self, images):
        self.n_seen_ = getattr(self, "n_seen_", 0) + len(images)
        return images.max() - images


def test_realism_changes_what_is_learned(tiny):
    realism = Negative()
    other = StackingRegressor(**TINY, net_params=NARROW, random_state=0, realism=realism)
    other.fit(LAYERS)
    assert realism.n_seen_ == TINY["n_images"]
    losses = [regressor.net_.history[-1]["train_loss"] for regressor in (tiny, other)]
    assert losses[0] != losses[1]


def test_a_seed_repeats_a_fit(tiny):
    again = clone(tiny).fit(LAYERS)
    images = images_of(stacks_of(2))
    first, second = (r.predict(images, PIXEL_SIZE, MOS2_LATTICE) for r in (tiny, again))
    assert all((a.slip == b.slip).all() for a, b in zip(first, second, strict=True))


def test_parameters_survive_cloning_and_fitting(tiny):
    assert clone(tiny).get_params()["n_images"] == TINY["n_images"]
    assert tiny.get_params()["simulator"] is SIMULATOR
    assert SIMULATOR.random_state is None
    assert not hasattr(clone(tiny), "net_")


def test_a_fitter_of_ones_own_finds_the_lattices(tiny):
    regressor = copy.copy(tiny).set_params(fitter=StackFitter(2, ratio_std=0.2)).fit(LAYERS)
    assert regressor.fitter_.ratio_std == 0.2
    assert not hasattr(regressor.fitter, "structures_")


def test_a_pickle_reads_the_same(tiny):
    images = images_of(stacks_of(2))
    again = pickle.loads(pickle.dumps(tiny))
    first, second = (r.predict(images, PIXEL_SIZE, MOS2_LATTICE) for r in (tiny, again))
    assert all((a.slip == b.slip).all() for a, b in zip(first, second, strict=True))


def test_a_saved_regressor_reads_the_same(tiny, tmp_path):
    images = images_of(stacks_of(2))
    save_regressor(tiny, tmp_path / "folder" / "tiny")
    again = load_regressor(tmp_path / "folder" / "tiny")
    first, second = (r.read_images(images, PIXEL_SIZE, MOS2_LATTICE) for r in (tiny, again))
    assert all((a.slip == b.slip).all() for a, b in zip(first.stacks, second.stacks, strict=True))
    assert (first.misfit == second.misfit).all()
    assert again.get_params()["n_images"] == TINY["n_images"]


def test_damaged_files_are_named(tiny, tmp_path):
    path = tmp_path / "tiny"
    with pytest.raises(ValueError, match=r"two files, got none called 'tiny\.json'"):
        load_regressor(path)
    save_regressor(tiny, path)
    weights = path.with_name("tiny.safetensors")
    whole = weights.read_bytes()
    weights.write_bytes(whole[:100])
    with pytest.raises(ValueError, match="whole safetensors file"):
        load_regressor(path)
    weights.write_bytes(whole)
    card = path.with_name("tiny.json")
    card.write_text(card.read_text().replace('"module__width": 12', '"module__width": 8'))
    with pytest.raises(ValueError, match="must be those of the towers"):
        load_regressor(path)
    card.write_text("[]")
    with pytest.raises(ValueError, match="JSON with a format"):
        load_regressor(path)


def test_readings_of_three_layers():
    simulator = StackSimulator(shape=(72, 72))
    regressor = StackingRegressor(**TINY | {"simulator": simulator}, net_params=NARROW)
    regressor.fit([MOS2] * 3)
    stack = Stack([MOS2] * 3, [[0.1, 0.2], [0.3, 0.6]])
    readings = regressor.read_images(images_of([stack]), PIXEL_SIZE, MOS2_LATTICE)
    assert readings.stacks[0].slip.shape == (2, 2)
    assert readings.slip_std[0].shape == (2, 2)


def test_the_default_simulator_is_the_mixture():
    drawn = []

    class Watching(Negative):
        def transform(self, images):
            drawn.append(images)
            return images

    options = TINY | {"simulator": None, "n_images": 4}
    StackingRegressor(**options, net_params=NARROW, realism=Watching()).fit(LAYERS)
    assert drawn[0].shape[0] == 4
    assert (drawn[0] == np.round(drawn[0])).all()  # counts


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_images": 0}, "n_images must be a whole number above 0, got 0"),
        ({"max_epochs": 1.5}, r"max_epochs must be a whole number above 0, got 1\.5"),
        ({"crop": -1.0}, "crop must be above 0"),
        ({"validation_fraction": 1.0}, "validation_fraction must be 0 or more"),
        ({"net_params": {"no_such": 1}}, "must name parameters of skorch.NeuralNet, got 'no_such'"),
        ({"crop": 2.0}, "lattice spacings wide, got"),
    ],
)
def test_bad_options_end_in_a_sentence(options, message):
    with pytest.raises(ValueError, match=message):
        StackingRegressor(**TINY | options).fit(LAYERS)


def test_bad_input_to_fit_ends_in_a_sentence():
    regressor = StackingRegressor(**TINY)
    images = np.ones((2, 80, 80))
    other = Structure(Lattice.hexagonal(4.0, 20.0), ["Bi"], [[0, 0, 0.5]])
    with pytest.raises(ValueError, match="must be told the stacks: fit"):
        regressor.fit(images)
    with pytest.raises(ValueError, match="one stack for each image, got 1 for 2"):
        regressor.fit(images, stacks_of(1))
    with pytest.raises(ValueError, match="must have one lattice"):
        regressor.fit([MOS2, other])


def test_bad_input_to_predict_ends_in_a_sentence(tiny):
    images = images_of(stacks_of(1))
    with pytest.raises(ValueError, match="need the size of the pixels, got none"):
        tiny.predict(images, lattices=MOS2_LATTICE)
    with pytest.raises(ValueError, match=r"lattices must be rows a and b .* got an array of shape"):
        tiny.predict(images, PIXEL_SIZE, np.eye(3))


@pytest.mark.slow
def test_ten_minutes_of_training_read_a_bilayer(shared_data):
    """The documented numbers: at most 4 pm clean and 10 pm with defects, medians of 40 each."""
    layer = Structure.from_file(shared_data / "stem" / "structures" / "ReS2.cif")
    regressor = StackingRegressor(random_state=0).fit([layer, layer])
    stacks = [Stack([layer, layer], s) for s in np.random.RandomState(1).random_sample((40, 2))]
    for simulator, most in ((StackSimulator(random_state=2), 4.0), (defect_mixture(3), 10.0)):
        found = regressor.predict(simulator.transform(stacks), PIXEL_SIZE)
        assert np.median(distances(stacks, found)) < most
