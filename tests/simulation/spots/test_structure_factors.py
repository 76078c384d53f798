"""Structure factors against gemmi's calculators and against loops over spots and sites."""

import gemmi
import numpy as np
import pytest
from gemmi_structures import as_small_structure
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator

# Relative to the strongest spot: gemmi sums in double precision but rounds form factors and
# displacement parameters to single precision.
SINGLE = 1e-6
CALCULATORS = {
    "xray": gemmi.StructureFactorCalculatorX,
    "electron": gemmi.StructureFactorCalculatorE,
    "neutron": gemmi.StructureFactorCalculatorN,
}
CELLS_ALONG_THE_NORMAL = ["h-BN", "MoS2", "skewed, a > b"]
CELLS = [*CELLS_ALONG_THE_NORMAL, "P1, c tilted"]


def gemmi_pattern(structure, kind, b_iso):
    """{(h, k): (|q|, intensity)} of the cell as given."""
    small = as_small_structure(structure, b_iso)
    calculator = CALCULATORS[kind](small.cell)
    n_atoms = structure.composition.num_atoms
    indices = [(h, k) for h in range(-6, 7) for k in range(-6, 7) if (h, k) != (0, 0)]
    return {
        (h, k): (
            1 / small.cell.calculate_d((h, k, 0)),
            abs(calculator.calculate_sf_from_small_structure(small, (h, k, 0))) ** 2 / n_atoms,
        )
        for h, k in indices
    }


@pytest.mark.parametrize("kind", CALCULATORS)
@pytest.mark.parametrize("b_iso", [0.0, 1.0])
@pytest.mark.parametrize("name", CELLS_ALONG_THE_NORMAL)
def test_gemmi(crystals, by_indices, name, kind, b_iso):
    (pattern,) = DiffractionSimulator(radiation=kind, b_iso=b_iso).transform([crystals[name]])
    found, expected = by_indices(pattern), gemmi_pattern(crystals[name], kind, b_iso)
    assert set(found) == set(expected)
    strongest = pattern.intensity.max()
    for hk, (length, intensity) in expected.items():
        q, value = found[hk]
        assert np.hypot(*q) == pytest.approx(length, rel=SINGLE)
        assert value == pytest.approx(intensity, rel=SINGLE, abs=SINGLE * strongest)


@pytest.mark.parametrize("kind", CALCULATORS)
@pytest.mark.parametrize("name", CELLS)
def test_naive_sum(crystals, naive_pattern, assert_same_indexed, name, kind):
    (pattern,) = DiffractionSimulator(radiation=kind).transform([crystals[name]])
    assert_same_indexed(pattern, naive_pattern(crystals[name], kind))


def test_debye_waller_factors_by_element(crystals, naive_pattern, assert_same_indexed):
    b_iso = {"Ti": 0.4, "O": 1.3}  # nothing for Se
    crystal = crystals["skewed, a > b"]
    (pattern,) = DiffractionSimulator(b_iso=b_iso).transform([crystal])
    assert_same_indexed(pattern, naive_pattern(crystal, b_iso=b_iso))


def test_partial_occupancies(naive_pattern, assert_same_indexed):
    species = [{"Mo": 0.7, "W": 0.3}, {"S": 0.5}, "Se"]
    coords = [[1 / 3, 2 / 3, 0.5], [0.6, 0.3, 0.57], [0.7, 0.4, 0.43]]
    mixed = Structure(Lattice.hexagonal(3.2, 20), species, coords)
    (pattern,) = DiffractionSimulator().transform([mixed])
    assert_same_indexed(pattern, naive_pattern(mixed))


def test_a_site_shared_by_equals_is_one_site(make_layer, assert_same_indexed):
    whole = make_layer(3)
    shared = Structure(
        whole.lattice,
        [{f"{site.specie}0+": 0.5, f"{site.specie}1+": 0.5} for site in whole],
        whole.frac_coords,
    )
    assert_same_indexed(*DiffractionSimulator().transform([shared, whole]))


def test_one_atom_gives_its_form_factor(form_factor_by_hand):
    carbon = Structure(Lattice.tetragonal(3.0, 20), ["C"], [[0.3, 0.1, 0.2]])
    (pattern,) = DiffractionSimulator(b_iso=0.0).transform([carbon])
    expected = [form_factor_by_hand("C", np.hypot(*q), "xray") ** 2 for q in pattern.q]
    np.testing.assert_allclose(pattern.intensity, expected)


def test_extinction_by_hand():
    """A centred net: F = 2 f where h + k is even, nothing where it is odd."""
    centred = Structure(Lattice.tetragonal(4.0, 20), ["C", "C"], [[0, 0, 0.5], [0.5, 0.5, 0.5]])
    (pattern,) = DiffractionSimulator().transform([centred])
    odd = pattern.hkl.sum(axis=1) % 2 == 1
    assert pattern.intensity[odd].max() < SINGLE * pattern.intensity.max()
    assert pattern.intensity[~odd].min() > 0
