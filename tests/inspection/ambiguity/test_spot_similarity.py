"""What the spots of layers show of them and what not, on the zero layer and off it."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import form_factors
from xrdmatch.inspection._ambiguity.layer_spots import LayerSpots
from xrdmatch.inspection._ambiguity.spot_measurement import TILT, SpotMeasurement
from xrdmatch.inspection._ambiguity.spot_similarity import spot_similarity

SPOTS, TILTED = SpotMeasurement(), SpotMeasurement(tilt=TILT)
CELL = Lattice.hexagonal(3.18, 30)


def layer(*sites, cell=CELL):
    """Sites as (element, x, y, height in Å)."""
    coords = [[x, y, 0.5 + z / cell.c] for _, x, y, z in sites]
    return Structure(cell, [site[0] for site in sites], coords)


def sheet(metal, chalcogen, z, cell=CELL):
    sites = [(metal, 1 / 3, 2 / 3, z)]
    sites += [(chalcogen, 2 / 3, 1 / 3, z + dz) for dz in (1.56, -1.56)]
    return layer(*sites, cell=cell)


def bilayer(distance):
    lower, upper = sheet("Mo", "S", -3.0), sheet("W", "Se", distance - 3.0)
    return Structure.from_sites([*lower, *upper])


def similarity(first, second, measurement=SPOTS, **options):
    layers = LayerSpots([first, second], DiffractionSimulator(**options))
    return spot_similarity(layers, np.array([[0, 1]]), measurement)[0]


def test_intensities_are_the_simulators(layers):
    """Of atoms that rest, on the zero layer."""
    still = replace(SPOTS, severity=0.0)
    spots = LayerSpots(layers, DiffractionSimulator())
    for i, pattern in enumerate(DiffractionSimulator().transform(layers)):
        q = np.pad(pattern.q, ((0, 0), (0, 1)))[None]
        mean, variance = spots.intensities(np.array([i]), q, still)
        assert mean[0] == pytest.approx(pattern.intensity, rel=1e-6, abs=1e-9)
        assert variance == pytest.approx(0, abs=1e-9)


def test_intensities_off_the_zero_layer():
    """As the sum over atoms has it."""
    crystal = bilayer(6.2)
    q = np.random.default_rng(0).uniform(-0.5, 0.5, (1, 7, 3))
    spots = LayerSpots([crystal], DiffractionSimulator(b_iso=0.0))
    mean, _ = spots.intensities(np.zeros(1, dtype=int), q, replace(SPOTS, severity=0.0))
    length = np.linalg.norm(q[0], axis=1)
    xyz, numbers = spots.framed.cart_coords[0], spots.framed.numbers[0]
    wave = sum(
        form_factors(z, length) * np.exp(2j * np.pi * q[0] @ r)
        for z, r in zip(numbers, xyz, strict=True)
    )
    assert mean[0] == pytest.approx(np.abs(wave) ** 2 / len(crystal), rel=1e-9)


def test_a_tilt_shows_what_the_projection_hides():
    """Layers that stand on each other at another distance."""
    assert similarity(bilayer(6.2), bilayer(6.9)) == pytest.approx(1, abs=1e-9)
    assert similarity(bilayer(6.2), bilayer(6.9), TILTED) < 0.97
    assert similarity(sheet("Mo", "S", 0), sheet("Mo", "S", 3.0), TILTED) == pytest.approx(1)


def turned(crystal, matrix):
    """The crystal turned about the middle of its cell."""
    middle = crystal.lattice.get_cartesian_coords([0.5, 0.5, 0.5])
    xyz = (crystal.cart_coords - middle) @ np.array(matrix).T + middle
    return Structure(crystal.lattice, crystal.species, xyz, coords_are_cartesian=True)


@pytest.mark.parametrize("signs", [(-1, -1, 1), (1, -1, -1), (-1, 1, -1)])
def test_a_turned_layer_is_the_same_layer(signs):
    """Where the projection does not tell its two sides apart."""
    other = turned(bilayer(6.2), np.diag(signs))
    assert similarity(bilayer(6.2), other) == pytest.approx(1, abs=1e-6)
    assert similarity(bilayer(6.2), other, TILTED) == pytest.approx(1, abs=1e-6)


def test_elements_and_positions_show():
    own = sheet("Mo", "S", 0)
    octahedral = layer(("Mo", 0, 0, 0), ("S", 1 / 3, 2 / 3, 1.5), ("S", 2 / 3, 1 / 3, -1.5))
    assert similarity(own, octahedral) < 0.98
    assert similarity(own, sheet("W", "S", 0)) < 0.95
    weak, strong = (similarity(own, octahedral, replace(SPOTS, severity=s)) for s in (0.3, 3.0))
    assert weak < similarity(own, octahedral) < strong


def test_cells_differ_by_strain():
    own = sheet("Mo", "S", 0)
    wider = {s: sheet("Mo", "S", 0, Lattice.hexagonal(3.18 * (1 + s), 30)) for s in (0.01, 0.02)}
    assert similarity(own, wider[0.01]) > 0.999
    assert similarity(own, wider[0.02]) == 0
    assert similarity(own, wider[0.01], replace(SPOTS, severity=0.5)) == 0
    assert similarity(own, wider[0.02], replace(SPOTS, severity=2.0)) > 0.99


def test_larger_cells_of_the_same_crystal():
    still, own = replace(SPOTS, severity=0.0), sheet("Mo", "S", 0)
    double = own.copy().make_supercell([2, 1, 1])
    other = own.copy().make_supercell([[1, 1, 0], [0, 1, 0], [0, 0, 1]])  # the same, other axes
    for crystal in (double, other):
        assert similarity(own, crystal, still, sort_lattice=False) == pytest.approx(1, abs=1e-4)
        assert similarity(crystal, own, still, sort_lattice=False) == pytest.approx(1, abs=1e-4)


def test_vacuum_makes_no_difference():
    thick = sheet("Mo", "S", 0, Lattice.hexagonal(3.18, 45))
    assert similarity(sheet("Mo", "S", 0), thick, TILTED) == pytest.approx(1, abs=1e-9)


def test_range_by_q_max():
    ends = replace(SPOTS, q_max=1.0), replace(SPOTS, q_max=3.0)
    found = [similarity(sheet("Mo", "S", 0), sheet("W", "S", 0), m) for m in ends]
    assert 0 < min(found) < max(found) < 1
