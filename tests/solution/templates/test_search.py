"""Where templates are looked for, and what compositions cost."""

import numpy as np
import pytest
from pymatgen.core import Composition

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Scan
from xrdmatch.solution._templates.formulas import fractions_of
from xrdmatch.solution._templates.search import (
    composition_costs,
    near_intervals,
    powder_queries,
)

WAVELENGTH = 1.5


def peaks_at(two_theta, intensity):
    q = 2 * np.sin(np.radians(np.asarray(two_theta) / 2)) / WAVELENGTH
    return DiffractionPattern(q[:, None], intensity)


def test_intervals_around_the_five_strongest_peaks():
    peaks = peaks_at([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], [5, 9, 8, 7, 6, 1])
    near = near_intervals(peaks, WAVELENGTH, 0.1, 900)
    assert near[[100, 200, 300, 400, 500]].all()
    assert not near[[0, 150, 250, 620, 899]].any()
    low, high = peaks.q[0, 0] * 0.945, peaks.q[0, 0] * 1.055
    for q in (low, high):
        assert near[int(20 * np.degrees(np.arcsin(q * WAVELENGTH / 2)))]


def test_neighbouring_intervals_are_near_where_peaks_hardly_move():
    near = near_intervals(peaks_at([0.35], [1.0]), WAVELENGTH, 0.1, 900)
    assert np.flatnonzero(near).tolist() == [2, 3, 4]


def test_compositions_by_hand():
    known = fractions_of(Composition("BaTiO3"))  # two metals in five, three oxygen
    others = ["SrZrO3", "NaCl", "TiO2", "CH4", "Ne"]
    found = composition_costs(known, np.array([fractions_of(Composition(f)) for f in others]))
    apart = [0.0, 0.6, 2 / 3 - 3 / 5, np.inf, np.inf]
    np.testing.assert_allclose(found, 0.3 * np.array(apart), atol=1e-6)


def test_queries_come_with_their_peaks(noisy_scans, salt):
    (scan,) = noisy_scans([salt(5.64, "Na", "Cl")])
    ((same, peaks),) = powder_queries(scan)
    assert same is scan
    strongest = peaks.q[peaks.intensity.argmax(), 0]
    assert strongest == pytest.approx(2 / 5.64, abs=1e-3)


def test_what_cannot_be_asked(flat_scan):
    with pytest.raises(ValueError, match="a pattern with peaks, got none in pattern 0; measure"):
        powder_queries(flat_scan)
    with pytest.raises(ValueError, match="got none in pattern 0"):
        powder_queries(DiffractionPattern([[0.3]], [0.0]))
    unknown = Scan(flat_scan.two_theta, flat_scan.counts)
    with pytest.raises(ValueError, match="once its wavelength is known, got pattern 0 without"):
        powder_queries(unknown)
    with pytest.raises(ValueError, match="powder peaks with one component of q, got spots"):
        powder_queries(DiffractionPattern([[0.1, 0.2]], [1.0]))
