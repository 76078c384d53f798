"""What must not change a zone-axis pattern, and how its range and labels are set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from scipy.spatial.transform import Rotation

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import SiteTable, layer_frame, site_table

# Relative to the strongest spot: what remains of an extinct spot is the rounding of its sum.
ZERO = 1e-12
THICKNESS_AS_STORED = 1e-3  # Å: the table's own column, written with three decimals
VACUUM = 25.0  # Å, above the thickest of the shared monolayers
seeds = st.integers(0, 2**32 - 1)
shifts = st.floats(-1, 1)
few = settings(deadline=None, max_examples=25)


def simulate(*structures, **options):
    return DiffractionSimulator(**options).transform(list(structures))


def rotated(structure, rotation):
    lattice = Lattice(structure.lattice.matrix @ rotation.as_matrix().T)
    return Structure(lattice, structure.species, structure.frac_coords)


@few
@given(seed=seeds, shift=st.tuples(shifts, shifts, shifts))
def test_origin(make_layer, assert_same_indexed, seed, shift):
    """Along c the shift often cuts the layer at the boundary of its tilted cell."""
    layer = make_layer(seed)
    moved = Structure(layer.lattice, layer.species, (layer.frac_coords + shift) % 1.0)
    assert_same_indexed(*simulate(layer, moved))


@few
@given(seed=seeds, order=st.permutations(range(6)))
def test_order_of_atoms(make_layer, assert_same_indexed, seed, order):
    layer = make_layer(seed)
    assert_same_indexed(*simulate(layer, Structure.from_sites([layer[i] for i in order])))


@few
@given(seed=seeds, turn=seeds)
def test_rotation_of_the_crystal(make_layer, assert_same_indexed, seed, turn):
    layer = make_layer(seed)
    turned = rotated(layer, Rotation.random(random_state=turn))
    assert_same_indexed(*simulate(layer, turned))


@few
@given(turn=seeds)
def test_rotation_of_a_crystal_with_equal_axes(crystals, assert_same_indexed, turn):
    for name in ("h-BN", "MoS2"):
        turned = rotated(crystals[name], Rotation.random(random_state=turn))
        assert_same_indexed(*simulate(crystals[name], turned))


@few
@given(seed=seeds)
def test_height_is_not_seen(make_layer, assert_same_indexed, seed):
    layer = make_layer(seed, normal_c=True)
    mirrored, flat = layer.frac_coords * [1, 1, -1], layer.frac_coords * [1, 1, 0]
    for coords in (mirrored, flat):
        other = Structure(layer.lattice, layer.species, coords)
        assert_same_indexed(*simulate(layer, other))


@few
@given(seed=seeds)
def test_inversion_is_not_seen(make_layer, assert_same_indexed, seed):
    layer = make_layer(seed)
    inverted = Structure(layer.lattice, layer.species, -layer.frac_coords)
    assert_same_indexed(*simulate(layer, inverted))


@few
@given(seed=seeds, longer=st.floats(-8, 30), tilt=st.tuples(st.floats(-9, 9), st.floats(-9, 9)))
def test_length_and_tilt_of_c(make_layer, assert_same_indexed, seed, longer, tilt):
    layer = make_layer(seed, normal_c=True)
    cell = layer.lattice.matrix.copy()
    cell[2] += [*tilt, longer]
    other = Structure(Lattice(cell), layer.species, layer.cart_coords, coords_are_cartesian=True)
    assert_same_indexed(*simulate(layer, other))


@few
@given(seed=seeds)
def test_friedel_mates_are_equal(make_layer, by_indices, seed):
    (pattern,) = simulate(make_layer(seed))
    spots = by_indices(pattern)
    assert len(spots) == 168
    for (h, k), (q, intensity) in spots.items():
        mate, equal = spots[-h, -k]
        np.testing.assert_array_equal(mate, -q)
        assert equal == intensity


@pytest.mark.parametrize("options", [{}, {"q_max": 1.3}, {"hk_max": 2}])
def test_friedel_half_is_one_of_each_pair(crystals, by_indices, options):
    names = list(crystals)
    full = simulate(*crystals.values(), **options)
    half = simulate(*crystals.values(), friedel_half=True, **options)
    for name, whole, part in zip(names, full, half, strict=True):
        assert 2 * part.n_peaks == whole.n_peaks, name
        spots, kept = by_indices(whole), by_indices(part)
        assert {*kept, *((-h, -k) for h, k in kept)} == set(spots)
        for hk, (q, intensity) in kept.items():
            np.testing.assert_array_equal(q, spots[hk][0])
            assert intensity == spots[hk][1]


@pytest.mark.parametrize("q_max", [0.6, 1.234, 2.5])
def test_q_max_takes_every_spot_within_it(crystals, naive_pattern, assert_same_indexed, q_max):
    for crystal in crystals.values():
        (pattern,) = simulate(crystal, q_max=q_max)
        plenty = naive_pattern(crystal, hk_max=int(q_max * max(crystal.lattice.abc[:2])) + 2)
        inside = {hk: spot for hk, spot in plenty.items() if np.hypot(*spot[0]) <= q_max}
        assert_same_indexed(pattern, inside)


@pytest.mark.parametrize("hk_max", [1, 3])
def test_hk_max_is_the_largest_index(crystals, hk_max):
    (pattern,) = simulate(crystals["P1, c tilted"], hk_max=hk_max)
    assert pattern.n_peaks == (2 * hk_max + 1) ** 2 - 1
    assert np.abs(pattern.hkl).max() == hk_max


@few
@given(seed=seeds, sort_lattice=st.booleans())
def test_indices_belong_to_the_cell_as_given(make_layer, seed, sort_lattice):
    """q.a = h and q.b = k, whichever axis the frame puts first."""
    layer = make_layer(seed)
    (pattern,) = simulate(layer, sort_lattice=sort_lattice)
    cell = layer_frame(site_table([layer]), sort_lattice=sort_lattice).lattice[0, :2, :2]
    a, b = layer.lattice.abc[:2]
    if sort_lattice and b < a:
        cell = cell[::-1]
    np.testing.assert_allclose(np.linalg.norm(cell, axis=1), [a, b])
    np.testing.assert_allclose(pattern.q @ cell.T, pattern.hkl[:, :2], atol=1e-9)


CELL_CHOICES = {
    "sheared": [[1, 0, 0], [1, 1, 0], [0, 0, 1]],
    "turned": [[1, 1, 0], [-1, 0, 0], [0, 0, 1]],
    "doubled": [[2, 0, 0], [0, 1, 0], [0, 0, 1]],
    "three by two": [[3, 0, 0], [0, 2, 0], [0, 0, 1]],
    "turned and tripled": [[1, 2, 0], [-1, 1, 0], [0, 0, 1]],
}


@pytest.mark.parametrize("sort_lattice", [True, False])
@pytest.mark.parametrize("choice", CELL_CHOICES)
def test_choice_of_cell(make_layer, assert_same_spots, choice, sort_lattice):
    """Another cell of the same layer: rotated with its a axis, and brighter by its size."""
    for seed in range(5):
        layer = make_layer(seed, normal_c=True)
        other = layer.copy()
        other.make_supercell(CELL_CHOICES[choice])
        options = {"q_max": 1.2345, "sort_lattice": sort_lattice}
        expected, found = simulate(layer, other, **options)
        bright = found.intensity > ZERO * found.intensity.max()
        turn = turn_between(layer, other, sort_lattice)
        assert_same_spots(
            found.q[bright] @ turn,
            found.intensity[bright] * len(layer) / len(other),
            expected.q,
            expected.intensity,
        )


def turn_between(layer, other, sort_lattice):
    """The orthogonal matrix that takes q in the other's frame to the layer's: x, y as given."""

    def axes(structure):
        a, b, _ = structure.lattice.matrix
        if sort_lattice and np.linalg.norm(b) < np.linalg.norm(a):
            a, b = b, a
        x = a / np.linalg.norm(a)
        normal = np.cross(a, b)
        return np.array([x, np.cross(normal / np.linalg.norm(normal), x)])

    return axes(other) @ axes(layer).T


def test_no_spot_in_reach(crystals):
    with pytest.raises(ValueError, match=r"q_max=0.1 \[1/Å\] .* a = 2.5 Å, b = 2.5 Å; raise q_max"):
        simulate(crystals["h-BN"], q_max=0.1)


@pytest.fixture(scope="module")
def monolayers(shared_data):
    """All shared monolayers as one table, with the thickness that their makers state [Å]."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = parquet.read_table(shared_data / "monolayers.parquet").to_pydict()
    n_sites = np.array(rows["natoms"])
    shape = (len(n_sites), n_sites.max())
    present = np.arange(shape[1]) < n_sites[:, None]
    coords, numbers = np.zeros((*shape, 3)), np.zeros(shape, int)
    coords[present] = np.concatenate(rows["frac_coords"]).reshape(-1, 3)
    numbers[present] = np.concatenate(rows["numbers"])
    lattice = np.reshape(rows["lattice"], (-1, 3, 3))
    return SiteTable(lattice, coords, numbers, present.astype(float)), np.array(rows["thickness"])


def test_vacuum_changes_no_pattern_of_the_shared_monolayers(monolayers):
    table, _ = monolayers
    simulator = DiffractionSimulator(hk_max=3, friedel_half=True)
    before = simulator.transform(table)
    after = simulator.transform(layer_frame(table, vacuum=VACUUM))
    q, q_after = (np.array([pattern.q for pattern in part]) for part in (before, after))
    np.testing.assert_allclose(q_after, q, rtol=0, atol=1e-9)
    intensity, found = (np.array([p.intensity for p in part]) for part in (before, after))
    strongest = intensity.max(axis=1, keepdims=True)
    np.testing.assert_allclose(found / strongest, intensity / strongest, rtol=0, atol=1e-9)


def test_vacuum_keeps_the_thickness_of_the_shared_monolayers(monolayers):
    table, thickness = monolayers
    framed = layer_frame(table, vacuum=VACUUM)
    z = np.where(framed.numbers > 0, framed.cart_coords[..., 2], VACUUM / 2)  # padding: the middle
    np.testing.assert_allclose(np.ptp(z, axis=1), thickness, atol=THICKNESS_AS_STORED)
    np.testing.assert_allclose(z.min(axis=1) + z.max(axis=1), VACUUM)
