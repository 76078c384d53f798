"""Type symbols and labels: the right element, a vacancy, or a refusal; never another element."""

import pytest
from pymatgen.core import Element

from xrdmatch.io._cif.elements import VACANCY, element_of_label, element_of_type

CRYSTALS = [element.symbol for element in Element if element.Z <= 98]


@pytest.mark.parametrize("form", ["{}", "{}1", "{}3+", "{}+3", "{}2-", "{}0+", "{}1.5+"])
def test_every_element_with_and_without_charge(form):
    for symbol in CRYSTALS:
        assert element_of_type(form.format(symbol)) == (symbol, False)


def test_labels_begin_with_every_element():
    for symbol in CRYSTALS:
        if symbol != "V":  # Va and the like need a formula
            for rest in ("1", "(2)", "_3", "12A"):
                assert element_of_label(symbol + rest)[0] == symbol


def test_superheavy_elements_make_no_crystals():
    for element in Element:
        if element.Z > 98:
            with pytest.raises(ValueError, match="is no chemical element"):
                element_of_type(element.symbol)


@pytest.mark.parametrize(
    ("symbol", "element"),
    [("OH", "O"), ("H2O", "O"), ("OH2", "O"), ("Wat", "O"), ("OW", "O"), ("OH-", "O"),
     ("H3O+", "O"),
     ("NH4", "N"), ("NH4+", "N"), ("CH3", "C"), ("BH4", "B"), ("ND4", "N"), ("D2O", "O")],
)  # fmt: skip
def test_groups_stand_for_their_heavy_atom(symbol, element):
    assert element_of_type(symbol) == (element, True)


@pytest.mark.parametrize("symbol", ["Va", "VA", "vac", "Vac1", "Vacancy"])
def test_vacancies(symbol):
    assert element_of_type(symbol) == (VACANCY, False)


@pytest.mark.parametrize(
    ("symbol", "element"),
    [("FE", "Fe"), ("fe", "Fe"), ("D", "H"), ("2H", "H"), ("13C", "C"), ("Cval", "C"),
     ("Siva", "Si")],
)  # fmt: skip
def test_other_spellings_of_elements(symbol, element):
    assert element_of_type(symbol) == (element, False)


@pytest.mark.parametrize(
    "symbol",
    ["X", "M", "T", "Q", "Me", "Ln", "SO4", "CO3", "CN", "Fe,Mn", "FeMn", "C2H6", ""],
)
def test_what_is_no_element_is_refused(symbol):
    with pytest.raises(ValueError, match="is no chemical element"):
        element_of_type(symbol)


@pytest.mark.parametrize(
    ("symbol", "known", "expected"),
    [("HO", "HO", ("O", True)), ("HO", ["Ho", "O"], ("Ho", False)), ("CO", ["Co"], ("Co", False))],
)
def test_the_formula_decides_what_capitals_mean(symbol, known, expected):
    assert element_of_type(symbol, frozenset(known)) == expected


@pytest.mark.parametrize(
    ("label", "element"),
    [("OW2", "O"), ("Ow1", "O"), ("Wat1", "O"), ("H2O", "O"), ("HOH1", "O"), ("OH1", "O"),
     ("SiT1", "Si"), ("AlM2", "Al"), ("OA1", "O"), ("OBo", "O"), ("NaA", "Na"), ("KA", "K"),
     ("O(1)", "O"), ("NH4", "N"), ("W1", "W"), ("D1", "H")],
)  # fmt: skip
def test_labels_of_minerals(label, element):
    assert element_of_label(label)[0] == element


@pytest.mark.parametrize(
    ("label", "known", "element"),
    [("CA1", ["Ca", "O"], "Ca"), ("CA1", ["C", "O"], "C"), ("HO1", ["H", "O"], "H"),
     ("Ho1", ["H", "O"], "H"), ("Os1", ["O", "Si"], "O"), ("Va1", ["V", "O"], "V"),
     ("Va1", ["Na", "Cl"], VACANCY), ("FE1", ["Fe", "F"], None)],
)  # fmt: skip
def test_the_formula_decides_what_labels_mean(label, known, element):
    if element is None and label == "FE1":
        with pytest.raises(ValueError, match="may be Fe or F"):
            element_of_label(label, frozenset(known))
    else:
        assert element_of_label(label, frozenset(known))[0] == element


@pytest.mark.parametrize("label", ["CA1", "FE1", "HO1", "CL1", "Va1", "M1", "T1", "X", "1", "?"])
def test_labels_that_say_too_little_are_refused(label):
    with pytest.raises(ValueError, match="state its _atom_site_type_symbol"):
        element_of_label(label)
