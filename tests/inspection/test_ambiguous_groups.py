"""Galleries with entries that are built to be alike, and what tells them apart."""

import pickle

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.exceptions import NotFittedError

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import SkippedStructureWarning
from xrdmatch.inspection import ambiguous_groups, deciding_measurements
from xrdmatch.retrieval import make_powder_retriever

POWDER = DiffractionSimulator("powder", "CuKa")


def salt(metal, anion="O", a=4.2):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [metal, anion], sites)


# neighbours in the periodic table, twins in another setting and of another size, and one alone
OXIDES = [salt("Ni"), salt("Mg"), salt("Cu", a=4.22), salt("Na", "Cl", 5.64), salt("Zn")]
OXIDES += [OXIDES[1].get_primitive_structure(), salt("Mg", a=4.21)]


@pytest.fixture(scope="module")
def found():
    return ambiguous_groups(OXIDES, POWDER)


def row_of(found, *pair):
    (row,) = np.flatnonzero((found.pairs == pair).all(1))
    return row


def test_groups_are_as_built(found):
    assert [group.tolist() for group in found.groups] == [[0, 2, 4], [1, 5, 6]]
    assert found.n_crystals.tolist() == [3, 1]
    assert sorted(map(tuple, found.pairs.tolist())) == [
        *((0, 2), (0, 4), (1, 5), (1, 6), (2, 4), (5, 6))
    ]
    assert found.twins[row_of(found, 1, 5)]
    assert found.similarity[row_of(found, 1, 5)] == pytest.approx(1, abs=1e-5)
    assert not found.twins[row_of(found, 0, 2)]


def test_what_splits_them(found):
    assert found.split_by["elements"][row_of(found, 0, 2)]
    assert not found.split_by["elements"][row_of(found, 1, 6)]
    assert found.group_split_by["elements"][0] == 1
    assert np.isnan(found.group_split_by["elements"][1])  # twins need nothing to tell them apart
    assert list(found.words) == list(found.split_by)
    assert found.split_by.keys() == {"elements", *found.after}


def test_as_for_one_pair(found):
    one = deciding_measurements(OXIDES[0], OXIDES[4], POWDER)
    row = row_of(found, 0, 4)
    assert found.similarity[row] == pytest.approx(one.similarity, abs=1e-6)
    for measurement in one.measurements:
        assert found.split_by[measurement.name][row] == measurement.decides
        if measurement.after is not None:
            after = found.after[measurement.name][row]
            assert after == pytest.approx(measurement.after, abs=1e-6)


def test_rivals_of(found):
    rivals, similarity = found.rivals_of(2)
    assert sorted(rivals.tolist()) == [0, 4]
    assert (np.diff(similarity) <= 0).all()
    assert found.rivals_of(3)[0].tolist() == []


def test_it_can_be_kept(found):
    again = pickle.loads(pickle.dumps(found))
    assert str(again) == str(found)
    assert again["groups"][0].tolist() == again.groups[0].tolist()


def test_as_a_table(found):
    frame = found.to_frame()
    assert len(frame) == len(found.pairs)
    assert frame.similarity.is_monotonic_decreasing
    assert list(frame.columns) == [
        *("first", "second", "first_formula", "second_formula", "similarity", "twins"),
        *("elements", "range", "wavelength", "neutron", "resolution", "cell"),
    ]
    assert set(frame.first_formula[frame.twins]) == {"MgO"}


def test_in_words(found):
    text = str(found)
    assert text.startswith("3 of 7 entries cannot be told from another crystal by\na scan (xray, ")
    assert "similarity of at least 0.99: 3; besides, pairs of one crystal: 3" in text
    assert "3 of 3 pairs (100 %)" in text
    assert text.endswith("\n  0 NiO, 2 CuO, 4 ZnO")
    assert repr(found) == text


def test_order_of_the_gallery_makes_no_difference(found):
    order = np.random.default_rng(0).permutation(len(OXIDES))
    other = ambiguous_groups([OXIDES[i] for i in order], POWDER)
    own = {frozenset(group.tolist()) for group in found.groups}
    assert {frozenset(order[group].tolist()) for group in other.groups} == own


def test_heavy_atoms_hide_light_ones():
    """Hydrogen in palladium."""
    hydride = salt("Pd", "H", 4.0)
    palladium = Structure.from_prototype("fcc", ["Pd"], a=4.0)
    found = ambiguous_groups([hydride, palladium], POWDER)
    assert found.split_by["elements"].tolist() == [True]
    assert found.split_by["neutron"].tolist() == [True]
    assert found.split_by["range"].tolist() == [False]


def test_a_retrievers_gallery():
    names = [f"oxide {i}" for i in range(7)]
    own = ambiguous_groups(make_powder_retriever().set_gallery(OXIDES, names))
    assert [group.tolist() for group in own.groups] == [[0, 2, 4], [1, 5, 6]]
    assert own.to_frame()["first"].isin(names).all()
    molybdenum = DiffractionSimulator("powder", "MoKa")
    other = ambiguous_groups(PatternMatcher(molybdenum).fit(OXIDES), two_theta=(5, 40))
    assert "0.71" in other.measurement
    assert [group.tolist() for group in other.groups] == [[0, 2, 4], [1, 5, 6]]


def test_tokens():
    tokens = CrystalTokenizer().transform(OXIDES)
    found = ambiguous_groups(tokens, POWDER)
    assert [group.tolist() for group in found.groups] == [[0, 2, 4], [1, 5, 6]]


def stacked(distance, chalcogen="S"):
    heights = np.array([0, 1.5, -1.5, distance, distance + 1.5, distance - 1.5]) / 30
    coords = np.column_stack([[1 / 3, 2 / 3, 2 / 3] * 2, [2 / 3, 1 / 3, 1 / 3] * 2, 0.3 + heights])
    species = ["Mo", "S", "S", "W", chalcogen, chalcogen]
    return Structure(Lattice.hexagonal(3.18, 30), species, coords, properties={"name": "stack"})


def test_layers(layers):
    stacks = [stacked(6.2), stacked(6.9), stacked(6.2, "Te")]
    found = ambiguous_groups(PhysicsReranker(PatternMatcher()).set_gallery([*layers, *stacks]))
    at = len(layers)
    row = row_of(found, at, at + 1)
    assert found.split_by["tilt"][row]
    assert not found.split_by["elements"][row]
    assert not found.split_by["electron"][row]
    assert found.similarity[row] == pytest.approx(1)
    assert at + 2 not in found.pairs
    assert "spots of the zero layer (xray, h and k to 6, severity 1)" in str(found)


def test_labels_of_structures():
    assert ambiguous_groups([stacked(6.2), stacked(6.9)]).labels.tolist() == ["stack", "stack"]
    assert ambiguous_groups(OXIDES[:2], POWDER).labels.tolist() == [0, 1]


def test_nothing_is_alike():
    found = ambiguous_groups([OXIDES[0], OXIDES[3]], POWDER)
    assert found.groups == []
    assert found.pairs.shape == (0, 2)
    assert len(found.to_frame()) == 0
    assert str(found).startswith("0 of 2 entries")


def test_a_bar_shows_the_progress(capfd):
    ambiguous_groups(OXIDES[:3], POWDER, verbose=True)
    assert "powders" in capfd.readouterr().err


def test_a_structure_that_cannot_be_simulated_is_named():
    unknown = salt("Fm")
    with pytest.warns(SkippedStructureWarning, match="position 1"):
        found = ambiguous_groups([OXIDES[0], unknown, OXIDES[2]], POWDER)
    assert found.pairs.tolist() == [[0, 2]]


@pytest.mark.parametrize(
    ("gallery", "match"),
    [
        ([], "compared with each other, got 0; give at least two"),
        (OXIDES[:1], "compared with each other, got 1; give at least two"),
    ],
)
def test_too_few(gallery, match):
    with pytest.raises(ValueError, match=match):
        ambiguous_groups(gallery, POWDER)


def test_bad_input():
    with pytest.raises(TypeError, match="a list of structures, got a single Structure; give a"):
        ambiguous_groups(OXIDES[0], POWDER)
    with pytest.raises(TypeError, match="a list of structures, got a single int; give a"):
        ambiguous_groups(3, POWDER)
    with pytest.raises(ValueError, match=r"threshold is the similarity .* got 1.5; give 0.99"):
        ambiguous_groups(OXIDES, POWDER, threshold=1.5)
    with pytest.raises(ValueError, match=r"geometry must be one of .*, got 'laue'; pick"):
        ambiguous_groups(OXIDES, DiffractionSimulator("laue"))
    with pytest.raises(NotFittedError):
        ambiguous_groups(PatternMatcher(POWDER))
