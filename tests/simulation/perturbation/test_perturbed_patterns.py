"""Patterns under the standard perturbation: statistics, limits, what is kept."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import beam_direction, layer_frame, site_table
from xrdmatch.simulation import (
    BeamStop,
    IntensityNoise,
    MissingSpots,
    Perturbation,
    Rotation,
    ScaleError,
    SpuriousSpots,
    Strain,
    check_settings,
    perturb_layers,
    perturb_patterns,
    perturbed_spots,
)

N_DRAWS = 4000
N_SIGMA = 4.0  # a right answer fails one time in 16,000; the seeds are fixed besides
HALF = DiffractionSimulator(hk_max=1, friedel_half=True)  # four spots


@pytest.fixture(scope="module")
def square():
    """Equal axes, unequal intensities along them."""
    return Structure(Lattice.tetragonal(3.0, 20), ["Mo", "S"], [[0, 0, 0.5], [0.5, 0.1, 0.6]])


@pytest.fixture(scope="module")
def copies(crystals):
    """One layer with two atoms and a skew cell, many times over."""
    return layer_frame(site_table([crystals["skewed, a > b"]] * N_DRAWS))


def assert_normal(values, spread):
    """Check mean and standard deviation of samples (n, ...) within their statistical errors."""
    n = len(values)
    assert np.abs(values.mean(0)).max() < N_SIGMA * spread / np.sqrt(n)
    assert np.abs(values.std(0) - spread).max() < N_SIGMA * spread / np.sqrt(2 * n)


def spots_of(framed, severity, *effects):
    rng = np.random.RandomState(0)
    return perturbed_spots(framed, severity, check_settings(HALF), rng, Perturbation(*effects))


def deformations(q, framed):
    """I + strain of each pattern, from its spots (1, 0) and (0, 1)."""
    hkl = HALF.transform(framed[:1])[0].hkl.tolist()
    axes = [hkl.index([1, 0, 0]), hkl.index([0, 1, 0])]
    lattice = np.linalg.inv(q[:, axes]).swapaxes(1, 2)
    return np.linalg.inv(framed.lattice[:, :2, :2]) @ lattice


def assert_same_unordered(pattern, expected):
    for name in ("q", "intensity"):
        found, wanted = getattr(pattern, name), getattr(expected, name)
        np.testing.assert_array_equal(
            found[np.lexsort(pattern.q.T)], wanted[np.lexsort(expected.q.T)]
        )


@pytest.mark.parametrize("severity", [1.0, 2.0])
def test_deformation(copies, severity):
    q, _ = spots_of(copies, severity)
    strain = (deformations(q, copies) - np.eye(2)).reshape(-1, 4)
    assert_normal(strain, severity * 0.01)
    correlation = np.corrcoef(strain.T) - np.eye(4)
    assert np.abs(correlation).max() < N_SIGMA / np.sqrt(N_DRAWS)


def test_the_pattern_follows_the_deformed_lattice(copies):
    """All four spots are those of one lattice: q = h a* + k b*."""
    q, _ = spots_of(copies, 1.0)
    hk = HALF.transform(copies[:1])[0].hkl[:, :2]
    axes = np.linalg.lstsq(hk, q[0], rcond=None)[0]
    np.testing.assert_allclose(hk @ axes, q[0])


@pytest.mark.parametrize("severity", [1.0, 0.5])
def test_displacements(copies, severity):
    rng = np.random.RandomState(1)
    moved = perturb_layers(copies, np.full(N_DRAWS, severity), rng)
    strained = copies.frac_coords @ moved.lattice  # atoms that only follow the lattice
    shifts = (moved.cart_coords - strained).reshape(N_DRAWS, -1)
    assert shifts.shape[1] == 9
    assert_normal(shifts, severity * 0.08)


def test_noise(copies):
    clean = HALF.transform(copies[:1])[0].intensity
    _, intensity = spots_of(copies, 1.0, IntensityNoise())
    assert_normal(np.log(intensity / clean), 0.15)


def test_noise_differs_between_friedel_mates(square):
    (pattern,) = perturb_patterns([square], random_state=0)
    assert len(np.unique(pattern.intensity)) == pattern.n_peaks == 168


def test_layers_stay_layers(copies):
    moved = perturb_layers(copies, np.ones(N_DRAWS), np.random.RandomState(2))
    np.testing.assert_array_equal(moved.lattice[:, :2, 2], copies.lattice[:, :2, 2])
    np.testing.assert_allclose(moved.lattice[:, 2], copies.lattice[:, 2], atol=1e-9)  # c is normal
    np.testing.assert_array_equal(moved.numbers, copies.numbers)


def test_padding_stays_zero(crystals):
    framed = layer_frame(site_table(list(crystals.values())))
    moved = perturb_layers(framed, np.ones(len(framed)), np.random.RandomState(3))
    assert not moved.frac_coords[framed.numbers == 0].any()
    assert moved.frac_coords[framed.numbers > 0].all()


@pytest.mark.parametrize("options", [{}, {"q_max": 1.3}, {"friedel_half": True}])
def test_severity_0_is_the_clean_pattern_shuffled(crystals, options):
    simulator = DiffractionSimulator(**options)
    structures = list(crystals.values())
    clean = simulator.transform(structures)
    found = perturb_patterns(structures, 0.0, simulator=simulator, random_state=0)
    for pattern, expected in zip(found, clean, strict=True):
        assert pattern.hkl is None
        assert pattern.radiation == expected.radiation
        assert not np.array_equal(pattern.q, expected.q)
        assert_same_unordered(pattern, expected)


def test_random_state_repeats(crystals):
    structures = list(crystals.values())
    one, two = (perturb_patterns(structures, random_state=7) for _ in range(2))
    other = perturb_patterns(structures, random_state=8)
    for a, b, c in zip(one, two, other, strict=True):
        np.testing.assert_array_equal(a.q, b.q)
        np.testing.assert_array_equal(a.intensity, b.intensity)
        assert not np.array_equal(a.intensity, c.intensity)


def test_severity_for_each_structure(square):
    clean = DiffractionSimulator().transform([square])[0]
    first, second = perturb_patterns([square, square], [0.0, 1.0], random_state=0)
    assert_same_unordered(first, clean)
    assert not np.isin(second.intensity, clean.intensity).any()


def test_many_structures_keep_their_order(make_layer):
    """More than one portion: every pattern is its own structure's."""
    structures = [make_layer(seed, n_sites=1 + seed % 4) for seed in range(600)]
    patterns = perturb_patterns(structures, 0.0, simulator=HALF, random_state=0)
    for pattern, expected in zip(patterns, HALF.transform(structures), strict=True):
        assert_same_unordered(pattern, expected)


def test_equal_axes_keep_their_setting(square):
    """Strain makes b the shorter axis half of the time; (1, 0) stays where it was."""
    clean = DiffractionSimulator(hk_max=1).transform([square])[0]
    by_hk = {tuple(row): i for i, row in enumerate(clean.hkl.tolist())}
    i_10, i_01 = (clean.intensity[by_hk[hk]] for hk in ((1, 0, 0), (0, 1, 0)))
    assert i_10 < 0.5 * i_01
    patterns = perturb_patterns(
        40 * [square],
        simulator=DiffractionSimulator(hk_max=1),
        perturbation=Perturbation(Strain()),
        random_state=0,
    )
    expected = clean.q[by_hk[1, 0, 0]]
    for pattern in patterns:
        distance = np.linalg.norm(pattern.q - expected, axis=1)
        assert distance.min() < 0.05 * np.linalg.norm(expected)
        assert 0.8 < pattern.intensity[distance.argmin()] / i_10 < 1.25


def test_structures_stay_as_they_were(square):
    before = square.copy()
    perturb_patterns([square], random_state=0)
    assert square == before


def test_no_structures_no_patterns():
    assert perturb_patterns([]) == []
    assert perturb_patterns([], severity=[]) == []


@pytest.mark.parametrize("severity", [-1.0, np.nan, [1.0, np.inf]])
def test_bad_severity(square, severity):
    with pytest.raises(ValueError, match="Severities must be finite and not negative, got"):
        perturb_patterns([square, square], severity)


def test_severities_of_another_number(square):
    with pytest.raises(
        ValueError, match=r"one for each of the 2 structures, got shape \(3,\); pass"
    ):
        perturb_patterns([square, square], [1.0, 1.0, 1.0])


def test_options_are_checked(square):
    with pytest.raises(ValueError, match="hk_max must be a whole number"):
        perturb_patterns([square], simulator=DiffractionSimulator(hk_max=0))


TILTED = DiffractionSimulator(tilt=(20, 30), hk_max=2)


def test_a_tilted_beam_without_severity(square):
    (clean,) = TILTED.transform([square])
    (pattern,) = perturb_patterns([square], 0.0, simulator=TILTED, random_state=0)
    order = [np.lexsort(x.q.round(9).T) for x in (clean, pattern)]
    np.testing.assert_allclose(pattern.q[order[1]], clean.q[order[0]])
    np.testing.assert_allclose(pattern.intensity[order[1]], clean.intensity[order[0]])


def test_effects_leave_the_spots_of_a_tilted_beam_in_their_plane(square):
    effects = [MissingSpots(0.2), SpuriousSpots(5), BeamStop(0.05, arm=0.1), ScaleError()]
    queries = perturb_patterns(
        4 * [square], simulator=TILTED, perturbation=sum(effects, Perturbation()), random_state=0
    )
    for pattern in queries:
        np.testing.assert_allclose(pattern.q @ beam_direction((20, 30)), 0, atol=1e-12)


def test_a_rotation_about_the_normal_keeps_heights(square):
    rotation = Perturbation(Rotation(10))
    (clean,) = TILTED.transform([square])
    (turned,) = perturb_patterns([square], simulator=TILTED, perturbation=rotation, random_state=0)
    np.testing.assert_allclose(np.sort(turned.q[:, 2]), np.sort(clean.q[:, 2]))
    np.testing.assert_allclose(*(np.sort(np.linalg.norm(x.q, axis=1)) for x in (clean, turned)))
