"""Powder patterns against independent codes: pymatgen's calculator and gemmi's sums."""

import gemmi
import numpy as np
import pytest
from gemmi_structures import as_small_structure
from pymatgen.analysis.diffraction.xrd import ATOMIC_SCATTERING_PARAMS, XRDCalculator
from pymatgen.core import Element, Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import powder_reflections
from xrdmatch.simulation._powder import structure_factors

WAVELENGTH = 1.54184
POSITION = 1e-6  # degrees: both are double precision, on cells symmetric to the last bit
# Relative: with the same form factors both are double precision, but pymatgen takes the angle,
# and so LP, of each reflection, and leaves out what is below 1e-5 of the strongest.
INTENSITY = 1e-8
WEAKEST = 1e-5
GEMMI_ROUNDING = 1e-5  # relative to the strongest: gemmi keeps form factors in single precision

CRYSTALS = {
    "NaCl": Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    ),
    "quartz": Structure.from_spacegroup(
        "P3_221",
        Lattice.hexagonal(4.913, 5.405),
        ["Si", "O"],
        [[0.4697, 0, 2 / 3], [0.4133, 0.2672, 0.7856]],
    ),
    "rutile": Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    ),
    "disordered": Structure(
        Lattice.cubic(3.6), [{"Cu": 0.6, "Au": 0.3}, "O"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    ),
    "triclinic": Structure(
        Lattice.from_parameters(4.1, 5.2, 6.3, 82, 97, 105),
        ["Fe", "S", "O"],
        [[0.1, 0.2, 0.3], [0.4, 0.77, 0.12], [0.61, 0.35, 0.88]],
    ),
}


def pymatgen_form_factor(number, q, kind, b_iso):
    symbol = Element.from_Z(number).symbol
    a, b = np.array(ATOMIC_SCATTERING_PARAMS[symbol]).T
    s = (q / 2) ** 2
    factor = number - 41.78214 * s * (a @ np.exp(-np.outer(b, s)))
    return factor * np.exp(-b_iso * s)


@pytest.mark.parametrize("b_iso", [0.0, 0.8])
@pytest.mark.parametrize("name", CRYSTALS)
def test_pymatgen_with_its_form_factors(monkeypatch, name, b_iso):
    crystal = CRYSTALS[name]
    monkeypatch.setattr(structure_factors, "form_factor_curve", pymatgen_form_factor)
    simulator = DiffractionSimulator("powder", wavelength=WAVELENGTH, b_iso=b_iso)
    (pattern,) = simulator.transform([crystal])
    thermal = dict.fromkeys([element.symbol for element in crystal.elements], b_iso)
    theirs = XRDCalculator(WAVELENGTH, debye_waller_factors=thermal).get_pattern(
        crystal, scaled=False
    )
    strong = pattern.intensity > WEAKEST * pattern.intensity.max()
    two_theta = 2 * np.degrees(np.arcsin(WAVELENGTH * pattern.q[strong, 0] / 2))
    np.testing.assert_allclose(two_theta, theirs.x, rtol=0, atol=POSITION)
    np.testing.assert_allclose(pattern.intensity[strong], theirs.y, rtol=INTENSITY)


CALCULATORS = {
    "xray": gemmi.StructureFactorCalculatorX,
    "electron": gemmi.StructureFactorCalculatorE,
    "neutron": gemmi.StructureFactorCalculatorN,
}


@pytest.mark.parametrize("kind", CALCULATORS)
@pytest.mark.parametrize("name", CRYSTALS)
def test_gemmi(name, kind):
    crystal = CRYSTALS[name]
    simulator = DiffractionSimulator("powder", kind, wavelength=1.0, q_max=0.7, b_iso=0.5)
    (found,) = powder_reflections([crystal], simulator, merged=False)
    small = as_small_structure(crystal, 0.5)
    calculator = CALCULATORS[kind](small.cell)
    expected = [
        2 * abs(calculator.calculate_sf_from_small_structure(small, hkl)) ** 2
        for hkl in found.hkl.tolist()
    ]
    np.testing.assert_allclose(
        found.strength, expected, rtol=0, atol=GEMMI_ROUNDING * max(expected)
    )
    spacings = [small.cell.calculate_d(hkl) for hkl in found.hkl.tolist()]
    np.testing.assert_allclose(1 / found.q, spacings, rtol=1e-9)
