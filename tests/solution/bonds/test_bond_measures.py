"""Measures of crystals that do and do not depend on their size."""

import numpy as np
import pytest
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._bonds.bond_measures import joined, measured
from xrdmatch.solution._bonds.bond_statistics import learn_bonds
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of
from xrdmatch.solution._screening.atomic_volumes import fit_volumes

CRYSTALS = rutile(), fluorite(), perovskite()
FORMULAS = [crystal.composition.reduced_formula for crystal in CRYSTALS]


@pytest.fixture(scope="module")
def known():
    many = [neighbours(crystal) for crystal in CRYSTALS]
    counts = np.array([np.bincount(one.numbers, minlength=119) for one in many])
    volumes = fit_volumes(counts, np.array([one.volume for one in many]))
    return learn_bonds(surroundings_of(many, FORMULAS)), volumes


def test_shape_and_composition_do_not_depend_on_the_size(known):
    many = [neighbours(crystal) for crystal in CRYSTALS]
    larger = [one.resized(1.07) for one in many]
    a, b = (measured(some, FORMULAS, *known) for some in (many, larger))
    assert b.shape == pytest.approx(a.shape, nan_ok=True, abs=1e-5)
    assert b.composition == pytest.approx(a.composition, nan_ok=True)
    assert b.log_volume - a.log_volume == pytest.approx(3 * np.log(1.07))
    assert not np.allclose(a.atoms, b.atoms, equal_nan=True)


def test_joined_measures_are_those_of_all(known):
    many = [neighbours(crystal) for crystal in CRYSTALS]
    whole = measured(many, FORMULAS, *known)
    pair = measured(many[:2], FORMULAS[:2], *known), measured(many[2:], FORMULAS[2:], *known)
    again = joined(pair)
    assert again.sizes.tolist() == [6, 12, 5]
    assert again.atoms == pytest.approx(whole.atoms, nan_ok=True, abs=1e-5)
    assert again.bonds == pytest.approx(whole.bonds)
    assert len(whole.names) == whole.atoms.shape[1]
