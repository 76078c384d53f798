"""Bond-valence sums."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from solved_crystals import fluorite, rutile

from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.valences import guessed_states, valence_errors


@pytest.mark.parametrize(
    ("formula", "states"),
    [
        ("TiO2", {"Ti": 4, "O": -2}),
        ("BaTiO3", {"Ba": 2, "Ti": 4, "O": -2}),
        ("MnF2", {"Mn": 2, "F": -1}),
        ("NiAl", {"Ni": 0, "Al": 0}),
        ("Si", {"Si": 0}),
    ],
)
def test_states_balance_and_are_common_ones(formula, states):
    assert guessed_states(formula) == states


@pytest.mark.parametrize("crystal", [rutile(), fluorite()])
def test_sums_are_near_the_states_of_real_crystals(crystal):
    errors = valence_errors(neighbours(crystal), crystal.composition.reduced_formula)
    assert np.abs(errors).max() < 0.6


def test_too_short_bonds_have_too_much_valence():
    small = fluorite(5.0)
    errors = valence_errors(neighbours(small), "CaF2")
    assert errors.min() > 0.3


def test_metals_have_none():
    iron = Structure(Lattice.cubic(2.87), ["Fe", "Fe"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert np.isnan(valence_errors(neighbours(iron), "Fe")).all()
