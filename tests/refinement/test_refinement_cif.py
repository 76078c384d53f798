"""CIFs of refinements, as others read them."""

import warnings

import gemmi
import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.refinement import refine_scan
from xrdmatch.refinement._refinement_cif import with_uncertainty
from xrdmatch.simulation import PowderProfile

CORNERS = [[0, 0, 0], [0.5, 0.5, 0.5]]
HALITE = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], CORNERS)
CRYSTALS = {
    "rutile": Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    ),
    "halite": HALITE,
    "primitive halite": HALITE.get_primitive_structure(),
    "mixed sites": Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.8), [{"Na": 0.7, "K": 0.3}, "Cl"], CORNERS
    ),
    "corundum": Structure.from_spacegroup(
        "R-3c", Lattice.hexagonal(4.76, 12.99), ["Al", "O"], [[0, 0, 0.352], [0.306, 0, 0.25]]
    ),
    "charged": HALITE.copy().add_oxidation_state_by_element({"Na": 1, "Cl": -1}),
}


def refined(structure):
    profile = PowderProfile(np.arange(20, 80, 0.03), fwhm=0.12, background=0.05, zero_shift=0.02)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([structure])
    counts = np.random.default_rng(0).poisson(5000 * scan.counts / scan.counts.max())
    return refine_scan(Scan(scan.two_theta, counts, radiation="CuKa", name="run 7/b"), structure)


@pytest.fixture(scope="module", params=CRYSTALS)
def refinement(request):
    return refined(CRYSTALS[request.param])


@pytest.mark.parametrize(
    ("value", "sigma", "text"),
    [
        (4.59372, 0.00024, "4.5937(2)"),
        (4.59372, 0.00019, "4.59372(19)"),
        (4.59372, 0.00012, "4.59372(12)"),
        (99.2, 0.04, "99.20(4)"),
        (-0.0212, 0.0094, "-0.021(9)"),
        (-0.0001, 0.0094, "0.000(9)"),
        (1234.5, 26.0, "1230(30)"),
        (1234.5, 13.0, "1234(13)"),
        (90.0, 0.0, "90"),
        (4.5, 0.0, "4.5"),
    ],
)
def test_uncertainties_in_parentheses(value, sigma, text):
    assert with_uncertainty(value, sigma) == text


def test_gemmi_reads_cell_and_sites(refinement):
    block = gemmi.cif.read_string(refinement.to_cif()).sole_block()
    crystal = gemmi.make_small_structure_from_block(block)
    np.testing.assert_allclose(crystal.cell.parameters, refinement.lattice, atol=1e-3)
    occupied = sum(site.occ for site in crystal.get_all_unit_cell_sites())
    assert occupied == pytest.approx(refinement.structure.composition.num_atoms)


def test_pymatgen_reads_the_same_crystal(refinement, tmp_path):
    text = refinement.to_cif(tmp_path / "refined.cif")
    assert (tmp_path / "refined.cif").read_text(encoding="utf-8") == text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen's remarks on thirds and mixed sites
        read = Structure.from_file(tmp_path / "refined.cif")
    expected = refinement.structure.copy().remove_oxidation_states()
    assert len(read) == len(expected)
    assert StructureMatcher(primitive_cell=False, scale=False).fit(read, expected)


def test_what_the_fit_came_to(refinement):
    block = gemmi.cif.read_string(refinement.to_cif()).sole_block()
    assert block.name == "run_7_b"
    assert float(block.find_value("_pd_proc_ls_prof_wR_factor")) == pytest.approx(
        refinement.r_wp, abs=1e-4
    )
    offset = gemmi.cif.as_number(block.find_value("_pd_calib_2theta_offset"))
    assert offset == pytest.approx(-refinement.zero_shift, abs=refinement.zero_shift_sigma)
    lines = block.find("_diffrn_radiation_", ["wavelength", "wavelength_wt"])
    assert [[float(x) for x in line] for line in lines] == [[1.540593, 1.0], [1.544427, 0.5]]
    assert gemmi.cif.as_string(block.find_value("_diffrn_radiation_probe")) == "x-ray"


def test_the_profile_is_there(refinement):
    block = gemmi.cif.read_string(refinement.to_cif()).sole_block()
    names = "_pd_proc_2theta_corrected", "_pd_proc_intensity_total", "_pd_calc_intensity_total"
    columns = [np.array(block.find_values(name), dtype=float) for name in names]
    profile = refinement.profile
    expected = profile.two_theta - refinement.zero_shift, profile.observed, profile.calculated
    for column, values in zip(columns, expected, strict=True):
        np.testing.assert_allclose(column, values, rtol=1e-5)
    start, stop, step = (
        float(block.find_value(f"_pd_proc_2theta_range_{x}")) for x in ("min", "max", "inc")
    )
    np.testing.assert_allclose([start, stop], columns[0][[0, -1]], atol=1e-5)
    assert (stop - start) / step == pytest.approx(len(columns[0]) - 1, abs=0.1)


def test_a_standard_setting_has_its_symbol():
    block = gemmi.cif.read_string(refined(CRYSTALS["rutile"]).to_cif()).sole_block()
    assert gemmi.cif.as_string(block.find_value("_space_group_name_H-M_alt")) == "P 42/m n m"
    assert block.find_value("_space_group_IT_number") == "136"
    block = gemmi.cif.read_string(refined(CRYSTALS["primitive halite"]).to_cif()).sole_block()
    assert block.find_value("_space_group_name_H-M_alt") is None
    assert block.find_value("_space_group_IT_number") == "225"
