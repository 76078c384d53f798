"""The list of atoms: which rows are atoms, of what, and how exactly they are placed."""

import pytest
from cif_files import ALL, BARE, P1, cif_text

from xrdmatch.io import DoubtfulStructureWarning
from xrdmatch.io._cif.sites import read_sites
from xrdmatch.io._cif.text import Facts


def sites_of(*rows, columns=ALL, elements=()):
    return read_sites(Facts(cif_text(rows, P1, columns=columns)), frozenset(elements))


def test_rows_as_listed():
    sites = sites_of("Fe1 Fe3+ 0.25 -0.1 1.30(2) 0.5", "O1 O 0 1/3 0.125 .")
    assert sites.labels == ["Fe1", "O1"]
    assert [species.symbol for species in sites.species] == ["Fe", "O"]
    assert sites.coords.tolist() == [[0.25, 0.9, pytest.approx(0.3)], [0, 1 / 3, 0.125]]
    assert sites.occupancies.tolist() == [0.5, 1.0]


def test_the_last_digit_is_that_of_the_coarsest_coordinate():
    rows = ["C1 0.333 0.66667 0.25", "C2 0.1234(5) 0 0", "C3 0.5 1 0.125", "C4 0.25 1/3 0.5"]
    steps = sites_of(*rows, columns=BARE).steps
    assert steps.tolist() == pytest.approx([1e-3, 1e-4, 0, 0])  # simple fractions are exact


def test_charges_are_kept_where_the_file_lists_them():
    text = cif_text(["Fe1 Fe3+ 0 0 0 1"], P1, columns=ALL)
    text = text.replace(
        "loop_", "loop_\n_atom_type_symbol\n_atom_type_oxidation_number\nFe3+ 3\nloop_"
    )
    assert str(read_sites(Facts(text)).species[0]) == "Fe3+"
    assert str(sites_of("Fe1 Fe3+ 0 0 0 1").species[0]) == "Fe"


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ("H1 H ? ? ? 1", "left out without a place: H1"),
        ("H1 H 0.1 ? 0.2 1", "left out without a place: H1"),
        ("Va1 Va 0 0 0 1", "left out as vacancies: Va1"),
        ("Na1 Na 0 0 0 0", "left out as vacancies: Na1"),
    ],
)
def test_rows_that_hold_no_atom_are_left_out_with_a_note(row, note):
    with pytest.warns(UserWarning, match=note):
        assert sites_of(row, "O1 O 0.5 0.5 0.5 1").labels == ["O1"]


def test_dummies_are_left_out():
    columns = (*ALL, "calc_flag")
    with pytest.warns(UserWarning, match="left out without a place: H1, H2, H3, H4, H5 and 2 more"):
        sites = sites_of(
            "O1 O 0 0 0 1 d", *(f"H{i} H 0 0 0 1 dum" for i in range(1, 8)), columns=columns
        )
    assert sites.labels == ["O1"]


def test_the_type_symbol_decides_unless_formula_and_label_say_otherwise():
    row = "Ca1 Sr 0 0 0 1"
    assert sites_of(row).species[0].symbol == "Sr"
    assert sites_of(row, elements=["Sr", "Ca"]).species[0].symbol == "Sr"
    assert sites_of(row, elements=["Mg"]).species[0].symbol == "Sr"
    with pytest.warns(DoubtfulStructureWarning, match="elements of these labels, .* Ca1"):
        assert sites_of(row, elements=["Ca", "O"]).species[0].symbol == "Ca"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["O1 O 0 0 0 1.2"], "the occupancy of site O1 is 1.2"),
        (["O1 O 0 0 0 -0.1"], "the occupancy of site O1 is -0.1"),
        (["O1 O 0 0 0 full"], "the occupancy of O1 is 'full', which is no number"),
        (["O1 O 0 0 1e9 1"], "a place of O1 is '1e9', which is no number"),
        (["X1 X 0 0 0 1"], "site X1: 'X' is no chemical element"),
        ([". ? 0 0 0 1"], "a site has neither a type symbol nor a label"),
        (["O1 O . . . 1"], "none of its atoms has a place"),
    ],
)
@pytest.mark.filterwarnings("ignore:left out")
def test_rows_that_can_be_no_atom_are_refused(rows, reason):
    with pytest.raises(ValueError, match=reason):
        sites_of(*rows)


def test_columns_of_two_lists_are_refused():
    text = cif_text(["O1 0 0 0"], P1) + "loop_\n_atom_site_occupancy\n1\n0.5\n"
    with pytest.raises(ValueError, match="are not one list"):
        read_sites(Facts(text))
