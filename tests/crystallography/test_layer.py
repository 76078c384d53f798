"""The frame of a layer: its definition, and what it must leave alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation

from xrdmatch.crystallography import layer_frame, site_table, swaps_axes

ROUNDING = 1e-9  # Å: rotations and changes of basis of about 30 Å in double precision
EXCHANGE = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])  # (b, a, -c)
TURN_UP = np.diag([1.0, 1.0, -1.0])  # (a, b, -c)


@st.composite
def layers(draw, handedness=(1, -1)):
    """A layer about 4 Å thick in a skewed cell, its c tilted, anywhere in space."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gamma = np.radians(rng.uniform(50, 130))
    a, b = rng.uniform(2, 8, 2)
    tilt = rng.uniform(-6, 6, 2)
    cell = np.array([[a, 0, 0], [b * np.cos(gamma), b * np.sin(gamma), 0], [*tilt, 22.0]])
    cell[2] *= draw(st.sampled_from(handedness))
    n_sites = rng.integers(1, 6)
    coords = rng.random((n_sites, 3)) * [1, 1, 0.2]
    turned = cell @ Rotation.random(random_state=int(rng.integers(2**31))).as_matrix()
    return Structure(Lattice(turned), rng.integers(1, 90, n_sites), coords)


def framed(structure, **options):
    return layer_frame(site_table([structure]), **options)


def metric(cell):
    return cell @ cell.T


@settings(deadline=None, max_examples=60)
@given(layer=layers(), sort_lattice=st.booleans())
def test_axes_of_the_frame(layer, sort_lattice):
    a, b, _ = framed(layer, sort_lattice=sort_lattice).lattice[0]
    np.testing.assert_allclose(a, [np.linalg.norm(a), 0, 0], atol=ROUNDING)
    np.testing.assert_allclose(b[2], 0, atol=ROUNDING)
    assert b[1] > 0
    lengths = np.linalg.norm([a, b], axis=1)
    expected = sorted(layer.lattice.abc[:2]) if sort_lattice else layer.lattice.abc[:2]
    np.testing.assert_allclose(lengths, expected)


@settings(deadline=None, max_examples=60)
@given(layer=layers(), sort_lattice=st.booleans())
def test_the_frame_is_a_proper_rotation_of_the_crystal(layer, sort_lattice):
    table = framed(layer, sort_lattice=sort_lattice)
    change = EXCHANGE if sort_lattice and swaps_axes(site_table([layer]))[0] else np.eye(3)
    given_cell = layer.lattice.matrix
    if np.linalg.det(given_cell) < 0:
        change = TURN_UP @ change
    expected = metric(change @ given_cell)
    np.testing.assert_allclose(metric(table.lattice[0]), expected, atol=ROUNDING)
    rotation = np.linalg.solve(change @ given_cell, table.lattice[0])
    assert np.linalg.det(rotation) == pytest.approx(1.0)  # handedness stays
    np.testing.assert_allclose(table.cart_coords[0], layer.cart_coords @ rotation, atol=ROUNDING)
    np.testing.assert_array_equal(table.numbers[0], layer.atomic_numbers)


@settings(deadline=None, max_examples=30)
@given(layer=layers(), vacuum=st.sampled_from([None, 20.0]))
def test_c_ends_above_the_plane_whatever_the_handedness_of_the_cell(layer, vacuum):
    assert framed(layer, vacuum=vacuum).lattice[0, 2, 2] > 0


def test_swapped_axes_by_hand():
    layer = Structure(
        Lattice.orthorhombic(3.0, 2.0, 20.0), ["C", "O"], [[0.1, 0.2, 0.5], [0.3] * 3]
    )
    table = framed(layer)
    np.testing.assert_allclose(table.lattice[0], np.diag([2.0, 3.0, 20.0]), atol=ROUNDING)
    expected = [[0.2, 0.1, -0.5], [0.3, 0.3, -0.3]]
    np.testing.assert_allclose(table.frac_coords[0], expected, atol=ROUNDING)


@pytest.mark.parametrize(("b", "swapped"), [(2.999, True), (3 - 1e-9, False), (3.0, False)])
def test_axes_equal_up_to_rounding_are_not_swapped(b, swapped):
    layer = Structure(Lattice.orthorhombic(3.0, b, 20.0), ["C"], [[0, 0, 0]])
    assert swaps_axes(site_table([layer])).tolist() == [swapped]


@settings(deadline=None, max_examples=60)
@given(layer=layers(), vacuum=st.floats(8, 40), origin=st.floats(-1, 1))
def test_vacuum_keeps_the_layer_and_centres_it(layer, vacuum, origin):
    before = framed(layer)
    layer.translate_sites(list(range(len(layer))), [0, 0, origin])  # cuts it, often
    after = framed(layer, vacuum=vacuum)
    np.testing.assert_allclose(after.lattice[0, 2], [0, 0, vacuum])
    np.testing.assert_allclose(after.lattice[0, :2], before.lattice[0, :2], atol=ROUNDING)
    np.testing.assert_allclose(
        pdist(after.cart_coords[0]), pdist(before.cart_coords[0]), atol=ROUNDING
    )
    z = after.frac_coords[0, :, 2]
    assert z.min() + z.max() == pytest.approx(1.0)


def test_no_vacuum_no_gap_to_cut_at():
    """In a bulk crystal nothing tells where a layer begins, so coordinates stay."""
    bulk = Structure(Lattice.orthorhombic(3, 4, 5), ["C", "C"], [[0, 0, 0.1], [0, 0, 0.9]])
    np.testing.assert_allclose(framed(bulk).frac_coords[0], bulk.frac_coords, atol=ROUNDING)


def test_padding_stays_zero():
    small = Structure(Lattice.orthorhombic(4, 3, 20), ["C"], [[0.5, 0.5, 0.9]])
    large = Structure(Lattice.cubic(20), ["C", "O"], [[0, 0, 0.9], [0, 0, 0.05]])
    table = layer_frame(site_table([small, large]), vacuum=15.0)
    assert not table.frac_coords[0, 1].any()
    assert table.n_sites.tolist() == [1, 2]


def test_input_stays_and_empty_tables_pass():
    table = site_table([Structure(Lattice.orthorhombic(4, 3, 20), ["C"], [[0.5, 0.5, 0.9]])])
    lattice, coords = table.lattice.copy(), table.frac_coords.copy()
    layer_frame(table, vacuum=15.0)
    np.testing.assert_array_equal(table.lattice, lattice)
    np.testing.assert_array_equal(table.frac_coords, coords)
    assert len(layer_frame(site_table([]), vacuum=15.0)) == 0


def test_cell_without_volume():
    good = Structure(Lattice.cubic(3), ["C"], [[0, 0, 0]])
    flat = Structure(Lattice([[3, 0, 0], [0, 3, 0], [3, 3, 0]]), ["C"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="three vectors in one plane at position 1; give the thi"):
        layer_frame(site_table([good, flat]))


def test_layer_thicker_than_the_vacuum():
    thick = Structure(Lattice.cubic(20), ["C", "C"], [[0, 0, 0.1], [0, 0, 0.6]])
    with pytest.raises(ValueError, match=r"vacuum must .* got 9 Å for a layer of 10.0 Å at positi"):
        framed(thick, vacuum=9)
