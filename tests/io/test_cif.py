"""CIF files that pymatgen wrote, and what goes wrong with them."""

import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.io import read_structures


@pytest.fixture
def cif(triclinic):
    return triclinic.to(fmt="cif")


def test_round_trip(tmp_path, triclinic, assert_same):
    triclinic.to(filename=str(tmp_path / "layer.cif"))
    (read,) = read_structures(tmp_path / "layer.cif")
    assert_same(read, triclinic)
    assert read.properties == {"name": "layer", "source": str(tmp_path / "layer.cif")}


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
    with pytest.warns(UserWarning, match=r"two\.cif, entry two-broken_MoS2O \(could not convert"):
        (read,) = read_structures(tmp_path / "two.cif")
    assert read.properties["name"] == "two-MoS2O"


def test_remarks_of_the_parser_become_notes(tmp_path, cif):
    (tmp_path / "third.cif").write_text(cif.replace("0.51000000", "0.33333"))
    (read,) = read_structures(tmp_path / "third.cif")
    assert any("rounded to ideal" in note for note in read.properties["reader_notes"])


def test_sums_just_above_one_are_scaled(tmp_path, disordered):
    text = disordered.to(fmt="cif").replace("0.75", "0.754")
    (tmp_path / "full.cif").write_text(text)
    (read,) = read_structures(tmp_path / "full.cif")
    sums = [site.species.num_atoms for site in read]
    assert sorted(sums) == pytest.approx([0.5, 1.0])
    assert any("sum to > 1" in note for note in read.properties["reader_notes"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("_atom_site_fract_x", "_atom_site_Cartn_x", "no data block has atoms with fractional"),
        ("_cell_length_a", "_cell_size_a", "the data block states no cell"),
        ("5.3", "five", "could not convert string to float"),
        ("Mo", "Qq", "'Qq' is no chemical element"),
    ],
)
def test_broken_files_say_why(tmp_path, cif, old, new, reason):
    assert old in cif
    (tmp_path / "broken.cif").write_text(cif.replace(old, new))
    with pytest.raises(ValueError, match=rf"broken\.cif \({reason}"):
        read_structures(tmp_path / "broken.cif")


def test_too_full_a_site_is_refused(tmp_path, disordered):
    (tmp_path / "over.cif").write_text(disordered.to(fmt="cif").replace("0.75", "0.9"))
    with pytest.raises(ValueError, match=r"Occupancy 1\.15 exceeded tolerance"):
        read_structures(tmp_path / "over.cif")
