"""What atoms are surrounded by."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._bonds.atom_features import atom_features
from xrdmatch.solution._bonds.bond_statistics import learn_bonds
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of

SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]


def halite(a=5.64):
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], SITES)


def described(crystal, library=None):
    known = library or [crystal] * 40
    names = [one.composition.reduced_formula for one in (*known, crystal)]
    statistics = learn_bonds(surroundings_of([neighbours(one) for one in known], names[:-1]))
    return atom_features(surroundings_of([neighbours(crystal)], names[-1:]), statistics)


def test_six_usual_bonds_add_up_to_six_and_a_little_from_afar():
    assert described(halite())["bonds to more negative"][:4] == pytest.approx(6, rel=0.05)


def test_bonds_weaken_as_the_crystal_grows():
    usual = [halite()] * 40
    sums = [described(halite(a), usual)["strength"][0] for a in (5.3, 5.64, 6.0)]
    assert sums[0] > sums[1] > sums[2]


def test_cubic_sites_are_neither_one_sided_nor_flat_nor_long():
    found = described(halite())
    for view in ("bonds", "wide view"):
        assert found[f"one-sided, {view}"] == pytest.approx(0, abs=1e-9)
        assert found[f"least moment, {view}"] == pytest.approx(1 / 3)
        assert found[f"largest moment, {view}"] == pytest.approx(1 / 3)


def test_what_is_beside_a_gap_is_one_sided():
    gap = halite() * (2, 2, 2)
    gap.remove_sites([0])
    distances = gap.lattice.get_all_distances([[0, 0, 0]], gap.frac_coords)[0]
    beside = distances < 3  # Å
    found = described(gap, [halite()] * 40)["one-sided, bonds"]
    assert np.count_nonzero(beside) == 6
    assert found[beside].min() > 0.1
    assert found[beside].min() > 2 * found[~beside].max()


def test_a_stretched_cell_has_flat_or_long_surroundings():
    stretched = halite()
    stretched.lattice = Lattice.tetragonal(5.64, 6.3)
    found = described(stretched, [halite()] * 40)
    assert (found["largest moment, bonds"] - found["least moment, bonds"]).min() > 0.1


@pytest.mark.parametrize("crystal", [rutile(), fluorite(), perovskite()])
def test_neighbours_of_metals_are_more_electronegative(crystal):
    found = described(crystal)
    metal = found["metal"] == 1
    assert found["polarity"][metal].min() > 0 > found["polarity"][~metal].max()
    assert (
        found["neighbours' electronegativity"][~metal] < found["electronegativity"][~metal]
    ).all()


def test_shares_are_those_of_the_formula():
    found = described(perovskite())
    assert found["share"] == pytest.approx([0.2, 0.2, 0.6, 0.6, 0.6])
    assert found["elements"].tolist() == [3] * 5
