"""Crystals and powders as what towers read: rows, batches, and what no tower of powders reads."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning import CrystalPeaks, PowderPeaks
from xrdmatch.learning._peak_points import query_points, structure_points
from xrdmatch.preprocessing import CrystalTokenizer, PeakFinder
from xrdmatch.simulation import library_simulator

COPPER = DiffractionSimulator("powder", "CuKa")


@pytest.fixture(scope="module")
def salts():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites) for a in (5, 6, 7)
    ]


def test_crystals_are_their_peaks(salts):
    inputs = CrystalPeaks(COPPER)
    rows = inputs.of(salts)
    np.testing.assert_array_equal(rows, structure_points(salts, *library_simulator(COPPER)))
    assert rows.dtype == np.float32
    batch = inputs.batch(rows[np.array([2, 0])])
    np.testing.assert_array_equal(batch["peaks"], rows[[2, 0]])
    tokens = CrystalTokenizer().transform(salts)
    np.testing.assert_allclose(inputs.of(tokens), rows, atol=1e-4)


def test_powders_are_the_peaks_found(salts):
    finder, patterns = PeakFinder(), COPPER.transform(salts)
    inputs = PowderPeaks(COPPER, finder)
    rows = inputs.of(patterns)
    np.testing.assert_array_equal(
        rows, query_points(patterns, library_simulator(COPPER)[1], finder)
    )
    np.testing.assert_array_equal(inputs.batch(rows[1:])["points"], rows[1:])


def test_nothing_in_nothing_out():
    assert CrystalPeaks(COPPER).of([]).shape == (0, 128, 2)
    assert PowderPeaks(COPPER, PeakFinder()).of([]).shape == (0, 64, 4)
