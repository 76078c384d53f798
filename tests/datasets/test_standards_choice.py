"""The rule by which entries of the American Mineralogist database are chosen as standards."""

import runpy
import sqlite3
import sys
from base64 import b64encode
from pathlib import Path

import gemmi
import numpy as np
import pytest
from pymatgen.core import Composition, Lattice

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "examples" / "standards"
TABLES = """
    CREATE TABLE cif (id, mineral_id, spacegroup_id, publication_id, formula, compound, pub_title,
        a, b, c, alpha, beta, gamma, atoms_sites, atoms_x, atoms_y, atoms_z, atoms_occupancy);
    CREATE TABLE publications (id, journalname, volume, year, page_first, page_last);
    CREATE TABLE spacegroups (id, symmetry_xyz);
    CREATE TABLE authors (id, name);
    CREATE TABLE publication_authors (publication_id, author_id);
    INSERT INTO publications VALUES (1, 'Journal of Salt', '3', 1970, '5', '7');
    INSERT INTO publications VALUES (2, 'Journal of Old Salt', '1', 1930, '5', '7');
    INSERT INTO authors VALUES (1, 'Nobody N');
    INSERT INTO publication_authors VALUES (1, 1);
"""
ALL_OF_FM3M = gemmi.SpaceGroup("F m -3 m").operations()
ROCK_SALT = {"a": "4.634", "title": "A salt", "publication": 1, "occupancy": "0", "compound": ""}


@pytest.fixture
def amcsd(monkeypatch):
    """What the script that chooses entries defines."""
    pytest.importorskip("pyarrow")
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield runpy.run_path(str(SCRIPTS / "amcsd.py"))
    for name in ("build", "gather"):
        sys.modules.pop(name, None)


def as_stored(positions):
    whole = (4e6 * np.array(positions)).astype(np.int32)
    return b64encode(whole.tobytes()).decode()


def database(path, entries):
    """File of rock salts, numbered from 1."""
    with sqlite3.connect(path) as file:
        file.executescript(TABLES)
        operations = str([op.triplet() for op in ALL_OF_FM3M]).replace("'", '"')
        file.execute("INSERT INTO spacegroups VALUES (1, ?)", [operations])
        for number, changed in enumerate(entries, 1):
            one = ROCK_SALT | changed
            place = as_stored([0, 0.5])
            about = [number, 1, 1, one["publication"], "Na F", one["compound"], one["title"]]
            cell = [*[one["a"]] * 3, *["90"] * 3]
            sites = ['["Na", "F"]', place, place, place, one["occupancy"]]
            marks = ", ".join("?" * 18)
            file.execute(f"INSERT INTO cif VALUES ({marks})", [*about, *cell, *sites])
    return path


def test_a_measured_salt_is_read_with_its_publication(amcsd, tmp_path):
    found = amcsd["entries_by_formula"](database(tmp_path / "salt.db", [{}]), {"NaF"})
    (block,) = found["NaF"]
    assert block.name == "0000001"
    assert block.find_value("_cell_length_a") == "4.634"
    small = gemmi.make_small_structure_from_block(block)
    small.setup_cell_images()
    assert len(small.get_all_unit_cell_sites()) == 8
    published = sys.modules["build"].publication(block)
    assert published == "Nobody N: Journal of Salt 3, 5-7 (1970)"


@pytest.mark.parametrize(
    "changed",
    [
        {"publication": 2},  # before 1950
        {"a": "4.63"},
        {"a": "4.630"},
        {"occupancy": as_stored([0.5, 1])},
        {"title": "A salt Sample: T = 500 C"},
        {"title": "Lattice constants of solid solutions of salts"},
        {"title": "A salt, an ab initio study"},
        {"title": "A salt Note: a cell edge altered from the value reported"},
    ],
)
def test_what_the_rule_leaves_out_is_left_out(amcsd, tmp_path, changed):
    path = database(tmp_path / "salt.db", [changed])
    assert amcsd["entries_by_formula"](path, {"NaF"}) == {"NaF": []}


def test_entries_that_nothing_but_the_cell_tells_apart_are_left_out(amcsd, tmp_path):
    told = {"compound": "Kola"}
    path = database(tmp_path / "salt.db", [{}, {"a": "4.652"}, told])
    (block,) = amcsd["entries_by_formula"](path, {"NaF"})["NaF"]
    assert block.name == "0000003"


@pytest.mark.parametrize(
    ("title", "is_at_room"),
    [
        ("Refinement of a salt", True),
        ("A salt at high pressure Sample: P = 0.0001 GPa", True),
        ("A salt at high pressure Sample: P = 1.5 GPa", False),
        ("Compression of a salt to 8 GPa", False),
        ("Compression of a salt, sample in air", True),
        ("A salt at several temperatures T = 25 deg C", True),
        ("A salt at several temperatures Sample: T = 100K", False),
        ("A salt at T = 295 K, P = 3.3 GPa", False),
        ("A salt at 20 K", False),
        ("A salt at room temperature", True),
        ("A hydrothermally grown salt of Fe3C", True),
    ],
)
def test_conditions_are_read_from_the_title(amcsd, title, is_at_room):
    assert amcsd["at_room_conditions"](title) == is_at_room


@pytest.mark.parametrize(
    ("label", "formula", "element"),
    [
        ("CaM2", "CaMgSi2O6", "Ca"),
        ("SiT", "CaMgSi2O6", "Si"),
        ("O-H1", "MnHO2", "O"),
        ("Wat", "CaH4SO6", "O"),
        ("Co", "CoCO3", "Co"),
        ("C", "CoCO3", "C"),
        ("OA", "Al2SiO5", "O"),
        ("X", "Al2SiO5", None),
    ],
)
def test_elements_of_sites_are_told_by_their_labels(amcsd, label, formula, element):
    assert amcsd["element_of"](label, Composition(formula)) == element


@pytest.mark.parametrize(
    ("stretch", "suits"), [(1, True), (1.02, True), (1.04, False), (1.06, False)]
)
def test_an_entry_must_have_about_the_computed_axes(amcsd, tmp_path, stretch, suits):
    path = database(tmp_path / "salt.db", [{}])
    (block,) = amcsd["entries_by_formula"](path, {"NaF"})["NaF"]
    lattice, positions, numbers = amcsd["measured_crystal"](block)
    known = (lattice * stretch, positions, numbers)
    found = amcsd["usable"](block, known)
    assert bool(found) == suits
    if suits:
        assert found["sites"]
        assert found["volume"] == pytest.approx(4.634**3 / 8)


def test_a_crystal_with_other_distances_lends_its_cell_only(amcsd):
    """Rutile: its oxygen may move without a change of symmetry."""
    cell = Lattice.tetragonal(4.594, 2.959).matrix
    crystals = [
        (cell, np.array([[0, 0, 0], [0.5] * 3, *oxygens(x)]), [22, 22, 8, 8, 8, 8])
        for x in (0.305, 0.307, 0.33)
    ]
    assert amcsd["distances_agree"](crystals[1], crystals[0])
    assert not amcsd["distances_agree"](crystals[2], crystals[0])


def oxygens(x):
    return [[x, x, 0], [-x, -x, 0], [0.5 - x, 0.5 + x, 0.5], [0.5 + x, 0.5 - x, 0.5]]


def test_of_entries_the_most_precise_and_then_the_newest_is_taken(amcsd, tmp_path):
    lengths = ["4.634", "4.6341", "4.6338", "4.75001"]
    entries = [{"a": a, "compound": a} for a in lengths]
    blocks = amcsd["entries_by_formula"](database(tmp_path / "salt.db", entries), {"NaF"})["NaF"]
    found = [{"block": b, "volume": float(a) ** 3} for b, a in zip(blocks, lengths, strict=True)]
    assert amcsd["best"](found)["block"].name == "0000002"  # 4.75001 is far off the others
    found[2]["block"].set_pair("_journal_year", "1999")
    assert amcsd["best"](found)["block"].name == "0000003"
    assert amcsd["best"]([]) is None
