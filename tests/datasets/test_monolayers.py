"""Shipped monolayers: plausible distances, stated symmetry, and agreement with other sources."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from pymatgen.core import Composition, Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.datasets import lattice_deviation, load_monolayers
from xrdmatch.datasets._prototypes import PROTOTYPES

LAYERS = load_monolayers()
BY_NAME = {s.properties["name"]: s for s in LAYERS}
# Shortest distances over covalent radii: V=O of V2O5 is at 0.72, metallic pairs a bit above 1.
SHORTEST_CONTACT = (0.70, 1.15)
# Two calculations, or one and a measured crystal, agree to about this in the lattice.
LATTICE_TOLERANCE = 0.03
NAMED_BY_FORMULA = [n for n in BY_NAME if n[0].isupper() and "(" not in n]


def test_at_least_120_with_unique_names():
    assert len(LAYERS) >= 120
    assert len(BY_NAME) == len(LAYERS)


@pytest.mark.parametrize("name", BY_NAME)
def test_shortest_distance_is_plausible(name, contact):
    assert SHORTEST_CONTACT[0] < contact(BY_NAME[name]) < SHORTEST_CONTACT[1]


@pytest.mark.parametrize("name", BY_NAME)
def test_space_group_is_the_prototypes(name):
    found = SpacegroupAnalyzer(BY_NAME[name], symprec=0.01).get_space_group_number()
    assert found == PROTOTYPES[BY_NAME[name].properties["prototype"]].space_group


@pytest.mark.parametrize("name", NAMED_BY_FORMULA)
def test_formula_is_the_one_in_the_name(name):
    assert BY_NAME[name].composition.reduced_composition == Composition(name.split("-")[0])


@pytest.mark.parametrize(
    ("name", "formula"),
    [("graphene", "C"), ("h-BN", "BN"), ("Mg(OH)2", "Mg(HO)2"), ("graphane", "HC")],
)
def test_formula_of_a_layer_with_a_trivial_name(name, formula):
    assert BY_NAME[name].reduced_formula == formula


@pytest.mark.parametrize("structure", LAYERS, ids=BY_NAME)
def test_frame_is_that_of_a_layer(structure):
    a, b, c = structure.lattice.matrix
    heights = structure.frac_coords[:, 2]
    assert a[1:] == pytest.approx([0, 0])
    assert b[1] > 0
    assert b[2] == 0
    assert c == pytest.approx([0, 0, 20])
    assert heights.min() + heights.max() == pytest.approx(1.0)


@pytest.mark.parametrize("structure", LAYERS, ids=BY_NAME)
def test_facts_name_their_prototype_and_doi(structure):
    assert structure.properties["prototype"] in PROTOTYPES
    assert structure.properties["doi"].startswith("10.")


@pytest.mark.parametrize(
    ("name", "pair", "length"),
    [
        ("graphene", ("C", "C"), 1.42),
        ("h-BN", ("B", "N"), 1.45),
        ("MoS2-2H", ("Mo", "S"), 2.41),
        ("CrI3", ("Cr", "I"), 2.72),
        ("MnPS3", ("P", "P"), 2.20),
        ("V2O5", ("V", "O"), 1.58),
        ("phosphorene", ("P", "P"), 2.24),
    ],
)
def test_known_bond_lengths(name, pair, length):
    structure = BY_NAME[name]
    found = [
        near.nn_distance
        for i, sites in enumerate(structure.get_all_neighbors(3.0))
        for near in sites
        if (structure[i].specie.symbol, near.specie.symbol) == pair
    ]
    assert min(found) == pytest.approx(length, abs=0.03)


def test_deviation_does_not_depend_on_frame_vacuum_or_cell_choice():
    layer = BY_NAME["phosphorene"]
    matrix = layer.lattice.matrix.copy()
    matrix[1] += matrix[0]
    matrix[2] *= 1.4
    other = Structure(Lattice(matrix), layer.species, layer.cart_coords, coords_are_cartesian=True)
    turned = Structure(Lattice(matrix[:, [2, 0, 1]]), other.species, other.frac_coords)
    assert lattice_deviation([layer], [turned]).deviation == pytest.approx([0.0], abs=1e-12)


def test_deviation_is_the_worst_translation_of_the_nearest_reference():
    layer = BY_NAME["phosphorene"]
    references = [layer.copy().apply_strain([s, 0, 0]) for s in (-0.05, 0.02)]
    result = lattice_deviation([layer], references)
    assert result.deviation == pytest.approx([1 - 1 / 1.02])
    assert result.n_references.tolist() == [2]
    assert result.names == ["phosphorene"]


def test_deviation_without_a_reference_of_the_same_symmetry_is_nan():
    result = lattice_deviation([BY_NAME["MoS2-2H"]], [BY_NAME["WS2-2H"], BY_NAME["VS2-1T"]])
    assert np.isnan(result.deviation).tolist() == [True]
    assert result.n_references.tolist() == [0]


def test_lattices_agree_with_a_database(shared_data):
    wanted = {s.reduced_formula for s in LAYERS}
    columns = ["reduced_formula", "lattice", "numbers", "frac_coords"]
    rows = pq.read_table(shared_data / "monolayers.parquet", columns=columns).to_pylist()
    references = [
        Structure(
            np.reshape(row["lattice"], (3, 3)),
            row["numbers"],
            np.reshape(row["frac_coords"], (-1, 3)),
        )
        for row in rows
        if row["reduced_formula"] in wanted
    ]
    result = lattice_deviation(LAYERS, references)
    assert (result.n_references > 0).sum() > 120
    assert np.nanmax(result.deviation) < LATTICE_TOLERANCE
