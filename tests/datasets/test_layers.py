"""Layers cut out of crystals: known crystals, whole catalogues, and what cannot be cut."""

import sys

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import cut_layers, load_monolayers, make_monolayers, unique_layers
from xrdmatch.io import read_structures

pytest.importorskip("ase")

SAME = 1e-5  # [Å] rounding of positions, there and back


def graphite():
    sites = [[0, 0, 1 / 4], [0, 0, 3 / 4], [1 / 3, 2 / 3, 1 / 4], [2 / 3, 1 / 3, 3 / 4]]
    return Structure(Lattice.hexagonal(2.461, 6.708), ["C"] * 4, sites)


def molybdenite(c=12.29):
    """MoS2 in the 2H stacking: two layers, turned by half a turn towards each other."""
    z = 1.567 / c  # height of S over Mo
    sites = [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
    sites += [[2 / 3, 1 / 3, 0.25 + z], [2 / 3, 1 / 3, 0.25 - z]]
    sites += [[1 / 3, 2 / 3, 0.75 + z], [1 / 3, 2 / 3, 0.75 - z]]
    return Structure(Lattice.hexagonal(3.16, c), ["Mo"] * 2 + ["S"] * 4, sites)


def silicon():
    return Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]])


def rhombohedral(lattice, species, heights):
    """Layers stacked as A, B, C, in the primitive cell, whose axes all leave the layers."""
    sites = [[z, z, z] for z in heights]
    return Structure(lattice, species, sites)


@pytest.fixture(scope="module")
def known():
    return load_monolayers()


def in_plane(layer):
    return np.array([*layer.lattice.abc[:2], layer.lattice.gamma])


def test_graphite_gives_graphene():
    (layer,) = cut_layers(graphite())
    assert layer.reduced_formula == "C"
    assert len(layer) == 2
    np.testing.assert_allclose(in_plane(layer), [2.461, 2.461, 120], atol=SAME)
    assert layer.get_distance(0, 1) == pytest.approx(2.461 / np.sqrt(3), abs=SAME)


def test_two_equal_layers_are_one():
    (layer,) = cut_layers(molybdenite())
    assert layer.composition.as_dict() == {"Mo": 1, "S": 2}
    assert np.ptp(layer.cart_coords[:, 2]) == pytest.approx(2 * 1.567, abs=SAME)
    mo_s = [layer.get_distance(0, i) for i in (1, 2)]
    np.testing.assert_allclose(mo_s, np.hypot(3.16 / np.sqrt(3), 1.567), atol=SAME)


def test_layers_of_two_kinds_come_with_numbers():
    """Graphene between MoS2 layers, in a common cell that suits neither bond."""
    stack = molybdenite(c=20.0)
    stack.append("B", [0, 0, 0])
    stack.append("N", [1 / 3, 2 / 3, 0])
    stack.properties = {"name": "sandwich"}
    layers = {layer.reduced_formula: layer for layer in cut_layers(stack)}
    assert {*layers} == {"MoS2", "BN"}
    names = {layer.properties["name"] for layer in layers.values()}
    assert names == {"sandwich-1", "sandwich-2"}


def test_layers_across_all_axes_of_the_cell():
    """CdCl2 in its primitive rhombohedral cell; the layer's axes are differences of the cell's."""
    lattice = Lattice.rhombohedral(6.23, 36.04)
    (layer,) = cut_layers(rhombohedral(lattice, ["Cd", "Cl", "Cl"], [0, 0.25, 0.75]))
    assert layer.composition.as_dict() == {"Cd": 1, "Cl": 2}
    side = np.linalg.norm(lattice.matrix[0] - lattice.matrix[1])
    np.testing.assert_allclose(in_plane(layer), [side, side, 120], atol=SAME)
    distance = Structure(
        lattice, ["Cd", "Cl", "Cl"], [[0] * 3, [0.25] * 3, [0.75] * 3]
    ).get_neighbor_list(3.0)[3]
    assert layer.get_neighbor_list(3.0)[3].min() == pytest.approx(distance.min(), abs=SAME)


@pytest.mark.parametrize(
    "crystal",
    [
        silicon(),
        silicon().get_primitive_structure(),
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3]),
        Structure(Lattice.cubic(9.0), ["Xe"], [[0, 0, 0]]),
        Structure(Lattice.cubic(12.0), ["N", "N"], [[0, 0, 0], [0, 0, 1.1 / 12]]),
    ],
    ids=["silicon", "primitive silicon", "rock salt", "far atoms", "molecules"],
)
def test_what_is_not_layered_has_no_layers(crystal):
    assert cut_layers(crystal) == []


def test_a_monolayer_is_its_own_layer(known):
    """Every shipped one comes back with the very pattern that it had."""
    cut = [cut_layers(layer) for layer in known]
    assert {len(layers) for layers in cut} == {1}
    patterns = DiffractionSimulator().transform([layer for (layer,) in cut])
    distances, found = PatternMatcher().fit(known).kneighbors(patterns, n_neighbors=1)
    np.testing.assert_array_equal(found[:, 0], np.arange(len(known)))
    assert distances.max() < 1e-6


def test_properties_go_along(known):
    (layer,) = cut_layers(known[0])
    assert layer.properties == known[0].properties
    layer.properties["name"] = "another"
    assert known[0].properties["name"] == "graphene"


def test_frame_and_vacuum():
    crystal = molybdenite()
    turned = Structure(
        crystal.lattice.matrix[:, [2, 0, 1]], crystal.species, crystal.frac_coords + 0.4
    )
    (layer,) = cut_layers(turned, vacuum=31.0)
    np.testing.assert_allclose(
        layer.lattice.matrix[[0, 2, 2, 2], [1, 0, 1, 2]], [0, 0, 0, 31], atol=SAME
    )
    heights = layer.frac_coords[:, 2]
    assert (heights.min() + heights.max()) / 2 == pytest.approx(0.5)


def test_supercells_and_origins_make_no_difference():
    crystal = molybdenite()
    wide = crystal * (2, 1, 1)
    wide.translate_sites(range(len(wide)), [0.1, 0.2, 0.3])
    (layer,), (double,) = cut_layers(crystal), cut_layers(wide)
    assert len(double) == 2 * len(layer)
    assert len(unique_layers([layer, double])) == 1


def test_phases_of_one_formula_are_different(known):
    names = [layer.properties["name"] for layer in known]
    one_t, two_h = (known[names.index(name)] for name in ("TaS2-1T", "TaS2-2H"))
    assert len(unique_layers([one_t, two_h, one_t])) == 2
    assert len(unique_layers(known)) == len(known)


def test_what_differs_by_less_than_the_tolerance_is_a_copy(known):
    layer = known[0]
    wider = layer.copy().apply_strain([0.01, 0.01, 0])
    farther = np.sort(layer.get_neighbor_list(4.0)[3])
    assert len(unique_layers([layer, wider], tolerance=0.02 * farther.max())) == 1
    assert len(unique_layers([layer, wider], tolerance=0.001)) == 2


def test_no_layers_no_copies():
    assert unique_layers([]) == []


def test_long_cells_reach_far_enough():
    """A needle-shaped supercell has the surroundings of its parts."""
    layer = make_monolayers(1, random_state=0)[0]
    assert len(unique_layers([layer, layer * (1, 5, 1)])) == 1


def test_disorder_is_refused():
    mixed = molybdenite()
    mixed.replace(0, {"Mo": 0.5, "W": 0.5})
    mixed.properties = {"name": "mixed"}
    with pytest.raises(ValueError, match=r"ordered crystals, got partial occupancies in .*mixed"):
        cut_layers(mixed)


def test_thick_layers_need_more_vacuum():
    with pytest.raises(ValueError, match=r"larger than the layer is thick, got 3.0 Å for a layer"):
        cut_layers(molybdenite(), vacuum=3.0)


def test_without_ase(monkeypatch):
    monkeypatch.setitem(sys.modules, "ase.neighborlist", None)
    with pytest.raises(ImportError, match=r"cutting layers needs ase; install it with `pip inst"):
        cut_layers(graphite())


def test_most_of_a_catalogue_of_layers_comes_back(shared_data):
    """Of 200 published layers, in all kinds of cells, each that is cut stays as it was."""
    layers = read_structures(shared_data / "monolayers.parquet")[::42]
    cut = [cut_layers(layer, vacuum=40.0) for layer in layers]
    whole = [
        (layer, own[0])
        for layer, own in zip(layers, cut, strict=True)
        if len(own) == 1 and len(own[0]) == len(layer)
    ]
    assert len(whole) > 0.95 * len(layers)
    copies = [len(unique_layers(pair)) == 1 for pair in whole]
    assert all(copies)
