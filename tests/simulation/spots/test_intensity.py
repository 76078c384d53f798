"""Equation 1 of Fu et al. (2025), written out, and the range that its wavelength sets."""

import cmath

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator

CU_KA = 1.54184  # Å


@pytest.fixture
def equation_1(frame_by_hand, form_factor_by_hand):
    """I0 A P / sin(2 theta) |AFF|^2 S with I0 = A = 1, as a function of a structure and q."""

    def intensity(structure, q, wavelength, kind):
        _, positions, _ = frame_by_hand(structure)
        n_atoms = len(structure)
        theta = np.arcsin(wavelength * np.hypot(*q) / 2)
        polarisation = (1 + np.cos(2 * theta) ** 2) / 2
        symbols = [site.specie.symbol for site in structure]
        mean = sum(form_factor_by_hand(s, np.hypot(*q), kind) for s in symbols) / n_atoms
        double_sum = 0.0
        for r_i in positions:
            for r_j in positions:
                double_sum += cmath.exp(2j * cmath.pi * (q @ (r_i - r_j))).real
        return polarisation / np.sin(2 * theta) * abs(mean) ** 2 * double_sum / n_atoms

    return intensity


@pytest.mark.parametrize(("kind", "wavelength"), [("xray", CU_KA), ("electron", 0.0251)])
@pytest.mark.parametrize("name", ["h-BN", "MoS2", "skewed, a > b", "P1, c tilted"])
def test_equation_1(crystals, equation_1, name, kind, wavelength):
    simulator = DiffractionSimulator(radiation=kind, intensity="paper", wavelength=wavelength)
    (pattern,) = simulator.transform([crystals[name]])
    expected = [equation_1(crystals[name], q, wavelength, kind) for q in pattern.q]
    atol = 1e-9 * max(expected)  # double precision, relative to the strongest spot
    np.testing.assert_allclose(pattern.intensity, expected, rtol=1e-9, atol=atol)


def test_it_knows_no_thermal_motion(crystals):
    hot, cold = (
        DiffractionSimulator(intensity="paper", wavelength=CU_KA, b_iso=b_iso)
        .transform([crystals["MoS2"]])[0]
        .intensity
        for b_iso in (5.0, 0.0)
    )
    np.testing.assert_array_equal(hot, cold)


def test_spots_beyond_the_wavelength_are_dropped(crystals, by_indices):
    everything = DiffractionSimulator().transform(list(crystals.values()))
    recorded = DiffractionSimulator(intensity="paper", wavelength=CU_KA).transform(
        list(crystals.values())
    )
    for whole, part in zip(everything, recorded, strict=True):
        reachable = np.linalg.norm(whole.q, axis=1) < 2 / CU_KA
        assert 0 < reachable.sum() < len(reachable)
        assert set(by_indices(part)) == {tuple(row) for row in whole.hkl[reachable, :2].tolist()}


def test_wavelength_too_long_for_any_spot(crystals):
    simulator = DiffractionSimulator(intensity="paper", wavelength=9.0)
    with pytest.raises(ValueError, match=r"wavelength=9.0 \[Å\] for a cell .* shorten the wavel"):
        simulator.transform([crystals["h-BN"]])


def test_wavelength_is_needed(crystals):
    with pytest.raises(ValueError, match="needs a wavelength"):
        DiffractionSimulator(intensity="paper").transform([crystals["h-BN"]])


@pytest.mark.parametrize("options", [{}, {"intensity": "paper", "wavelength": 0.5}])
def test_intensity_is_per_atom(options):
    """Two equal atoms in phase scatter four times as much as one, twice as much an atom."""
    lattice = Lattice.tetragonal(3.0, 20)
    one = Structure(lattice, ["C"], [[0, 0, 0.5]])
    two = Structure(lattice, ["C", "C"], [[0, 0, 0.5], [0, 0, 0.6]])
    single, double = DiffractionSimulator(**options).transform([one, two])
    np.testing.assert_allclose(double.intensity, 2 * single.intensity)


KV_200 = 0.0251  # Å


def test_a_plate_damps_spots_by_its_shape_factor(crystals):
    """(sin(pi s t) / (pi s t))^2 with s = wavelength q^2 / 2, written out."""
    thin, thick = (
        DiffractionSimulator(
            "zone_axis", "electron", wavelength=KV_200, thickness=t, q_max=2.0
        ).transform([crystals["MoS2"]])[0]
        for t in (None, 150.0)
    )
    argument = np.pi * 150.0 * KV_200 * (thin.q**2).sum(1) / 2
    expected = thin.intensity * (np.sin(argument) / argument) ** 2
    np.testing.assert_allclose(thick.intensity, expected)
    np.testing.assert_array_equal(thick.q, thin.q)


def test_the_first_zero_lies_where_excitation_error_times_thickness_is_one():
    layer = Structure(Lattice.tetragonal(4, 20), ["C"], [[0, 0, 0]])
    t = 2 / (KV_200 * 0.25**2)  # s t = 1 at q = 1/4
    simulator = DiffractionSimulator("zone_axis", "electron", wavelength=KV_200, thickness=t)
    (pattern,) = simulator.transform([layer])
    first = np.isclose(np.linalg.norm(pattern.q, axis=1), 0.25)
    assert first.sum() == 4
    assert pattern.intensity[first].max() < 1e-20


def test_a_vanishing_thickness_changes_nothing(crystals):
    options = {"radiation": "electron", "wavelength": KV_200}
    (thin,) = DiffractionSimulator(**options).transform([crystals["h-BN"]])
    (plate,) = DiffractionSimulator(**options, thickness=1e-6).transform([crystals["h-BN"]])
    np.testing.assert_allclose(plate.intensity, thin.intensity, rtol=1e-9)
