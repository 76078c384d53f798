"""Write crystals as CIF by several hands, in several settings, and read them back.

    python examples/benchmarks/crystal_round_trip.py PATH/mp_le20.parquet PATH/mp_21_52.parquet \
        PATH/mp_gt52.parquet --cifs PATH --json docs/benchmarks/crystal_round_trip.json

The tables (Parquet; columns id, lattice, numbers, frac_coords) give a random sample of crystals,
the folder of CIFs all of its structures that have a space group. Each is written in three settings
by pymatgen (operations listed), by gemmi (a symbol and its choice of origin) and with symbols only
(the choice left out, four digits). What is read has to have the same cell, the same atoms and the
same places. Prints what has not, and which of the CIFs disagree with their own formula; writes
the JSON and, beside it, the table of the documentation (.inc).
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq
from crystal_settings import WRITERS, settings
from pymatgen.core import Structure
from surroundings import surroundings
from tables import list_table

from xrdmatch.io import SkippedStructure, stream_structures

FAR = 0.03  # Å between a place that was written and the one that was read; four digits of 100 Å
SAME_CELL = 1e-4  # relative
SAME_CONTENTS = 0.01  # atoms, relative


def main():
    options = arguments()
    report = surroundings() | {"seed": options.seed, "rows": [], "left_out": []}
    trips = []
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is doubtful is in the structures as well
        for i, (name, structure) in enumerate(crystals(options)):
            try:
                forms = list(settings(structure, i))
            except (ValueError, AttributeError) as error:
                report["left_out"].append([name, str(error)])
                continue
            trips += [
                trip(name, i, setting, crystal, writer, Path(folder, "crystal.cif"))
                for setting, crystal in forms
                for writer in WRITERS
            ]
    report["rows"] = summary(trips)
    report["failures"] = [trip[:3] + trip[4:] for trip in trips if trip[4]]
    report["cifs"] = own_formulas(options.cifs) if options.cifs else None
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    for failure in report["failures"]:
        print(*failure, sep=": ")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--cifs", type=Path, help="folder of CIFs, which is searched")
    parser.add_argument("--json", type=Path, default=Path("crystal_round_trip.json"))
    parser.add_argument("--n", type=int, default=2000, help="structures of all tables together")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    return parser.parse_args()


def crystals(options):
    """Names and structures: a sample of the tables, then those of the CIFs."""
    columns = ["id", "lattice", "numbers", "frac_coords"]
    tables = [pq.read_table(path, columns=columns) for path in options.paths]
    places = [(table, i) for table in tables for i in range(len(table))]
    for at in np.random.default_rng(options.seed).permutation(len(places))[: options.n]:
        table, i = places[at]
        (row,) = table.slice(i, 1).to_pylist()
        coords = np.reshape(row["frac_coords"], (-1, 3))
        yield row["id"], Structure(np.reshape(row["lattice"], (3, 3)), row["numbers"], coords)
    if options.cifs:
        for _, outcome in stream_structures(sorted(options.cifs.rglob("*.cif"))):
            if isinstance(outcome, Structure):
                yield outcome.properties["name"], outcome


def trip(name, i, setting, crystal, writer, path):
    """Write one crystal and read it: what it was, the milliseconds, and what is wrong."""
    path.write_text(WRITERS[writer](crystal, i), encoding="utf-8")
    start = time.process_time()
    ((_, outcome),) = stream_structures(path)
    spent = 1e3 * (time.process_time() - start)
    if isinstance(outcome, SkippedStructure):
        return name, writer, setting, spent, "skipped", outcome.reason
    fault = fault_of(outcome, crystal.structure)
    return name, writer, setting, spent, "wrong" if fault else "", fault


def summary(trips):
    rows = {}
    for _, writer, setting, spent, verdict, _ in trips:
        empty = {"writer": writer, "setting": setting, "n": 0, "wrong": 0, "skipped": 0, "ms": 0.0}
        row = rows.setdefault((writer, setting), empty)
        row["n"] += 1
        row["ms"] += spent
        if verdict:
            row[verdict] += 1
    return [row | {"ms": row["ms"] / row["n"]} for row in rows.values()]


def fault_of(outcome, written):
    """What is wrong with the structure that was read; None where nothing is."""
    if not outcome.composition.element_composition.almost_equals(
        written.composition.element_composition, rtol=SAME_CONTENTS
    ):
        return f"{outcome.composition.formula} in place of {written.composition.formula}"
    cells = [s.lattice.parameters for s in (outcome, written)]
    if not np.allclose(*cells, rtol=SAME_CELL):
        return f"the cell is {cells[0]} in place of {cells[1]}"
    farthest = max(distance_to_same(site, outcome) for site in written)
    if farthest > FAR:
        return f"a site lies {farthest:.3f} Å from where it was"
    return None


def distance_to_same(site, structure):
    """Distance to the nearest site with the same occupants [Å]."""
    shifts = structure.frac_coords - site.frac_coords
    distances = np.linalg.norm((shifts - shifts.round()) @ structure.lattice.matrix, axis=1)
    order = distances.argsort()[:1]
    same = site.species.element_composition.almost_equals(
        structure[int(order[0])].species.element_composition, rtol=SAME_CONTENTS
    )
    return distances[order[0]] if same else np.inf


def own_formulas(folder):
    """How many CIFs were read, skipped, and found to disagree with what they state."""
    outcomes = [outcome for _, outcome in stream_structures(sorted(folder.rglob("*.cif")))]
    read = [outcome for outcome in outcomes if isinstance(outcome, Structure)]
    doubts = [
        [s.properties["name"], *s.properties["doubts"]] for s in read if "doubts" in s.properties
    ]
    skipped = [[Path(o.item).name, o.reason] for o in outcomes if isinstance(o, SkippedStructure)]
    return {"n": len(outcomes), "read": len(read), "doubts": doubts, "skipped": skipped}


def included(report):
    cells = [["written by", "setting", "files", "wrong", "skipped", "ms a file"]]
    for row in report["rows"]:
        numbers = [row[name] for name in ("n", "wrong", "skipped")]
        cells.append([row["writer"], row["setting"], *numbers, f"{row['ms']:.2f}"])
    parts = [list_table("CIFs written and read back", cells)]
    if cifs := report["cifs"]:
        parts.append(
            f"Of the structures in {cifs['n']} CIFs of minerals and other phases {cifs['read']} "
            f"are read and {len(cifs['skipped'])} skipped; {len(cifs['doubts'])} disagree with "
            "their own formula or contradict themselves."
        )
    versions = ", ".join(f"{name} {value}" for name, value in report["versions"].items())
    parts.append(
        f"Sample with seed {report['seed']}; {len(report['left_out'])} crystals were left out, for "
        f"which spglib finds no setting. {versions}.\n"
    )
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
