"""A zone axis as a layer: its hk0 spots are the crystal's zero layer, whatever the cell."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import form_factors, zone_layer
from xrdmatch.io import read_structures

Q_MAX = 0.7  # 1/Å
ROUNDING = 1e-7  # relative, of intensities: 1e-12 Å of coordinates times large indices
ELEMENTS = ["H", "O", "Si", "Fe", "Mo", "Pb"]
WEAK = 1e-9  # of the strongest spot: extinct up to rounding


@st.composite
def crystals(draw):
    """A triclinic crystal of up to five atoms."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cell = Lattice.from_parameters(*rng.uniform(3, 7, 3), *rng.uniform(65, 115, 3))
    n_sites = rng.integers(1, 6)
    return Structure(cell, rng.choice(ELEMENTS, n_sites), rng.random((n_sites, 3)))


axes = st.tuples(*[st.integers(-3, 3)] * 3).filter(any)


def zero_layer(crystal, uvw, n_cells=1):
    """Sorted (|q|, |F|^2 / N) of hu + kv + lw = 0, one spot at a time, extinct ones left out."""
    reciprocal = crystal.lattice.reciprocal_lattice_crystallographic.matrix
    largest = [int(Q_MAX * length) + 1 for length in crystal.lattice.abc]
    spots = []
    for hkl in itertools.product(*(range(-n, n + 1) for n in largest)):
        q = np.linalg.norm(hkl @ reciprocal)
        if any(hkl) and np.dot(hkl, uvw) == 0 and q <= Q_MAX:
            f = form_factors(crystal.atomic_numbers, q) * np.exp(-(q**2) / 4)
            factor = (f * np.exp(2j * np.pi * crystal.frac_coords @ hkl)).sum()
            spots.append((q, abs(factor) ** 2 / len(crystal) / n_cells))
    return strong(np.array(sorted(spots)).reshape(-1, 2))


def hk0(layer):
    """The same of the layer, by the simulator."""
    (pattern,) = DiffractionSimulator(q_max=Q_MAX).transform([layer])
    pairs = np.column_stack([np.linalg.norm(pattern.q, axis=1), pattern.intensity])
    return strong(pairs)


def strong(spots):
    """Spots that are not extinct, in an order that rounding cannot change."""
    spots = spots[spots[:, 1] > WEAK * spots[:, 1].max()]
    return spots[np.lexsort((spots[:, 1], spots[:, 0].round(6)))]


def assert_alike(found, expected):
    """Equal |q| may be reached in any order, so intensities are summed for each |q|."""
    for one in (found, expected):
        assert len(one)
    for length in np.unique(expected[:, 0].round(5)):
        sums = [s[np.abs(s[:, 0] - length) < 1e-5, 1].sum() for s in (found, expected)]
        np.testing.assert_allclose(*sums, rtol=ROUNDING)
    assert len(found) == len(expected)


@settings(deadline=None, max_examples=40)
@given(crystal=crystals(), uvw=axes)
def test_spots_are_those_of_the_zero_layer(crystal, uvw):
    expected = zero_layer(crystal, uvw)
    if len(expected):
        assert_alike(hk0(zone_layer(crystal, uvw)), expected)


@settings(deadline=None, max_examples=40)
@given(crystal=crystals(), uvw=axes, seed=st.integers(0, 2**32 - 1))
def test_the_choice_of_cell_makes_no_difference(crystal, uvw, seed):
    """Unimodular changes of basis and supercells: the same crystal in other axes."""
    rng = np.random.default_rng(seed)
    change = np.eye(3, dtype=int)
    for i, j in rng.permutation(list(itertools.permutations(range(3), 2)))[:3]:
        change[i] += rng.integers(-1, 2) * change[j]
    matrix = change @ crystal.lattice.matrix
    coords = crystal.frac_coords @ np.linalg.inv(change)
    other = Structure(Lattice(matrix), crystal.species, coords)
    other_uvw = np.round(uvw @ np.linalg.inv(change)).astype(int)
    layer, other_layer = zone_layer(crystal, uvw), zone_layer(other, other_uvw)
    np.testing.assert_allclose(layer.lattice.abc, other_layer.lattice.abc)
    if len(zero_layer(crystal, uvw)):
        assert_alike(hk0(other_layer), hk0(layer))


@pytest.mark.parametrize("symbol", ["Fm-3m", "Im-3m", "R-3m", "C2/m"])
@pytest.mark.parametrize("uvw", [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, -1, 2)])
def test_centred_cells_have_no_spot_that_centring_forbids(symbol, uvw):
    lattice = {"R-3m": Lattice.hexagonal(4, 9), "C2/m": Lattice.monoclinic(5, 4, 6, 105)}
    coords = [[0, 0, 0.2], [0, 0, 0]]
    lattice = lattice.get(symbol, Lattice.cubic(4.1))
    crystal = Structure.from_spacegroup(symbol, lattice, ["Cu", "O"], coords)
    layer = zone_layer(crystal, uvw)
    expected = zero_layer(crystal, uvw, n_cells=len(crystal) / len(layer))
    assert len(layer) < len(crystal)
    assert_alike(hk0(layer), expected)


def test_the_beam_runs_along_the_axis_and_the_plane_is_reduced():
    crystal = Structure(Lattice.from_parameters(4, 5, 6, 80, 95, 110), ["C"], [[0.1, 0.2, 0.3]])
    for uvw in [(1, 0, 0), (0, 0, -1), (3, -2, 5), (-4, 4, 2)]:
        a, b, c = zone_layer(crystal, uvw).lattice.matrix
        axis = uvw @ crystal.lattice.matrix
        along = axis / np.linalg.norm(axis)
        np.testing.assert_allclose(np.cross(c, axis), 0, atol=1e-9)
        assert c @ along > 0
        assert np.cross(a, b) @ along > 0
        np.testing.assert_allclose([a @ along, b @ along], 0, atol=1e-9)
        assert np.linalg.norm(a) <= np.linalg.norm(b)
        assert abs(a @ b) <= a @ a / 2


def test_a_common_factor_is_no_part_of_a_direction():
    crystal = Structure(Lattice.orthorhombic(3, 4, 5), ["C"], [[0, 0, 0]])
    layer = zone_layer(crystal, [0, 0, 4])
    assert layer.properties["zone_axis"] == (0, 0, 1)
    np.testing.assert_allclose(layer.lattice.abc, (3, 4, 5))


@pytest.mark.parametrize("c_over_a", [0.5, 0.5 - 1e-9, 0.5 + 1e-9])
def test_reduction_ends_at_hexagonal_planes_up_to_rounding(c_over_a):
    cell = Lattice([[2.0, 0, 0], [-2 * c_over_a, np.sqrt(3), 0], [0, 0, 5]])
    layer = zone_layer(Structure(cell, ["C"], [[0, 0, 0]]), [0, 0, 1])
    assert layer.lattice.gamma == pytest.approx(120)


def test_what_sites_and_crystal_carry_stays():
    crystal = Structure(
        Lattice.orthorhombic(3, 4, 5),
        [{"Cu": 0.75, "Zn": 0.25}, "O2-"],
        [[0.1, 0.2, 0.3], [0.6, 0.7, 0.8]],
        site_properties={"magmom": [1.5, 0.0]},
        labels=["M1", "O1"],
    )
    crystal.properties = {"name": "alloy", "source": "mine"}
    layer = zone_layer(crystal, [1, 0, 0])
    assert [site.species for site in layer] == [site.species for site in crystal]
    assert layer.site_properties["magmom"] == [1.5, 0.0]
    assert layer.labels == ["M1", "O1"]
    assert layer.properties == {"name": "alloy [1 0 0]", "source": "mine", "zone_axis": (1, 0, 0)}
    assert crystal.properties == {"name": "alloy", "source": "mine"}


@pytest.mark.parametrize("uvw", [(0, 0, 0), (1, 0), (0.5, 1, 0), "100", (1, np.nan, 0), None])
def test_what_is_no_axis(uvw):
    crystal = Structure(Lattice.cubic(3), ["C"], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"three whole numbers of which one is not 0, got .*along"):
        zone_layer(crystal, uvw)


def test_molybdite_along_its_long_axis(shared_data):
    (crystal,) = read_structures(shared_data / "electron" / "MoO3_62.cif")
    layer = zone_layer(crystal, [1, 0, 0])
    np.testing.assert_allclose(layer.lattice.abc, (3.6978, 3.9616, 13.856))
    assert_alike(hk0(layer), zero_layer(crystal, (1, 0, 0)))
