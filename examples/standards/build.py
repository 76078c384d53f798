"""Write the phases that `xrdmatch.datasets.load_standards` loads.

    python examples/standards/build.py mp_le20.parquet mp_21_52.parquet mp_gt52.parquet \
        --output xrdmatch/datasets/standards.json

phases.csv, beside this script, says which entries are taken: what each is called, its formula and
space group, which are checked against the entry, and its numbers. Where an entry of the
Crystallography Open Database was opened (``cod_id``), that is taken, else one of the American
Mineralogist Crystal Structure Database (``amcsd_id``): cod.cif and amcsd.cif have these, and
gather.py and amcsd.py say by which rule they were chosen. The others are entries of the Materials
Project (``material_id``), which the tables have, with computed cells. Phases of which there is none
are not there. Nor are those whose computed cell is known to be off by about 5 % or more along an
axis, as of layered crystals that are computed with layers too far apart, nor those of which none of
several entries could be told to be the mineral.

A measured cell holds computed sites (``sites``) where the entry has not all of them, or where its
shortest distance between two elements, hydrogen left out, is off the computed one by more than 3 %
when that is brought to the same volume: old entries have ideal positions, some others poor ones.

Entries are brought into the standard setting of their space group, which makes their symmetry
exact, and written as a cell and the sites that symmetry does not repeat.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import gemmi
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import spglib
from gather import listed_phases, said, values
from pymatgen.core import Composition, Element, Lattice

MEASURED = [Path(__file__).with_name(name) for name in ("cod.cif", "amcsd.cif")]
SYMPREC = 0.01  # [Å] as in the tables
FARTHEST = 0.08  # relative: computed layers lie too far apart
TAGS = {
    "title": "_publ_section_title",
    "journal": "_journal_name_full",
    "volume": "_journal_volume",
    "first": "_journal_page_first",
    "last": "_journal_page_last",
    "year": "_journal_year",
}
CHANGES = "named; brought into the standard setting of their space group; rounded"
ABOUT = {
    "cod_id": {
        "source": "Crystallography Open Database, https://www.crystallography.net/cod",
        "attribution": "S. Grazulis et al., Nucleic Acids Research 40, D420 (2012)",
        "license": "CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/",
        "changes": CHANGES,
    },
    "amcsd_id": {
        "source": (
            "American Mineralogist Crystal Structure Database, "
            "https://rruff.geo.arizona.edu/AMS/amcsd.php"
        ),
        "attribution": "R. T. Downs, M. Hall-Wallace, American Mineralogist 88, 247 (2003)",
        "license": "facts of published measurements, freely accessible with attribution",
        "changes": CHANGES,
    },
    "material_id": {
        "source": "Materials Project, database version 2025.02.12, https://materialsproject.org",
        "attribution": "A. Jain et al., APL Materials 1, 011002 (2013)",
        "license": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "changes": CHANGES,
    },
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="+", help="Parquet tables of crystals")
    parser.add_argument("--output", type=Path, required=True, help="JSON file")
    options = parser.parse_args()
    phases = listed_phases()
    computed = [phase["material_id"] for phase in phases if phase["sites"] == "computed"]
    rows = rows_of(options.tables, computed)
    measured = {block.name: block for path in MEASURED for block in gemmi.cif.read(str(path))}
    entries = [
        entry(
            phase,
            measured.get(phase["cod_id"] or phase["amcsd_id"]),
            rows.get(phase["material_id"]),
        )
        for phase in phases
    ]
    options.output.write_text(as_text(ABOUT, entries), encoding="utf-8")
    print(f"{len(entries)} phases in {options.output}, {len(measured)} of them measured")


def rows_of(tables, identifiers):
    """Rows of the tables by their identifiers."""
    chosen = pc.field("id").isin(identifiers)
    rows = [row for path in tables for row in pq.read_table(path, filters=chosen).to_pylist()]
    return {row["id"]: row for row in rows}


def entry(phase, block, row):
    """Facts, cell and sites of a phase; measured ones where there are both."""
    facts = {"name": f"{phase['name']} {phase['formula']}", "group": phase["group"]}
    facts["cells"] = "measured" if block else "computed"
    if block:
        number = "cod_id" if phase["cod_id"] else "amcsd_id"
        facts |= {number: phase[number], "publication": publication(block)}
    if not row:
        return facts | crystal_of(phase, block.name, measured_crystal(block))
    facts |= {"material_id": phase["material_id"]}
    facts |= crystal_of(phase, phase["material_id"], computed_crystal(row))
    return facts | {"cell": measured_cell(block, facts)} if block else facts


def computed_crystal(row):
    """Lattice, positions and atomic numbers of an entry of the tables."""
    lattice, positions = (np.reshape(row[name], (-1, 3)) for name in ("lattice", "frac_coords"))
    return lattice, positions, row["numbers"]


def measured_crystal(block):
    """The same of a measured entry."""
    small = gemmi.make_small_structure_from_block(block)
    small.setup_cell_images()
    atoms = small.get_all_unit_cell_sites()
    positions = np.array([atom.fract.tolist() for atom in atoms]) % 1
    lattice = Lattice.from_parameters(*small.cell.parameters).matrix
    return lattice, positions, [atom.element.atomic_number for atom in atoms]


def measured_cell(block, facts):
    """Cell of a measured entry for computed sites, which must be in the same setting."""
    found = spglib.get_symmetry_dataset(measured_crystal(block), symprec=SYMPREC)
    cell = parameters(found.std_lattice)
    if found.hall != facts["hall"] or np.abs(np.divide(cell, facts["cell"]) - 1).max() > FARTHEST:
        raise ValueError(
            f"Sites are computed where the measured cell is about the computed one, got {cell} for "
            f"{facts['name']} with {facts['cell']}; correct phases.csv."
        )
    return cell


def publication(block):
    """Authors, journal or book, volume, pages and year, in one line."""
    known = {name: said(block, tag) for name, tag in TAGS.items()}
    if not known["journal"]:
        return known["title"]
    authors = values(block, "_publ_author_name")
    pages = "-".join(filter(None, (known["first"], known["last"])))
    where = ", ".join(filter(None, (f"{known['journal']} {known['volume']}".strip(), pages)))
    return f"{'; '.join(authors)}: {where} ({known['year']})"


def crystal_of(phase, number, crystal):
    """Cell and sites of an entry, which must be of the phase's formula and space group."""
    found = spglib.get_symmetry_dataset(crystal, symprec=SYMPREC)
    formula = Composition.from_dict(Counter(Element.from_Z(z).symbol for z in crystal[2]))
    stated = Composition(phase["formula"]).reduced_composition
    if formula.reduced_composition != stated or found.number != int(phase["space_group"]):
        raise ValueError(
            f"{phase['name']} is {phase['formula']} of space group {phase['space_group']}, got "
            f"{formula.reduced_formula} of {found.number} as {number}; correct phases.csv."
        )
    return {
        "space_group": found.number,
        "hall": found.hall,
        "cell": parameters(found.std_lattice),
        "sites": sites(found),
    }


def parameters(lattice):
    """Lengths [Å] and angles [degrees] of a cell."""
    lengths = np.linalg.norm(lattice, axis=1)
    a, b, c = lattice / lengths[:, None]
    angles = np.degrees(np.arccos([b @ c, a @ c, a @ b]))
    return [*lengths.round(4).tolist(), *angles.round(4).tolist()]


def sites(found):
    """Element and position of the first site of each orbit in the standard cell."""
    orbits = dict.fromkeys(found.crystallographic_orbits)
    first = {}
    for atom, orbit in enumerate(found.crystallographic_orbits):
        first.setdefault(int(orbit), int(found.mapping_to_primitive[atom]))
    standard = list(found.std_mapping_to_primitive)
    places = [standard.index(first[int(orbit)]) for orbit in orbits]
    return [
        [Element.from_Z(int(found.std_types[i])).symbol, *found.std_positions[i].round(5).tolist()]
        for i in places
    ]


def as_text(about, entries):
    """JSON with a line for each entry."""
    lines = ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in entries)
    head = json.dumps({"about": about}, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{head},\n "phases": [\n{lines}\n ]\n}}\n'


if __name__ == "__main__":
    main()
