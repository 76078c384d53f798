"""Closed forms, a naive reference, and what must not change how alike powders are."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Radiation
from xrdmatch.inspection._ambiguity.powder_lines import PowderLines, powder_lines
from xrdmatch.inspection._ambiguity.powder_similarity import scan_similarity
from xrdmatch.inspection._ambiguity.scan_measurement import ScanMeasurement
from xrdmatch.simulation import lorentz_polarization

WAVELENGTH = 1.5
SCAN = ScanMeasurement(Radiation("xray", ((WAVELENGTH, 1.0),)))
SIMULATOR = DiffractionSimulator("powder", "CuKa")
SIGMA = 0.1 / np.sqrt(8 * np.log(2))  # [degrees] of SCAN's lines
PAIR = np.array([[0, 1]])
WIDENED = 0.012  # lines are 1 % wider than asked for, so that what they overlap is larger
ROUNDED = 3e-3  # sizes of a cell are read off a parabola


def q_of(two_theta):
    return 2 * np.sin(np.radians(np.asarray(two_theta) / 2)) / WAVELENGTH


def lines_at(*powders):
    """Lines at angles [degrees] with shares of what is counted."""
    q = np.concatenate([q_of(angles) for angles, _ in powders])
    shares = np.concatenate([np.array(shares, dtype=float) for _, shares in powders])
    starts = np.cumsum([0, *(len(angles) for angles, _ in powders)])
    return PowderLines(q, shares / lorentz_polarization(q, WAVELENGTH), starts)


def similarity(lines, scan=SCAN, pairs=PAIR):
    found = scan_similarity(lines, pairs, scan)
    return found[0] if len(found) == 1 else found


def crystals_similarity(structures, scan=SCAN):
    lines = powder_lines(structures, SIMULATOR, "xray", scan.q_needed)
    return similarity(lines, scan)


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_a_line_of_that_share_that_only_one_has(share):
    """Of what two powders share, sqrt(1 - share) is left."""
    lines = lines_at(([30, 50], [1, 1]), ([30, 50, 65], [1 - share, 1 - share, 2 * share]))
    assert similarity(lines) == pytest.approx(np.sqrt(1 - share), abs=2e-4)


def test_intensities_differ():
    lines = lines_at(([30, 50], [0.7, 0.3]), ([30, 50], [0.4, 0.6]))
    expected = np.sqrt(0.7 * 0.4) + np.sqrt(0.3 * 0.6)
    assert similarity(lines) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize("offset", [0.05, 0.1])
def test_a_line_elsewhere(offset):
    """Two Gaussians overlap by exp(-offset^2 / (8 sigma^2)) where cells are known."""
    lines = lines_at(([40], [1]), ([40 + offset], [1]))
    expected = np.exp(-(offset**2) / (8 * SIGMA**2))
    assert similarity(lines, replace(SCAN, cell_change=0.0)) == pytest.approx(expected, abs=WIDENED)
    assert similarity(lines) == pytest.approx(1, abs=ROUNDED)


def naive(lines, scan):
    """All sizes of the second cell, one after the other, on a fine grid of angles."""
    angles = np.arange(*scan.two_theta, 0.01)
    first, second = (lines.of([i]) for i in range(2))
    sizes = np.linspace(-scan.cell_change, scan.cell_change, 401)
    fixed = naive_profile(first, 1.0, angles)
    return max(np.sqrt(fixed * naive_profile(second, 1 + s, angles)).sum() for s in sizes)


def naive_profile(lines, size, angles):
    heights = lines.strength * lorentz_polarization(lines.q, WAVELENGTH)
    at = np.degrees(2 * np.arcsin(lines.q * size * WAVELENGTH / 2))
    profile = (heights * np.exp(-((angles[:, None] - at) ** 2) / (2 * SIGMA**2))).sum(1)
    return profile / profile.sum()


@pytest.mark.parametrize("seed", range(3))
def test_as_the_naive_reference(seed):
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(15, 75, 12))
    moved = angles * 1.004 + rng.normal(0, 0.04, 12)
    lines = lines_at((angles, rng.uniform(0.1, 1, 12)), (moved, rng.uniform(0.1, 1, 12)))
    one, other = similarity(lines), similarity(lines, pairs=PAIR[:, ::-1])
    assert one == pytest.approx(naive(lines, SCAN), abs=WIDENED)
    assert one == pytest.approx(other, abs=1e-6)


def test_better_resolution_never_makes_powders_more_alike():
    rng = np.random.default_rng(0)
    powders = [(rng.uniform(15, 75, 9), rng.uniform(0.1, 1, 9)) for _ in range(8)]
    pairs = np.array([(i, j) for i in range(8) for j in range(i)])
    widths = (1.0, 0.3, 0.1, 0.03)
    found = [similarity(lines_at(*powders), replace(SCAN, fwhm=w), pairs) for w in widths]
    assert (np.diff(found, axis=0) < ROUNDED).all()
    assert (found[0] - found[-1] > 0.1).any()


def rocksalt(metal, anion, a):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [metal, anion], sites)


def quartz(space_group, z):
    cell = Lattice.hexagonal(4.913, 5.405)
    sites = [[0.4697, 0, z], [0.4135, 0.2669, z + 0.1191]]
    return Structure.from_spacegroup(space_group, cell, ["Si", "O"], sites)


def test_cell_choice_makes_no_difference():
    salt = rocksalt("Na", "Cl", 5.64)
    primitive, double = salt.get_primitive_structure(), salt.copy().make_supercell([2, 1, 1])
    assert len(primitive) < len(salt) < len(double)
    for other in (primitive, double):
        assert crystals_similarity([salt, other]) == pytest.approx(1, abs=1e-5)


def test_enantiomorphs_are_alike():
    right, left = quartz("P3121", 2 / 3), quartz("P3221", 2 / 3)
    mirrored = Structure(right.lattice, right.species, right.frac_coords * [1, 1, -1])
    assert crystals_similarity([right, mirrored]) == pytest.approx(1, abs=1e-5)
    assert crystals_similarity([right, left]) < 0.99  # of another z it is no mirror image


def test_a_cell_of_another_size():
    cells = [rocksalt("Mg", "O", a) for a in (4.2, 4.235, 4.3)]
    assert crystals_similarity(cells[:2]) > 0.999
    assert crystals_similarity(cells[:2], replace(SCAN, cell_change=0.001)) < 0.5
    assert crystals_similarity(cells[::2]) < 0.9  # 2.4 %


def test_lines_beyond_the_range_do_not_count():
    lines = lines_at(([30, 50], [1, 1]), ([30, 50, 100], [1, 1, 2]))
    assert similarity(lines) == pytest.approx(1, abs=1e-4)
    wide = replace(SCAN, two_theta=(10, 140))
    assert similarity(lines, wide) == pytest.approx(np.sqrt(0.5), abs=2e-3)


def test_nothing_in_the_range():
    assert np.isnan(similarity(lines_at(([30], [1]), ([100], [1]))))
    assert np.isnan(similarity(lines_at(([30], [1]), ([], []))))
