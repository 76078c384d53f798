"""Compositions as numbers."""

import pytest
from pymatgen.core import Composition

from xrdmatch.solution._compositions import as_amounts, as_composition


def test_amounts_are_those_of_the_reduced_formula():
    assert as_amounts("Ba2Ti2O6") == as_amounts(Composition("BaTiO3")) == ((1, 1, 3), (22, 56, 8))


def test_oxidation_states_are_left_out():
    assert as_composition("NaCl") == Composition("NaCl")
    assert as_composition(Composition({"Na+": 1, "Cl-": 1})) == Composition("NaCl")


@pytest.mark.parametrize("formula", ["MnXq2", "", "Na0.5Cl", "42", "Xy", None, 3.5])
def test_what_is_no_composition_is_refused(formula):
    with pytest.raises(ValueError, match="known elements and whole numbers of atoms"):
        as_amounts(formula)
