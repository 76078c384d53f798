"""Which copies are the same crystal again."""

from pymatgen.core import Lattice, Structure
from solved_crystals import fluorite, rutile

from xrdmatch.solution._bonds.corrupted import same_distances


def test_another_cell_setting_origin_and_order_is_the_same_crystal():
    crystal = rutile()
    moved = crystal.copy()
    moved.translate_sites(range(len(moved)), [0.1, 0.2, 0.3])
    assert same_distances(crystal, Structure.from_sites(moved[::-1]))


def test_zincblende_with_exchanged_elements_is_the_same_and_fluorite_is_not():
    sites = [[0, 0, 0], [0.25, 0.25, 0.25]]
    pair = [
        Structure.from_spacegroup("F-43m", Lattice.cubic(5.41), elements, sites)
        for elements in (["Zn", "S"], ["S", "Zn"])
    ]
    assert same_distances(*pair)
    assert not same_distances(fluorite(), fluorite(elements=("F", "Ca")))


def test_another_size_is_another_crystal():
    assert not same_distances(rutile(), rutile(a=4.7))
