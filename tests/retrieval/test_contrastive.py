"""Learning: what a fit changes, repeats, continues and refuses."""

import copy

import numpy as np
import pytest
import torch

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.simulation import IntensityNoise, Perturbation, to_image

SAME = 1e-5  # single precision


def weights(retriever):
    return {name: x.clone() for name, x in retriever.net_.module_.state_dict().items()}


def losses(retriever):
    return retriever.net_.history[:, "train_loss"]


def test_training_finds_what_it_was_shown(tiny, layers, patterns):
    """Forty pairs without augmentation can be learned by heart."""
    options = {"augmentation": None, "validation_fraction": 0, "embedding_dim": 32, "lr": 5e-3}
    retriever = tiny(max_epochs=50, **options).fit(layers, patterns)
    assert losses(retriever)[-1] < 0.3 * losses(retriever)[0]
    assert retriever.score(layers, patterns) > 0.8


def test_distances_are_those_of_the_embeddings(learned, layers, imperfect):
    distances, indices = learned.kneighbors(imperfect, 40)
    cosines = learned.encode_patterns(imperfect) @ learned.encode_structures(layers).T
    expected = 1 - np.take_along_axis(cosines, indices, axis=1)
    np.testing.assert_allclose(distances, expected, atol=SAME)
    assert (distances >= 0).all()


def test_patterns_are_simulated_where_none_are_given(tiny, layers, patterns, imperfect):
    given, simulated = tiny().fit(layers, patterns), tiny().fit(layers)
    np.testing.assert_allclose(
        given.encode_patterns(imperfect), simulated.encode_patterns(imperfect), atol=SAME
    )


def test_tokens_in_place_of_structures(tiny, layers, patterns, imperfect):
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    with_structures, with_tokens = tiny().fit(layers, patterns), tiny().fit(tokens, patterns)
    np.testing.assert_array_equal(
        with_structures.kneighbors(imperfect)[1], with_tokens.kneighbors(imperfect)[1]
    )


def test_random_state(tiny, layers, patterns, imperfect):
    first, other = (tiny(random_state=seed).fit(layers, patterns) for seed in (0, 1))
    gap = first.encode_patterns(imperfect) - other.encode_patterns(imperfect)
    assert np.abs(gap).max() > 0.01
    state = np.random.RandomState(0)
    again = tiny(random_state=state).fit(layers, patterns)
    np.testing.assert_array_equal(
        again.encode_patterns(imperfect), first.encode_patterns(imperfect)
    )


def test_fit_leaves_torchs_own_chance_alone(tiny, layers, patterns):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    tiny().fit(layers[:10], patterns[:10])
    assert torch.equal(torch.rand(3), expected)


def test_warm_start_goes_on(tiny, layers, patterns):
    retriever = tiny(warm_start=True, augmentation=None, validation_fraction=0).fit(
        layers, patterns
    )
    module, before, first = retriever.net_.module_, weights(retriever), losses(retriever)
    retriever.fit(layers, patterns)
    assert retriever.net_.module_ is module
    assert any(not torch.equal(x, before[name]) for name, x in weights(retriever).items())
    assert losses(retriever)[0] < first[0]
    cold = retriever.set_params(warm_start=False).fit(layers, patterns)
    assert cold.net_.module_ is not module
    assert losses(cold) == first


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"embedding_dim": 32}, "with embedding_dim=16, got 32; set it back, or warm_start=False"),
        ({"structure_encoder": "sequence"}, "structure_encoder='structure_factor', got 'sequence'"),
        ({"temperature": 1.0}, "with temperature='learned', got 1.0; set it back"),
    ],
)
def test_warm_start_cannot_change_the_towers(tiny, layers, patterns, change, message):
    retriever = tiny(warm_start=True).fit(layers, patterns).set_params(**change)
    with pytest.raises(ValueError, match=message):
        retriever.fit(layers, patterns)
    retriever.set_params(warm_start=False).fit(layers, patterns)


@pytest.mark.parametrize("encoder", ["structure_factor", "sequence"])
@pytest.mark.parametrize("augmentation", [None, Perturbation(IntensityNoise(0.5))])
def test_augmentations(tiny, encoder, layers, patterns, augmentation):
    retriever = tiny(encoder, augmentation=augmentation).fit(layers, patterns)
    assert retriever.predict(patterns, k=3).shape == (40, 3)
    standard = tiny(encoder).fit(layers, patterns)
    assert losses(retriever) != losses(standard)


@pytest.mark.parametrize("temperature", [1.0, 0.05])
def test_fixed_temperature_stays(tiny, layers, patterns, temperature):
    retriever = tiny(temperature=temperature).fit(layers, patterns)
    assert float(retriever.net_.module_.log_scale) == pytest.approx(-np.log(temperature))


def test_learned_temperature_moves(learned):
    start = -np.log(0.07)
    learned_scale = float(learned.net_.module_.log_scale.detach())
    assert learned_scale != pytest.approx(start, abs=1e-7)
    assert learned_scale == pytest.approx(start, abs=0.1)


def test_held_out_loss_is_watched(tiny, layers, patterns):
    with_it = tiny(validation_fraction=0.2).fit(layers, patterns)
    without = tiny(validation_fraction=0).fit(layers, patterns)
    assert "valid_loss" in with_it.net_.history[0]
    assert "valid_loss" not in without.net_.history[0]


def test_transformers_of_ones_own(tiny, layers, patterns, imperfect):
    """Fewer points, another vacuum: both are used at fit and at predict, and left alone."""
    cloud, tokenizer = PatternPointCloud(max_points=12), CrystalTokenizer(30, vacuum=25.0)
    retriever = tiny(pattern_transformer=cloud, structure_transformer=tokenizer)
    retriever.fit(layers, patterns)
    seen = []
    towers = retriever.net_.module_.towers
    original = towers.encode_patterns
    towers.encode_patterns = lambda points: seen.append(points.shape) or original(points)
    retriever.predict(imperfect)
    assert seen == [(40, 12, 3)]
    assert retriever.structure_transformer is tokenizer
    assert retriever.predict(imperfect, k=2).shape == (40, 2)


def test_pictures_are_read_as_the_pattern_transformer_says(fitted_once, imperfect, tiny, layers):
    """Pictures at half the scale give nearly what the patterns give."""
    cloud = PatternPointCloud(image_scale=20.0, image_log=False)
    for name in ("matcher", "structure_factor"):
        retriever = copy.copy(fitted_once[name]).set_params(pattern_transformer=cloud)
        images = [to_image(p, scale=20.0, log=False) for p in imperfect[:8]]
        found = cloud.transform(images)
        expected = retriever.predict([row[np.isfinite(row[:, 2])] for row in with_intensity(found)])
        np.testing.assert_array_equal(retriever.predict(images), expected)
    retriever = tiny(pattern_transformer=cloud, augmentation=None)
    retriever.fit(layers[:8], images)
    assert retriever.predict(images, k=3).shape == (8, 3)


def with_intensity(points):
    return np.dstack([points[..., :2], np.exp(points[..., 2])])


@pytest.mark.parametrize("encoder", ["structure_factor", "sequence"])
def test_other_simulators(tiny, layers, encoder):
    simulator = DiffractionSimulator(radiation="electron", q_max=1.5, sort_lattice=False)
    retriever = tiny(encoder, simulator=simulator).fit(layers)
    patterns = simulator.transform(layers)
    assert 0 <= retriever.score(layers, patterns) <= 1
    assert simulator.n_jobs is None


def test_copies_are_no_wrong_answers(tiny, layers, patterns):
    """Two structures ten times each: a guess is one of 11, not one of 20."""
    retriever = tiny(augmentation=None, validation_fraction=0, max_epochs=1, temperature=10.0)
    retriever.fit(layers[:2] * 10, patterns[:2] * 10)
    assert losses(retriever)[0] == pytest.approx(np.log(11), abs=0.1)


def test_what_cannot_be_learned_from(tiny, layers):
    with pytest.raises(ValueError, match=r"needs structures, got none; pass a list of structures"):
        tiny().fit([])
    message = r"at least two different structures, got 1 among 3; add others, or use PatternMatcher"
    with pytest.raises(ValueError, match=message):
        tiny().fit(layers[:1] * 3)


def test_labels_are_counted_before_learning(tiny, layers):
    retriever = tiny()
    with pytest.raises(
        ValueError, match="as many labels as structures, got 2 labels for 40 struct"
    ):
        retriever.fit(layers, labels=["a", "b"])
    assert not hasattr(retriever, "net_")


def test_encoding_before_fitting(tiny, layers, patterns):
    for encode, items in (("encode_structures", layers), ("encode_patterns", patterns)):
        with pytest.raises(
            ValueError, match="This ContrastiveStructureRetriever instance is not fi"
        ):
            getattr(tiny(), encode)(items)
    for on_error in ("raise", "skip"):
        with pytest.raises(
            ValueError, match="This ContrastiveStructureRetriever instance is not fi"
        ):
            tiny().set_gallery(layers, on_error=on_error)


def test_disorder_is_refused_or_left_out(learned, layers):
    mixed = layers[0].copy()
    mixed.replace(0, {"Mo": 0.5, "W": 0.5})
    with pytest.raises(ValueError, match="Tokens need ordered structures, got partial occupancies"):
        learned.set_gallery([mixed, layers[1]])
    with pytest.warns(
        UserWarning, match="Left 1 of 2 structures out of the gallery: 0 .Tokens need"
    ):
        learned.set_gallery([mixed, layers[1]], on_error="skip")


def test_towers_know_one_radiation(tiny, layers, patterns, imperfect):
    """What they learned with, and what they are asked about then."""
    electrons = DiffractionSimulator(radiation="electron")
    retriever = tiny().fit(layers, patterns).set_params(simulator=electrons)
    for ask in (
        lambda: retriever.encode_structures(layers),
        lambda: retriever.predict(imperfect),
        lambda: retriever.set_params(warm_start=True).fit(layers),
    ):
        with pytest.raises(ValueError, match="the radiation 'xray', got one of 'electron'; set it"):
            ask()
    retriever.set_params(warm_start=False).fit(layers)
    assert retriever.predict(electrons.transform(layers)).shape == (40,)
    with pytest.raises(
        ValueError, match=r"learned with electron patterns .* got one of xray as pa"
    ):
        retriever.predict(imperfect)


def test_patterns_of_another_radiation_are_not_learned_from(tiny, layers):
    electrons = DiffractionSimulator(radiation="electron").transform(layers)
    with pytest.raises(
        ValueError, match=r"learned with xray patterns .* got one of electron as pa"
    ):
        tiny().fit(layers, electrons)


def test_parameters_count_at_the_next_fit(learned, imperfect):
    """Towers read what they have learned to read, whatever is set since."""
    before = learned.encode_patterns(imperfect)
    other = {"structure_factor": "sequence", "sequence": "structure_factor"}
    changed = copy.copy(learned).set_params(structure_encoder=other[learned.structure_encoder])
    np.testing.assert_array_equal(changed.encode_patterns(imperfect), before)
    assert changed.set_gallery(learned.gallery_).predict(imperfect).shape == (40,)
