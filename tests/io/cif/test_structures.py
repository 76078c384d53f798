"""CIF files that pymatgen wrote and small ones by hand, and what goes wrong with them."""

import re
import time
import warnings

import numpy as np
import pytest
from cif_files import ALL, BARE, P1, cif_text, cubic, formula, hexagonal, operations, symbol
from pymatgen.core import Lattice, Structure

from xrdmatch.io import DoubtfulStructureWarning, read_structures

ROCK_SALT = ["Na1 0 0 0", "Cl1 0.5 0.5 0.5"]


@pytest.fixture
def cif(triclinic):
    return triclinic.to(fmt="cif")


@pytest.fixture
def read(tmp_path):
    """Read one structure from a text."""

    def read(text):
        (tmp_path / "it.cif").write_text(text, encoding="utf-8")
        return read_structures(tmp_path / "it.cif")[0]

    return read


@pytest.fixture
def refusal(read):
    """Say why a text holds no structure."""

    def refusal(text):
        with pytest.raises(ValueError, match=r"No structure could be read: .*it\.cif \((.*)\)"):
            read(text)
        try:
            read(text)
        except ValueError as error:
            return str(error).partition("it.cif (")[2]

    return refusal


def test_round_trip(tmp_path, triclinic, assert_same):
    triclinic.to(filename=str(tmp_path / "layer.cif"))
    (read,) = read_structures(tmp_path / "layer.cif")
    assert_same(read, triclinic)
    assert read.properties == {"name": "layer", "source": str(tmp_path / "layer.cif")}
    assert read.labels == ["Mo0", "S1", "S2", "O3"]


def test_occupancies_are_kept(tmp_path, disordered, assert_same):
    disordered.to(filename=str(tmp_path / "mixed.cif"))
    (read,) = read_structures(tmp_path / "mixed.cif")
    assert_same(read, disordered)
    assert not read.is_ordered


def test_the_cell_stays_conventional(tmp_path, assert_same):
    iron = Structure.from_spacegroup("Im-3m", Lattice.cubic(2.87), ["Fe"], [[0, 0, 0]])
    iron.to(filename=str(tmp_path / "iron.cif"))
    (read,) = read_structures(tmp_path / "iron.cif")
    assert_same(read, iron)
    assert len(read) == 2  # its primitive cell has 1


@pytest.mark.parametrize(
    ("group", "lattice", "species", "coords"),
    [
        ("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        ("Pm-3m", Lattice.cubic(4.157), ["La", "B"], [[0, 0, 0], [0.1993, 0.5, 0.5]]),
        ("P6_3/mmc", Lattice.hexagonal(2.95, 4.68), ["Ti"], [[1 / 3, 2 / 3, 0.25]]),
        ("P2_1/c", Lattice.monoclinic(5, 6, 7, 100), ["Si", "O"], [[0.1, 0.2, 0.3], [0.5, 0, 0]]),
        ("R-3c", Lattice.hexagonal(4.76, 12.99), ["Al", "O"], [[0, 0, 0.3523], [0.3062, 0, 0.25]]),
    ],
)
def test_a_symbol_alone_gives_the_crystal_that_pymatgen_builds(
    read, assert_same, group, lattice, species, coords
):
    rows = [f"{e}1 {x:.8f} {y:.8f} {z:.8f}" for e, (x, y, z) in zip(species, coords, strict=True)]
    text = cif_text(rows, symbol(group), cell=lattice.parameters)
    assert_same(read(text), Structure.from_spacegroup(group, lattice, species, coords))


def test_rhombohedral_axes_give_the_crystal_of_hexagonal_ones(read):
    rhombohedral = read(
        cif_text(
            ["Al1 0.35228 0.35228 0.35228", "O1 0.55624 -0.05624 0.25"],
            symbol("R -3 c"),
            cell=(5.128, 5.128, 5.128, 55.28, 55.28, 55.28),
        )
    )
    assert rhombohedral.formula == "Al4 O6"
    hexagonal_cell = rhombohedral.get_space_group_info()
    assert hexagonal_cell == ("R-3c", 167)


@pytest.mark.parametrize("shift", [(0, 0, 0), (0, -0.25, 0.125)])
def test_the_formula_tells_the_origin(read, shift):
    """Zircon at both origins of I 41/a m d, by a symbol that leaves it open."""
    places = {"Zr1": (0, 0.75, 0.125), "Si1": (0, 0.75, 0.625), "O1": (0, 0.0661, 0.1953)}
    rows = [f"{label} {' '.join(map(str, np.add(p, shift)))}" for label, p in places.items()]
    zircon = read(
        cif_text(
            rows,
            symbol("I 41/a m d"),
            formula("Zr Si O4", 4),
            cell=(6.607, 6.607, 5.982, 90, 90, 90),
        )
    )
    assert zircon.formula == "Zr4 Si4 O16"
    assert zircon.get_space_group_info() == ("I4_1/amd", 141)
    bonds = np.sort(zircon.distance_matrix[zircon.indices_from_symbol("Si")[0]])[1:5]
    np.testing.assert_allclose(bonds, 1.622, atol=0.01)  # the silicate tetrahedron


def test_listed_operations_tell_what_the_symbol_leaves_open(read, assert_same):
    """Every setting of a space group that is written with its operations."""
    diamond = Structure.from_spacegroup("Fd-3m", Lattice.cubic(3.567), ["C"], [[0, 0, 0]])
    shifted = diamond.copy().translate_sites(range(8), [0.1, 0.2, 0.3])
    for structure in (diamond, shifted, diamond.get_primitive_structure()):
        text = structure.to(fmt="cif", symprec=0.01, refine_struct=False)
        assert_same(read(text), structure, atol=1e-5)


def test_magnetic_operations_move_the_atoms(read):
    text = cif_text(
        ["Fe1 0.1 0.2 0.3"],
        "loop_\n_space_group_symop_magn_operation.xyz\nx,y,z,+1\n-x,-y,-z,-1",
        "loop_\n_space_group_symop_magn_centering.xyz\nx,y,z,+1\nx+1/2,y+1/2,z+1/2,-1",
        "loop_\n_parent_propagation_vector.kxkykz\n[1/2 0 0]",
    )
    assert len(read(text)) == 4


def test_magnetic_files_are_found_in_folders(tmp_path):
    (tmp_path / "iron.mcif").write_text(cif_text(["Fe1 0 0 0"], P1))
    assert [s.formula for s in read_structures(tmp_path)] == ["Fe1"]


def test_statements_that_come_to_the_same_are_no_doubt(read):
    copper = ["Cu1 0 0 0", "Cu2 0.5 0.5 0", "Cu3 0.5 0 0.5", "Cu4 0 0.5 0.5"]
    text = cif_text(copper, symbol("F m -3 m"), operations("x,y,z"), cell=cubic(3.61))
    found = read(text)
    assert found.formula == "Cu4"
    assert "doubts" not in found.properties
    assert "come to the same atoms" in found.properties["reader_notes"][0]


@pytest.mark.parametrize(("units", "expected"), [(4, "Na4 Cl4"), (1, "Na1 Cl1")])
def test_the_formula_decides_between_statements_and_this_is_said(read, units, expected):
    statements = [symbol("F m -3 m"), operations("x,y,z"), formula("Na Cl", units)]
    with pytest.warns(DoubtfulStructureWarning, match=r"contradict each other; its formula"):
        found = read(cif_text(ROCK_SALT, *statements, cell=cubic(5.64)))
    assert found.formula == expected
    assert found.properties["doubts"] == found.properties["reader_notes"]


def test_what_disagrees_with_its_formula_is_named(tmp_path):
    for name, stated in (("good", "Na Cl"), ("odd", "Na2 Cl"), ("without", "(Na,K) Cl")):
        text = cif_text(ROCK_SALT, symbol("F m -3 m"), formula(stated, 4), cell=cubic(5.64))
        (tmp_path / f"{name}.cif").write_text(text)
    with pytest.warns(DoubtfulStructureWarning) as caught:
        structures = read_structures(tmp_path)
    assert len(structures) == 3
    assert str(caught[0].message) == (
        f"Read with doubts 1 of 3 structures: {tmp_path / 'odd.cif'} (the cell holds Cl4 Na4 where "
        "the file's formula says Cl4 Na8)."
    )
    assert caught[0].filename == __file__


def test_sites_listed_again_are_taken_once(read):
    nickel = ["Cu1 0 0 0 0.5", "Ni1 0 0 0 0.5", "Cu2 0.5 0.5 0 0.5", "Ni2 0.5 0.5 0 0.5"]
    columns = (*BARE, "occupancy")
    text = cif_text(nickel, symbol("F m -3 m"), cell=cubic(3.56), columns=columns)
    with pytest.warns(DoubtfulStructureWarning, match="are the same site, listed 4 times"):
        found = read(text)
    assert found.composition.as_dict() == {"Cu": 2, "Ni": 2}


def test_what_rounding_does_not_explain_needs_the_formula(read, refusal):
    """Zinc 0.15 Å off the threefold axis, to five digits."""
    rows, cell = ["Zn1 0.35333 0.68667 0.25000"], hexagonal(2.66, 4.95)
    text = cif_text(rows, symbol("P 63/m m c"), cell=cell)
    assert "images of Zn1 lie 0.1" in refusal(text)
    with pytest.warns(DoubtfulStructureWarning, match="its formula makes them one"):
        found = read(cif_text(rows, symbol("P 63/m m c"), formula("Zn", 2), cell=cell))
    np.testing.assert_allclose(found.frac_coords[0], [1 / 3, 2 / 3, 0.25], atol=1e-12)


def test_every_block_with_atoms_is_a_structure_even_under_one_name(tmp_path, cif, disordered):
    blocks = ["data_global\n_journal_year 2020\n", cif, cif, disordered.to(fmt="cif")]
    (tmp_path / "many.cif").write_text("\n".join(blocks))
    structures = read_structures(tmp_path / "many.cif")
    assert [len(structure) for structure in structures] == [4, 4, 2]
    names = [structure.properties["name"] for structure in structures]
    assert names[0] == names[1] == "many-MoS2O"


def test_a_broken_block_leaves_the_others(tmp_path, cif):
    broken = cif.replace("data_", "data_broken_").replace("5.3", "five")
    (tmp_path / "two.cif").write_text(broken + cif)
    with pytest.warns(UserWarning, match=r"entry two-broken_MoS2O \(_cell_length_b is 'five"):
        (read,) = read_structures(tmp_path / "two.cif")
    assert read.properties["name"] == "two-MoS2O"


def test_remarks_become_notes(read):
    rows = ["OW1 O 0.5 0.5 0.5 1", "H1 H . . . 1", "Va1 Va 0 0 0 0.5", "Na1 Na 0 0 0 0.5"]
    found = read(cif_text([*rows, "D1 D 0 0.5 0 1"], P1, columns=ALL))
    assert found.composition.as_dict() == {"O": 1, "Na": 0.5, "H": 1}
    assert found.properties["reader_notes"] == [
        "left out without a place: H1",
        "left out as vacancies: Va1",
        "deuterium is read as hydrogen: D1",
    ]
    assert "doubts" not in found.properties


def test_sums_just_above_one_are_scaled(tmp_path, disordered):
    text = disordered.to(fmt="cif").replace("0.75", "0.78")
    (tmp_path / "full.cif").write_text(text.replace("_chemical_formula", "_chemical_form"))
    (read,) = read_structures(tmp_path / "full.cif")
    sums = [site.species.num_atoms for site in read]
    assert sorted(sums) == pytest.approx([0.5, 1.0])
    assert any("add up to 1.03 and were scaled" in note for note in read.properties["reader_notes"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("_atom_site_fract_x", "_atom_site_Cartn_x", "no data block has atoms with fractional"),
        ("_cell_length_a", "_cell_size_a", "the data block states no cell"),
        ("5.3", "five", "_cell_length_b is 'five.*', which is no number"),
        ("Mo", "Qq", "site Qq0: 'Qq' is no chemical element"),
        ("4.1", "-4.1", r"its cell is none: \[-4\.1"),
        ("4.1", "41000000", "_cell_length_a is '41000000.*', which is no number"),
        ("0.51000000", "x", "a place of S1 is 'x', which is no number"),
        ("_cell_length_b", "'_cell_length_b'", "line 4 of the data block is no CIF: "),
    ],
)
def test_broken_files_say_why(tmp_path, cif, old, new, reason):
    assert old in cif
    cif = cif.replace("# generated using pymatgen\n", "").replace("_chemical_formula", "_formula")
    (tmp_path / "broken.cif").write_text(cif.replace(old, new))
    with pytest.raises(ValueError, match=rf"broken\.cif \({reason}"):
        read_structures(tmp_path / "broken.cif")


def test_too_full_a_site_is_refused(tmp_path, disordered):
    (tmp_path / "over.cif").write_text(disordered.to(fmt="cif").replace("0.75", "0.9"))
    with pytest.raises(ValueError, match=r"the site of Li0, Mn1 is occupied 1\.15 times"):
        read_structures(tmp_path / "over.cif")


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([], "it states no symmetry, neither operations nor a space group"),
        ([symbol("?")], "it states no symmetry"),
        ([symbol("X y z")], "'X y z' is no space group known here"),
        ([symbol("F m -3 m"), operations("x,y,z")], "contradict each other .the listed operations"),
        ([symbol("P n n n")], "its space group symbol leaves the origin or the axes open"),
        ([symbol("P 4/m m m:3")], "is no space group known here"),
        ([symbol("P 63/m m c")], "its cell .5.64, 5.64, 5.64, 90, 90, 90. has not the symmetry of"),
        (["_space_group_ssg_name 'F m -3 m(a00)'"], "it is a modulated structure"),
        (["_cell_modulation_dimension 1", P1], "it is a modulated structure"),
        (["_space_group_magn.name_BNS 'P 1'"], "a magnetic symmetry .* without its operations"),
        ([operations("x,y,z", "2x,y,z")], "its symmetry operations are none: x,y,z; 2x,y,z"),
        ([operations("x,y,z", "x+1/5,y,z")], "are no group; one is missing or wrong"),
        (["_cell_length_a 5.7", P1], "it states _cell_length_a twice, and differently"),
    ],
)
def test_what_is_not_stated_is_not_assumed(refusal, statements, reason):
    rows = ["Na1 0.1 0.2 0.3", "Cl1 0.6 0.7 0.8"]
    assert re.search(reason, refusal(cif_text(rows, *statements, cell=cubic(5.64))))


def test_a_file_of_blank_lines_is_read_at_once(tmp_path):
    text = cif_text(["Fe1 0 0 0"], P1)
    (tmp_path / "long.cif").write_text("\n" * 300_000 + text + " \n" * 300_000)
    start = time.process_time()
    assert len(read_structures(tmp_path / "long.cif")) == 1
    assert time.process_time() - start < 2  # it was quadratic: hours


def test_nothing_of_a_good_file_is_doubted(tmp_path, triclinic, disordered):
    for i, structure in enumerate((triclinic, disordered)):
        structure.to(filename=str(tmp_path / f"{i}.cif"), symprec=0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_structures(tmp_path)) == 2
