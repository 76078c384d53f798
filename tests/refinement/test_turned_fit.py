"""Entries ranked in every setting: what is found, what must not change it, and bad patterns."""

import numpy as np
import pytest
from turned_patterns import SIMULATOR, placed, placement_of, random_placements, thinned

from xrdmatch import DiffractionPattern
from xrdmatch.datasets import load_monolayers
from xrdmatch.refinement import _turned_fit
from xrdmatch.refinement._lattice_reading import read_lattices
from xrdmatch.refinement._turned_fit import BEHIND, fit_entries, turned_library
from xrdmatch.simulation import check_settings, perturb_patterns

SETTINGS = check_settings(SIMULATOR)
SHIPPED = load_monolayers()[:120:3]
CHOSEN = slice(19, 35)  # of the generated layers: patterns of 30 to 260 spots


@pytest.fixture(scope="module")
def shipped():
    return turned_library(SHIPPED, SETTINGS)


@pytest.fixture(scope="module")
def library(layers):
    return turned_library(layers[CHOSEN], SETTINGS)


@pytest.fixture(scope="module")
def imperfect(layers):
    """Strained, displaced, noisy patterns, with a fifth of the spots gone."""
    patterns = perturb_patterns(layers[CHOSEN], simulator=SIMULATOR, random_state=0)
    rng = np.random.default_rng(0)
    return [thinned(pattern, rng.random(pattern.n_peaks) > 0.2) for pattern in patterns]


def odds_of(library, pattern, *args):
    return fit_entries(library, read_lattices(pattern), *args).log_odds


@pytest.fixture
def at_rest(monkeypatch):
    """No atoms are moved: those fits do not all settle, and turn on the last digit."""
    monkeypatch.setattr(_turned_fit, "N_MOVED", 0)


# Ranking -----------------------------------------------------------------------------------------


def test_clean_patterns_are_named_among_shipped_monolayers(shipped):
    """However they are turned, with scales off by 2 %; most of them by far."""
    rng = np.random.default_rng(0)
    chosen = range(0, 40, 3)
    patterns = SIMULATOR.transform([SHIPPED[i] for i in chosen])
    margins = []
    for entry, pattern, placement in zip(
        chosen, patterns, random_placements(len(chosen), rng), strict=True
    ):
        odds = odds_of(shipped, placed(pattern, placement))
        margins.append(odds[entry] - np.delete(odds, entry).max())
    assert min(margins) > 0
    assert np.median(margins) > 8


def test_clean_patterns_of_low_symmetry_are_named_by_far(layers, library):
    rng = np.random.default_rng(1)
    patterns = SIMULATOR.transform(layers[CHOSEN])
    for entry, placement in enumerate(random_placements(len(patterns), rng)):
        odds = odds_of(library, placed(patterns[entry], placement))
        assert odds[entry] > np.delete(odds, entry).max() + 20


def test_imperfect_patterns_are_named(library, imperfect):
    rng = np.random.default_rng(2)
    placements = random_placements(len(imperfect), rng)
    right = [
        odds_of(library, placed(*pair)).argmax() == entry
        for entry, pair in enumerate(zip(imperfect, placements, strict=True))
    ]
    assert np.mean(right) > 0.9


def test_a_stated_scale_tells_more(shipped):
    """Of layers with like spots, and cells that differ by percents."""
    gain = []
    for entry, pattern in enumerate(SIMULATOR.transform(SHIPPED[:6])):
        loose, tight = (
            fit_entries(shipped, read_lattices(pattern, error)).log_odds for error in (0.03, 0.003)
        )
        gain.append(_margin(tight, entry) - _margin(loose, entry))
    assert np.median(gain) > 1


def _margin(odds, entry):
    return odds[entry] - np.delete(odds, entry).max()


# Invariances -------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [0, 3, 9])
@pytest.mark.parametrize(("angle", "mirrored"), [(17, False), (90, True), (211, False), (0, True)])
def test_turning_a_pattern_changes_nothing(library, imperfect, at_rest, entry, angle, mirrored):
    pattern = imperfect[entry]
    odds = odds_of(library, pattern)
    turned = odds_of(library, placed(pattern, placement_of(angle, mirrored)))
    np.testing.assert_allclose(turned, odds, atol=0.01)


def test_turned_patterns_keep_their_answers(library, imperfect):
    """Also where atoms are moved, though not all of these fits settle."""
    for pattern in imperfect[:6]:
        odds = odds_of(library, pattern)
        turned = odds_of(library, placed(pattern, placement_of(123, mirrored=True)))
        assert turned.argmax() == odds.argmax()
        assert np.median(np.abs(turned - odds)) < 0.1


def test_order_and_unit_of_the_spots_do_not_matter(library, imperfect, at_rest):
    pattern = imperfect[1]
    odds = odds_of(library, pattern)
    order = np.random.default_rng(0).permutation(pattern.n_peaks)
    shuffled = odds_of(library, thinned(pattern, order))
    brighter = odds_of(library, DiffractionPattern(pattern.q, 1e5 * pattern.intensity))
    for other in (shuffled, brighter):
        np.testing.assert_allclose(other, odds, atol=0.01)


def test_half_a_pattern_is_as_good_as_merged_mates(layers, library):
    """Spots of one half plane, as programs write them that merge mates."""
    pattern = SIMULATOR.transform(layers[CHOSEN])[2]
    half = thinned(pattern, pattern.q @ [1.0, 1e-3] > 0)
    odds = odds_of(library, placed(half, placement_of(40)))
    assert odds.argmax() == 2


def test_galleries_may_be_joined(layers, library, imperfect, at_rest):
    parts = [turned_library(part, SETTINGS) for part in (layers[19:25], layers[25:35])]
    joined = parts[0].joined(parts[1])
    assert len(joined) == len(library) == 16
    for pattern in imperfect[::5]:
        mine, theirs = odds_of(joined, pattern), odds_of(library, pattern)
        np.testing.assert_allclose(mine, theirs, atol=0.01)


# What counts -------------------------------------------------------------------------------------


def test_only_what_is_allowed_is_fitted_and_before_the_cuts(library, imperfect, monkeypatch):
    """An entry that is far behind all others is fitted where they are not allowed."""
    query = read_lattices(imperfect[0])
    worst = fit_entries(library, query).log_odds.argmin()
    allowed = np.arange(len(library)) == worst
    found = fit_entries(library, query, allowed)
    assert set(found.settings.entry) <= {worst}
    monkeypatch.setattr(_turned_fit, "N_FITTED", 1)
    second = np.argsort(-fit_entries(library, query).log_odds)[1]
    alone = fit_entries(library, query, np.arange(len(library)) == second)
    assert set(alone.settings.entry) <= {second}
    without_best = np.arange(len(library)) != 0
    assert 0 not in fit_entries(library, query, without_best).settings.entry


def test_the_most_probable_entry_is_fitted_first(library, imperfect):
    found = fit_entries(library, read_lattices(imperfect[0]))
    entries = found.settings.entry
    assert len(set(entries)) == len(entries) == len(found.fits.noise)
    assert (np.diff(found.log_odds[entries]) <= 0).all()
    others = np.setdiff1d(np.arange(len(library)), entries)
    assert found.log_odds[others].max() <= found.log_odds[entries].min()


def test_settings_of_an_entry_count_together(library, imperfect):
    """The odds of an entry are at least those of its best setting."""
    found = fit_entries(library, read_lattices(imperfect[4]))
    best = found.fits.log_likelihood + found.settings.log_prior
    assert (found.log_odds[found.settings.entry] >= best - 1e-9).all()


def test_entries_without_a_setting_go_by_the_area_of_their_cells(library, imperfect):
    """Behind all that is fitted."""
    query = read_lattices(imperfect[0])
    found = fit_entries(library, query)
    rest = np.setdiff1d(np.arange(len(library)), found.settings.entry)
    areas = np.abs(np.linalg.det(library.table.reciprocal))
    ratio = np.abs(np.log(areas[rest] / abs(np.linalg.det(query.readings[0].basis))))
    untouched = found.log_odds[rest] < found.log_odds[found.settings.entry].min() - BEHIND + 1e-9
    order = rest[untouched][np.argsort(ratio[untouched])]
    assert untouched.sum() > 3
    assert (np.diff(found.log_odds[order]) <= 1e-9).all()


# Bad patterns ------------------------------------------------------------------------------------


def bad_patterns():
    rng = np.random.default_rng(0)
    clean = SIMULATOR.transform(SHIPPED[:1])[0]
    row = np.arange(1, 6)[:, None] * [0.2, 0.1]
    return {
        "one spot": DiffractionPattern([[0.3, 0.1]], [1.0]),
        "one spot of zero intensity": DiffractionPattern([[0.3, 0.1]], [0.0]),
        "two spots": DiffractionPattern([[0.3, 0.1], [0.0, 0.4]], [1.0, 2.0]),
        "a row": DiffractionPattern(row, np.ones(5)),
        "equal intensities": DiffractionPattern(clean.q, np.ones(clean.n_peaks)),
        "zero intensities": DiffractionPattern(clean.q, np.zeros(clean.n_peaks)),
        "one of zero": DiffractionPattern(clean.q, np.r_[0.0, clean.intensity[1:]]),
        "all in one place": DiffractionPattern(np.full((30, 2), 0.3), np.ones(30)),
        "noise": DiffractionPattern(rng.normal(size=(60, 2)) / 2, rng.random(60)),
        "the direct beam": DiffractionPattern(
            np.vstack([clean.q, [[0.0, 0.0]]]), np.append(clean.intensity, 1e4)
        ),
        "a lattice far too small": DiffractionPattern(clean.q / 40, clean.intensity),
        "a lattice far too large": DiffractionPattern(clean.q * 40, clean.intensity),
    }


@pytest.mark.parametrize("name", bad_patterns())
def test_bad_patterns_get_an_order(shipped, name):
    odds = odds_of(shipped, bad_patterns()[name])
    assert odds.shape == (40,)
    assert np.isfinite(odds).all()


def test_the_lattice_alone_still_counts(shipped):
    """The entry fits well where all intensities are equal or nothing: its cell is right."""
    patterns = bad_patterns()
    for name in ("equal intensities", "one of zero", "the direct beam"):
        odds = odds_of(shipped, patterns[name])
        assert (odds > odds[0]).sum() < 10


def test_without_a_lattice_all_fall_behind(shipped):
    found = fit_entries(shipped, read_lattices(bad_patterns()["a row"]))
    assert not len(found.settings.entry)
    assert (found.log_odds < 0).all()


def test_three_thousand_spots(shipped):
    """Most of them noise, as a bad threshold gives them."""
    rng = np.random.default_rng(0)
    clean = SIMULATOR.transform(SHIPPED[:1])[0]
    n = 3000 - clean.n_peaks
    q = np.vstack([clean.q, rng.uniform(-1.2, 1.2, (n, 2))])
    intensity = np.append(clean.intensity, rng.random(n) * clean.intensity.mean())
    odds = odds_of(shipped, DiffractionPattern(q, intensity))
    assert np.isfinite(odds).all()
