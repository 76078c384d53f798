"""The text of a CIF: blocks, tags in every spelling, and what gemmi alone would refuse."""

import pytest

from xrdmatch.io._cif.text import Facts, read_number, split_blocks


def test_blocks_are_cut_where_they_begin_and_not_inside_texts():
    text = "#\\#CIF_1.1\ndata_a\n_x\n;\ndata_no block\n;\n_y 'data_no'\n  DATA_b\n_z 1\n"
    assert [name for name, _ in split_blocks(text)] == ["a", "b"]
    assert split_blocks(text)[0][1].endswith("_y 'data_no'")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(ending):
    blocks = split_blocks(f"data_a{ending}_cell_length_a 3{ending}data_b{ending}")
    assert [name for name, _ in blocks] == ["a", "b"]
    assert Facts(blocks[0][1]).number("_cell_length_a") == 3


def test_a_text_without_blocks_has_none():
    assert split_blocks("") == split_blocks("no CIF\n") == []


@pytest.mark.parametrize("tag", ["_cell_length_a", "_CELL_LENGTH_A", "_cell.length_a"])
def test_tags_in_every_spelling(tag):
    assert Facts(f"data_x\n{tag} 5.4(1)\n").number("_cell_length_a") == 5.4


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("_symmetry_space_group_name_H-M 'P 63/m m c'", "P 63/m m c"),
        ("_symmetry_space_group_name_H-M P 63/m m c", "P 63/m m c"),
        ("_symmetry_space_group_name_H-M\n;\nP 63/m\nm c\n;", "P 63/m m c"),
        ("_symmetry_space_group_name_H-M 'R 3\u0304 m'", "R -3 m"),
        ("_symmetry_space_group_name_H-M R3\u0304m", "R-3m"),
        ("_symmetry_space_group_name_H-M 'P \u22121'", "P -1"),
        ("_symmetry_space_group_name_H-M 'P 2\u2081/c'", "P 21/c"),
        ("_symmetry_space_group_name_H-M P\u00a01", "P 1"),
    ],
)
def test_symbols_as_people_write_them(line, expected):
    facts = Facts(f"data_x\n{line}\n_publ_author 'M\u00fcller'\n")
    assert facts.texts("_symmetry_space_group_name_h-m") == [expected]


def test_lists_in_brackets_are_passed_over():
    facts = Facts("data_x\nloop_\n_k.id\n_k.vector\nk1 [0 0 1/2]\n_cell_length_a 3\n")
    assert facts.number("_cell_length_a") == 3


@pytest.mark.parametrize("missing", ["?", ".", "'?'", "''"])
def test_what_is_not_known_is_not_stated(missing):
    facts = Facts(f"data_x\n_cell_length_a {missing}\n")
    assert facts.texts("_cell_length_a") == []
    assert facts.number("_cell_length_a") is None
    assert facts.number("_cell_length_b") is None


def test_what_is_stated_twice_matters_when_it_is_asked_for():
    facts = Facts(
        "data_x\n_cell_length_a 3\n_cell_length_a 4\n_cell_length_b 3\n_cell_length_b 3\n"
    )
    assert facts.number("_cell_length_b") == 3
    with pytest.raises(ValueError, match="it states _cell_length_a twice, and differently"):
        facts.number("_cell_length_a")


@pytest.mark.parametrize(
    ("text", "line"),
    [("data_x\n_a 'b\n", 2), ("data_x\nloop_\n_a\n_b\n1 2 3\n", 2)],
)
def test_what_is_no_cif_is_refused_by_its_line(text, line):
    with pytest.raises(ValueError, match=f"line {line} of the data block is no CIF"):
        Facts(text)


@pytest.mark.parametrize(
    ("text", "number"), [("0.25", 0.25), ("-.5(12)", -0.5), ("1/3", 1 / 3), ("2e-1", 0.2)]
)
def test_numbers_as_cif_writes_them(text, number):
    assert read_number(text, "x") == pytest.approx(number)


@pytest.mark.parametrize("text", ["", "x", "0,25", "1/0", "1e999", "nan", "1/2/3", "0.5(", "1e7"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"x1 is '.*', which is no number"):
        read_number(text, "x1")
