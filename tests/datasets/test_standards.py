"""The shipped standards: plausible crystals, as they are described, each with its source."""

import json
import re
import runpy
import sys
from importlib.resources import files
from pathlib import Path

import gemmi
import numpy as np
import pytest
from pymatgen.core import Composition
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.datasets import load_standards

ROOT = Path(__file__).parents[2]
STANDARDS = load_standards()
BY_NAME = {s.properties["name"]: s for s in STANDARDS}
# Shortest distances over covalent radii: O-H is at 0.97 Å of 0.97, metals lie a bit above 1, and
# uranium's bonds of 2.75 Å below.
SHORTEST_CONTACT = (0.70, 1.3)
GROUPS = {
    *("laboratory standard", "element", "metal", "carbide", "nitride", "boride", "oxide"),
    *("hydroxide", "halide", "carbonate", "nitrate", "sulfate", "phosphate", "sulfide"),
    *("selenide", "telluride", "arsenide", "phosphide", "antimonide", "silicate", "cement"),
    "battery",
}


def test_at_least_120_with_unique_names_and_identifiers():
    assert len(STANDARDS) >= 120
    assert len(BY_NAME) == len(STANDARDS)
    for kind in ("material_id", "cod_id", "amcsd_id"):
        numbers = [s.properties[kind] for s in STANDARDS if s.properties[kind]]
        assert len(set(numbers)) == len(numbers)


def test_groups_are_covered():
    assert {s.properties["group"] for s in STANDARDS} == GROUPS


def test_each_says_where_it_is_from():
    for standard in STANDARDS:
        facts = standard.properties
        if facts["cells"] == "measured":
            assert int(re.findall(r"\((\d{4})\)", facts["publication"])[-1]) >= 1950
            assert bool(facts["cod_id"]) != bool(facts["amcsd_id"])
            database = (
                "Crystallography Open" if facts["cod_id"] else "American Mineralogist Crystal"
            )
            assert database in facts["source"]
            assert re.fullmatch(r"\d{7}", facts["cod_id"] or facts["amcsd_id"])
        else:
            assert facts["cells"] == "computed"
            assert facts["cod_id"] is facts["amcsd_id"] is facts["publication"] is None
            assert facts["material_id"].startswith("mp-")
            assert "Materials Project" in facts["source"]
            assert "CC BY 4.0" in facts["source"]


def test_both_kinds_of_cells_are_there():
    measured = [s for s in STANDARDS if s.properties["cells"] == "measured"]
    assert len(measured) >= 150
    assert len(measured) < len(STANDARDS)


def test_licence_and_attribution_stand_beside_the_data():
    data = json.loads(files("xrdmatch.datasets").joinpath("standards.json").read_text("utf-8"))
    about = data["about"]
    assert "creativecommons.org/licenses/by/4.0" in about["material_id"]["license"]
    assert "creativecommons.org/publicdomain/zero/1.0" in about["cod_id"]["license"]
    assert "attribution" in about["amcsd_id"]["license"]
    for number, author in {
        "material_id": "Jain",
        "cod_id": "Grazulis",
        "amcsd_id": "Downs",
    }.items():
        assert author in about[number]["attribution"]
        assert about[number]["changes"]


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
    """Between diamond, with 5.7 Å^3 an atom, and barium; lithium has 0.53 g/cm^3."""
    standard = BY_NAME[name]
    assert 5.5 < standard.volume / len(standard) < 64
    assert 0.5 < standard.density < 23


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
    monkeypatch.syspath_prepend(str(script.parent))

    def variables(*arguments):
        monkeypatch.setattr(sys, "argv", [script.name, *map(str, arguments)])
        return runpy.run_path(str(script), run_name="__main__" if arguments else "imported")

    yield variables
    sys.modules.pop("gather", None)


def row_of(structure):
    return {
        "id": structure.properties["material_id"],
        "lattice": structure.lattice.matrix.ravel(),
        "numbers": list(structure.atomic_numbers),
        "frac_coords": structure.frac_coords.ravel(),
        "formula": structure.formula,
        "reduced_formula": structure.reduced_formula,
    }


def phase_of(standard, **changed):
    facts = standard.properties
    name, _, formula = facts["name"].rpartition(" ")
    phase = {"name": name, "formula": formula, "space_group": str(facts["space_group"])}
    kept = ("group", "material_id", "cod_id", "amcsd_id")
    return phase | {key: facts[key] for key in kept} | changed


@pytest.mark.parametrize("name", ["yttria Y2O3", "anorthite CaAl2Si2O8", "pseudobrookite Fe2TiO5"])
def test_a_computed_entry_is_written_in_its_own_terms(build, name):
    """A primitive cell in a frame of its own comes back as the shipped one."""
    standard = BY_NAME[name]
    turned = standard.get_primitive_structure()
    turned.properties = standard.properties
    entry = build()["entry"](phase_of(standard), None, row_of(turned))
    assert (entry["name"], entry["cells"]) == (name, "computed")
    assert np.prod(entry["cell"][:3]) == pytest.approx(np.prod(standard.lattice.abc), rel=1e-3)


@pytest.mark.parametrize(("formula", "group"), [("Al2O3", "206"), ("Y2O3", "199")])
def test_an_entry_of_something_else_is_refused(build, formula, group):
    yttria = BY_NAME["yttria Y2O3"]
    phase = phase_of(yttria, formula=formula, space_group=group)
    with pytest.raises(ValueError, match=r"got Y2O3 of 206 as mp-\d+; correct phases\.csv"):
        build()["entry"](phase, None, row_of(yttria))


@pytest.fixture
def measured():
    """Blocks of the entries that were measured, by their numbers."""
    files = [ROOT / "examples" / "standards" / name for name in ("cod.cif", "amcsd.cif")]
    return {block.name: block for file in files for block in gemmi.cif.read(str(file))}


def atoms_by_volume(elements, volume):
    """Atoms per Å^3, which no setting changes; some entries have no hydrogen."""
    return sum(element != "H" for element in elements) / volume


def test_measured_cells_are_those_of_their_entries(measured):
    known = {s.properties["cod_id"] or s.properties["amcsd_id"]: s for s in STANDARDS}
    known.pop(None)
    assert set(known) == set(measured)
    for number, standard in known.items():
        small = gemmi.make_small_structure_from_block(measured[number])
        small.setup_cell_images()
        elements = [site.element.name for site in small.get_all_unit_cell_sites()]
        stated = atoms_by_volume(elements, small.cell.volume)
        found = atoms_by_volume([site.specie.symbol for site in standard], standard.volume)
        assert found == pytest.approx(stated, rel=1e-3), number


def test_computed_sites_in_a_measured_cell_need_about_the_same_cell(build, measured):
    calcite = BY_NAME["calcite CaCO3"]
    block = measured[calcite.properties["cod_id"]]
    entry = build()["entry"](phase_of(calcite), block, row_of(calcite))
    assert entry["cell"] == [*calcite.lattice.abc, *np.round(calcite.lattice.angles, 4)]
    swollen = calcite.copy().scale_lattice(1.4 * calcite.volume)
    swollen.properties = calcite.properties
    with pytest.raises(ValueError, match="the measured cell is about the computed one, got"):
        build()["entry"](phase_of(calcite), block, row_of(swollen))


def test_the_script_writes_what_is_shipped(build, shared_data, tmp_path):
    tables = [shared_data / f"{name}.parquet" for name in ("mp_le20", "mp_21_52", "mp_gt52")]
    build(*tables, "--output", tmp_path / "standards.json")
    shipped = files("xrdmatch.datasets").joinpath("standards.json").read_text("utf-8")
    assert (tmp_path / "standards.json").read_text(encoding="utf-8") == shipped


CIF = """data_rock
_cod_database_code 7000001
_publ_section_title 'A salt'
_cell_measurement_temperature 293(2)
_cell_length_a 5.6402(2)
_cell_length_b 5.6402(2)
_cell_length_c 5.6402(2)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Na 0 0 0
Cl 0.5 0.5 0.5
"""
NCMAT = """NCMAT v5
# Structure converted from:
#   "A metal" Nobody, N. (1999)
#   Crystallography Open Database entry 7000002
#   https://www.crystallography.net/cod/7000002.html
# also compatible with https://www.crystallography.net/cod/7000003.html
@CELL
  lengths 3.2 !! 5.2
  angles 90 90 120
@ATOMPOSITIONS
  Mg 1/3 2/3 1/4
  Mg 2/3 1/3 3/4
"""


@pytest.fixture
def gathered(tmp_path):
    """Blocks that are gathered of a folder with a file of either kind, and one of no use."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "rock.cif").write_text(CIF, encoding="utf-8")
    (tmp_path / "metal.ncmat").write_text(NCMAT, encoding="utf-8")
    (tmp_path / "other.cif").write_text("data_other\n", encoding="utf-8")
    script = runpy.run_path(str(ROOT / "examples" / "standards" / "gather.py"))
    return script["entries_in"]([tmp_path], {"7000001", "7000002", "7000003"})


def test_entries_are_gathered_by_the_number_that_their_file_says(gathered):
    assert set(gathered) == {"7000001", "7000002"}
    salt, metal = gathered["7000001"], gathered["7000002"]
    assert salt.find_value("_diffrn_ambient_temperature") == "293(2)"
    assert salt.find_value("_cell_length_a") == "5.6402(2)"
    assert gemmi.cif.as_string(metal.find_value("_publ_section_title")).startswith('"A metal"')
    crystals = [gemmi.make_small_structure_from_block(block) for block in (salt, metal)]
    assert crystals[1].cell.parameters == (3.2, 3.2, 5.2, 90, 90, 120)
    for crystal, n_atoms in zip(crystals, (8, 2), strict=True):
        crystal.setup_cell_images()
        assert len(crystal.get_all_unit_cell_sites()) == n_atoms


@pytest.mark.parametrize("word", ["tridymite", "rhodochrosite", "albite", "muscovite", "illite"])
def test_what_is_said_not_to_be_there_is_not(word):
    assert not [name for name in BY_NAME if word in name]


@pytest.mark.parametrize(
    "name",
    [
        *("silicon Si", "ceria CeO2", "quartz SiO2", "halite NaCl", "sylvite KCl", "pyrite FeS2"),
        *("galena PbS", "dolomite CaMg(CO3)2", "graphite C", "molybdenite MoS2", "sphalerite ZnS"),
        *("hematite Fe2O3", "ilmenite FeTiO3", "gaspeite NiCO3", "spherocobaltite CoCO3"),
        *("gold Au", "silver Ag", "corundum Al2O3", "tungsten W", "lanthanum hexaboride LaB6"),
    ],
)
def test_cells_of_very_common_phases_are_measured(name):
    assert BY_NAME[name].properties["cells"] == "measured"
