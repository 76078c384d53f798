"""Moving the atoms of layers in their settings: waves, what it finds, what must not change it."""

import numpy as np
import pytest
import torch
from turned_patterns import SIMULATOR, placed, placement_of, random_placements

from xrdmatch.refinement._lattice_keys import lattice_keys
from xrdmatch.refinement._lattice_reading import read_lattices
from xrdmatch.refinement._lattice_settings import find_settings
from xrdmatch.refinement._spot_displacements import _model, _solved
from xrdmatch.refinement._spot_table import spot_table
from xrdmatch.refinement._turned_likelihood import expected_rows, fit_settings
from xrdmatch.refinement._turned_refinement import STRENGTHS, _pairs, moved_evidence
from xrdmatch.simulation import Perturbation, ThermalDisplacement, check_settings, perturb_patterns

CHOSEN = slice(22, 34)  # of the layers
MOVED_ONLY = Perturbation(ThermalDisplacement(0.05))


@pytest.fixture(scope="module")
def table(layers):
    return spot_table(layers[CHOSEN], check_settings(SIMULATOR))


@pytest.fixture(scope="module")
def keys(table):
    return lattice_keys(table)


@pytest.fixture(scope="module")
def moved(layers):
    """Turned patterns without noise, whose atoms stand elsewhere."""
    patterns = perturb_patterns(
        layers[CHOSEN], simulator=SIMULATOR, perturbation=MOVED_ONLY, random_state=0
    )
    placements = random_placements(len(patterns), np.random.default_rng(0), scale=0.0)
    return [placed(*pair) for pair in zip(patterns, placements, strict=True)]


def own_settings(table, keys, entry, pattern):
    """What a pattern is read as, and the most probable setting of its own entry."""
    reading = read_lattices(pattern).readings[0]
    found = find_settings(keys, reading.basis, 0.03)
    found = found.chosen(found.entry == entry)
    return reading, found.chosen([fit_settings(table, reading, found).log_likelihood.argmax()])


@pytest.fixture(scope="module")
def cases(table, keys, moved):
    return [own_settings(table, keys, i, pattern) for i, pattern in enumerate(moved)]


def test_waves_add_up_to_the_expected_intensity(table, cases):
    """In the unit of the table, where no atom has moved."""
    for reading, found in cases:
        pairs = _pairs(table, reading, found)
        seen = reading.n_seen > 0
        rows, exists, _ = expected_rows(table, reading.indices[seen], found)
        expected = np.where(exists, table.sums[rows, 0], 0.0)
        total = pairs.waves.sum(1).abs() ** 2
        np.testing.assert_allclose(total * pairs.used, expected, atol=1e-3 * expected.max())


def test_both_intensities_have_the_same_sum(table, cases):
    for reading, found in cases:
        pairs = _pairs(table, reading, found)
        seen = (pairs.amplitude**2 * pairs.used).sum()
        expected = (pairs.waves.sum(1).abs() ** 2 * pairs.used).sum()
        assert seen > 0
        assert float(seen / expected) == pytest.approx(1.0, abs=0.3)  # atoms move in one of them


def test_no_displacement_is_the_ideal_pattern(layers, table, keys):
    for entry, ideal in enumerate(SIMULATOR.transform(layers[CHOSEN])[:4]):
        reading, found = own_settings(table, keys, entry, placed(ideal, placement_of(100, True)))
        pairs = _pairs(table, reading, found)
        scale, model, _ = _model(pairs, torch.zeros(*pairs.sites.shape, 2))
        gap = ((scale * model - pairs.amplitude) * pairs.used).abs()
        assert gap.max() < 0.03  # the floor of the intensities


def test_displaced_atoms_explain_the_pattern(table, cases):
    """Small displacements are found in most cases: what is left over is a third or less."""
    gains = []
    for reading, found in cases:
        pairs = _pairs(table, reading, found)
        scale, model, _ = _model(pairs, torch.zeros(*pairs.sites.shape, 2))
        before = ((scale * model - pairs.amplitude) * pairs.used).norm()
        after = (_solved(pairs).residual * pairs.used).norm()
        gains.append(float(after / before))
    assert np.median(gains) < 1 / 3


def test_it_finds_more_than_independent_spots(table, cases):
    """In the median, and never much less where that counts."""
    gain = [
        moved_evidence(table, *case)[0] - fit_settings(table, *case).evidence[0] for case in cases
    ]
    assert np.isfinite(gain).all()
    assert np.median(gain) > 5


def test_settings_are_fitted_one_by_one(table, keys, moved):
    """Whatever stands beside them, but for fits that do not settle, one in four at most."""
    gaps = []
    for pattern in moved[:5]:
        reading = read_lattices(pattern).readings[0]
        found = find_settings(keys, reading.basis, 0.1)
        together = moved_evidence(table, reading, found)
        one_by_one = [found.chosen([i]) for i in range(len(found.entry))]
        alone = [moved_evidence(table, reading, one)[0] for one in one_by_one]
        gaps.extend(np.abs(together - alone))
    assert len(gaps) > 10
    assert np.quantile(gaps, 3 / 4) < 1.0


def test_the_unit_of_the_intensities_does_not_matter(table, cases):
    reading, found = cases[0]
    fainter = reading._replace(log_intensity=reading.log_intensity - 3.0)
    expected = moved_evidence(table, reading, found)
    np.testing.assert_allclose(moved_evidence(table, fainter, found), expected, rtol=1e-3)


def test_steps_do_not_trust_intensities_beyond_reason(table, cases):
    """Where mates agree, atoms are moved as if intensities were off by 12 % all the same."""
    reading, found = cases[0]
    for noise, expected in ((0.03, 4.0), (0.12, 1.0), (0.5, 1.0)):
        pairs = _pairs(table, reading._replace(noise=noise), found)
        assert float(pairs.start) == pytest.approx(expected)


def test_strengths_are_all_pairs_of_displacement_and_noise():
    assert len({(u, noise) for u, noise, _ in STRENGTHS}) == len(STRENGTHS) == 21
    best = max(STRENGTHS, key=lambda strength: strength[2])
    assert best[1] == 1.0
