"""Imperfect scans: what severity scales, what chance decides, what is refused."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.preprocessing import PeakFinder, line_width
from xrdmatch.refinement import refine_scan
from xrdmatch.simulation import PowderProfile, perturb_scans

HALITE = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)
ANGLES = np.arange(20, 80, 0.02)


def profiled(**options):
    return DiffractionSimulator("powder", "CuKa", profile=PowderProfile(ANGLES, **options))


@pytest.mark.parametrize("structure", [HALITE, RUTILE], ids=["halite", "rutile"])
def test_severity_0_is_what_the_simulator_gives(structure):
    simulator = profiled(fwhm=0.12, eta=0.4)
    (scan,) = perturb_scans([structure], 0.0, simulator=simulator, random_state=0)
    (ideal,) = simulator.transform([structure])
    np.testing.assert_allclose(scan.counts, ideal.counts, atol=1e-3 * ideal.counts.max())


def test_all_grows_with_severity():
    """Peaks of the cubic cell move apart from where they belong, and intensities scatter."""
    simulator = profiled(fwhm=0.1)
    ideal = 2 * np.degrees(np.arcsin(1.5406 / 5.64))
    moved = []
    for severity in (0.1, 1.0, 3.0):
        scans = perturb_scans([HALITE] * 25, severity, simulator=simulator, random_state=1)
        tops = [scan.two_theta[20 + np.argmax(scan.counts[20:])] for scan in scans]
        moved.append(np.median(np.abs(np.array(tops) - ideal)))
    assert moved[0] < moved[1] < moved[2]
    assert moved[0] < 0.05


def test_counts_are_poisson_s():
    scans = perturb_scans([HALITE, RUTILE] * 5, random_state=0)
    for scan in scans:
        np.testing.assert_array_equal(scan.counts, np.rint(scan.counts))
        assert scan.counts.min() >= 0
        assert 50 < scan.counts.max() < 60_000


def test_scans_are_taken_as_the_simulator_says():
    simulator = DiffractionSimulator("powder", "MoKa")
    (scan,) = perturb_scans([HALITE], simulator=simulator, random_state=0)
    assert scan.radiation == simulator.transform([HALITE])[0].radiation
    assert 0.04 < scan.q[0] < 0.2 < 0.5 < scan.q[-1] < 0.96
    (scan,) = perturb_scans([HALITE], simulator=profiled(), random_state=0)
    np.testing.assert_array_equal(scan.two_theta, ANGLES)


def test_the_instrument_of_a_profile_stays():
    """A synchrotron's narrow lines stay narrow where the sample adds nothing."""
    profile = PowderProfile(np.arange(1, 20, 0.001), fwhm=0.01, eta=0.3)
    simulator = DiffractionSimulator("powder", 0.414581, profile=profile)
    (scan,) = perturb_scans([HALITE], 1e-3, simulator=simulator, random_state=0)
    assert line_width(scan) == pytest.approx(0.01, rel=0.1)


def test_strains_are_of_the_crystal_system():
    """A tetragonal cell stays tetragonal, and is off by a few percent at the most."""
    for scan in perturb_scans([RUTILE] * 3, simulator=profiled(fwhm=0.1), random_state=5):
        found = refine_scan(scan, RUTILE)
        a, b, c = found.lattice[:3]
        assert a == pytest.approx(b)
        assert abs(a / 4.594 - 1) < 0.035
        assert abs(c / 2.959 - 1) < 0.035
        assert found.r_wp < 0.4


def test_foreign_peaks_are_there():
    """On two of five scans; a metal of four lines has more than four then."""
    copper = Structure.from_prototype("fcc", ["Cu"], a=3.615)
    scans = perturb_scans([copper] * 30, 0.3, simulator=profiled(fwhm=0.1), random_state=0)
    more = sum(len(PeakFinder().find(scan).two_theta) > 4 for scan in scans)
    assert 3 <= more <= 20


def test_a_seed_repeats_it():
    first, again, other = (perturb_scans([HALITE, RUTILE], random_state=s) for s in (3, 3, 4))
    for one, two, three in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one.counts, two.counts)
        assert one.counts.shape != three.counts.shape or (one.counts != three.counts).any()


def test_one_severity_each():
    scans = perturb_scans([HALITE, HALITE], [0.0, 1.0], simulator=profiled(), random_state=0)
    assert scans[0].counts.max() != np.rint(scans[0].counts.max())
    assert scans[1].counts.max() == np.rint(scans[1].counts.max())


def test_tokens_are_structures_too():
    tokens = CrystalTokenizer().transform([RUTILE])
    (scan,) = perturb_scans(tokens, 0.0, simulator=profiled(), random_state=0)
    (other,) = perturb_scans([RUTILE], 0.0, simulator=profiled(), random_state=0)
    assert np.abs(scan.counts - other.counts).max() < 0.01 * other.counts.max()


@pytest.mark.parametrize(
    ("severity", "message"),
    [(-1.0, "finite and not negative"), (np.nan, "finite and"), ([1.0, 2.0], "one for each of")],
)
def test_bad_severities(severity, message):
    with pytest.raises(ValueError, match=message):
        perturb_scans([HALITE], severity)


def test_a_simulator_of_layers():
    with pytest.raises(ValueError, match="wavelength"):
        perturb_scans([HALITE], simulator=DiffractionSimulator())


def test_what_cannot_be_simulated_is_named_by_its_place():
    flat = Structure([[3, 0, 0], [0, 3, 0], [3, 3, 1e-9]], ["Cu"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="position 1"):
        perturb_scans([HALITE, flat], random_state=0)


def test_cells_are_from_somewhere():
    with pytest.raises(ValueError, match=r"cells must be one of 'measured', .* got 'guessed'"):
        perturb_scans([], cells="guessed")
