"""Graphs of crystals against neighbour lists of pymatgen, and what must not change them."""

import pickle
import sys

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.core.operations import SymmOp

from xrdmatch import CrystalTokenizer
from xrdmatch.preprocessing import CrystalGraph
from xrdmatch.preprocessing._neighbour_lists import shell_weights
from xrdmatch.preprocessing._primitive_lattice import N_EXTRA, lattice_lengths

CLOSE = 1e-4  # [Å] single precision, and what a cell written with six digits keeps


@pytest.fixture(scope="module")
def quartz():
    """Low quartz: nine atoms, none at a special place of all three axes."""
    return Structure.from_spacegroup(
        "P3_221",
        Lattice.hexagonal(4.913, 5.405),
        ["Si", "O"],
        [[0.4697, 0, 2 / 3], [0.4135, 0.2669, 0.7858]],
    )


def distances(rows, structure=0):
    """Distances of all pairs with their weights, in order."""
    row = rows[[structure]]
    length = np.linalg.norm(row.vectors.values, axis=1)
    order = np.lexsort((row.weights.values, length.round(4)))
    return length[order], row.weights.values[order]


def test_pairs_are_those_of_pymatgen(quartz):
    rows = CrystalGraph(cutoff=4.0, n_neighbors=1000).transform([quartz])
    expected = quartz.get_neighbor_list(4.0)[3]
    np.testing.assert_allclose(distances(rows)[0], np.sort(expected), atol=CLOSE)


def test_vectors_lead_to_the_neighbour(quartz):
    row = CrystalGraph().transform([quartz])
    first, second = row.ends.values.T
    frac = quartz.lattice.get_fractional_coords(row.vectors.values)
    whole = (quartz.frac_coords % 1)[first] + frac - (quartz.frac_coords % 1)[second]
    np.testing.assert_allclose(whole, whole.round(), atol=CLOSE)


def test_weights_end_beyond_the_last_neighbour_asked_for():
    distance = np.array([1.0, 2.0, 2.0, 2.1, 3.0])
    weights = shell_weights(np.zeros(5, int), distance, 6.0, 2)  # to 2.2
    np.testing.assert_allclose(weights, np.maximum(0, 1 - (distance / 2.2) ** 4) ** 2)
    few = shell_weights(np.zeros(5, int), distance, 6.0, 9)  # to the cutoff
    np.testing.assert_allclose(few, (1 - (distance / 6) ** 4) ** 2)


def test_shells_are_whole_whatever_the_number(quartz):
    """Bcc: 8 neighbours and 6; asked for 9, all of both have one weight each."""
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    for number in range(9, 15):
        length, weights = distances(CrystalGraph(n_neighbors=number).transform([iron]))
        shells = length.round(3)
        assert {len(np.unique(weights[shells == r].round(6))) for r in np.unique(shells)} == {1}


def moved(structure, rng):
    """The same crystal: other origin, order, orientation."""
    axis, angle = rng.normal(size=3), rng.uniform(0.3, 3)
    order = rng.permutation(len(structure))
    other = Structure.from_sites([structure[i] for i in order])
    other.translate_sites(range(len(other)), rng.uniform(size=3))
    return other.apply_operation(SymmOp.from_axis_angle_and_translation(axis, np.degrees(angle)))


@pytest.mark.parametrize("seed", range(3))
def test_what_changes_nothing(quartz, seed):
    graph = CrystalGraph()
    same = moved(quartz, np.random.RandomState(seed))
    first, second = distances(graph.transform([quartz])), distances(graph.transform([same]))
    np.testing.assert_allclose(first, second, atol=CLOSE)


@pytest.mark.parametrize(
    "matrix", [2, [[1, 1, 0], [0, 1, 0], [0, 0, 2]], [[2, 1, 0], [0, 1, 0], [1, 0, 1]]]
)
def test_a_supercell_has_the_same_lattice(quartz, matrix):
    graph = CrystalGraph()
    larger = quartz.make_supercell(matrix, in_place=False)
    one, many = graph.transform([quartz]), graph.transform([larger])
    np.testing.assert_allclose(one.lattice, many.lattice, atol=CLOSE)
    n = len(larger) // len(quartz)
    np.testing.assert_allclose(distances(many)[0], distances(one)[0].repeat(n), atol=CLOSE)


def test_lengths_of_a_simple_lattice():
    """1, sqrt 2 and sqrt 3 times a: 3, 6 and 4 pairs of vectors."""
    found = lattice_lengths(2 * np.eye(3), np.zeros((1, 3)), np.array([84]), 13)
    expected = 2 * np.sqrt([1, 1, 1, *[1] * 3, *[2] * 6, *[3] * 4, 1, 1])
    np.testing.assert_allclose(found, expected)
    assert len(found) == 13 + N_EXTRA


def test_minima_reach_the_long_axis():
    found = lattice_lengths(np.diag([2.0, 2.0, 30.0]), np.zeros((1, 3)), np.array([1]), 4)
    np.testing.assert_allclose(found[:3], [2, 2, 30])
    np.testing.assert_allclose(found[-2:], np.cbrt(120))


def test_an_atom_alone_has_no_neighbours():
    far = Structure(Lattice.cubic(20), ["He"], [[0, 0, 0]])
    rows = CrystalGraph().transform([far])
    assert rows.vectors.lengths.tolist() == [0]
    assert rows.numbers.values.tolist() == [2]


def test_rows_are_independent(quartz):
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    both = CrystalGraph(n_jobs=2).transform([quartz, iron])
    alone = CrystalGraph().transform([iron])
    np.testing.assert_array_equal(both[[1]].vectors.values, alone.vectors.values)
    assert CrystalGraph().transform([]).lattice.shape == (0, 29)
    again = pickle.loads(pickle.dumps(both))
    np.testing.assert_array_equal(again.weights.values, both.weights.values)


def test_tokens_are_read_too(quartz):
    rows = CrystalGraph().transform(CrystalTokenizer().fit_transform([quartz]))
    expected = CrystalGraph().transform([quartz])
    np.testing.assert_allclose(distances(rows)[0], distances(expected)[0], atol=1e-3)


def test_a_cache_is_that_of_its_structures(quartz, tmp_path, monkeypatch):
    graph = CrystalGraph(cache=tmp_path / "graphs")
    made = graph.transform([quartz])
    monkeypatch.setattr(CrystalGraph, "_graphs", None)  # what is there is not made again
    read = graph.transform([quartz])
    np.testing.assert_array_equal(read.vectors.values, made.vectors.values)
    np.testing.assert_array_equal(read.lattice, made.lattice)
    with pytest.raises(ValueError, match=r"got other structures for .*; name another folder"):
        graph.transform([quartz, quartz])
    with pytest.raises(ValueError, match="got other options"):
        CrystalGraph(4.0, cache=tmp_path / "graphs").transform([quartz])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cutoff": 0}, r"cutoff must be a positive length \[Å\], got 0"),
        ({"n_neighbors": 0}, "n_neighbors must be a whole number of at least 1, got 0"),
        ({"n_lattice_vectors": -1}, "n_lattice_vectors must be a whole number of at least 0"),
    ],
)
def test_options_are_checked(quartz, options, message):
    with pytest.raises(ValueError, match=message):
        CrystalGraph(**options).transform([quartz])


def test_structures_are_checked(quartz, monkeypatch):
    alloy = Structure(Lattice.cubic(3.0), [{"Cu": 0.75, "Zn": 0.25}], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"one atom on each site, got .* at position 1; give or"):
        CrystalGraph().transform([quartz, alloy])
    flat = Structure(Lattice([[3, 0, 0], [6, 0, 0], [0, 0, 3]]), ["Cu"], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"must have a volume, got none at position 0"):
        CrystalGraph().transform([flat])
    monkeypatch.setitem(sys.modules, "vesin", None)
    with pytest.raises(ImportError, match=r"pip install 'xrdmatch\[equivariant\]'"):
        CrystalGraph().transform([quartz])
