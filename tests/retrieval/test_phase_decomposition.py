"""Mixtures taken apart: what is in them, how much, and what cannot be answered."""

import pickle

import numpy as np
import pytest
from mixed_scans import known_structures, mixed_scan, rocksalt
from powder_scans import GRID, noisy_scan
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import CrystalTokenizer
from xrdmatch.refinement import InstrumentProfile
from xrdmatch.retrieval import (
    ElementFilter,
    PhaseDecomposition,
    load_library,
    make_powder_retriever,
    save_library,
)

MIXED = {"TiO2": 0.5, "NaCl": 0.3, "MgO": 0.2}


@pytest.fixture(scope="module")
def known():
    return known_structures()


@pytest.fixture(scope="module")
def retriever(known):
    return make_powder_retriever().fit([*known.values()], labels=[*known])


@pytest.fixture(scope="module")
def decomposition(retriever):
    return PhaseDecomposition(retriever)


@pytest.fixture(scope="module")
def mixed(known):
    return mixed_scan([known[name] for name in MIXED], MIXED.values(), name="three")


@pytest.fixture(scope="module")
def found(decomposition, mixed):
    return decomposition.decompose([mixed])[0]


# Answers ---------------------------------------------------------------------------------------


def test_phases_come_with_their_weights_in_their_order(found):
    assert found.labels.tolist() == [*MIXED]
    assert found.formulas.tolist() == [*MIXED]
    assert found.space_groups.tolist() == ["P4_2/mnm", "Fm-3m", "Fm-3m"]
    np.testing.assert_allclose(found.weight_fraction, [*MIXED.values()], atol=0.03)
    assert found.weight_fraction.sum() == pytest.approx(1.0)
    assert (found.weight_fraction_std > 0).all()
    assert np.isnan(found.amorphous_fraction)
    assert "TiO2 P4_2/mnm 49" in repr(found)
    assert "'three'" in repr(found)


def test_numbers_belong_to_their_phases(found, known):
    cells = [known[name].lattice.parameters for name in MIXED]
    np.testing.assert_allclose(found.lattice, cells, atol=0.005)
    assert (found.lattice_sigma[:, 3:] < 1e-3).all()  # symmetry fixes the angles
    assert abs(found.zero_shift) < 0.01
    np.testing.assert_allclose(found.fwhm, 0.12, rtol=0.35)
    assert (found.gain > 12).all()
    assert found.notes == ()


def test_profiles_add_up_and_explain_the_scan(found):
    profile = found.profiles
    np.testing.assert_allclose(profile.calculated, profile.phases.sum(0) + profile.background)
    assert profile.phases.shape == (3, len(profile.two_theta))
    assert len(profile.ticks) == 3
    assert found.r_wp < 0.06
    assert found.unexplained.share < 0.1
    assert len(found.unexplained.two_theta) == 0


def test_predict_names_all_phases(decomposition, mixed, known):
    labels = decomposition.predict([mixed, mixed_scan([known["KCl"]], [1.0])])
    assert labels.dtype == object
    assert labels.tolist() == [[*MIXED], ["KCl"]]


def test_a_phase_of_a_few_percent_is_found(decomposition, known):
    scan = mixed_scan([known["TiO2"], known["NaCl"]], [0.96, 0.04])
    (one,) = decomposition.decompose([scan])
    assert one.labels.tolist() == ["TiO2", "NaCl"]
    assert one.weight_fraction[1] == pytest.approx(0.04, abs=0.015)


def test_phases_that_gain_alike_are_both_found(decomposition, known):
    """Neither keeps the other out, although each was second best when the other came."""
    weights = {"TiO2": 0.4, "NaCl": 0.25, "MgO": 0.2, "KCl": 0.15}
    scan = mixed_scan([known[name] for name in weights], weights.values())
    (one,) = decomposition.decompose([scan])
    assert one.labels.tolist() == [*weights]
    np.testing.assert_allclose(one.weight_fraction, [*weights.values()], atol=0.03)
    assert all(len(names) == 0 for names in one.look_alikes)


def test_what_the_gallery_lacks_is_left_over(known, mixed):
    names = ["TiO2", "MgO", "W"]
    retriever = make_powder_retriever().fit([known[name] for name in names], labels=names)
    (one,) = PhaseDecomposition(retriever).decompose([mixed])
    assert one.labels.tolist() == ["TiO2", "MgO"]
    assert one.unexplained.two_theta[0] == pytest.approx(31.7, abs=0.1)  # halite's 200
    assert one.unexplained.share > 0.1


def test_an_entry_that_is_twice_there_is_found_once(known, mixed):
    twin = known["TiO2"].copy()
    twin.apply_strain(0.002)
    structures, labels = [*known.values(), twin], [*known, "twin"]
    retriever = make_powder_retriever().fit(structures, labels=labels)
    (one,) = PhaseDecomposition(retriever).decompose([mixed])
    assert one.formulas.tolist() == [*MIXED]
    assert {one.labels[0], *one.look_alikes[0]} == {"TiO2", "twin"}


def test_known_elements_are_those_of_all_phases(decomposition, mixed):
    assert decomposition.predict(mixed, elements="Ti,Na,Cl,O").tolist() == [["TiO2", "NaCl"]]
    filters = [ElementFilter(none_of=["Mg"]), None]
    labels = decomposition.predict([mixed, mixed], elements=filters)
    assert labels.tolist() == [["TiO2", "NaCl"], [*MIXED]]


@pytest.mark.parametrize("name", ["MgO", "NaCl"])
def test_an_internal_standard_gives_the_amorphous_share(retriever, mixed, name):
    """Half of the sample is glass that no peak shows."""
    decomposition = PhaseDecomposition(retriever, standard=(name, MIXED[name] / 2))
    (one,) = decomposition.decompose([mixed])
    np.testing.assert_allclose(one.weight_fraction, np.array([*MIXED.values()]) / 2, atol=0.03)
    assert one.amorphous_fraction == pytest.approx(0.5, abs=0.06)
    place = one.labels.tolist().index(name)
    assert one.weight_fraction[place] == pytest.approx(MIXED[name] / 2)
    assert one.weight_fraction_std[place] == pytest.approx(0.0, abs=1e-6)


def test_a_standard_that_does_not_fit_is_said(retriever, mixed):
    (one,) = PhaseDecomposition(retriever, standard=("KCl", 0.2)).decompose([mixed])
    assert "KCl was found 0 times" in one.notes[0]
    assert one.weight_fraction.sum() == pytest.approx(1.0)
    (one,) = PhaseDecomposition(retriever, standard=("MgO", 0.6)).decompose([mixed])
    assert "check the amount" in one.notes[0]


# Around retrievers -----------------------------------------------------------------------------


def test_every_powder_retriever_will_do(retriever, known, found, mixed, tmp_path):
    save_library(retriever, tmp_path / "library")
    matcher = PatternMatcher(DiffractionSimulator("powder", "CuKa")).fit(
        [*known.values()], labels=[*known]
    )
    for one in (retriever.retriever_, matcher, load_library(tmp_path / "library")):
        (again,) = PhaseDecomposition(one).decompose([mixed])
        assert again.labels.tolist() == found.labels.tolist()
        np.testing.assert_allclose(again.weight_fraction, found.weight_fraction, atol=1e-4)


def test_a_gallery_of_tokens_is_searched_as_well(known, mixed):
    tokens = CrystalTokenizer().fit_transform([*known.values()])
    retriever = make_powder_retriever().fit(tokens, labels=[*known])
    (one,) = PhaseDecomposition(retriever).decompose([mixed])
    assert one.labels.tolist() == [*MIXED]


def test_a_new_gallery_is_seen(known, mixed):
    retriever = make_powder_retriever().fit([*known.values()], labels=[*known])
    decomposition = PhaseDecomposition(retriever)
    assert decomposition.predict(mixed)[0] == [*MIXED]
    retriever.set_gallery([known["TiO2"], known["W"]], labels=["rutile", "W"])
    assert decomposition.predict(mixed)[0] == ["rutile"]


def test_an_instrument_is_used(known, mixed):
    instrument = InstrumentProfile("CuKa", (0.0, 0.0, 0.005), (0.05, 0.05), 0.0, 0.005, (15, 100))
    retriever = make_powder_retriever(instrument=instrument)
    retriever.fit([*known.values()], labels=[*known])
    assert PhaseDecomposition(retriever).predict(mixed)[0] == [*MIXED]


def test_copies_answer_alike(decomposition, mixed, found):
    again = pickle.loads(pickle.dumps(decomposition))
    (other,) = again.decompose([mixed])
    assert other.labels.tolist() == found.labels.tolist()
    np.testing.assert_allclose(other.weight_fraction, found.weight_fraction)
    other = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(other.weight_fraction, found.weight_fraction)
    parameters = clone(decomposition).get_params(deep=False)
    assert {k: v for k, v in parameters.items() if k != "retriever"} == {
        "max_phases": 6,
        "min_gain": 12.0,
        "standard": None,
        "n_jobs": None,
    }


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_give_the_same_answers_to_the_last_digit(retriever, mixed, found, n_jobs):
    (other,) = PhaseDecomposition(retriever, n_jobs=n_jobs).decompose([mixed])
    for name in ("indices", "weight_fraction", "gain", "lattice", "scale"):
        np.testing.assert_array_equal(getattr(other, name), getattr(found, name))
    alike = [[*map(list, one.look_alikes)] for one in (other, found)]
    assert alike[0] == alike[1]


# What cannot be answered -----------------------------------------------------------------------


def test_no_candidate_has_a_line_there(decomposition):
    (one,) = decomposition.decompose([noisy_scan([17.3, 19.1, 22.2], [900.0, 700.0, 500.0])])
    assert one.n_phases == 0
    assert "no phase" in repr(one)
    assert np.isnan(one.zero_shift)
    np.testing.assert_allclose(np.sort(one.unexplained.two_theta), [17.3, 19.1, 22.2], atol=0.05)
    assert one.unexplained.share > 0.9


def test_one_phase_is_all_there_is(decomposition, known):
    (one,) = decomposition.decompose([mixed_scan([known["LiF"]], [1.0])])
    assert one.labels.tolist() == ["LiF"]
    np.testing.assert_allclose(one.weight_fraction, 1.0)


def test_more_phases_than_allowed(retriever, mixed):
    (one,) = PhaseDecomposition(retriever, max_phases=2).decompose([mixed])
    assert one.n_phases == 2
    assert "more than 2 phases; raise max_phases" in one.notes[0]
    assert len(one.unexplained.two_theta)


def test_a_library_of_one(known, mixed):
    for name, share in (("NaCl", 0.3), ("W", 0.9)):
        retriever = make_powder_retriever().fit([known[name]], labels=[name])
        (one,) = PhaseDecomposition(retriever).decompose([mixed])
        assert set(one.labels) <= {name}
        assert one.unexplained.share > share
        assert "amorphous, or a phase that the gallery lacks" in one.notes[-1]


def test_elements_that_leave_nothing(decomposition, mixed):
    (one,) = decomposition.decompose([mixed], elements="Xe")
    assert one.n_phases == 0
    assert one.notes[:1] == ("The known elements leave no entry of the gallery; name fewer.",)


@pytest.mark.parametrize("seed", range(3))
def test_noise_and_humps_hold_no_phase(decomposition, known, seed):
    noise = mixed_scan([known["LiF"]], [0.0], seed=seed, background=200.0)
    hump = mixed_scan([known["LiF"]], [0.0], seed=seed, background=200.0, hump=3000.0)
    flat = Scan(GRID, np.full_like(GRID, 5.0), radiation="CuKa")
    assert decomposition.predict([noise, hump, flat]).tolist() == [[], [], []]


def test_a_hump_below_peaks_is_no_phase(decomposition, known):
    scan = mixed_scan([known["TiO2"], known["NaCl"]], [0.6, 0.4], hump=3000.0)
    (one,) = decomposition.decompose([scan])
    assert one.labels.tolist() == ["TiO2", "NaCl"]


def test_one_bad_scan_does_not_sink_the_others(decomposition, mixed):
    short = Scan(GRID[:20], np.arange(20.0), radiation="CuKa", name="short")
    with pytest.raises(ValueError, match=r"Scan 1 cannot be decomposed: .*at least 50 points"):
        decomposition.decompose([mixed, short])
    with pytest.warns(UserWarning, match=r"Left scan 0 out: .*'short'"):
        found = decomposition.decompose([short, mixed], on_error="skip")
    assert found[0] is None
    assert found[1].labels.tolist() == [*MIXED]


def test_a_scan_without_a_count_is_refused(decomposition):
    empty = Scan(GRID, np.zeros_like(GRID), radiation="CuKa", name="shutter")
    with pytest.raises(
        ValueError, match=r"where something was counted, got nothing above .* 'shutter'"
    ):
        decomposition.decompose([empty])


def test_what_is_no_scan_is_refused(decomposition, known):
    peaks = DiffractionSimulator("powder", "CuKa").transform([known["LiF"]])
    with pytest.raises(TypeError, match=r"Scan 0 cannot .* got DiffractionPattern; read one"):
        decomposition.decompose(peaks)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"max_phases": 0}, "max_phases must be a whole number of at least 1, got 0"),
        ({"min_gain": -1}, "min_gain must be a number above 0, got -1"),
        ({"standard": ("Al2O3", 1.5)}, r"standard must be a formula .* got \('Al2O3', 1.5\)"),
        ({"standard": ("water", 0.2)}, r"standard must be a formula"),
        ({"standard": "Al2O3"}, r"standard must be a formula"),
        ({"n_jobs": 0}, "n_jobs must be a whole number other than 0, or None, got 0; -1 takes"),
    ],
)
def test_options_are_checked(retriever, mixed, changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        PhaseDecomposition(retriever, **changed).decompose([mixed])


def test_on_error_is_one_of_two(decomposition, mixed):
    with pytest.raises(ValueError, match="on_error must be 'raise' or 'skip', got 'no'"):
        decomposition.decompose([mixed], on_error="no")


def test_it_goes_around_powder_retrievers_with_a_gallery(mixed, known):
    with pytest.raises(TypeError, match=r"goes around a retriever of powders .* got None"):
        PhaseDecomposition().decompose([mixed])
    with pytest.raises(NotFittedError, match="no gallery"):
        PhaseDecomposition(make_powder_retriever()).decompose([mixed])
    spots = PatternMatcher().fit([known["LiF"]])
    with pytest.raises(ValueError, match=r"searched among profiles of powders, got .*SpotLibrary"):
        PhaseDecomposition(spots).decompose([mixed])


# Series and tables -----------------------------------------------------------------------------


def test_an_expected_phase_need_not_compete(known, mixed):
    """What an entry gains by being expected is the logarithm of the number of entries, and more."""
    retriever = make_powder_retriever().fit([*known.values()], labels=[*known])
    weak = mixed_scan([known["TiO2"], known["NaCl"]], [0.98, 0.02])
    place = [*known].index("NaCl")
    plain = PhaseDecomposition(retriever, min_gain=1e-3)
    (without,) = plain.decompose([weak])
    (expected,) = plain.decompose([weak], expected=[place])
    gains = [
        dict(zip(one.labels, one.gain, strict=True)).get("NaCl") for one in (without, expected)
    ]
    assert gains[1] - gains[0] == pytest.approx(np.log(len(known)) + 2 * 3.0, abs=0.05)


def test_an_expected_phase_that_is_not_there_is_not_found(decomposition, mixed, known):
    (one,) = decomposition.decompose([mixed], expected=[[*known].index("W")])
    assert one.labels.tolist() == [*MIXED]


@pytest.mark.parametrize("positions", [[7], [-1], [0.5], ["NaCl"], [[0]]])
def test_positions_that_are_none(decomposition, mixed, positions):
    with pytest.raises(ValueError, match="expected has positions in the gallery, from 0 to 6"):
        decomposition.decompose([mixed], expected=positions)


def test_a_frame_has_a_row_for_each_phase(found, known):
    frame = found.to_frame()
    assert frame["label"].tolist() == [*MIXED]
    assert set(frame["scan"]) == {"three"}
    np.testing.assert_allclose(frame["weight_fraction"], found.weight_fraction)
    np.testing.assert_allclose(frame["a"], [known[name].lattice.a for name in MIXED], atol=0.005)
    assert frame["r_wp"].nunique() == 1


def test_look_alikes_are_entries(found, known):
    for labels, entries in zip(found.look_alikes, found.look_alike_indices, strict=True):
        assert labels.tolist() == [[*known][i] for i in entries]


# Broad humps and look-alikes of other elements -------------------------------------------------


def test_a_hump_is_reported_with_its_share(decomposition, known):
    """Two Gaussians of known area beside halite: their share of the counts, and where they are."""
    scan = mixed_scan([known["NaCl"]], [1.0], strongest=3000.0)
    curves = [600.0 * np.exp(-(((GRID - at) / 2.0) ** 2)) for at in (24.0, 50.0)]
    counts = np.random.default_rng(1).poisson(scan.counts + np.sum(curves, 0))
    (one,) = decomposition.decompose([Scan(GRID, counts, radiation="CuKa")])
    assert one.labels.tolist() == ["NaCl"]
    assert len(one.broad.two_theta) == len(one.broad.fwhm) >= 2
    for at in (24.0, 50.0):
        assert np.abs(one.broad.two_theta - at).min() < 1.5
    true = np.sum(curves) / (np.sum(curves) + (scan.counts - 60.0).sum())
    assert one.broad.share == pytest.approx(true, abs=0.1)
    assert any("amorphous, or not in the gallery" in note for note in one.notes)


@pytest.mark.parametrize("width", [2.0, 4.0, 8.0])
def test_a_hump_attracts_no_phase(decomposition, known, width):
    scan = mixed_scan([known["TiO2"], known["KCl"]], [0.6, 0.4], strongest=3000.0)
    hump = 900.0 * np.exp(-4 * np.log(2) * ((GRID - 27.0) / width) ** 2)
    counts = np.random.default_rng(2).poisson(scan.counts + hump)
    (one,) = decomposition.decompose([Scan(GRID, counts, radiation="CuKa")])
    assert one.labels.tolist() == ["TiO2", "KCl"]
    np.testing.assert_allclose(one.weight_fraction, [0.6, 0.4], atol=0.05)


def test_a_scan_without_humps_has_none(found):
    assert found.broad.share == 0.0
    assert found.broad.two_theta.size == 0


def test_a_look_alike_of_foreign_elements_makes_room(known):
    """Nitride and oxide share all lines; beside nickel metal it is the oxide that is likely."""
    nickel = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.524), ["Ni"], [[0, 0, 0]])
    oxide, nitride = rocksalt(["Ni", "O"], 4.177), rocksalt(["Co", "N"], 4.178)
    retriever = make_powder_retriever().fit(
        [nickel, oxide, nitride], labels=["nickel", "oxide", "nitride"]
    )
    for seed in range(3):
        scan = mixed_scan([nitride, nickel], [0.7, 0.3], seed=seed, strongest=3000.0)
        (one,) = PhaseDecomposition(retriever).decompose([scan])
        assert one.labels.tolist()[0] == "oxide"
        assert "nitride" in one.look_alikes[0]


def test_an_exchange_that_costs_too_much_is_not_made(known):
    """The same with a cell that is too large by 4 percent: elements do not outweigh lines."""
    nickel = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.524), ["Ni"], [[0, 0, 0]])
    oxide, nitride = rocksalt(["Ni", "O"], 4.35), rocksalt(["Co", "N"], 4.178)
    structures = [nickel, oxide, nitride]
    retriever = make_powder_retriever().fit(structures, labels=["nickel", "oxide", "nitride"])
    scan = mixed_scan([nitride, nickel], [0.7, 0.3], strongest=3000.0)
    (one,) = PhaseDecomposition(retriever).decompose([scan])
    assert one.labels.tolist()[0] == "nitride"
