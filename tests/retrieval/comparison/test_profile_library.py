"""Rows of powders: the encoding spelled out, and what does not change it."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.retrieval._comparison import profile_library as profiles
from xrdmatch.retrieval._comparison.profile_grid import (
    COARSE,
    FINE,
    GRID,
    POWER,
    STEP,
    contrast,
    on_grid,
)
from xrdmatch.retrieval._comparison.profile_library import profile_library
from xrdmatch.retrieval._comparison.profile_queries import normalised
from xrdmatch.simulation import PowderProfile

HALF_PRECISION = 2e-3  # of rows whose largest entries are about 0.3
POWDER = DiffractionSimulator("powder", "CuKa")


def rocksalt(species, a):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), species, [[0, 0, 0], [0.5, 0.5, 0.5]]
    )


@pytest.fixture(scope="module")
def salts():
    return [
        rocksalt(["Na", "Cl"], 5.64),
        Structure.from_prototype("cscl", ["Cs", "Cl"], a=4.12),
        Structure.from_prototype("fluorite", ["Ca", "F"], a=5.46),
        Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.59, 2.96), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
        ),
    ]


def gaussian(x, fwhm):
    """Unit area."""
    return np.sqrt(4 * np.log(2) / np.pi) / fwhm * np.exp(-4 * np.log(2) * (x / fwhm) ** 2)


def naive_row(structure):
    """The docstring of `PatternMatcher`, one peak and one point at a time."""
    (pattern,) = DiffractionSimulator("powder", "CuKa", q_max=GRID[-1]).transform([structure])
    row = np.zeros(len(GRID))
    for i, q in enumerate(GRID):
        for (centre,), intensity in zip(pattern.q, pattern.intensity, strict=True):
            row[i] += intensity * (gaussian(q - centre, FINE) - gaussian(q - centre, COARSE))
    row = np.sign(row) * np.abs(row) ** 0.5
    return row / np.sqrt((row**2).sum())


def test_a_row_is_the_naive_one(salts):
    """Up to what the grid costs: sticks are split between neighbours, tails end somewhere."""
    rows = profile_library(salts, POWDER).rows.astype(float)
    for row, structure in zip(rows, salts, strict=True):
        expected = naive_row(structure)
        assert row @ expected > 0.998
        strong = np.abs(expected) > 0.05
        np.testing.assert_allclose(row[strong], expected[strong], atol=0.01)


def test_contrast_is_the_double_loop():
    rng = np.random.default_rng(0)
    profile = np.where(rng.random(len(GRID)) < 0.02, rng.random(len(GRID)), 0.0)
    band = np.zeros(len(GRID))
    reach = round(1.5 * COARSE / STEP)
    steps = np.arange(-reach, reach + 1)
    fine, coarse = (gaussian(steps * STEP, fwhm) for fwhm in (FINE, COARSE))
    kernel = fine / fine.sum() - coarse / coarse.sum()
    for i in range(len(GRID)):
        for j in range(len(GRID)):
            if abs(i - j) <= reach:
                band[i] += kernel[i - j + reach] * profile[j]
    expected = np.sign(band) * np.abs(band) ** POWER
    np.testing.assert_allclose(contrast(profile[None])[0], expected, atol=1e-12)


def test_what_is_smooth_has_no_contrast():
    """Straight lines vanish where the grid's ends are out of reach."""
    line = 5.0 + 3.0 * GRID
    inner = slice(round(1.5 * COARSE / STEP), -round(1.5 * COARSE / STEP))
    assert np.abs(contrast(line[None])[0, inner]).max() < 1e-5
    assert np.abs(contrast(line[None])[0]).max() > 0.1


def test_sticks_keep_their_sum_and_centre():
    q = np.array([0.1234, 0.5, 0.70005, 0.01, 1.2])
    row = on_grid(q, np.array([1.0, 2.0, 3.0, 9.0, 9.0]))
    assert row.sum() == pytest.approx(6.0)
    assert row @ GRID == pytest.approx(1 * 0.1234 + 2 * 0.5 + 3 * 0.70005)
    assert np.count_nonzero(row) <= 6


def test_blocks_and_workers_do_not_matter(salts, monkeypatch):
    expected = profile_library(salts, POWDER).rows
    monkeypatch.setattr(profiles, "BLOCK", 1)
    np.testing.assert_array_equal(profile_library(salts, POWDER).rows, expected)
    many = DiffractionSimulator("powder", "CuKa", n_jobs=2)
    np.testing.assert_array_equal(profile_library(salts, many).rows, expected)


def test_cosines_are_the_naive_ones(salts, monkeypatch):
    """Of two versions of each query, the better one less its cost; in pieces or at once."""
    library = profile_library(salts, POWDER)
    rows = library.rows.astype(float)
    versions = np.array([rows, np.roll(rows, 3, axis=1)])
    masks = np.tile((GRID > 0.2) & (GRID < 0.7), (2, len(rows), 1))
    costs = [0.2, 0.0]
    expected = np.full((len(rows), len(rows)), -np.inf)
    for version, mask, cost in zip(versions, masks, costs, strict=True):
        for i, (a, m) in enumerate(zip(version, mask, strict=True)):
            for j, b in enumerate(rows):
                cosine = (a * m) @ (b * m) / np.sqrt(((a * m) ** 2).sum() * ((b * m) ** 2).sum())
                expected[i, j] = max(expected[i, j], cosine - cost)
    np.testing.assert_allclose(
        library.cosines(normalised(versions, masks, costs)), expected, atol=1e-5
    )
    monkeypatch.setattr(profiles, "ENTRIES", 3)
    np.testing.assert_allclose(
        library.cosines(normalised(versions, masks, costs)), expected, atol=1e-5
    )


def test_supercells_profiles_and_longer_ranges_give_the_same_rows(salts):
    expected = profile_library(salts, POWDER).rows
    doubled = [structure.make_supercell([2, 1, 1], in_place=False) for structure in salts]
    with_profile = DiffractionSimulator(
        "powder", "CuKa", profile=PowderProfile(np.arange(10, 60, 0.1))
    )
    for rows in (
        profile_library(doubled, POWDER).rows,
        profile_library(salts, with_profile).rows,
        profile_library(salts, DiffractionSimulator("powder", "CuKa", q_max=1.2)).rows,
    ):
        np.testing.assert_allclose(rows, expected, atol=HALF_PRECISION)


def test_a_cell_of_hundreds_of_atoms(salts):
    """432 sites: the same powder as its unit cell's."""
    large = salts[0].make_supercell([3, 3, 6], in_place=False)
    assert len(large) == 432
    rows = profile_library([salts[0], large], POWDER).rows.astype(float)
    assert rows[0] @ rows[1] == pytest.approx(1.0, abs=HALF_PRECISION)


def test_range_of_the_simulator_and_of_its_wavelength(salts):
    short = profile_library(salts, DiffractionSimulator("powder", "CuKa", q_max=0.6))
    assert short.diffractometer.q_max == 0.6
    chromium = profile_library(salts, DiffractionSimulator("powder", "CrKa"))
    assert chromium.diffractometer.q_max == pytest.approx(2 * 0.99 / 2.293651)
    assert profile_library(salts, POWDER).diffractometer.q_max == pytest.approx(GRID[-1])


def test_a_fault_is_named_by_its_place_among_all(salts, monkeypatch):
    monkeypatch.setattr(profiles, "BLOCK", 2)
    flat = salts[0].copy()
    flat.lattice = [[5.64, 0, 0], [0, 5.64, 0], [0, 5.64, 1e-9]]
    with pytest.raises(ValueError, match=r"of NaCl at position 3: its cell has no volume; mend"):
        profile_library([*salts[:3], flat], POWDER)
    with pytest.raises(TypeError, match="got str at position 4; read files"):
        profile_library([*salts, "quartz"], POWDER)
