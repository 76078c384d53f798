"""Choose entries of the American Mineralogist Crystal Structure Database for the other phases.

    python examples/standards/amcsd.py amcsd_cif1.db mp_le20.parquet mp_21_52.parquet \
        mp_gt52.parquet

The database is the SQLite file of the package larixite. Asked for are the phases of phases.csv,
beside this script, without an entry of the Crystallography Open Database. Numbers of the chosen
entries are written there (``amcsd_id``, and whether their ``sites`` are used), and what is kept of
them into amcsd.cif.

The rule is that of gather.py. Conditions stand in an entry's title here, as "T = 25 C" or
"P = 1 atm". Where the title is of several temperatures, pressures or compositions and does not say
which the entry is of, it is left out. So are entries of one publication that differ in nothing but
their cells, computed or idealized structures, values that the database says it altered, and the
entries of LEFT_OUT. In addition an entry must have the space group of the phase, axes within 5 %
and a volume within 8 % of the computed ones. Where it has no hydrogen, or its shortest distances
differ from the computed ones by more than 3 % at the same volume, only its cell is used.
"""

import argparse
import csv
import json
import re
import sqlite3
import statistics
from base64 import b64decode
from pathlib import Path

import gemmi
import numpy as np
import spglib
from build import SYMPREC, computed_crystal, measured_crystal, parameters, rows_of
from gather import ANGLES, LENGTHS, PHASES, SITES, listed_phases, new_block, note
from pymatgen.core import Composition, Lattice, Structure

OUTPUT = Path(__file__).with_name("amcsd.cif")
QUERY = """
    SELECT cif.*, journalname, volume, year, page_first, page_last, symmetry_xyz FROM cif
    JOIN publications ON publications.id = publication_id
    JOIN spacegroups ON spacegroups.id = spacegroup_id ORDER BY cif.id
"""
AUTHORS = """
    SELECT name FROM publication_authors JOIN authors ON authors.id = author_id
    WHERE publication_id = ? ORDER BY publication_authors.rowid
"""
JOURNAL = {
    "_journal_name_full": "journalname",
    "_journal_year": "year",
    "_journal_volume": "volume",
    "_journal_page_first": "page_first",
    "_journal_page_last": "page_last",
}
POSITION_UNIT = 4e6  # positions are kept as whole numbers of this part of an axis
LEFT_OUT = {
    # Both forms of Sb2O3 are smaller than in other entries, by 1.0 and 0.4 %, as if they were cold.
    *(12430, 12431),
    11146,  # austenite, which is not stable at room temperature
    15178,  # CdSe, of a publication of computed properties
}
NOT_OF_THE_CELL = re.compile(
    r"\b[BU]\S* (?:altered|corrected|changed)|\bsynthesi[sz]ed at .*", re.IGNORECASE
)
NO_MEASUREMENT = re.compile(
    r"theoretical|theory|ab initio|density functional|hypothetical|\bideal|molecular dynamics"
    r"|^model |estimated|altered|corrected|changed|could be reproduced|_cod_database_code",
    re.IGNORECASE,
)
TEMPERATURE = re.compile(r"\bT ?= ?(-?[\d.]+) ?(?:deg )?(K|C)\b")
PRESSURE = re.compile(r"\bP(?:ressure)? ?= ?([\d.]+) ?(\w+)", re.IGNORECASE)
AMBIENT = re.compile(r"\b(?:1 atm|in air|room conditions)\b", re.IGNORECASE)
BARS = {"bar": 1, "atm": 1, "kbar": 1e3, "gpa": 1e4, "mpa": 10, "kpa": 0.01}
CONDITIONS_VARY = re.compile(
    r"(?<!room )temperature(?! ambiante| factor)|\bthermal|expansion|transitions?\b(?! metal)"
    r"|pressure|compressi|\b\d+ ?(?:GPa|kbar|K|C)\b",
    re.IGNORECASE,
)
COMPOSITION_VARIES = re.compile(
    r"solid.solution|series|\bjoin\b|doped|doping|substitut|incorporat", re.IGNORECASE
)
SAMPLE = re.compile(r"\b(?:sample|note)\b|\w100\b", re.IGNORECASE)
OLDEST = 1950
ROOM = (285, 303)  # [K]
HIGHEST = 10  # [bar]
OUTLIER = 0.005  # of the median volume
NEIGHBOURS = 4.0  # [Å] where an atom has 10 Å^3
AXES, VOLUME, DISTANCES = 0.05, 0.08, 0.03


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", type=Path, help="SQLite file")
    parser.add_argument("tables", type=Path, nargs="+", help="Parquet tables of crystals")
    options = parser.parse_args()
    phases = listed_phases()
    wanted = [phase for phase in phases if not phase["cod_id"]]
    rows = rows_of(options.tables, [phase["material_id"] for phase in wanted])
    by_formula = entries_by_formula(options.database, {reduced(p["formula"]) for p in wanted})
    kept = gemmi.cif.Document()
    for phase in wanted:
        known = computed_crystal(rows[phase["material_id"]])
        found = [usable(one, known) for one in by_formula[reduced(phase["formula"])]]
        chosen = best([one for one in found if one])
        phase["amcsd_id"] = chosen["block"].name if chosen else ""
        phase["sites"] = "measured" if chosen and chosen["sites"] else "computed"
        if chosen:
            kept.add_copied_block(chosen["block"])
    write(phases, kept)


def write(phases, kept):
    with PHASES.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(phases[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(phases)
    kept.write_file(str(OUTPUT))
    print(f"{len(kept)} entries in {OUTPUT}")


def reduced(formula):
    return Composition(formula).get_reduced_formula_and_factor()[0]


def entries_by_formula(path, formulas):
    """Blocks of the entries of these formulas that were measured as the rule says."""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    rows = [row for row in database.execute(QUERY).fetchall() if formula_of(row) in formulas]
    found = {formula: [] for formula in formulas}
    for row in [row for row in rows if fits_the_rule(row) and not told_by_its_cell(row, rows)]:
        authors = [name for (name,) in database.execute(AUTHORS, [row["publication_id"]])]
        block = block_of(row, authors, formula_of(row))
        found[formula_of(row)] += [block] if block else []
    return found


def told_by_its_cell(row, rows):
    """Whether another entry of the publication differs in nothing but the cell."""
    same = ("publication_id", "pub_title", "compound", "mineral_id", "formula", "spacegroup_id")
    return any(
        all(one[key] == row[key] for key in same)
        and any(one[axis] != row[axis] for axis in ("a", "b", "c"))
        for one in rows
    )


def formula_of(row):
    try:
        return reduced(row["formula"].replace(" ", ""))
    except ValueError:  # elements that are none, as of vacancies
        return ""


def fits_the_rule(row):
    """A precise measurement at room conditions of a pure phase, of which each site is full."""
    title = NOT_OF_THE_CELL.sub("", " ".join(row["pub_title"].split()))
    full = row["atoms_occupancy"] in ("0", None) or min(decoded(row["atoms_occupancy"])) > 0.999
    return (
        row["year"] >= OLDEST
        and row["id"] not in LEFT_OUT
        and places([row[axis] for axis in "abc"]) >= 3
        and full
        and not NO_MEASUREMENT.search(title)
        and at_room_conditions(title)
        and (not COMPOSITION_VARIES.search(title) or bool(SAMPLE.search(title)))
    )


def at_room_conditions(title):
    """Stated conditions are those of a room; where they vary, one is stated."""
    kelvins = [
        float(value) + (273.15 if unit == "C" else 0) for value, unit in TEMPERATURE.findall(title)
    ]
    bars = [
        float(value) * BARS.get(unit.lower(), np.inf) for value, unit in PRESSURE.findall(title)
    ]
    if not kelvins and not bars and not AMBIENT.search(title):
        return not CONDITIONS_VARY.search(title)
    return all(ROOM[0] <= t <= ROOM[1] for t in kelvins) and all(p <= HIGHEST for p in bars)


def places(lengths):
    """Decimal places of the most precise length, as stated."""
    return max(len(length.partition(".")[2].rstrip("0")) for length in lengths)


def decoded(text):
    return np.frombuffer(b64decode(text), dtype=np.int32) / POSITION_UNIT


def block_of(row, authors, formula):
    """What is kept of an entry; nothing where a site or the space group is not understood."""
    elements = [element_of(label, Composition(formula)) for label in json.loads(row["atoms_sites"])]
    group = gemmi.find_spacegroup_by_ops(
        gemmi.GroupOps([gemmi.Op(operation) for operation in json.loads(row["symmetry_xyz"])])
    )
    if not group or None in elements:
        return None
    block = new_block("_database_code_amcsd", f"{row['id']:07}", authors)
    note(block, "_publ_section_title", row["pub_title"])
    for tag, name in JOURNAL.items():
        note(block, tag, str(row[name]))
    for tag, name in zip(LENGTHS + ANGLES, ["a", "b", "c", "alpha", "beta", "gamma"], strict=True):
        note(block, tag, row[name])
    note(block, "_space_group_name_Hall", group.hall)
    sites = block.init_loop("_atom_site_", SITES)
    positions = np.column_stack([decoded(row[f"atoms_{axis}"]) for axis in "xyz"])
    for i, (element, position) in enumerate(zip(elements, positions, strict=True), 1):
        sites.add_row([f"{element}{i}", element, *(f"{x:.6g}" for x in position)])
    return block


def element_of(label, composition):
    """Of a site, which is called after its element and more, as CaM2, SiT, O-H1 or Wat."""
    symbols = {element.symbol for element in composition}
    word = re.match("[A-Za-z]*", label)[0].replace("Wat", "O")
    return next((x for x in (word[:2], word[:1]) if x in symbols), None)


def usable(block, known):
    """Facts of an entry that suits the computed crystal; nothing where it does not."""
    crystal = measured_crystal(block)
    if same_phase(crystal, known):
        sites = distances_agree(crystal, known)
    elif same_phase(without_hydrogen(crystal), without_hydrogen(known)) and 1 not in crystal[2]:
        sites = False
    else:
        return None
    return {"block": block, "volume": per_atom(without_hydrogen(crystal)), "sites": sites}


def without_hydrogen(crystal):
    lattice, positions, numbers = crystal
    heavy = np.array(numbers) != 1
    return lattice, positions[heavy], [z for z in numbers if z != 1]


def per_atom(crystal):
    return abs(np.linalg.det(crystal[0])) / len(crystal[2])


def same_phase(crystal, known):
    """Formula, space group, axes and volume are those of the computed crystal."""
    if len({as_structure(x).composition.reduced_formula for x in (crystal, known)}) > 1:
        return False
    found, stated = (spglib.get_symmetry_dataset(x, symprec=SYMPREC) for x in (crystal, known))
    if not found or found.number != stated.number:
        return False
    axes = [np.sort(parameters(x.std_lattice)[:3]) for x in (found, stated)]
    return (
        len(found.std_types) == len(stated.std_types)
        and np.abs(axes[0] / axes[1] - 1).max() < AXES
        and abs(per_atom(crystal) / per_atom(known) - 1) < VOLUME
    )


def as_structure(crystal):
    lattice, positions, numbers = crystal
    return Structure(Lattice(lattice), numbers, positions, to_unit_cell=True)


def distances_agree(crystal, known):
    """Shortest distances between two elements, hydrogen left out, at the same volume."""
    crystals = [without_hydrogen(x) for x in (crystal, known)]
    found, stated = (shortest(as_structure(x).scale_lattice(10 * len(x[2]))) for x in crystals)
    near = [pair for pair in stated if stated[pair] < NEIGHBOURS]
    return all(abs(found[pair] / stated[pair] - 1) <= DISTANCES for pair in near)


def shortest(structure):
    """Shortest distance of each pair of elements."""
    numbers = np.array(structure.atomic_numbers)
    i, j, _, distances = structure.get_neighbor_list(2 * NEIGHBOURS)
    pairs = {}
    for pair, d in zip(map(tuple, np.sort(numbers[np.c_[i, j]], axis=1)), distances, strict=True):
        pairs[pair] = min(d, pairs.get(pair, np.inf))
    return pairs


def best(entries):
    """Without outliers the most precise entry, of these the newest, of these the first."""
    if not entries:
        return None
    middle = statistics.median(one["volume"] for one in entries)
    near = [one for one in entries if abs(one["volume"] / middle - 1) < OUTLIER] or entries
    finest = min(map(precision, near))
    return min(
        near, key=lambda one: (precision(one) > 1.01 * finest, -year(one), one["block"].name)
    )


def precision(one):
    """Of the most precise length, relative to the first."""
    lengths = [one["block"].find_value(tag) for tag in LENGTHS]
    return 10.0 ** -places(lengths) / float(lengths[0])


def year(one):
    return int(one["block"].find_value("_journal_year"))


if __name__ == "__main__":
    main()
