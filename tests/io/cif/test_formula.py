"""The stated formula: read in every spelling, and compared without cavil."""

import pytest
from pymatgen.core import Element, Species

from xrdmatch.io._cif.formula import count_elements, stated_formula
from xrdmatch.io._cif.text import Facts


def formula(text, units=None, structural=None):
    lines = ["data_x", f"_chemical_formula_sum '{text}'"]
    lines += [f"_cell_formula_units_Z {units}"] if units is not None else []
    lines += [f"_chemical_formula_structural '{structural}'"] if structural else []
    return stated_formula(Facts("\n".join(lines) + "\n"))


@pytest.mark.parametrize(
    ("text", "counts"),
    [("Fe2 O3", {"Fe": 2, "O": 3}), ("Fe2O3", {"Fe": 2, "O": 3}), ("C6 H6", {"C": 6, "H": 6}),
     ("K0.5 Cl", {"K": 0.5, "Cl": 1}), ("Ca1.90(2) O2.", {"Ca": 1.9, "O": 2}),
     ("D2 O", {"H": 2, "O": 1}), ("(Mg,Fe)2 Si O4", {}), ("Xx2 O", {}), ("?", {})],
)  # fmt: skip
def test_sum_formulas(text, counts):
    assert formula(text).counts == counts


@pytest.mark.parametrize(
    ("text", "units", "counts", "agrees"),
    [
        ("Fe2 O3", 6, {"Fe": 12, "O": 18}, True),
        ("Fe2 O3", 6, {"Fe": 12, "O": 36}, False),
        ("Fe2 O3", None, {"Fe": 12, "O": 18}, True),
        ("Fe2 O3", None, {"Fe": 12, "O": 36}, False),
        ("Fe2 O3", 6, {"Fe": 4, "O": 6}, False),
        ("Fe O O H", 4, {"Fe": 4, "O": 8}, True),  # hydrogens have no place
        ("Fe O2", 4, {"Fe": 4, "O": 8, "H": 4}, False),
        ("Na0.3 Co O2", 2, {"Na": 0.68, "Co": 2, "O": 4}, True),  # within the digits
        ("Co10 Ge3 O16", 3, {"Co": 30, "Ge": 9, "O": 52}, False),
        ("H2", None, {"H": 4}, True),
        ("Fe2 O3", 6, {"Fe": 12, "O": 18, "Cr": 1}, False),
        ("(Fe,Cr)2 O3", 6, {"Fe": 12}, True),  # says nothing
    ],
)
def test_a_cell_agrees_or_not(text, units, counts, agrees):
    difference = formula(text, units).differs(counts)
    assert (difference is None) is agrees


def test_the_difference_is_said():
    assert formula("Fe2 O3", 2).differs({"Fe": 4, "O": 8}) == (
        "the cell holds Fe4 O8 where the file's formula says Fe4 O6"
    )


@pytest.mark.parametrize("structural", ["Ca3Al2(SiO4)3", "Ca3 Al2 Si3 O12"])
def test_pymatgens_sum_is_of_the_whole_cell(structural):
    found = formula("Ca24 Al16 Si24 O96", 8, structural)
    assert found.differs({"Ca": 24, "Al": 16, "Si": 24, "O": 96}) is None
    assert formula("Ca3 Al2 Si3 O12", 8, structural).multiple == 8


@pytest.mark.parametrize("units", ["?", "-2", "0", "eight"])
def test_units_that_are_no_number_are_not_stated(units):
    assert formula("Fe2 O3", units).multiple is None


def test_elements_are_counted_over_charges():
    places = [{Species("Fe", 2): 0.5, Species("Fe", 3): 0.25}, {Element("O"): 1.0}] * 2
    assert count_elements(places) == {"Fe": 1.5, "O": 2.0}
