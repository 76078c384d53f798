"""Scans drawn on one grid: places, widths and heights of peaks in closed form."""

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.retrieval._comparison.profile_library import library_simulator
from xrdmatch.simulation import PowderProfile
from xrdmatch.simulation._powder.conditions import random_conditions
from xrdmatch.simulation._powder.drawn_scans import ScanGrid, drawn_scans
from xrdmatch.simulation._powder.reflection_table import reflection_table

SIMULATOR, DIFFRACTOMETER = library_simulator(DiffractionSimulator("powder", "CuKa1"))
GRID = ScanGrid(DIFFRACTOMETER)
A = 2.866  # Å, of iron: three peaks far apart
IRON = Structure.from_prototype("bcc", ["Fe"], a=A)
PLAIN = {
    "strain": [0.0] * 6, "b_iso": 0.0, "texture": 1.0, "axis": 0, "zero_shift": 0.0,
    "displacement": 0.0, "fwhm": 0.2, "eta": 0.3, "size": 1e9, "microstrain": 0.0, "counts": 1e4,
    "background": 0.1, "q_low": 0.05, "q_high": 0.95, "n_spurious": 0, "noise": 0.0,
}  # fmt: skip


def profile(structure=IRON, **changes):
    """One scan and its widths."""
    values = {name: np.array([value]) for name, value in {**PLAIN, **changes}.items()}
    conditions = random_conditions(1, 0.95, np.random.RandomState(0))._replace(**values)
    reflections = reflection_table([structure], SIMULATOR)[np.array([0])]
    return drawn_scans(reflections, conditions, GRID, np.random.RandomState(0))


def angle_of(counts, near):
    """Centre of mass within a degree of an angle."""
    x = GRID.angle(GRID.q)
    part = np.abs(x - near) < 1
    return (x * counts)[part].sum() / counts[part].sum()


@pytest.fixture(scope="module")
def two_theta():
    """Of the reflection 110."""
    return float(GRID.angle(2**0.5 / A))


def test_the_scan_is_the_simulators(two_theta):
    (counts,), _ = profile(eta=0.0)
    angles = GRID.angle(GRID.q)
    scanned = DiffractionSimulator(
        "powder", "CuKa1", profile=PowderProfile(angles, fwhm=0.2, eta=0.0), q_max=0.95
    )
    (scan,) = scanned.transform([IRON])
    np.testing.assert_allclose(counts, scan.counts / scan.counts.max(), atol=0.02)


def test_shifts(two_theta):
    (plain,), _ = profile()
    (shifted,), _ = profile(zero_shift=0.2)
    (lowered,), _ = profile(displacement=0.2)
    place = angle_of(plain, two_theta)
    assert place == pytest.approx(two_theta, abs=2e-3)
    assert angle_of(shifted, two_theta) - place == pytest.approx(0.2, rel=0.02)
    expected = -0.2 * np.cos(np.radians(two_theta / 2))
    assert angle_of(lowered, two_theta) - place == pytest.approx(expected, rel=0.02)


def test_another_cell(two_theta):
    """A strain of reciprocal space makes the cell smaller by as much."""
    (counts,), _ = profile(strain=[0.01, *[0.0] * 5])
    expected = GRID.angle(2**0.5 / A * 1.01)
    assert angle_of(counts, expected) == pytest.approx(expected, abs=3e-3)


def test_small_crystals_and_strain_widen_the_peaks():
    _, plain = profile()
    _, small = profile(size=200.0)
    _, strained = profile(microstrain=0.003)
    np.testing.assert_allclose(plain, 0.2, rtol=0.01)  # as broadened() says
    assert (small > plain + 0.05).all()
    assert strained[0, 1] > 2 * plain[0, 1]
    assert strained[0, 0] < 1.1 * plain[0, 0]


def test_debye_waller_and_texture_change_intensities():
    ends = (GRID.angle(2**0.5 / A), GRID.angle(6**0.5 / A))  # 110 and 211

    def ratio(**changes):
        (counts,), _ = profile(**changes)
        x = GRID.angle(GRID.q)
        first, last = (counts[np.abs(x - end) < 2].sum() for end in ends)
        return last / first

    assert ratio(b_iso=2.0) / ratio() == pytest.approx(np.exp(-4 / A**2), rel=0.02)
    assert ratio(texture=0.5) < 0.8 * ratio()  # plates of the shortest vector, 110


def test_foreign_peaks():
    (plain,), _ = profile()
    (with_others,), _ = profile(n_spurious=3)
    more = with_others - plain
    assert more.min() > -1e-6
    assert 0.003 <= more.max() <= 0.35
    assert (more > 1e-4).mean() < 0.05
