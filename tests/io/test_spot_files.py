"""Tables of spots: what parts the columns, their unit, and what is no table."""

import numpy as np
import pytest

from xrdmatch.io import read_spots

ROWS = [(40, 0, 5), (0, 30, 2)]


@pytest.fixture
def written(tmp_path):
    """Function of a text: the file that holds it."""

    def write(text):
        path = tmp_path / "spots.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("mark", [",", ";", "\t", " ", "  "])
@pytest.mark.parametrize("header", ["", "x{0}y{0}intensity\n", "# measured by hand\n"])
def test_what_parts_the_columns_makes_no_difference(written, mark, header):
    rows = "\n".join(mark.join(map(str, (*row, 9))) for row in ROWS)
    pattern = read_spots(written(header.format(mark) + rows), scale=100.0, radiation="electron")
    np.testing.assert_allclose(pattern.q, [[0.4, 0], [0, 0.3]])
    np.testing.assert_allclose(pattern.intensity, [5, 2])
    assert pattern.orientation == "unknown"
    assert pattern.radiation.kind == "electron"


@pytest.mark.parametrize(
    ("name", "unit"), [("qx [1/Å]", 1), ("qx", 1), ("x (1/nm)", 0.1), ("gx", 1), ("", 1)]
)
def test_the_unit_is_what_the_column_is_called(written, name, unit):
    pattern = read_spots(written(f"{name},y,intensity\n" * bool(name) + "4,0,5\n0,3,2\n"))
    np.testing.assert_allclose(pattern.q, unit * np.array([[4, 0], [0, 3]]))


@pytest.mark.parametrize(
    ("text", "scale", "sentence"),
    [
        ("x_px,y_px,i\n4,0,5\n", None, "Spots in pixels need a scale, got none for"),
        ("40,0,5\n", None, "40 1/Å from the direct beam, where none are seen; give the pixels"),
        ("qx,qy,i\n4,0,5\n", 96, "A scale is for pixels, got one for .*; leave it out"),
        ("4,0,5\n", -1, "scale must be a positive number, got -1"),
        ("", None, "A table of spots has a row for each, got none in"),
        ("x,y,i\n", None, "begin with x, y and an intensity, got another one in row 2"),
        ("x,y,i\n4,0,5\n4,nan,5\n", 9, "got another one in row 3 of"),
        ("4,0\n3,1\n", 9, "got another one in row 2 of"),
        ("4,0,-1\n", 9, "Intensities must not be negative"),
    ],
)
def test_mistakes(written, text, scale, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_spots(written(text), scale)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*; check the path"):
        read_spots(tmp_path / "none.csv")
