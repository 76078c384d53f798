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
