"""The shipped standards: plausible crystals, as they are described, each with its source."""

import json
import runpy
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Composition
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.datasets import load_standards

ROOT = Path(__file__).parents[2]
STANDARDS = load_standards()
BY_NAME = {s.properties["name"]: s for s in STANDARDS}
# Shortest distances over covalent radii: O-H is at 0.97 Å of 0.97, metals lie a bit above 1.
SHORTEST_CONTACT = (0.72, 1.3)
GROUPS = {
    *("laboratory standard", "element", "metal", "carbide", "nitride", "boride", "oxide"),
    *("hydroxide", "halide", "carbonate", "nitrate", "sulfate", "phosphate", "sulfide"),
    *("selenide", "telluride", "arsenide", "phosphide", "silicate", "cement", "battery"),
}


def test_at_least_120_with_unique_names_and_identifiers():
    assert len(STANDARDS) >= 120
    assert len(BY_NAME) == len(STANDARDS)
    assert len({s.properties["material_id"] for s in STANDARDS}) == len(STANDARDS)


def test_groups_are_covered():
    assert {s.properties["group"] for s in STANDARDS} == GROUPS


def test_each_says_where_it_is_from():
    for standard in STANDARDS:
        facts = standard.properties
        assert facts["material_id"].startswith("mp-")
        assert "Materials Project" in facts["source"]
        assert "CC BY 4.0" in facts["source"]
        assert facts["cells"] == "computed"


def test_licence_and_attribution_stand_beside_the_data():
    data = json.loads(files("xrdmatch.datasets").joinpath("standards.json").read_text("utf-8"))
    assert "creativecommons.org/licenses/by/4.0" in data["license"]
    assert "Jain" in data["attribution"]
    assert data["changes"]


@pytest.mark.parametrize("name", BY_NAME)
def test_formula_is_the_one_in_the_name(name):
    stated = Composition(name.rpartition(" ")[2]).reduced_composition
    assert BY_NAME[name].composition.reduced_composition == stated


@pytest.mark.parametrize("name", BY_NAME)
def test_space_group_is_the_stated_one(name):
    standard = BY_NAME[name]
    found = SpacegroupAnalyzer(standard, symprec=0.01).get_space_group_number()
    assert found == standard.properties["space_group"]


@pytest.mark.parametrize("name", BY_NAME)
def test_shortest_distance_is_plausible(name, contact):
    assert SHORTEST_CONTACT[0] < contact(BY_NAME[name]) < SHORTEST_CONTACT[1]


@pytest.mark.parametrize("name", BY_NAME)
def test_atoms_have_room_as_in_crystals(name):
    """Between diamond, with 5.7 Å^3 an atom, and caesium chloride and its like; few g/cm^3."""
    standard = BY_NAME[name]
    assert 5.5 < standard.volume / len(standard) < 46
    assert 1 < standard.density < 23


@pytest.mark.parametrize(
    ("name", "pair", "length"),
    [
        ("diamond C", ("C", "C"), 1.54),
        ("calcite CaCO3", ("C", "O"), 1.29),
        ("periclase MgO", ("Mg", "O"), 2.10),
        ("zircon ZrSiO4", ("Si", "O"), 1.63),
        ("copper Cu", ("Cu", "Cu"), 2.55),
        ("portlandite Ca(OH)2", ("O", "H"), 0.96),
    ],
)
def test_known_bond_lengths(name, pair, length):
    standard = BY_NAME[name]
    found = [
        near.nn_distance
        for i, sites in enumerate(standard.get_all_neighbors(3.0))
        for near in sites
        if (standard[i].specie.symbol, near.specie.symbol) == pair
    ]
    assert min(found) == pytest.approx(length, abs=0.03)


def test_what_is_done_to_one_call_does_not_reach_the_next():
    load_standards()[0].properties["name"] = "something else"
    assert load_standards()[0].properties["name"] == STANDARDS[0].properties["name"]


@pytest.fixture
def build(monkeypatch):
    """Function of arguments: what the script that writes the data defines, having run."""
    script = ROOT / "examples" / "standards" / "build.py"
    pytest.importorskip("pyarrow")

    def variables(*arguments):
        monkeypatch.setattr(sys, "argv", [script.name, *map(str, arguments)])
        return runpy.run_path(str(script), run_name="__main__" if arguments else "imported")

    return variables


def row_of(structure):
    return {
        "id": structure.properties["material_id"],
        "lattice": structure.lattice.matrix.ravel(),
        "numbers": list(structure.atomic_numbers),
        "frac_coords": structure.frac_coords.ravel(),
        "formula": structure.formula,
        "reduced_formula": structure.reduced_formula,
    }


@pytest.mark.parametrize("name", ["corundum Al2O3", "anorthite CaAl2Si2O8", "spinel MgAl2O4"])
def test_an_entry_is_written_in_its_own_terms(build, name):
    """A primitive cell in a frame of its own comes back as the shipped one."""
    standard = BY_NAME[name]
    turned = standard.get_primitive_structure()
    turned.properties = standard.properties
    facts = standard.properties
    phase = {"name": name.split()[0], "formula": name.split()[1], "group": facts["group"]}
    phase |= {"space_group": str(facts["space_group"]), "material_id": facts["material_id"]}
    entry = build()["entry"](phase, row_of(turned))
    assert entry["name"] == name
    assert np.prod(entry["cell"][:3]) == pytest.approx(np.prod(standard.lattice.abc), rel=1e-3)


@pytest.mark.parametrize(("formula", "group"), [("Al2O3", "166"), ("Fe2O3", "167")])
def test_an_entry_of_something_else_is_refused(build, formula, group):
    phase = {"name": "corundum", "formula": formula, "space_group": group, "material_id": "mp-1143"}
    with pytest.raises(ValueError, match=r"got Al2O3 of 167 as mp-1143; correct phases\.csv"):
        build()["entry"](phase, row_of(BY_NAME["corundum Al2O3"]))


def test_the_script_writes_what_is_shipped(build, shared_data, tmp_path):
    tables = [shared_data / f"{name}.parquet" for name in ("mp_le20", "mp_21_52", "mp_gt52")]
    build(*tables, "--output", tmp_path / "standards.json")
    shipped = files("xrdmatch.datasets").joinpath("standards.json").read_text("utf-8")
    assert (tmp_path / "standards.json").read_text(encoding="utf-8") == shipped


@pytest.mark.parametrize(
    ("formula", "space_group"),
    [
        *[("Si", 227), ("CeO2", 225), ("SiO2", 152), ("NaCl", 225), ("KCl", 225), ("FeS2", 205)],
        *[("PbS", 225), ("CaMg(CO3)2", 148), ("C", 194), ("MoS2", 194)],
    ],
)
def test_what_is_said_not_to_be_there_is_not(formula, space_group):
    kinds = {(s.reduced_formula, s.properties["space_group"]) for s in STANDARDS}
    assert (Composition(formula).reduced_formula, space_group) not in kinds
