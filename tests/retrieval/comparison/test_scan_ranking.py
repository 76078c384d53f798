"""Powder scans: candidates refined, ranked, described."""

import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone

from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import Scan
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import BackgroundRemover, PeakFinder
from xrdmatch.refinement import InstrumentProfile, ScanFits
from xrdmatch.retrieval import ElementFilter, load_library, save_library
from xrdmatch.retrieval._comparison import scan_ranking as module
from xrdmatch.retrieval._matcher import PROFILE_WEIGHT
from xrdmatch.simulation import PowderProfile

TWO_THETA = np.arange(12, 85, 0.03)
SIGMAS = 3.0  # standard errors within which refined numbers must come back
COMPANY = 0.05  # of log odds of a hundred: single precision, steps that end early
SIZES = {"b_iso": (), "scale": (), "r_wp": (), "zero_shift": (), "zero_shift_sigma": ()}
SIZES |= {
    "b_iso_sigma": (),
    "log_likelihood": (),
    "lattice": (6,),
    "lattice_sigma": (6,),
    "strain": (3, 3),
}
SIZES |= {"strain_sigma": (3, 3), "fwhm": (2,), "fwhm_sigma": (2,)}


def rocksalt(cation, anion, a):
    corners = np.array([[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])
    sites = np.concatenate([corners, corners + 0.5])
    return Structure(Lattice.cubic(a), [cation] * 4 + [anion] * 4, sites)


def rutile(metal, a, c):
    lattice = Lattice.tetragonal(a, c)
    return Structure.from_spacegroup(
        "P4_2/mnm", lattice, [metal, "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    )


def wurtzite(cation, anion, a, c):
    sites = [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.375]]
    return Structure.from_spacegroup("P6_3mc", Lattice.hexagonal(a, c), [cation, anion], sites)


GALLERY = [
    rutile("Ti", 4.594, 2.959),
    rutile("Sn", 4.737, 3.186),
    rutile("Ti", 4.594 * 1.02, 2.959 * 1.02),  # the first, 2 % off
    rutile("Ru", 4.594, 2.959),  # the first with another element
    rocksalt("Na", "Cl", 5.640),
    rocksalt("Mg", "O", 4.212),
    rocksalt("Ni", "O", 4.177),
    rocksalt("Na", "F", 4.634),
    wurtzite("Zn", "O", 3.250, 5.207),
    wurtzite("Ga", "N", 3.189, 5.186),
]
LABELS = ["TiO2", "SnO2", "TiO2 2 %", "RuO2", "NaCl", "MgO", "NiO", "NaF", "ZnO", "GaN"]


def measured(structures, seed=0, peak=4000, **options):
    """Scans of structures with counting noise."""
    settings = {"fwhm": 0.15, "eta": 0.5, "background": 0.03, **options}
    wavelength, b_iso = settings.pop("wavelength", "CuKa"), settings.pop("b_iso", 1.0)
    profile = PowderProfile(settings.pop("two_theta", TWO_THETA), **settings)
    simulator = DiffractionSimulator("powder", wavelength, b_iso=b_iso, profile=profile)
    ideal = simulator.transform(structures)
    rng = np.random.default_rng(seed)
    return [
        Scan(s.two_theta, rng.poisson(s.counts * peak / s.counts.max()), radiation=s.radiation)
        for s in ideal
    ]


def strained(structure, strain):
    lattice = structure.lattice.matrix @ (np.eye(3) + strain)
    return Structure(lattice, structure.species, structure.frac_coords)


@pytest.fixture(scope="module")
def matcher():
    return PatternMatcher(DiffractionSimulator("powder", "CuKa")).fit(GALLERY, labels=LABELS)


@pytest.fixture(scope="module")
def reranker(matcher):
    return PhysicsReranker(matcher, n_candidates=len(GALLERY))


@pytest.fixture(scope="module")
def queries():
    return measured(GALLERY[:5])


@pytest.fixture(scope="module")
def fits(reranker, queries):
    return reranker.refine(queries, n_neighbors=3)


# What comes back -------------------------------------------------------------------------------


def test_known_strain_shift_and_width_come_back(reranker):
    """Tetragonal: two strains of different sign, a shift, one width, within the stated errors."""
    strain = np.diag([0.006, 0.006, -0.004])
    truth = strained(GALLERY[0], strain)
    fits = reranker.refine(measured([truth], zero_shift=0.05, fwhm=0.2), n_neighbors=1)
    assert fits.indices.tolist() == [[0]]
    error = np.abs(fits.strain[0, 0] - strain)
    assert (error <= SIGMAS * fits.strain_sigma[0, 0] + 1e-9).all()
    assert (np.diag(fits.strain_sigma[0, 0]) < 0.001).all()
    assert abs(fits.zero_shift[0, 0] - 0.05) < SIGMAS * fits.zero_shift_sigma[0, 0]
    assert fits.zero_shift_sigma[0, 0] < 0.04
    assert (np.abs(fits.fwhm[0, 0] - 0.2) < SIGMAS * fits.fwhm_sigma[0, 0]).all()
    assert (fits.fwhm_sigma[0, 0] < 0.08).all()
    expected = truth.lattice.parameters
    np.testing.assert_allclose(fits.lattice[0, 0], expected, rtol=0.002)


def test_damping_comes_back(reranker):
    """Atoms that vibrate more than the simulator's 1 Å^2."""
    scan = measured(GALLERY[4:5], b_iso=2.5)
    fits = reranker.refine(scan, n_neighbors=1)
    assert fits.indices.tolist() == [[4]]
    assert abs(fits.b_iso[0, 0] - 1.5) < SIGMAS * fits.b_iso_sigma[0, 0]
    assert fits.b_iso[0, 0] > 0.3


def test_a_cubic_cell_stays_cubic_and_a_tetragonal_one_tetragonal(fits):
    (a, b, c), angles = fits.lattice[4, 0, :3], fits.lattice[4, 0, 3:]
    np.testing.assert_allclose([b, c], a, rtol=1e-6)
    np.testing.assert_allclose(angles, 90, atol=1e-4)
    for rutile_fit in fits.lattice[:4, 0]:
        assert rutile_fit[0] == pytest.approx(rutile_fit[1], rel=1e-6)
        np.testing.assert_allclose(rutile_fit[3:], 90, atol=1e-4)


def test_what_is_given(fits):
    assert fits.owners.tolist() == list(range(5))
    assert fits.indices.shape == (5, 3)
    for name, shape in SIZES.items():
        assert getattr(fits, name).shape == (5, 3, *shape), name
        assert np.isfinite(getattr(fits, name)).all()
    assert (fits.log_likelihood[:, 0] > 20).all()
    assert (fits.scale >= 0).all()


def test_the_right_profile_leaves_nothing_but_noise(fits, queries):
    """R_wp of a fit that is right is what counting allows, sqrt(n / sum y^2 / sigma^2)."""
    for row, scan in enumerate(queries):
        profiles = fits.profiles[row]
        allowed = np.sqrt(len(scan.counts) / (scan.counts**2 / np.maximum(scan.counts, 1)).sum())
        assert fits.r_wp[row, 0] < 1.4 * allowed
        assert (fits.r_wp[row, 0] < fits.r_wp[row, 1:]).all() or row in (0, 2)
        assert profiles.observed.shape == profiles.two_theta.shape
        assert profiles.calculated.shape == profiles.background.shape == (3, len(profiles.observed))
        strongest = profiles.two_theta[np.argmax(profiles.calculated[0] - profiles.background[0])]
        assert np.abs(profiles.ticks[0] - strongest).min() < 0.1


def test_lattices_have_their_uncertainties(fits):
    """What symmetry fixes is certain; lengths are not."""
    assert (fits.lattice_sigma[:, :, 3:] < 1e-9).all()
    assert (fits.lattice_sigma[:, 0, :3] > 1e-4).all()
    assert (fits.lattice_sigma[:, 0, :3] < 0.02).all()


def test_fits_are_frozen(fits):
    assert isinstance(fits, ScanFits)
    with pytest.raises(FrozenInstanceError):
        fits.r_wp = None


# Which one it is -------------------------------------------------------------------------------


def test_near_isomorphs_are_told_apart(reranker, queries):
    """Cells 2 % apart, and another element in the same cell."""
    assert reranker.predict(queries).tolist() == LABELS[:5]
    distances, indices = reranker.kneighbors(queries[:1], n_neighbors=10)
    behind = dict(zip(indices[0].tolist(), distances[0] - distances[0, 0], strict=True))
    assert behind[2] > 2.0
    assert behind[3] > 5.0
    assert (np.diff(distances) >= 0).all()


def test_the_wavelength_is_the_scan_s(reranker):
    scans = measured(GALLERY[7:], wavelength="MoKa", two_theta=np.arange(6, 45, 0.02), fwhm=0.1)
    assert reranker.predict(scans).tolist() == LABELS[7:]
    fits = reranker.refine(scans, n_neighbors=1)
    assert (np.abs(fits.zero_shift) < 0.05).all()


def test_distances_are_minus_log_odds_with_the_first_stage_s_word(reranker, matcher, queries):
    distances, indices = reranker.kneighbors(queries, n_neighbors=3)
    fits = reranker.refine(queries, n_neighbors=3)
    np.testing.assert_array_equal(indices, fits.indices)
    first, order = matcher.kneighbors(queries, n_neighbors=len(GALLERY))
    behind = first - first[:, :1]
    for row in range(len(queries)):
        known = dict(zip(order[row].tolist(), behind[row], strict=True))
        expected = [PROFILE_WEIGHT * known[i] for i in indices[row].tolist()]
        np.testing.assert_allclose(
            distances[row] + fits.log_likelihood[row], expected, atol=COMPANY
        )


class Certain(PatternMatcher):
    """A first stage whose distances are minus log probabilities."""

    def log_prior(self, distances):
        return -distances


def test_what_the_first_stage_says_counts_once(queries):
    """As of learned towers, whose similarities are log probabilities by themselves."""
    matcher = Certain(DiffractionSimulator("powder", "CuKa")).set_gallery(GALLERY)
    reranker = PhysicsReranker(matcher)
    distances, indices = reranker.kneighbors(queries[:1], n_neighbors=3)
    first, order = matcher.kneighbors(queries[:1], n_neighbors=len(GALLERY))
    behind = dict(zip(order[0].tolist(), first[0] - first[0, 0], strict=True))
    expected = [behind[i] for i in indices[0].tolist()]
    fits = reranker.refine(queries[:1], n_neighbors=3)
    np.testing.assert_allclose(distances[0] + fits.log_likelihood[0], expected, atol=COMPANY)


def test_a_scan_without_peaks_is_as_probable_from_all(reranker):
    counts = np.random.default_rng(0).poisson(500, len(TWO_THETA))
    distances, _ = reranker.kneighbors(Scan(TWO_THETA, counts, radiation="CuKa"), 10)
    assert (np.abs(distances) < PROFILE_WEIGHT / 4).all()


def test_company_does_not_matter(reranker, matcher, queries):
    """Alone or among others, few candidates or many: the same distances."""
    together, indices = reranker.kneighbors(queries, n_neighbors=4)
    for i in (0, 3):
        alone, order = reranker.kneighbors(queries[i], n_neighbors=4)
        np.testing.assert_array_equal(order[0], indices[i])
        np.testing.assert_allclose(alone[0], together[i], atol=COMPANY)
    few, order = PhysicsReranker(matcher, n_candidates=2).kneighbors(queries[:1], n_neighbors=2)
    known = dict(zip(indices[0].tolist(), together[0], strict=True))
    for index, distance in zip(order[0].tolist(), few[0], strict=True):
        assert index not in known or abs(known[index] - distance) < COMPANY


def test_several_scans_of_one_crystal_count_together(reranker, matcher, queries):
    more = measured(GALLERY[:1], seed=7)[0]
    distances, indices = reranker.kneighbors([(queries[0], more)], n_neighbors=10)
    single = [reranker.kneighbors(scan, n_neighbors=10) for scan in (queries[0], more)]
    sums = sum(d[0, np.argsort(i[0])] for d, i in single)
    # log likelihoods add up, while the first stage's distances are averaged and count once
    near, order = matcher.kneighbors([(queries[0], more)], n_neighbors=10)
    sums = sums - PROFILE_WEIGHT * near[0, np.argsort(order[0])]
    assert np.ptp(distances[0, np.argsort(indices[0])] - sums) < 2 * COMPANY
    assert reranker.refine([(queries[0], more)], 1).owners.tolist() == [0, 0]


# Background ------------------------------------------------------------------------------------


class Counting(BackgroundRemover):
    """Says how often it was asked, of which scans."""

    seen = ()

    def background(self, scan):
        type(self).seen += (scan.name,)
        return super().background(scan)


@pytest.mark.parametrize("ask", ["kneighbors", "refine"])
def test_the_background_is_found_once_and_as_the_user_says(matcher, queries, monkeypatch, ask):
    """By the transformer that was given, and never by another."""
    monkeypatch.setattr(Counting, "seen", ())
    own = clone(matcher).set_params(pattern_transformer=Counting()).fit(GALLERY, labels=LABELS)
    monkeypatch.setattr(Counting, "transform", BackgroundRemover.transform)
    monkeypatch.setattr(BackgroundRemover, "transform", None)
    named = [replace(scan, name=str(i)) for i, scan in enumerate(queries[:3])]
    getattr(PhysicsReranker(own, n_candidates=4), ask)([tuple(named[:2]), named[2]], 2)
    assert Counting.seen == ("0", "1", "2")


def test_a_background_that_is_taken_off_otherwise_is_another_fit(matcher, queries):
    stiff = clone(matcher).set_params(pattern_transformer=BackgroundRemover("arpls"))
    stiff.fit(GALLERY, labels=LABELS)
    usual, other = (
        PhysicsReranker(m, n_candidates=3).refine(queries[0], 1) for m in (matcher, stiff)
    )
    assert usual.r_wp[0, 0] != other.r_wp[0, 0]
    assert other.lattice[0, 0, 0] == pytest.approx(usual.lattice[0, 0, 0], abs=2e-3)


def test_a_finder_of_peaks_leaves_the_background_to_the_usual_remover(matcher, queries):
    finder = clone(matcher).set_params(pattern_transformer=PeakFinder())
    finder.fit(GALLERY, labels=LABELS)
    usual, other = (
        PhysicsReranker(m, n_candidates=3).refine(queries[0], 1) for m in (matcher, finder)
    )
    assert usual.r_wp[0, 0] == other.r_wp[0, 0]


# Narrow lines, and instruments that are known --------------------------------------------------


@pytest.mark.parametrize("width", [0.007, 0.014])
def test_narrow_lines_are_named_and_refined(matcher, width):
    """A synchrotron at 0.41 Å; near isomorphs are told apart."""
    angles = np.arange(1, 24, 0.001)
    truth = [strained(GALLERY[i], np.diag([0.003, 0.003, -0.002])) for i in (0, 3, 8)]
    scans = measured(truth, wavelength=0.414581, two_theta=angles, fwhm=width, zero_shift=0.002)
    reranker = PhysicsReranker(matcher, n_candidates=len(GALLERY))
    fits = reranker.refine(scans, 2)
    assert fits.indices[:, 0].tolist() == [0, 3, 8]
    assert (fits.r_wp[:, 0] < 0.1).all()
    assert (fits.fwhm[:, 0] < 1.4 * width).all()
    for row, crystal in enumerate(truth):
        np.testing.assert_allclose(fits.lattice[row, 0], crystal.lattice.parameters, rtol=3e-4)


def test_a_long_scan_takes_bounded_time_and_memory(matcher):
    """50,000 points of a synchrotron, on a grid of fewer."""
    scans = measured(
        GALLERY[:1], wavelength=0.414581, two_theta=np.arange(0.5, 50.5, 0.001), fwhm=0.01
    )
    fits = PhysicsReranker(matcher, n_candidates=3).refine(scans, 1)
    assert fits.indices.tolist() == [[0]]
    assert len(fits.profiles[0].two_theta) < 12_000


def test_an_instrument_says_where_to_look(matcher):
    """A zero shift of 0.25 degrees is four priors off, unless it is known."""
    scan = measured(GALLERY[4:5], zero_shift=0.25, fwhm=0.15, two_theta=np.arange(25, 60, 0.03))
    instrument = InstrumentProfile("CuKa", (0, 0, 0.15**2), (0, 0), 0.25, 0.002)
    alone = PhysicsReranker(matcher, n_candidates=4)
    told = PhysicsReranker(matcher, n_candidates=4, instrument=instrument)
    fits = told.refine(scan, 1)
    assert fits.indices.tolist() == [[4]]
    assert fits.zero_shift[0, 0] == pytest.approx(0.25, abs=0.02)
    assert fits.lattice[0, 0, 0] == pytest.approx(5.64, abs=0.004)
    assert fits.log_likelihood[0, 0] > alone.refine(scan, 1).log_likelihood[0, 0] + 2.0


def test_an_instrument_can_be_set_later(matcher, queries):
    reranker = PhysicsReranker(matcher, n_candidates=3)
    before = reranker.refine(queries[0], 1)
    reranker.set_params(instrument=InstrumentProfile("CuKa", (0, 0, 0.15**2)))
    after = reranker.refine(queries[0], 1)
    assert after.zero_shift_sigma[0, 0] < before.zero_shift_sigma[0, 0]
    again = reranker.set_params(instrument=None).refine(queries[0], 1)
    assert again.log_likelihood[0, 0] == before.log_likelihood[0, 0]


def test_an_instrument_travels_with_a_library(matcher, tmp_path):
    instrument = InstrumentProfile("CuKa", (0.01, 0, 0.02), (0.01, 0.0), 0.01, name="D8")
    save_library(PhysicsReranker(matcher, instrument=instrument), tmp_path / "library")
    assert load_library(tmp_path / "library").instrument == instrument


@pytest.mark.parametrize("instrument", ["D8", 0.1])
def test_what_is_no_instrument(matcher, instrument):
    with pytest.raises(TypeError, match="instrument must be an InstrumentProfile or None, got"):
        PhysicsReranker(matcher, instrument=instrument).set_gallery(GALLERY)


def test_spots_have_no_instrument():
    reranker = PhysicsReranker(PatternMatcher(), instrument=InstrumentProfile("CuKa", (0, 0, 1)))
    with pytest.raises(ValueError, match="An instrument is one of powder scans"):
        reranker.fit(load_monolayers()[:3])


# Gallery ---------------------------------------------------------------------------------------


def test_known_elements_leave_few(reranker, queries):
    known = ElementFilter(all_of="Ru,O")
    distances, indices = reranker.kneighbors(queries[:1], 3, elements=known)
    assert indices.tolist() == [[3, -1, -1]]
    assert np.isinf(distances[0, 1:]).all()
    fits = reranker.refine(queries[:1], 2, elements=known)
    assert fits.indices.tolist() == [[3, -1]]


def test_another_gallery_and_a_growing_one(matcher, queries):
    reranker = PhysicsReranker(matcher).set_gallery(GALLERY[3:5], ["RuO2", "NaCl"])
    assert reranker.predict(queries[0]).tolist() == ["RuO2"]
    reranker.add_to_gallery(GALLERY[:1], ["TiO2"])
    assert reranker.predict(queries[0]).tolist() == ["TiO2"]
    assert matcher.classes_.tolist() == LABELS


def test_fit_clone_and_pickle(queries):
    reranker = PhysicsReranker(PatternMatcher(DiffractionSimulator("powder", "CuKa")))
    reranker.fit(GALLERY, labels=LABELS)
    before = reranker.predict(queries[:2])
    assert (pickle.loads(pickle.dumps(reranker)).predict(queries[:2]) == before).all()
    assert not hasattr(clone(reranker), "retriever_")


# Bad input -------------------------------------------------------------------------------------


def test_a_scan_without_radiation(reranker):
    with pytest.raises(ValueError, match="without"):
        reranker.predict(Scan(TWO_THETA, np.ones(len(TWO_THETA))))


def test_peaks_are_not_refined(reranker):
    peaks = DiffractionSimulator("powder", "CuKa").transform(GALLERY[:1])
    with pytest.raises(TypeError, match=r"Scans are refined, .* got a pattern of \d+ powder pea"):
        reranker.refine(peaks, 1)


def test_spots_to_a_powder_s_reranker(reranker):
    spots = DiffractionPattern(np.array([[0.3, 0.0], [0.0, 0.3]]), np.ones(2))
    with pytest.raises(ValueError, match=r"powder peaks .* got spots with 2 components"):
        reranker.predict(spots)


# Computed cells --------------------------------------------------------------------------------


def test_computed_cells_may_be_off_by_more(matcher, reranker):
    """5 % along c is improbable where cells were measured, and not where they were computed."""
    truth = strained(GALLERY[0], np.diag([-0.01, -0.01, -0.05]))
    scan = measured([truth])
    computed = PhysicsReranker(matcher, n_candidates=len(GALLERY), cells="computed")
    known, doubted = (
        r._current_ranking().fit(r._rows(scan)[0], np.array([[0]])) for r in (reranker, computed)
    )
    assert doubted.log_likelihood[0, 0] > known.log_likelihood[0, 0] + 5
    np.testing.assert_allclose(doubted.lattice[0, 0, 2], truth.lattice.c, rtol=0.003)


def test_each_cell_is_taken_as_its_structure_states(matcher, queries):
    """Those that say computed as computed ones, all others as measured, in one gallery."""
    stating = [crystal.copy() for crystal in GALLERY]
    for crystal, cells in zip(stating, ["computed", "measured"], strict=False):
        crystal.properties["cells"] = cells
    stated = PhysicsReranker(matcher, n_candidates=len(GALLERY), cells="stated")
    stated.set_gallery(stating, labels=LABELS)
    likelihood = {
        cells: PhysicsReranker(matcher, cells=cells)._current_ranking()._log_likelihood
        for cells in ("measured", "computed")
    }
    row = stated._rows(queries[:1])[0][0]
    candidates = np.array([3, 0, 1, 4])  # RuO2 before TiO2: in the order that is asked for
    found = stated._current_ranking()._log_likelihood(row, candidates)
    expected = likelihood["measured"](row, candidates)
    assert found[[0, 2, 3]] == pytest.approx(expected[[0, 2, 3]], rel=COMPANY)
    assert found[1] == pytest.approx(likelihood["computed"](row, candidates)[1], rel=COMPANY)
    assert found[1] != pytest.approx(expected[1], abs=1e-3)


def test_computed_cells_are_expected_to_be_too_large(matcher, reranker):
    """By the priors, a crystal that is smaller by 0.8 % gains 0.5 and one that is larger loses.

    Cubic: (0.8 / 0.8)^2 / 2 of measured cells, 0 and (1.6 / 1)^2 / 2 of computed ones.
    """
    computed = PhysicsReranker(matcher, n_candidates=len(GALLERY), cells="computed")
    for size, expected in ((-0.008, 0.5), (0.008, 0.5 - 1.28)):
        scan = measured([strained(GALLERY[4], size * np.eye(3))])
        known, doubted = (
            r._current_ranking().fit(r._rows(scan)[0], np.array([[4]])).log_likelihood[0, 0]
            for r in (reranker, computed)
        )
        assert doubted - known == pytest.approx(expected, abs=0.15)


def test_what_is_known_of_cells_can_change(matcher, queries):
    changed = PhysicsReranker(matcher, n_candidates=4)
    before, _ = changed.kneighbors(queries, 4)
    after, _ = changed.set_params(cells="computed").kneighbors(queries, 4)
    again, _ = changed.set_params(cells="measured").kneighbors(queries, 4)
    assert not np.allclose(before, after)
    np.testing.assert_array_equal(before, again)


@pytest.mark.parametrize("cells", ["calculated", None, True])
def test_cells_of_no_kind(matcher, queries, cells):
    with pytest.raises(
        ValueError, match=r"cells must be 'measured', 'computed' or 'stated', got .*; say"
    ):
        PhysicsReranker(matcher, cells=cells).predict(queries)


def test_what_was_fitted_to_a_scan_is_not_fitted_again(matcher, queries, monkeypatch):
    fitted, fit_powders = [], module.fit_powders

    def counted(scan, powders, **options):
        fitted.append(len(powders))
        return fit_powders(scan, powders, **options)

    monkeypatch.setattr(module, "fit_powders", counted)
    reranker = PhysicsReranker(matcher, n_candidates=4)
    reranker.kneighbors(queries[:1])
    assert fitted == [4]
    fits = reranker.refine(queries[:1], n_neighbors=6)  # of six, two were not ranked by a fit
    assert fitted == [4, 2]
    assert (fits.indices >= 0).all()
    assert pickle.loads(pickle.dumps(reranker))._ranking._fits == {}
    reranker.kneighbors(queries[1:2])
    assert fitted == [4, 2, 4]
