"""Formulas as users write them, and without the elements' names."""

import numpy as np
import pytest
from pymatgen.core import Composition

from xrdmatch.solution._templates.formulas import (
    anonymous_of,
    as_composition,
    composition_list,
    fractions_of,
)


@pytest.mark.parametrize("formula", ["BaTiO3", {"Ba": 1, "Ti": 1, "O": 3}, Composition("BaTiO3")])
def test_a_composition_in_any_form(formula):
    assert as_composition(formula) == Composition("BaTiO3")


@pytest.mark.parametrize("formula", ["", "Xx", "hello", "!", 3.5, None, {}])
def test_what_is_no_formula(formula):
    with pytest.raises(ValueError, match="A composition is a formula of elements such as"):
        as_composition(formula)


@pytest.mark.parametrize(
    ("formula", "anonymous"),
    [
        ("NaCl", "AB"),
        ("Al2O3", "A2B3"),
        ("O3Al2", "A2B3"),
        ("A3B2", "A2B3"),
        ("B", "A"),
    ],
)
def test_anonymous_formulas(formula, anonymous):
    assert anonymous_of(formula) == anonymous


def test_one_composition_for_all_or_one_for_each():
    assert composition_list("NaCl", 2) == [Composition("NaCl")] * 2
    assert composition_list([None, "NaCl"], 2) == [None, Composition("NaCl")]
    assert composition_list(None, 2) == [None, None]
    with pytest.raises(ValueError, match="got 1 for 2 queries"):
        composition_list(["NaCl"], 2)


def test_metals_count_as_one():
    np.testing.assert_array_equal(
        fractions_of(Composition("BaTiO3")), fractions_of(Composition("SrZrO3"))
    )
    fractions = fractions_of(Composition("NaCl"))
    assert (fractions[0], fractions[17], fractions.sum()) == (0.5, 0.5, 1.0)
