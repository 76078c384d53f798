"""What a data block states of its symmetry, and which settings that leaves."""

import pytest
from cif_files import P1, cif_text, operations, symbol
from pymatgen.core import Lattice

from xrdmatch.io._cif.symmetry import stated_symmetry
from xrdmatch.io._cif.text import Facts

CUBE = Lattice.cubic(5)
HALL = "_space_group_name_Hall '{}'".format
NUMBER = "_symmetry_Int_Tables_number {}".format
CODE = "_space_group_IT_coordinate_system_code {}".format


def stated(*statements, lattice=CUBE):
    """Names of the settings, and whether they contradict each other."""
    facts = Facts(cif_text(["C1 0 0 0"], *statements, cell=lattice.parameters))
    symmetry = stated_symmetry(facts, lattice)
    return [setting.name for setting in symmetry.settings], symmetry.contradicts


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        ([P1], ["P 1"]),
        ([P1, operations("x,y,z")], ["the listed operations"]),
        ([operations("x,y,z", "-x,-y,-z")], ["the listed operations"]),
        ([operations("x,y,z", "-x,-y,-z"), symbol("P-1"), NUMBER(2)], ["the listed operations"]),
        ([operations("x,y,z", "-x,-y,-z"), symbol("P minus 1")], ["the listed operations"]),
        ([symbol("F d -3 m")], ["F d -3 m:1", "F d -3 m:2"]),
        ([symbol("F d -3 m"), CODE(2)], ["F d -3 m:2"]),
        ([symbol("F d -3 m"), HALL("-F 4vw 2vw 3")], ["F d -3 m:2"]),
        ([symbol("F d -3 m"), "_space_group_name_H-M_alt 'F d -3 m:1'"], ["F d -3 m:1"]),
        ([symbol("F d -3 m {origin @ centre}"), HALL("-F 4vw 2vw 3"), NUMBER(227)], ["F d -3 m:2"]),
        ([HALL("-P 4 2 3")], ["P m -3 m"]),
        ([NUMBER(225)], ["F m -3 m"]),
        ([symbol("R -3 m")], ["R -3 m:R"]),
    ],
)
def test_statements_that_agree(statements, names):
    assert stated(*statements) == (names, False)


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        ([symbol("F m -3 m"), operations("x,y,z")], ["the listed operations", "F m -3 m"]),
        ([symbol("typo"), operations("x,y,z")], ["the listed operations"]),
        ([symbol("F m -3 m"), NUMBER(221)], ["F m -3 m", "P m -3 m"]),
        ([symbol("F m -3 m"), HALL("-P 4 2 3")], ["F m -3 m", "P m -3 m"]),
        ([symbol("F m -3 m"), operations("x,y,z", "2x,y,z")], ["F m -3 m"]),
    ],
)
def test_statements_that_contradict_each_other(statements, names):
    assert stated(*statements) == (names, True)


@pytest.mark.parametrize(
    ("angles", "name"),
    [((90, 100, 90), "P 1 21/m 1"), ((90, 90, 100), "P 1 1 21/m"), ((100, 90, 90), "P 21/m 1 1"),
     ((90, 90.5, 90), "P 1 21/m 1"), ((90, 90, 90.5), "P 1 1 21/m"), ((90, 90, 90), "P 1 21/m 1")],
)  # fmt: skip
def test_the_angles_tell_the_unique_axis(angles, name):
    lattice = Lattice.from_parameters(5, 6, 7, *angles)
    assert stated(symbol("P 21/m"), lattice=lattice) == ([name], False)


def test_the_cell_tells_hexagonal_from_rhombohedral_axes():
    assert stated(symbol("R3c"), lattice=Lattice.hexagonal(5, 13)) == (["R 3 c:H"], False)
    assert stated(symbol("R3c"), lattice=Lattice.rhombohedral(5, 57)) == (["R 3 c:R"], False)
    with pytest.raises(ValueError, match="has not the symmetry of R 3 c:H; one of them is wrong"):
        stated(symbol("R 3 c H"), lattice=Lattice.rhombohedral(5, 57))


@pytest.mark.parametrize(
    "tag", ["_space_group_ssg_name", "_cell_wave_vector_x", "_cell_subsystem_code"]
)
def test_modulated_structures_are_refused(tag):
    with pytest.raises(ValueError, match=f"modulated structure .{tag}.* average structure"):
        stated(P1, f"{tag} 1")
    assert stated(P1, f"{tag} ?", "_cell_modulation_dimension 0") == (["P 1"], False)
