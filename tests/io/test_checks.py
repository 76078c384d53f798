"""What every structure has to fulfil."""

import pytest
from pymatgen.core import DummySpecies, Lattice, Structure

from xrdmatch.io._checks import check_structure, check_text, printable


def cell(a, n=1, element="Fe"):
    return Structure(Lattice.cubic(a), [element] * n, [[i / n, 0, 0] for i in range(n)])


@pytest.mark.parametrize(
    ("structure", "reason"),
    [
        (Structure(Lattice.cubic(3), [], []), "it has no atoms"),
        (Structure(Lattice.cubic(3), ["Fe"], [[float("nan"), 0, 0]]), "not a finite number"),
        (Structure([[3, 0, 0], [0, 3, 0], [3, 3, 0]], ["Fe"], [[0, 0, 0]]), "has no volume"),
        (Structure(Lattice.cubic(float("inf")), ["Fe"], [[0, 0, 0]]), "is not finite"),
        (Structure(Lattice.cubic(3), [DummySpecies("X")], [[0, 0, 0]]), "'X' is no chemical"),
        (cell(420), r"its cell has 7\.41e\+07 Å\^3 for each atom, .* its lengths are in Å"),
        (cell(0.287), r"its density is 3\.92e\+03 g/cm\^3, .* its lengths are in Å"),
    ],
)
def test_what_is_no_crystal_is_refused(structure, reason):
    with pytest.raises(ValueError, match=reason):
        check_structure(structure)


def test_odd_crystals_pass():
    check_structure(cell(15))  # an atom in a box
    check_structure(
        Structure(
            Lattice.cubic(3.84),
            [{"Os": 0.5, "Ir": 0.5}] * 4,
            [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]],
        )
    )


@pytest.mark.parametrize("text", ["\ud800", "a\udcff.cif"])
def test_texts_that_cannot_be_written_are_refused_in_one_that_can(text):
    with pytest.raises(ValueError, match="is no valid text") as caught:
        check_text("name", text)
    str(caught.value).encode()
    printable(text).encode()


def test_other_texts_pass():
    for text in ("Prüfung θ", "", 7, None):
        check_text("name", text)
