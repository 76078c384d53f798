"""Composition: order, severity, the standard one, and the numbers that it draws."""

import copy
import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation import (
    SEVERITIES,
    BeamStop,
    CrystalEffect,
    IntensityNoise,
    MissingSpots,
    Perturbation,
    Saturation,
    ScaleError,
    SpuriousSpots,
    Strain,
    ThermalDisplacement,
    check_settings,
    perturb_layers,
    perturb_patterns,
    perturbed_spots,
)

SETTINGS = check_settings(DiffractionSimulator(hk_max=2))
STANDARD = (Strain(0.01), ThermalDisplacement(0.08), IntensityNoise(0.15))


@dataclass(frozen=True)
class Raised(CrystalEffect):
    """Heights that tell in which order they were reached: z becomes `factor` z + 1."""

    factor: float

    def __call__(self, framed, severity, rng):
        return replace(framed, frac_coords=self.factor * framed.frac_coords + 1)


@pytest.fixture(scope="module")
def framed(crystals):
    return layer_frame(site_table(list(crystals.values())))


def drawn(framed, perturbation, severity=1.0, seed=0):
    return perturbed_spots(framed, severity, SETTINGS, np.random.RandomState(seed), perturbation)


def assert_same(one, two, **tolerance):
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, **({"rtol": 0} | tolerance))


def test_the_standard_perturbation():
    assert Perturbation().effects == STANDARD
    assert Perturbation() == Perturbation(*STANDARD) != Perturbation(Strain(0.01))
    assert SEVERITIES == (0, 0.5, 1, 2, 4)


def test_the_standard_perturbation_draws_in_this_order(framed):
    """Strain, displacements, noise: written out, so that seeded queries stay what they are."""
    rng, n, eye = np.random.RandomState(5), len(framed), np.eye(3)
    strain = np.zeros((n, 3, 3))
    strain[:, :2, :2] = 0.02 * rng.standard_normal((n, 2, 2))
    shifts = 0.16 * rng.standard_normal(framed.frac_coords.shape)
    shifts *= (framed.numbers > 0)[..., None]
    lattice = framed.lattice @ (eye + strain)
    moved = replace(
        framed, lattice=lattice, frac_coords=framed.frac_coords + shifts @ np.linalg.inv(lattice)
    )
    q, intensity = drawn(moved, Perturbation(severity=0.0))
    noise = np.exp(0.3 * rng.standard_normal(intensity.shape))
    found = drawn(framed, None, severity=2.0, seed=5)
    assert_same(found, (q, intensity * noise), rtol=1e-9)


def test_effects_act_in_the_order_given_those_on_the_crystal_first(framed):
    def height(*effects):
        rng = np.random.RandomState(0)
        return perturb_layers(framed, 1.0, rng, Perturbation(*effects)).frac_coords[0, 0, 2]

    z = framed.frac_coords[0, 0, 2]
    assert height(Raised(2), Raised(5)) == pytest.approx(5 * (2 * z + 1) + 1)
    assert height(Raised(5), Raised(2)) == pytest.approx(2 * (5 * z + 1) + 1)
    mixed = Perturbation(BeamStop(0.1), Raised(2), Saturation(0.5), Raised(5))
    assert mixed.effects == (Raised(2), Raised(5), BeamStop(0.1), Saturation(0.5))
    assert mixed == Perturbation(Raised(2), BeamStop(0.1), Raised(5), Saturation(0.5))


def test_a_beam_stop_hides_the_spurious_spots_that_came_before_it(framed):
    added, hidden = SpuriousSpots(300, q_max=0.2), BeamStop(0.2)
    _, before = drawn(framed, Perturbation(added, hidden))
    _, after = drawn(framed, Perturbation(hidden, added))
    _, ideal = drawn(framed, Perturbation(hidden))
    width = ideal.shape[1]
    assert np.isnan(before[:, width:]).all()
    assert np.isfinite(after[:, width:]).sum(1).min() > 200


def test_more_effects_at_the_end():
    perturbation = Perturbation() + BeamStop(0.2) + Strain(0.5)
    assert perturbation.effects == (*STANDARD[:2], Strain(0.5), STANDARD[2], BeamStop(0.2))
    assert (Perturbation(severity=0.5) + BeamStop()).severity == 0.5
    assert Perturbation().effects == STANDARD


def test_an_effect_on_spots_leaves_the_draws_before_it_alone(framed):
    _, standard = drawn(framed, Perturbation())
    _, stopped = drawn(framed, Perturbation() + BeamStop(0.5))
    left = np.isfinite(stopped)
    np.testing.assert_array_equal(stopped[left], standard[left])
    assert 0 < left.sum() < np.isfinite(standard).sum()


def test_severities_multiply(framed):
    perturbation = Perturbation(Strain(0.02), ScaleError(0.1), Saturation(0.5))
    expected = drawn(framed, perturbation, 3.0)
    assert_same(drawn(framed, perturbation.scaled(3.0)), expected)
    assert_same(drawn(framed, perturbation.scaled(6.0), 0.5), expected)
    assert perturbation.scaled(6.0).scaled(0.5) == perturbation.scaled(3.0)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_doubled_strengths_are_doubled_severity(framed, severity):
    doubled = Perturbation(Strain(0.02), ThermalDisplacement(0.16), IntensityNoise(0.3))
    assert_same(drawn(framed, doubled, severity), drawn(framed, None, 2 * severity), rtol=1e-12)


def test_without_severity_patterns_are_ideal(framed):
    everything = Perturbation() + MissingSpots(0.5) + SpuriousSpots() + BeamStop(1.0)
    ideal = drawn(framed, Perturbation(severity=0.0))
    assert_same(drawn(framed, everything, 0.0), ideal)
    assert_same(drawn(framed, everything.scaled(0.0)), ideal)


@pytest.mark.parametrize(
    "perturbation",
    [
        Perturbation(),
        Perturbation().scaled(0.5),
        Perturbation(ThermalDisplacement({"Mo": 0.05}), MissingSpots(0.1, 0.001), severity=2),
    ],
)
def test_the_text_rebuilds_it_and_copies_are_equal(perturbation):
    again = [eval(repr(perturbation)), pickle.loads(pickle.dumps(perturbation))]
    for other in [*again, copy.deepcopy(perturbation)]:
        assert other == perturbation
        assert hash(other) == hash(perturbation)
        assert repr(other) == repr(perturbation)


def test_patterns_with_spots_lost_and_added_become_points(crystals):
    perturbation = Perturbation() + MissingSpots(0.3, 1e-3) + SpuriousSpots(5) + BeamStop(0.4)
    structures = list(crystals.values())
    patterns = perturb_patterns(structures, perturbation=perturbation, random_state=0)
    assert len({pattern.n_peaks for pattern in patterns}) > 1
    points = PatternPointCloud().transform(patterns)
    assert np.isfinite(points).all(2).any(1).all()
    framed = layer_frame(site_table(structures))
    as_arrays = PatternPointCloud().transform_spots(*drawn(framed, perturbation))
    assert np.isfinite(as_arrays).all(2).any(1).all()


def test_one_layer_behind_the_beam_stop_spoils_no_other(crystals):
    """At severity 1000 a pattern keeps its strongest spot; the others are as they were alone."""
    structures = [crystals["MoS2"]] * 3
    options = {"perturbation": Perturbation(BeamStop(0.01)), "random_state": 0}
    first, second, third = perturb_patterns(structures, [0.0, 1000.0, 1.0], **options)
    assert [first.n_peaks, second.n_peaks, third.n_peaks] == [168, 1, 168]
    assert second.intensity[0] == first.intensity.max()


@pytest.mark.parametrize("effect", [0.01, Strain, "Strain(0.01)", Perturbation()])
def test_what_is_no_effect(effect):
    with pytest.raises(TypeError, match=r"A perturbation is made of effects, got .*; write"):
        Perturbation(effect)
    with pytest.raises(TypeError, match="A perturbation is made of effects, got"):
        Perturbation() + effect


@pytest.mark.parametrize("severity", [-1.0, np.nan, "high"])
def test_bad_severity(severity):
    with pytest.raises(ValueError, match="Perturbation's severity must be finite and not negat"):
        Perturbation(severity=severity)
