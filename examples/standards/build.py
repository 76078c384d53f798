"""Write the phases that `xrdmatch.datasets.load_standards` loads, out of tables of a database.

    python examples/standards/build.py mp_le20.parquet mp_21_52.parquet mp_gt52.parquet \
        --output xrdmatch/datasets/standards.json

phases.csv, beside this script, says which entries are taken: what each is called, its formula and
space group, which are checked against the entry, and its identifier. Phases of which the tables
have no entry are not there. Neither are those whose computed cell is known to be off by about 5 %
or more along an axis, as of layered crystals that are computed with layers too far apart (graphite,
molybdenite), nor those of which none of several entries could be told to be the mineral.

Entries are brought into the standard setting of their space group, which makes their symmetry
exact, and written as a cell and the sites that symmetry does not repeat.
"""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import spglib
from pymatgen.core import Composition, Element

PHASES = Path(__file__).with_name("phases.csv")
SYMPREC = 0.01  # [Å] as in the tables
ABOUT = {
    "source": "Materials Project, database version 2025.02.12, https://materialsproject.org",
    "attribution": "A. Jain et al., APL Materials 1, 011002 (2013)",
    "license": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "changes": "named; brought into the standard setting of their space group; rounded",
    "cells": "computed",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="+", help="Parquet tables of crystals")
    parser.add_argument("--output", type=Path, required=True, help="JSON file")
    options = parser.parse_args()
    with PHASES.open(encoding="utf-8") as file:
        phases = list(csv.DictReader(file))
    rows = rows_of(options.tables, [phase["material_id"] for phase in phases])
    entries = [entry(phase, rows[phase["material_id"]]) for phase in phases]
    options.output.write_text(as_text(ABOUT, entries), encoding="utf-8")
    print(f"{len(entries)} phases in {options.output}")


def rows_of(tables, identifiers):
    """Rows of the tables by their identifiers."""
    chosen = pc.field("id").isin(identifiers)
    rows = [row for path in tables for row in pq.read_table(path, filters=chosen).to_pylist()]
    return {row["id"]: row for row in rows}


def entry(phase, row):
    """Cell and sites of an entry, which must be of the phase's formula and space group."""
    cell = np.reshape(row["lattice"], (3, 3)), np.reshape(row["frac_coords"], (-1, 3))
    found = spglib.get_symmetry_dataset((*cell, row["numbers"]), symprec=SYMPREC)
    formula, stated = (Composition(x["formula"]).reduced_composition for x in (row, phase))
    if formula != stated or found.number != int(phase["space_group"]):
        raise ValueError(
            f"{phase['name']} is {phase['formula']} of space group {phase['space_group']}, got "
            f"{row['reduced_formula']} of {found.number} as {row['id']}; correct phases.csv."
        )
    return {
        "name": f"{phase['name']} {phase['formula']}",
        "group": phase["group"],
        "material_id": phase["material_id"],
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
    head = json.dumps(about, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{head},\n "phases": [\n{lines}\n ]\n}}\n'


if __name__ == "__main__":
    main()
