"""Places that atoms share, lists that repeat them, and atoms that collide."""

import numpy as np
import pytest
from pymatgen.core import Element, Lattice

from xrdmatch.io._cif.contacts import is_plausible
from xrdmatch.io._cif.orbits import Atoms
from xrdmatch.io._cif.places import contents_of, near_pairs, nearest_places
from xrdmatch.io._cif.sites import Sites

CUBE = Lattice.cubic(5)


def contents(*rows, lattice=CUBE):
    """Contents of a cell in P 1, of rows (element, place, occupancy)."""
    labels = [f"{symbol}{i}" for i, (symbol, *_) in enumerate(rows)]
    coords = np.array([place for _, place, _ in rows], float)
    occupancies = np.array([occupancy for *_, occupancy in rows])
    species = [Element(symbol) for symbol, *_ in rows]
    sites = Sites(labels, species, coords, occupancies, np.full(len(rows), 1e-5))
    return contents_of(Atoms(np.arange(len(rows)), coords, []), sites, lattice)


def test_atoms_apart_have_places_of_their_own():
    found = contents(("Fe", (0, 0, 0), 1), ("O", (0.5, 0, 0), 0.5))
    assert found.occupants == [{Element("Fe"): 1}, {Element("O"): 0.5}]
    assert found.labels == ["Fe0", "O1"]


def test_atoms_at_one_place_share_it_across_the_faces_of_the_cell():
    found = contents(("Fe", (0, 0, 0), 0.75), ("Mn", (0.9999999, 0, 1), 0.25))
    assert found.occupants == [{Element("Fe"): 0.75, Element("Mn"): 0.25}]


def test_parts_of_one_element_add_up():
    assert contents(("Fe", (0, 0, 0), 0.5), ("Fe", (0, 0, 0), 0.25)).occupants == [
        {Element("Fe"): 0.75}
    ]


def test_sums_just_above_one_are_scaled_with_a_note():
    found = contents(("Fe", (0, 0, 0), 0.7), ("Mn", (0, 0, 0), 0.33))
    assert found.occupants[0][Element("Fe")] == pytest.approx(0.7 / 1.03)
    assert found.notes == ["the occupancies of Fe0, Mn1 add up to 1.03 and were scaled to 1"]


def test_what_is_listed_again_is_taken_once_with_a_doubt():
    found = contents(*[("Cu", (0, 0, 0), 1)] * 3)
    assert found.occupants == [{Element("Cu"): 1}]
    assert found.doubts == ["Cu0, Cu1, Cu2 are the same site, listed 3 times; it was taken once"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (("Mn", (0, 0, 0), 0.5), r"the site of Fe0, Mn1 is occupied 1\.5 times"),
        (("Mn", (0.98, 0, 0), 1), r"Fe0 and Mn1 lie 0\.1 Å apart, too close"),
        (("Fe", (0.02, 0, 0), 1), r"Fe0 and Fe1 lie 0\.1 Å apart, too close"),
    ],
)
def test_what_cannot_be_is_refused(second, reason):
    with pytest.raises(ValueError, match=reason):
        contents(("Fe", (0, 0, 0), 1), second)


def test_alternatives_may_be_near():
    found = contents(("Fe", (0, 0, 0), 0.5), ("Fe", (0.04, 0, 0), 0.5))
    assert len(found.occupants) == 2


@pytest.mark.parametrize("angles", [(90, 90, 90), (60, 70, 80), (110, 95, 120)])
def test_near_pairs_are_those_of_pymatgen(angles):
    rng = np.random.default_rng(0)
    lattice, coords = Lattice.from_parameters(4, 5, 6, *angles), rng.random((40, 3))
    pairs, distances = near_pairs(coords, lattice, 0.5)
    expected = np.triu(lattice.get_all_distances(coords, coords), 1)
    i, j = np.nonzero((expected > 0) & (expected < 0.5))
    assert {*map(tuple, np.sort(pairs))} == {*zip(i.tolist(), j.tolist(), strict=True)}
    np.testing.assert_allclose(np.sort(distances), np.sort(expected[i, j]))


def test_nearest_places():
    coords = np.array([[0.01, 0, 0], [0.5, 0.5, 0.5]])
    distances, places = nearest_places(coords, np.array([[0.5, 0.5, 0.48], [0.99, 0, 0]]), CUBE)
    assert places.tolist() == [1, 0]
    np.testing.assert_allclose(distances, 0.1)


@pytest.mark.parametrize(
    ("other", "plausible"),
    [
        (("O", (0.42, 0, 0), 1), True),  # 2.1 Å, as in FeO
        (("O", (0.2, 0, 0), 1), False),
        (("O", (0.2, 0, 0), 0.05), True),  # an alternative
        (("H", (0.32, 0, 0), 1), True),
    ],
)
def test_bonds_are_plausible_or_not(other, plausible):
    assert is_plausible(contents(("Fe", (0, 0, 0), 1), other), CUBE) is plausible


def test_what_was_strained_is_not_plausible():
    found = contents(("Fe", (0, 0, 0), 1))._replace(strained=["images of Fe0 lie 0.3 Å apart"])
    assert not is_plausible(found, CUBE)
