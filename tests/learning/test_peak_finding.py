"""The fast stand-in finds what the peak finder finds in scans of the simulator."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.crystallography._cell_strain import strain_basis
from xrdmatch.learning._drawn_scans import draw_scans
from xrdmatch.learning._peak_finding import found_peaks
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.retrieval._comparison.profile_library import library_simulator
from xrdmatch.simulation import PowderProfile
from xrdmatch.simulation._powder.conditions import random_conditions
from xrdmatch.simulation._powder.drawn_scans import ScanGrid
from xrdmatch.simulation._powder.reflection_table import reflection_table

SIMULATOR, DIFFRACTOMETER = library_simulator(DiffractionSimulator("powder", "CuKa"))
GRID = ScanGrid(DIFFRACTOMETER)
RADIUS = 240.0  # mm
SAME_PLACE = 2e-3  # 1/Å


@pytest.fixture(scope="module")
def crystals():
    """Of every system, with up to 40 sites."""
    cells = [
        Lattice.cubic(4.2),
        Lattice.cubic(8.1),
        Lattice.hexagonal(4.9, 5.4),
        Lattice.tetragonal(4.6, 2.96),
        Lattice.orthorhombic(4.8, 10.2, 6.0),
        Lattice.monoclinic(5.1, 9.2, 5.3, 99.6),
        Lattice.from_parameters(7.1, 7.8, 5.6, 90.0, 101.2, 106.0),
        Lattice.rhombohedral(6.4, 46.0),
    ]
    rng = np.random.default_rng(3)
    numbers = [2, 20, 9, 6, 28, 40, 12, 10]
    return [
        Structure(cell, rng.choice(["Si", "O", "Fe", "Ca"], n), rng.random((n, 3)))
        for cell, n in zip(cells, numbers, strict=True)
    ]


@pytest.fixture(scope="module")
def conditions(crystals):
    """No texture, whose axes the simulator takes from the cell, and no errors of another kind."""
    n = len(crystals)
    drawn = random_conditions(n, DIFFRACTOMETER.q_max, np.random.RandomState(4))
    return drawn._replace(
        texture=np.ones(n), noise=np.zeros(n), n_spurious=np.zeros(n, int), counts=np.full(n, 3e3),
        background=np.full(n, 0.03), fwhm=np.full(n, 0.09),
    )  # fmt: skip


def simulated(structure, c, rng):
    """One scan of the simulator under the same conditions."""
    basis = strain_basis(structure.lattice.matrix)
    change = np.eye(3) - np.tensordot(c.strain[: len(basis)], basis, 1)
    moved = Structure(structure.lattice.matrix @ change, structure.species, structure.frac_coords)
    ends = GRID.angle(np.array([c.q_low, c.q_high]))
    profile = PowderProfile(
        np.arange(*ends, 0.02),
        fwhm=c.fwhm,
        eta=c.eta,
        size=c.size,
        strain=c.microstrain,
        zero_shift=c.zero_shift,
        displacement=np.radians(c.displacement) * RADIUS / 2,
        goniometer_radius=RADIUS,
    )
    simulator = DiffractionSimulator("powder", "CuKa", b_iso=1 + c.b_iso, profile=profile)
    (scan,) = simulator.transform([moved])
    counts = c.counts * (scan.counts / scan.counts.max() + c.background)
    return Scan(scan.two_theta, rng.poisson(counts), radiation="CuKa")


def peaks_in_draws(reflections, conditions):
    return found_peaks(draw_scans(reflections, conditions, GRID, np.random.RandomState(0)))


@pytest.fixture(scope="module")
def found(crystals, conditions):
    """Peaks of each scan, as the stand-in and as the finder see them."""
    reflections = reflection_table(crystals, SIMULATOR)[np.arange(len(crystals))]
    row, q, area = peaks_in_draws(reflections, conditions)
    rng = np.random.default_rng(0)
    pairs = []
    for i, crystal in enumerate(crystals):
        one = type(conditions)(*(values[i] for values in conditions))
        pattern = PeakFinder().find(simulated(crystal, one, rng)).pattern
        pairs.append(((q[row == i], area[row == i]), (pattern.q[:, 0], pattern.intensity)))
    return pairs


def strongest(peaks, n):
    q, area = peaks
    return q[np.argsort(-area)[:n]]


def test_strong_peaks_are_found_by_both(found):
    for ours, theirs in found:
        for one, other in ((ours, theirs), (theirs, ours)):
            gap = np.abs(strongest(one, 6)[:, None] - other[0]).min(1)
            assert (gap < SAME_PLACE).mean() > 0.8


def test_most_peaks_are_found_by_both(found):
    shares = [
        [(np.abs(a[0][:, None] - b[0]).min(1) < SAME_PLACE).mean() for a, b in (pair, pair[::-1])]
        for pair in found
    ]
    assert (np.mean(shares, axis=0) > 0.75).all()


def test_positions_and_intensities_agree(found):
    """Median of a position's error below a fifth of a peak's width, of intensities below 40 %."""
    gaps, ratios = [], []
    for ours, theirs in found:
        gap = np.abs(theirs[0][:, None] - ours[0])
        nearest, paired = gap.argmin(1), gap.min(1) < SAME_PLACE
        gaps.extend(gap.min(1)[paired])
        ratio = (theirs[1] / theirs[1].sum()) / (ours[1] / ours[1].sum())[nearest]
        ratios.extend(np.log(ratio[paired]))
    assert np.median(gaps) < 3e-4
    assert np.median(np.abs(ratios)) < np.log(1.4)


def test_numbers_of_peaks_agree(found):
    numbers = np.array([[len(pair[0][0]), len(pair[1][0])] for pair in found])
    assert np.abs(np.log(numbers[:, 0] / numbers[:, 1])).mean() < np.log(1.5)


def test_fewer_counts_lose_weak_peaks(crystals, conditions):
    reflections = reflection_table(crystals, SIMULATOR)[np.arange(len(crystals))]
    numbers = []
    for counts in (30_000.0, 100.0):
        noisier = conditions._replace(counts=np.full(len(crystals), counts))
        row, *_ = peaks_in_draws(reflections, noisier)
        numbers.append(np.bincount(row, minlength=len(crystals)))
    assert (numbers[0] > numbers[1]).all()


def test_peaks_stay_within_the_measured_range(crystals, conditions):
    reflections = reflection_table(crystals, SIMULATOR)[np.arange(len(crystals))]
    n = len(crystals)
    short = conditions._replace(q_low=np.full(n, 0.2), q_high=np.full(n, 0.6))
    _, q, area = peaks_in_draws(reflections, short)
    assert 0.2 < q.min() < q.max() < 0.6
    assert (area >= 0).all()
