"""POSCAR files that pymatgen wrote, under the names that people give them."""

import pytest
from pymatgen.io.vasp import Poscar

from xrdmatch.io import read_structures


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("POSCAR", "POSCAR"),
        ("CONTCAR", "CONTCAR"),
        ("MoS2.vasp", "MoS2"),
        ("MoS2.poscar", "MoS2"),
        ("POSCAR.MoS2", "POSCAR.MoS2"),
        ("POSCAR_0.5", "POSCAR_0.5"),
    ],
)
def test_round_trip(tmp_path, triclinic, assert_same, file, name):
    Poscar(triclinic).write_file(tmp_path / file, significant_figures=12)
    (read,) = read_structures(tmp_path)
    assert_same(read, triclinic)
    assert read.properties["name"] == name


def test_a_potcar_beside_it_changes_nothing(tmp_path, triclinic, assert_same):
    Poscar(triclinic).write_file(tmp_path / "POSCAR", significant_figures=12)
    (tmp_path / "POTCAR").write_text("PAW_PBE W_pv\nVRHFIN =W: 5p6s5d\n")
    assert_same(read_structures(tmp_path)[0], triclinic)


def test_elements_are_never_made_up(tmp_path, triclinic):
    lines = Poscar(triclinic).get_str().splitlines()
    bare = [" ".join(line.split()[:3]) if i > 6 else line for i, line in enumerate(lines)]
    (tmp_path / "POSCAR").write_text("\n".join(["comment", *bare[1:5], *bare[6:]]))
    with pytest.raises(ValueError, match=r"POSCAR \(the file names no elements \(VASP 4"):
        read_structures(tmp_path / "POSCAR")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Empty POSCAR"),
        ("x\n1\n3 0 0\n0 3 0\n0 0 3\nNa Cl\n1 1\nDirect\n0 0 0\n", "IndexError"),
        (
            "x\n1\n3 0 0\n0 3 0\n0 0 3\nNa Cl\n2147483648 1\nDirect\n0 0 0\n",
            "the file has a line for each of its atoms, got 9 lines for 2147483649 atoms",
        ),
    ],
)
def test_broken_files_say_why(tmp_path, text, reason):
    (tmp_path / "x.vasp").write_text(text)
    with pytest.raises(ValueError, match=rf"x\.vasp \({reason}"):
        read_structures(tmp_path / "x.vasp")


@pytest.mark.parametrize("scale", ["-1e300", "1e300", "1e-300", "0.001", "100"])
def test_impossible_scales_are_refused(tmp_path, scale):
    text = f"x\n{scale}\n3 0 0\n0 3 0\n0 0 3\nFe\n1\nDirect\n0 0 0\n"
    (tmp_path / "POSCAR").write_text(text)
    with pytest.raises(ValueError, match=r"POSCAR \(its (cell|density) "):
        read_structures(tmp_path / "POSCAR")
