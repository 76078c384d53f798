"""Orbits against tabulated multiplicities, gemmi's expansion, and themselves with fewer digits."""

import gemmi
import numpy as np
import pytest
from pymatgen.core import Element, Lattice

from xrdmatch.io._cif.orbits import expand
from xrdmatch.io._cif.sites import Sites
from xrdmatch.io._cif.symmetry_operations import setting_of_hall

# Neither they nor their sums and differences are near multiples of 1/8.
GENERAL = [0.0713, 0.1618, 0.3319, 0.4391]


def sites_at(*coords, occupancy=1.0, step=1e-8):
    n = len(coords)
    labels = [f"C{i}" for i in range(n)]
    return Sites(labels, [Element("C")] * n, np.array(coords, float), np.full(n, occupancy),
                 np.full(n, step))  # fmt: skip


def setting(symbol):
    return setting_of_hall(gemmi.find_spacegroup_by_name(symbol).hall)


def multiplicities(symbol, lattice, *coords, **options):
    atoms = expand(sites_at(*coords, **options), setting(symbol), lattice)
    return np.bincount(atoms.rows).tolist()


def test_multiplicities_of_the_international_tables():
    x = 0.137
    places = {(0, 0, 0): 4, (0.5, 0.5, 0.5): 4, (0.25, 0.25, 0.25): 8, (0, 0.25, 0.25): 24}
    places |= {(x, 0, 0): 24, (x, x, x): 32, (x, 0.25, 0.25): 48, (0, x, x): 48, (0.5, x, x): 48}
    places |= {(0, x, 0.271): 96, (x, x, 0.271): 96, (x, 0.271, 0.391): 192}
    found = multiplicities("F m -3 m", Lattice.cubic(30), *places)
    assert found == list(places.values())


@pytest.mark.parametrize("digits", [3, 4, 6])
@pytest.mark.parametrize("symbol", ["P 63/m m c", "P -3 m 1", "R -3 m:H", "P 6/m c c"])
def test_rounded_special_positions_are_special(symbol, digits):
    lattice, exact = Lattice.hexagonal(4.9, 13.1), [[1 / 3, 2 / 3, 0.25], [0.1523, 0.3046, 0.6667]]
    rounded, step = np.round(exact, digits), 10.0**-digits
    exactly = expand(sites_at(*exact), setting(symbol), lattice)
    found = expand(sites_at(*rounded, step=step), setting(symbol), lattice)
    assert np.bincount(found.rows).tolist() == np.bincount(exactly.rows).tolist()
    assert found.strained == []
    first = found.coords[0]
    np.testing.assert_allclose(first, exact[0], atol=1e-9)  # put where it belongs


@pytest.mark.parametrize("seed", range(8))
def test_gemmi_finds_as_many_atoms(seed):
    rng = np.random.default_rng(seed)
    table = [group for group in gemmi.spacegroup_table() if group.crystal_system_str() == "cubic"]
    group = table[rng.integers(len(table))]
    special = rng.integers(0, 8, (6, 3)) / 8
    coords = np.where(rng.random((6, 3)) < 0.7, special, rng.choice(GENERAL, (6, 3)))
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(200, 200, 200, 90, 90, 90)
    small.spacegroup_hm = group.xhm()
    small.determine_and_set_spacegroup("H2")
    for i, place in enumerate(coords):
        site = gemmi.SmallStructure.Site()
        site.label, site.fract, site.occ = f"C{i}", gemmi.Fractional(*place), 1
        site.element = gemmi.Element("C")
        small.add_site(site)
    small.setup_cell_images()
    names = [site.label for site in small.get_all_unit_cell_sites()]
    found = multiplicities(group.xhm(), Lattice.cubic(200), *coords)
    assert found == [names.count(f"C{i}") for i in range(6)]


def test_images_of_a_full_atom_that_rounding_does_not_explain_are_said():
    lattice = Lattice.cubic(6)
    atoms = expand(sites_at([0.02, 0, 0]), setting("P m -3 m"), lattice)
    assert len(atoms.rows) == 1
    assert atoms.strained == ["images of C0 lie 0.24 Å apart, too close for two"]


def test_images_of_a_half_atom_are_alternatives():
    atoms = expand(sites_at([0.03, 0, 0], occupancy=0.5), setting("P -1"), Lattice.cubic(6))
    assert len(atoms.rows) == 2
    assert atoms.strained == []


def test_too_many_atoms_are_refused_before_they_are_made():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"would hold 6\d{4} atoms; at most 20000 are read"):
        expand(sites_at(*rng.random((16_000, 3))), setting("F m -3 m"), Lattice.cubic(90))
