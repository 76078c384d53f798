"""A known structure refined against a scan: what was put in comes back."""

import dataclasses

import gemmi
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.crystallography import Radiation, Scan, strain_basis
from xrdmatch.io import read_pattern
from xrdmatch.preprocessing import BackgroundRemover
from xrdmatch.refinement import InstrumentProfile, refine_scan
from xrdmatch.simulation import PowderProfile

SIGMAS = 3.0  # standard uncertainties within which refined numbers must come back
LABORATORY = np.arange(15, 95, 0.02)
SYNCHROTRON = np.arange(1, 24, 0.001)


def rutile(a=4.594, c=2.959):
    return Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(a, c), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    )


def anorthic():
    """All six lengths and angles are free."""
    lattice = Lattice.from_parameters(5.6, 6.9, 7.4, 93, 104, 98)
    return Structure(
        lattice, ["Cu", "O", "S"], [[0.1, 0.2, 0.3], [0.55, 0.61, 0.1], [0.8, 0.4, 0.7]]
    )


def monoclinic():
    lattice = Lattice.monoclinic(5.15, 5.21, 5.32, 99.2)
    return Structure.from_spacegroup(
        "P2_1/c", lattice, ["Zr", "O", "O"],
        [[0.2754, 0.0395, 0.2083], [0.07, 0.3317, 0.3447], [0.4496, 0.7569, 0.4792]],
    )  # fmt: skip


def scan_of(structure, radiation="CuKa", two_theta=LABORATORY, peak=8000, **options):
    settings = {"fwhm": 0.12, "background": 0.04} | options
    profile = PowderProfile(two_theta, **settings)
    (scan,) = DiffractionSimulator("powder", radiation, profile=profile).transform([structure])
    counts = np.random.default_rng(0).poisson(peak * scan.counts / scan.counts.max())
    return Scan(scan.two_theta, counts, radiation=radiation, name="sample")


def strained(structure, size, seed=0):
    """The structure with another cell of its crystal system."""
    basis = strain_basis(structure.lattice.matrix)
    strain = np.tensordot(size * np.random.RandomState(seed).normal(size=len(basis)), basis, 1)
    lattice = structure.lattice.matrix @ (np.eye(3) + strain)
    return Structure(lattice, structure.species, structure.frac_coords)


@pytest.mark.parametrize("structure", [rutile(), monoclinic(), anorthic()], ids=["t", "m", "a"])
@pytest.mark.parametrize("zero_shift", [-0.03, 0.05])
def test_cell_and_zero_come_back(structure, zero_shift):
    found = refine_scan(scan_of(structure, zero_shift=zero_shift), strained(structure, 0.004))
    error = np.abs(found.lattice - structure.lattice.parameters)
    assert (error <= SIGMAS * found.lattice_sigma + 1e-6).all()
    assert (found.lattice_sigma[:3] < 0.004).all()
    assert abs(found.zero_shift - zero_shift) < SIGMAS * found.zero_shift_sigma < 0.06
    assert found.r_wp < 0.06
    np.testing.assert_allclose(found.structure.lattice.parameters, found.lattice, atol=1e-6)
    np.testing.assert_allclose(found.structure.frac_coords, structure.frac_coords)


@pytest.mark.parametrize("kind", ["neutron", "xray"])
def test_other_radiations(kind):
    """Neutrons of 1.6 Å, and X-rays of a tube behind graphite."""
    radiation = Radiation("neutron", ((1.6, 1.0),)) if kind == "neutron" else "MoKa"
    angles = LABORATORY if kind == "neutron" else np.arange(6, 50, 0.02)
    scan = scan_of(rutile(), radiation, angles, fwhm=0.2)
    found = refine_scan(scan, strained(rutile(), 0.004))
    error = np.abs(found.lattice - rutile().lattice.parameters)
    assert (error <= SIGMAS * found.lattice_sigma + 1e-6).all()
    assert found.r_wp < 0.06
    probe = gemmi.cif.read_string(found.to_cif()).sole_block()
    probe = gemmi.cif.as_string(probe.find_value("_diffrn_radiation_probe"))
    assert probe == {"neutron": "neutron", "xray": "x-ray"}[kind]


def test_widths_and_damping_come_back():
    scan = scan_of(rutile(), fwhm=0.21, eta=0.7)
    found = refine_scan(scan, rutile(), b_iso=1.6)
    np.testing.assert_allclose(found.fwhm, 0.21, rtol=0.05)
    assert found.eta == pytest.approx(0.7, abs=0.1)
    assert abs(found.b_iso + 0.6) < SIGMAS * found.b_iso_sigma


def test_what_symmetry_fixes_is_certain():
    found = refine_scan(scan_of(rutile()), rutile())
    np.testing.assert_allclose(found.lattice[3:], 90, atol=1e-6)
    np.testing.assert_allclose(found.lattice_sigma[3:], 0, atol=1e-9)
    assert found.lattice_sigma[0] == pytest.approx(found.lattice_sigma[1])
    triclinic = refine_scan(scan_of(anorthic()), anorthic())
    assert (triclinic.lattice_sigma > 1e-5).all()


def test_uncertainties_of_lengths_are_those_of_strains():
    """a is 4.594 (1 + strain along a)."""
    found = refine_scan(scan_of(rutile()), rutile())
    assert found.lattice_sigma[0] == pytest.approx(4.594 * found.strain_sigma[0, 0], rel=0.02)
    assert found.lattice_sigma[2] == pytest.approx(2.959 * found.strain_sigma[2, 2], rel=0.02)


@pytest.mark.parametrize("width", [0.007, 0.014])
def test_narrow_lines_are_refined(width):
    """A synchrotron's, at 0.41 Å: lines of three thousandths of what a laboratory has."""
    truth = monoclinic()
    scan = scan_of(truth, 0.414581, SYNCHROTRON, fwhm=width, zero_shift=0.003, eta=0.3)
    found = refine_scan(scan, strained(truth, 0.003))
    assert found.r_wp < 0.08
    np.testing.assert_allclose(found.fwhm, width, rtol=0.3)
    error = np.abs(found.lattice - truth.lattice.parameters)
    assert (error <= SIGMAS * found.lattice_sigma + 1e-6).all()
    assert (found.lattice_sigma[:3] < 0.001).all()
    assert found.zero_shift == pytest.approx(0.003, abs=0.001)


def test_an_instrument_says_what_to_expect():
    """Where the scan itself says little, the zero is the instrument's and not 0."""
    short = np.arange(40, 60, 0.02)
    scan = scan_of(Structure.from_prototype("fcc", ["Cu"], a=3.615), "CuKa", short, zero_shift=0.15)
    copper = Structure.from_prototype("fcc", ["Cu"], a=3.615)
    instrument = InstrumentProfile("CuKa", (0, 0, 0.0144), (0, 0), 0.15, 0.001)
    alone, told = refine_scan(scan, copper), refine_scan(scan, copper, instrument=instrument)
    assert abs(told.lattice[0] - 3.615) < abs(alone.lattice[0] - 3.615)
    assert told.zero_shift == pytest.approx(0.15, abs=0.02)
    assert told.zero_shift_sigma < alone.zero_shift_sigma
    assert (told.fwhm > 0.79 * 0.12).all()


def test_the_background_is_what_the_transformer_says():
    """What is no background to it stays to be explained."""
    scan = scan_of(rutile())

    class Nothing(BackgroundRemover):
        def _transform_one(self, scan):
            return scan

    found = refine_scan(scan, rutile(), pattern_transformer=Nothing())
    usual = refine_scan(scan, rutile())
    np.testing.assert_allclose(found.profile.background, usual.profile.background, rtol=0.2)
    assert found.lattice[0] == pytest.approx(usual.lattice[0], abs=1e-3)


def test_the_lines_as_an_instrument_s():
    """Widths at both ends agree, and so they do in the files of other programs."""
    found = refine_scan(scan_of(rutile(), zero_shift=0.02), rutile())
    lines = found.line_profile
    ends = found.profile.two_theta[[0, -1]]
    np.testing.assert_allclose(lines.fwhm(ends), found.fwhm, rtol=0.01)
    assert (lines.zero_shift, lines.zero_shift_sigma) == (found.zero_shift, found.zero_shift_sigma)


def test_files_of_other_programs(tmp_path):
    found = refine_scan(scan_of(rutile()), rutile())
    found.to_gsas(tmp_path / "x.instprm")
    found.to_fullprof(tmp_path / "x.irf")
    found.line_profile.to_gsas(tmp_path / "y.instprm")
    assert (tmp_path / "x.instprm").read_text() == (tmp_path / "y.instprm").read_text()
    assert "sample: Res=1" in (tmp_path / "x.irf").read_text()


def test_results_are_frozen():
    found = refine_scan(scan_of(rutile()), rutile())
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.r_wp = 0.0


def test_what_is_given_is_left_alone():
    scan, structure = scan_of(rutile()), rutile(4.6)
    before = scan.counts.copy(), structure.copy()
    refine_scan(scan, structure)
    np.testing.assert_array_equal(scan.counts, before[0])
    assert structure == before[1]


@pytest.mark.parametrize(
    ("scan", "structure", "found"),
    [
        (DiffractionPattern(np.ones((1, 1)), np.ones(1)), rutile(), "Structure and DiffractionPa"),
        (scan_of(rutile()), [rutile()], "list and Scan"),
        ([scan_of(rutile())], rutile(), "Structure and list"),
    ],
    ids=["peaks", "structures", "scans"],
)
def test_one_scan_and_one_structure(scan, structure, found):
    with pytest.raises(TypeError, match=f"One structure is refined against one scan, got {found}"):
        refine_scan(scan, structure)


def test_a_scan_without_radiation():
    with pytest.raises(ValueError, match=r"with its wavelength, got the scan without radiation"):
        refine_scan(Scan(LABORATORY, np.ones(len(LABORATORY))), rutile())


def test_a_measured_scan_without_lines(shared_data):
    """The first degree of a synchrotron's scan: nothing is known but priors, and that is said."""
    scan = read_pattern(shared_data / "measured" / "raw" / "example_bmb.xye")
    found = refine_scan(scan, monoclinic())
    np.testing.assert_allclose(found.lattice, monoclinic().lattice.parameters, rtol=1e-3)
    assert (found.lattice_sigma[:3] > 0.005 * found.lattice[:3]).all()
    assert 0.01 < found.r_wp < 0.2
