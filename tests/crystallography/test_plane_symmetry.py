"""The Laue class in the plane against the intensities, and what must not change it."""

from itertools import product

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.crystallography import layer_symmetries, plane_laue_class
from xrdmatch.datasets import load_monolayers

N_OPERATIONS = {"2": 2, "2mm": 4, "4": 4, "4mm": 8, "6": 6, "6mm": 12}
SAME_INTENSITY = 1e-6  # of the strongest spot: rounded coordinates of thirds
SAME_LENGTH = 1e-6  # [Å^2] of the metric
LAYERS = {layer.properties["name"]: layer for layer in load_monolayers()}


def turned(fold, place, cell, heights=(0.5,)):
    """Carbon at a general position of a rotation axis, and one more atom on the axis."""
    lattice = Lattice(cell)
    angle = 2 * np.pi / fold
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    start = np.array(place) @ lattice.matrix[:2, :2]
    flat = [start @ np.linalg.matrix_power(turn, i) for i in range(fold)]
    z = 20 * np.resize(heights, fold)
    atoms = [[*xy, height] for xy, height in zip(flat, z, strict=True)] + [[0, 0, 10.0]]
    return Structure(lattice, ["C"] * fold + ["Mo"], atoms, coords_are_cartesian=True)


SQUARE = np.diag([5.0, 5.0, 20.0])
OBLIQUE = np.array([[5.0, 0, 0], [1.3, 6.0, 0], [0, 0, 20.0]])
HEXAGONAL = np.array([[6.0, 0, 0], [-3.0, 3 * 3**0.5, 0], [0, 0, 20.0]])
MADE = {
    "2": turned(2, (0.15, 0.32), OBLIQUE),
    "4": turned(4, (0.15, 0.32), SQUARE),
    "6": turned(3, (0.15, 0.42), HEXAGONAL),
}


def operations_of_pattern(layer):
    """Count the lattice's operations that leave every intensity as it is, by trying them all."""
    pattern = DiffractionSimulator(sort_lattice=False).transform([layer])[0]
    intensity = dict(zip(map(tuple, pattern.hkl[:, :2].tolist()), pattern.intensity, strict=True))
    reciprocal = np.linalg.inv(layer.lattice.matrix[:2, :2]).T
    metric = reciprocal @ reciprocal.T
    found = 0
    for entries in product((-1, 0, 1), repeat=4):
        matrix = np.array(entries).reshape(2, 2)
        if np.abs(matrix @ metric @ matrix.T - metric).max() > SAME_LENGTH:
            continue
        images = {hk: tuple((np.array(hk) @ matrix).tolist()) for hk in intensity}
        apart = [abs(intensity[a] - intensity[b]) for a, b in images.items() if b in intensity]
        found += max(apart) < SAME_INTENSITY * pattern.intensity.max()
    return found


@pytest.mark.parametrize(
    "name", ["graphene", "h-BN", "silicene", "MoS2-2H", "MoSSe-2H", "WTe2-1T'"]
)
def test_shipped_layers_against_their_patterns(name):
    assert N_OPERATIONS[plane_laue_class(LAYERS[name])] == operations_of_pattern(LAYERS[name])


@pytest.mark.parametrize("name", MADE)
def test_classes_without_mirrors_against_their_patterns(name):
    assert plane_laue_class(MADE[name]) == name
    assert operations_of_pattern(MADE[name]) == N_OPERATIONS[name]


def test_a_pattern_has_more_symmetry_where_only_heights_break_it():
    layer = turned(4, (0.15, 0.32), SQUARE, heights=(0.45, 0.47, 0.5, 0.56))
    assert plane_laue_class(layer) == "2"
    assert operations_of_pattern(layer) == 4


def leaning(layer):
    lattice = layer.lattice.matrix.copy()
    lattice[2] += 0.3 * lattice[0] + 0.2 * lattice[1]
    return Structure(lattice, layer.species, layer.cart_coords, coords_are_cartesian=True)


@pytest.mark.parametrize("name", ["graphene", "WTe2-1T'"])
@pytest.mark.parametrize(
    "change",
    [
        leaning,
        lambda s: s.copy().translate_sites(range(len(s)), [0.13, 0.21, 0.5]),
        lambda s: s.make_supercell([[1, 0, 0], [1, 2, 0], [0, 0, 1]], in_place=False),
        lambda s: Structure(s.lattice.matrix[:, [2, 0, 1]], s.species, s.frac_coords),
        lambda s: Structure(s.lattice.matrix[[1, 0, 2]], s.species, s.frac_coords[:, [1, 0, 2]]),
    ],
    ids=["leaning c", "origin", "supercell", "turned", "a and b exchanged"],
)
def test_the_cell_makes_no_difference(name, change):
    layer = LAYERS[name]
    as_given, changed = layer_symmetries([layer, change(layer)])
    assert (changed.point_group, changed.plane_class) == (
        as_given.point_group,
        as_given.plane_class,
    )


def test_point_groups_are_those_of_pymatgen():
    layers = list(LAYERS.values())[::15]
    for layer, found in zip(layers, layer_symmetries(layers), strict=True):
        analysed = SpacegroupAnalyzer(layer, symprec=0.05)
        assert found.point_group == analysed.get_point_group_symbol()
        assert found.space_group == analysed.get_space_group_number()


def test_a_crystal_without_vacuum_is_taken_as_it_is():
    (iron,) = layer_symmetries([Structure.from_prototype("bcc", ["Fe"], a=2.87)])
    assert (iron.point_group, iron.plane_class) == ("m-3m", "4mm")


def test_occupancies_count():
    ordered, mixed = LAYERS["graphene"].copy(), LAYERS["graphene"].copy()
    mixed[0] = {"C": 0.5}
    assert layer_symmetries([ordered, mixed])[0].point_group == "6/mmm"
    assert layer_symmetries([ordered, mixed])[1].point_group == "-6m2"


def test_tolerance():
    moved = LAYERS["graphene"].copy()
    moved.translate_sites([0], [0.0, 0.0, 0.1 / 20])
    assert plane_laue_class(moved, symprec=0.2) == "6mm"
    assert layer_symmetries([moved], symprec=0.01)[0].point_group == "-3m"


def test_tokens_and_workers_tell_the_same():
    layers = [LAYERS["graphene"], LAYERS["MoS2-2H"], LAYERS["WTe2-1T'"]]
    found = layer_symmetries(layers)
    assert layer_symmetries(CrystalTokenizer(vacuum=30.0).transform(layers)) == found
    assert layer_symmetries(layers, n_jobs=2) == found


def test_progress(capsys):
    layer_symmetries([LAYERS["graphene"]], verbose=True)
    assert "1/1" in capsys.readouterr().err


def test_no_symmetry_is_not_the_end():
    on_top = Structure(
        Lattice.cubic(3), ["H", "H"], [[0, 0, 0], [0, 0, 0.001]], validate_proximity=False
    )
    assert layer_symmetries([on_top]) == [("?", 0, "?")]
    assert plane_laue_class(on_top) == "?"
