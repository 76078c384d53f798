"""A learned retriever of powders behaves as every other one does."""

import copy
import pickle

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PhysicsReranker
from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import CrystalTokenizer, PeakFinder
from xrdmatch.retrieval import load_library, load_pretrained, save_library, save_pretrained
from xrdmatch.simulation import Perturbation, PowderProfile

COPPER = DiffractionSimulator("powder", "CuKa")
SAME = 1e-5  # single precision
PAIRS = [("Na", "Cl"), ("K", "Br"), ("Mg", "O"), ("Mn", "S"), ("Li", "F")]


def tiny(**options):
    defaults = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "max_epochs": 2}
    return ContrastiveStructureRetriever(
        **{"simulator": COPPER, **defaults, "random_state": 0, **options}
    )


@pytest.fixture(scope="module")
def crystals():
    """Rocksalts and caesium chlorides of many sizes."""
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return [
        Structure.from_spacegroup(group, Lattice.cubic(a * (1 + i / 25)), pair, sites)
        for i, pair in enumerate(PAIRS)
        for group, a in (("Fm-3m", 5.0), ("Fm-3m", 6.1), ("Pm-3m", 3.1), ("Pm-3m", 3.9))
    ]


@pytest.fixture(scope="module")
def scans(crystals):
    profile = PowderProfile(np.arange(10, 90, 0.03), background=0.05)
    clean = DiffractionSimulator("powder", "CuKa", profile=profile).transform(crystals)
    rng = np.random.default_rng(0)
    return [
        Scan(s.two_theta, rng.poisson(2000 * s.counts / s.counts.max()), radiation="CuKa")
        for s in clean
    ]


@pytest.fixture(scope="module")
def fitted_once(crystals):
    return tiny().fit(crystals, labels=[f"{i}" for i in range(20)])


@pytest.fixture
def fitted(fitted_once):
    """Its gallery may be changed."""
    return copy.copy(fitted_once)


def test_training_finds_what_it_was_shown(crystals, scans):
    options = {"max_epochs": 40, "embedding_dim": 32, "validation_fraction": 0, "lr": 3e-3}
    retriever = tiny(**options).fit(crystals)
    losses = retriever.net_.history[:, "train_loss"]
    assert losses[-1] < 0.3 * losses[0]
    assert retriever.score(crystals, scans) > 0.8
    assert retriever.score(crystals, COPPER.transform(crystals)) > 0.8


def test_scans_and_peaks_are_queries(fitted, crystals, scans):
    assert fitted.predict(scans[:3], k=5).shape == (3, 5)
    assert fitted.predict(scans[0], k=10).shape == (1, 10)
    assert fitted.predict(COPPER.transform(crystals[:2])).shape == (2,)
    assert fitted.predict([(scans[0], scans[0]), scans[1]]).tolist() == (
        fitted.predict(scans[:2]).tolist()
    )


def test_elements_are_told(fitted, scans):
    row = fitted.predict(scans[0], k=5, elements="Na,Cl")[0]
    assert set(row[:4]) == {"0", "1", "2", "3"}
    assert row[4] is None


def test_distances_are_those_of_the_embeddings(fitted, crystals, scans):
    distances, indices = fitted.kneighbors(scans, 20)
    cosines = fitted.encode_patterns(scans) @ fitted.encode_structures(crystals).T
    np.testing.assert_allclose(
        distances, 1 - np.take_along_axis(cosines, indices, axis=1), atol=SAME
    )


def test_a_gallery_that_grows_is_the_whole_one(fitted, crystals, scans):
    expected = fitted.kneighbors(scans, 20)[0]
    fitted.set_gallery(crystals[:7])
    fitted.add_to_gallery(crystals[7:])
    np.testing.assert_allclose(fitted.kneighbors(scans, 20)[0], expected, atol=SAME)


def test_hundreds_of_sites_and_disorder_are_taken(fitted):
    rng = np.random.default_rng(0)
    large = Structure(Lattice.cubic(18.0), ["Si"] * 300, rng.random((300, 3)))
    mixed = Structure(Lattice.cubic(3.0), [{"Cu": 0.5, "Zn": 0.5}], [[0, 0, 0]])
    assert fitted.set_gallery([large, mixed]).predict(COPPER.transform([large])).shape == (1,)


def test_what_cannot_be_simulated_is_named_and_left_out(fitted, crystals):
    flat = crystals[0].copy()
    flat.lattice = [[5, 0, 0], [0, 5, 0], [0, 5, 1e-9]]
    with pytest.warns(UserWarning, match=r"Left 1 of 3 .*: broken \(.*has no volume"):
        fitted.set_gallery([flat, *crystals[:2]], ["broken", "a", "b"], on_error="skip")
    assert fitted.classes_.tolist() == ["a", "b"]


def test_tokens_in_place_of_structures(fitted, crystals, scans):
    tokens = CrystalTokenizer().transform(crystals)
    np.testing.assert_allclose(
        fitted.encode_structures(tokens), fitted.encode_structures(crystals), atol=1e-4
    )
    assert tiny().fit(tokens).predict(scans, k=2).shape == (20, 2)


def test_nothing_in_nothing_out(fitted):
    assert fitted.encode_structures([]).shape == (0, 16)
    assert fitted.encode_patterns([]).shape == (0, 16)


def test_random_state(crystals, fitted, scans):
    again = tiny().fit(crystals)
    np.testing.assert_array_equal(again.encode_patterns(scans), fitted.encode_patterns(scans))
    other = tiny(random_state=1).fit(crystals)
    assert np.abs(other.encode_patterns(scans) - fitted.encode_patterns(scans)).max() > 0.01


def test_without_augmentation_scans_are_learned_as_given(crystals, scans):
    options = {"augmentation": None, "max_epochs": 1, "validation_fraction": 0, "batch_size": 20}
    with_scans = tiny(**options).fit(crystals, scans)
    with_peaks = tiny(**options).fit(crystals)
    losses = [r.net_.history[:, "train_loss"][0] for r in (with_scans, with_peaks)]
    assert losses[0] != losses[1]


def test_warm_start_goes_on(crystals):
    retriever = tiny(warm_start=True).fit(crystals)
    module = retriever.net_.module_
    assert retriever.fit(crystals).net_.module_ is module


def test_pickle_clone_and_files(fitted, crystals, scans, tmp_path):
    expected = fitted.kneighbors(scans, 5)[0]
    copied = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copied.kneighbors(scans, 5)[0], expected)
    assert clone(fitted).simulator.geometry == "powder"
    save_pretrained(fitted, tmp_path / "tower")
    loaded = load_pretrained(tmp_path / "tower").set_gallery(crystals)
    np.testing.assert_allclose(loaded.kneighbors(scans, 5)[0], expected, atol=SAME)
    save_library(fitted, tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    np.testing.assert_allclose(loaded.kneighbors(scans, 5)[0], expected, atol=SAME)


def test_grid_search(crystals, scans):
    search = GridSearchCV(tiny(max_epochs=1), {"n_layers": [1, 2]}, cv=KFold(2))
    search.fit(crystals, scans)
    assert search.best_params_["n_layers"] in (1, 2)
    assert search.best_estimator_.predict(scans[:2], k=3).shape == (2, 3)


def test_candidates_of_a_learned_retriever_can_be_refined(fitted, scans):
    reranker = PhysicsReranker(fitted, n_candidates=2)
    assert set(reranker.predict(scans[0], k=2)[0]) == set(fitted.predict(scans[0], k=2)[0])


def test_a_finder_of_ones_own(crystals, scans):
    finder = PeakFinder(min_intensity=0.3)
    retriever = tiny(pattern_transformer=finder).fit(crystals)
    points = retriever.pattern_inputs(scans)["points"].numpy()
    assert np.nanmin(points[..., 1]) > np.log(0.3) - 1.5  # but for the factors there
    assert retriever.pattern_transformer is finder


@pytest.mark.filterwarnings("ignore:Pattern 0 enters without peaks")
def test_a_scan_without_peaks_gets_an_answer(fitted):
    angles = np.arange(10, 80, 0.02)
    empty = Scan(angles, np.random.default_rng(0).poisson(100, len(angles)), radiation="CuKa")
    assert np.isfinite(fitted.kneighbors(empty, 3)[0]).all()


def test_queries_of_the_other_geometry(fitted, crystals, scans):
    spots = DiffractionSimulator().transform(crystals[:1])
    with pytest.raises(ValueError, match=r"scans, or powder peaks .* got spots with 2 components"):
        fitted.predict(spots)
    layers = tiny(simulator=None).fit(crystals)
    with pytest.raises(ValueError, match=r"reads the spots of layers, got a powder scan as pat"):
        layers.predict(scans[:1])
    with pytest.raises(ValueError, match=r"two components of q, got a pattern with 1 \(powder\)"):
        layers.predict(COPPER.transform(crystals[:1]))


def test_patterns_in_place_of_structures(fitted, scans, crystals):
    for patterns in (scans, COPPER.transform(crystals)):
        with pytest.raises(TypeError, match=r"Structures are due here, got patterns|must be pymat"):
            fitted.set_gallery(patterns)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            {"structure_encoder": "sequence"},
            r"'equivariant', got 'sequence', which is one of 'zone_",
        ),
        ({"augmentation": Perturbation()}, r"A Perturbation is one of layers, got one for a powd"),
        (
            {"augmentation": "strong"},
            r"augmentation must be one of 'standard', 'rescaled', None, got 'strong'",
        ),
    ],
)
def test_options_that_powders_do_not_have(crystals, option, message):
    with pytest.raises(ValueError, match=message):
        tiny(**option).fit(crystals)


def test_what_cannot_be_learned_from(crystals):
    with pytest.raises(ValueError, match=r"needs structures, got none; pass a list of structures"):
        tiny().fit([])
    with pytest.raises(ValueError, match=r"two different structures, got 1 among 3; add others"):
        tiny().fit(crystals[:1] * 3)


def test_towers_know_one_geometry(fitted, crystals, scans):
    """What they learned says nothing about layers."""
    moved = copy.copy(fitted).set_params(simulator=None)
    for ask in (
        lambda: moved.set_gallery(crystals),
        lambda: moved.encode_patterns(scans),
        lambda: moved.set_params(warm_start=True).fit(crystals[:4]),
    ):
        with pytest.raises(ValueError, match="the geometry 'powder', got one of 'zone_axis'; set"):
            ask()
    again = moved.set_params(warm_start=False, structure_transformer=CrystalTokenizer())
    assert again.fit(crystals[:4]).encode_structures(crystals[:4]).shape == (4, 16)


def test_inputs_are_what_towers_read(fitted, crystals, scans):
    towers = fitted.net_.module_.towers.eval()
    read = towers.encode_structures(**fitted.structure_inputs(crystals)).detach().numpy()
    np.testing.assert_allclose(read, fitted.encode_structures(crystals), atol=SAME)
    read = towers.encode_patterns(**fitted.pattern_inputs(scans)).detach().numpy()
    np.testing.assert_allclose(read, fitted.encode_patterns(scans), atol=SAME)
