"""Powder reflections against intensities by hand, and what must not change them."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import form_factors
from xrdmatch.simulation import powder_reflections

# Relative: double precision through sums over sites and reflections.
ROUNDING = 1e-9
# Relative to the strongest: random P1 cells have reflections that are weak, but none is extinct.
WEAK = 1e-7
A = 5.0  # Å, edge of the cubes
MULTIPLICITY = {  # of cubic families, 333 and 511 having one d
    (1, 0, 0): 6,
    (1, 1, 0): 12,
    (1, 1, 1): 8,
    (2, 0, 0): 6,
    (2, 1, 0): 24,
    (2, 1, 1): 24,
    (2, 2, 0): 12,
    (3, 0, 0): 30,  # with 221
    (3, 1, 0): 24,
    (3, 1, 1): 24,
    (2, 2, 2): 8,
    (3, 2, 0): 24,
    (3, 2, 1): 48,
    (4, 0, 0): 6,
}
Q_MAX = 4.05 / A


def cube(space_group, species, coords):
    return Structure.from_spacegroup(space_group, Lattice.cubic(A), species, coords)


CUBES = {
    "CsCl": cube("Pm-3m", ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "NaCl": cube("Fm-3m", ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "diamond": cube("Fd-3m", ["C"], [[0, 0, 0]]),
}


def squared_by_hand(name, hkl):
    """|F|^2 of the three structures; 0 where extinct."""
    q = np.linalg.norm(hkl) / A
    f = {z: form_factors([z], q, b_iso=1.0)[0] for z in (6, 11, 17, 55)}
    even = sum(hkl) % 2 == 0
    if name == "CsCl":
        return (f[55] + (1 if even else -1) * f[17]) ** 2
    if len({index % 2 for index in hkl}) > 1:
        return 0.0
    if name == "NaCl":
        return 16 * (f[11] + (1 if even else -1) * f[17]) ** 2
    return {0: 64, 2: 0, 1: 32, 3: 32}[sum(hkl) % 4] * f[6] ** 2


def reflections(structure, q_max=Q_MAX, **options):
    simulator = DiffractionSimulator("powder", wavelength=0.3, q_max=q_max)
    return powder_reflections([structure], simulator, **options)[0]


@pytest.mark.parametrize("name", CUBES)
def test_cubes_by_hand(name):
    expected = {
        tuple(sorted(hkl)): m * squared_by_hand(name, hkl)
        for hkl, m in MULTIPLICITY.items()
        if squared_by_hand(name, hkl)
    }
    found = reflections(CUBES[name])
    np.testing.assert_allclose(found.q, np.linalg.norm(found.hkl, axis=1) / A, rtol=ROUNDING)
    names = [tuple(sorted(np.abs(hkl).tolist())) for hkl in found.hkl]
    assert set(names) == set(expected)
    by_hand = [expected[hkl] for hkl in names]
    np.testing.assert_allclose(found.strength, by_hand, rtol=ROUNDING)


def test_a_family_is_named_by_its_last_member():
    assert reflections(CUBES["CsCl"], q_max=1.45 / A).hkl.tolist() == [[1, 0, 0], [1, 1, 0]]


def test_primitive_cell_scales_as_its_volume_squared():
    """Four primitive cells make one conventional one: F is four times as large."""
    for name in ("NaCl", "diamond"):
        one, four = CUBES[name].get_primitive_structure(), CUBES[name]
        small, large = reflections(one), reflections(four)
        np.testing.assert_allclose(small.q, large.q, rtol=ROUNDING)
        np.testing.assert_allclose(16 * small.strength, large.strength, rtol=ROUNDING)


def random_crystal(seed, n_sites=5):
    rng = np.random.default_rng(seed)
    lengths, angles = rng.uniform(3, 7, 3), rng.uniform(70, 110, 3)
    numbers = rng.choice([1, 6, 8, 14, 26, 82], n_sites)
    return Structure(Lattice.from_parameters(*lengths, *angles), numbers, rng.random((n_sites, 3)))


def with_coords(crystal, coords):
    return Structure(crystal.lattice, crystal.species, coords)


CHANGES = {
    "origin": lambda c: with_coords(c, c.frac_coords + np.array([0.31, -0.17, 2.4])),
    "inversion": lambda c: with_coords(c, -c.frac_coords),
    "order of atoms": lambda c: Structure.from_sites(list(c)[::-1]),
    "reduced cell": lambda c: c.get_reduced_structure("LLL"),
    "axes turned": lambda c: Structure(
        c.lattice.matrix[[2, 0, 1]], c.species, c.frac_coords[:, [2, 0, 1]]
    ),
    "skewed cell": lambda c: c.make_supercell([[1, 1, 0], [0, 1, 2], [0, 0, 1]], in_place=False),
    "rotation": lambda c: Structure(
        c.lattice.matrix @ np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0],
        c.species,
        c.frac_coords,
    ),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_nothing(change, seed):
    crystal = random_crystal(seed)
    one, other = reflections(crystal), reflections(CHANGES[change](crystal))
    np.testing.assert_allclose(other.q, one.q, rtol=ROUNDING)
    np.testing.assert_allclose(
        other.strength, one.strength, rtol=WEAK, atol=ROUNDING * one.strength.max()
    )


@pytest.mark.parametrize("seed", range(3))
def test_supercell_scales_as_its_volume_squared(seed):
    crystal = random_crystal(seed)
    one, large = (
        reflections(crystal),
        reflections(crystal.make_supercell([2, 1, 1], in_place=False)),
    )
    np.testing.assert_allclose(large.q, one.q, rtol=ROUNDING)
    np.testing.assert_allclose(
        large.strength, 4 * one.strength, rtol=WEAK, atol=ROUNDING * large.strength.max()
    )


@pytest.mark.parametrize("seed", range(3))
def test_every_reflection_by_the_sum_itself(seed):
    """Loops over a box of indices, both halves, against what is listed."""
    crystal = random_crystal(seed)
    found = reflections(crystal, q_max=0.6)
    totals = np.zeros_like(found.q)
    for hkl in np.ndindex(15, 15, 15):
        hkl = np.array(hkl) - 7
        q = np.linalg.norm(hkl @ np.linalg.inv(crystal.lattice.matrix).T)
        if 0 < q <= 0.6:
            factors = form_factors(crystal.atomic_numbers, q, b_iso=1.0)
            amplitude = factors @ np.exp(2j * np.pi * crystal.frac_coords @ hkl)
            totals[np.abs(found.q - q).argmin()] += abs(amplitude) ** 2
    np.testing.assert_allclose(found.strength, totals, rtol=WEAK)


def test_unmerged_reflections_add_up_to_the_merged():
    merged, single = (reflections(CUBES["NaCl"], merged=m) for m in (True, False))
    place = np.abs(single.q[:, None] - merged.q).argmin(axis=1)
    np.testing.assert_allclose(np.bincount(place, single.strength), merged.strength, rtol=ROUNDING)
    counts = np.bincount(place)
    assert counts[:3].tolist() == [4, 3, 6]  # half of 111, 200, 220


def test_cells_that_are_symmetric_up_to_rounding_still_merge():
    nearly = Structure([[A, 2e-8, 0], [0, A * (1 + 1e-8), 0], [0, 0, A]], ["Po"], [[0, 0, 0]])
    assert reflections(nearly, q_max=1.05 / A).strength.size == 1
    apart = Structure([[A, 0, 0], [0, A * 1.0001, 0], [0, 0, A]], ["Po"], [[0, 0, 0]])
    assert reflections(apart, q_max=1.05 / A).strength.size == 2


def test_partial_occupancies_are_weights():
    alloy = Structure(Lattice.cubic(3.0), [{"Cu": 0.75, "Zn": 0.25}], [[0, 0, 0]])
    found = reflections(alloy, q_max=0.4)
    f = [form_factors([z], 1 / 3, b_iso=1.0)[0] for z in (29, 30)]
    assert found.strength == pytest.approx([6 * (0.75 * f[0] + 0.25 * f[1]) ** 2])


@pytest.mark.parametrize("q_max", [2 / A, 3 / A])
def test_the_limit_belongs_to_the_range(q_max):
    for shift in (0.0, 1e-15, -1e-15):
        assert reflections(CUBES["CsCl"], q_max=q_max + shift).q[-1] == pytest.approx(q_max)
