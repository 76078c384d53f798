"""How often the unit cell is found from the peaks of a scan, by crystal system.

    python examples/benchmarks/cell_finding.py --data PATH --json docs/benchmarks/cell_finding.json

The folder holds mp_le20.parquet (columns id, reduced_formula, lattice, numbers, frac_coords,
spacegroup) and may hold measured/, scans with a manifest.csv. Asked are entries of one bucket of
formulas, as many of each crystal system; nothing was chosen on bucket 0. Writes the JSON and,
beside it, the tables of the documentation (.inc).
"""

import argparse
import json
import time
import warnings
from pathlib import Path

from cell_queries import LAST_GROUPS, measured, queries, simulated, true_cell
from surroundings import surroundings
from tables import list_table

from xrdmatch.solution import CellFinder

LENGTHS, ANGLES, VOLUME = 0.02, 1.5, 0.03  # relative, degrees, relative
N_CELLS = 10
SETS = {
    "noisy": ("noisy", True),
    "imperfect, severity 0.5": ("imperfect", True),
    "noisy, formula not told": ("noisy", False),
}


def main():
    options = arguments()
    chosen, population = queries(options.data / "mp_le20.parquet", options.n, options.bucket)
    report = surroundings() | {"bucket": options.bucket, "population": population, "answers": {}}
    for name in options.sets:
        kind, told = SETS[name]
        report["answers"][name] = answers(chosen, simulated(chosen, kind), told)
        print(name, *table_rows(report, name), sep="\n", flush=True)
    if (options.data / "measured" / "manifest.csv").is_file():
        report["answers"]["measured"] = answers(*measured(options.data / "measured"), True)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the tables")
    parser.add_argument("--json", type=Path, default=Path("cell_finding.json"))
    parser.add_argument("--n", type=int, default=30, help="crystals of each crystal system")
    parser.add_argument("--bucket", type=int, default=0, help="of the formulas")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    return parser.parse_args()


def answers(chosen, scans, told):
    """What was found for each query: its rank from 1 on or None, and the processor time."""
    finder = CellFinder(N_CELLS)
    rows = []
    for query, scan in zip(chosen, scans, strict=True):
        start = time.process_time()
        try:
            cells, fault = finder.find(scan, query.formula if told else None), ""
        except ValueError as error:
            cells, fault = [], str(error)
        spent = time.process_time() - start
        rank = rank_of(true_cell(query.structure), cells)
        facts = {"name": query.name, "formula": query.formula, "system": query.system}
        rows.append(facts | {"rank": rank, "seconds": round(spent, 3), "fault": fault})
    return rows


def rank_of(true, cells):
    ranks = (i for i, cell in enumerate(cells, 1) if is_same(true, cell.primitive))
    return next(ranks, None)


def is_same(true, found):
    """Whether two reduced cells agree within the tolerances, in any order of their axes."""
    if abs(found.volume / true.volume - 1) > VOLUME:
        return False
    return true.find_mapping(found, ltol=LENGTHS, atol=ANGLES) is not None


def table_rows(report, name):
    """Rows of cells by crystal system, then all, then weighted as in the table of crystals."""
    rows, shares = [], []
    for system in LAST_GROUPS:
        some = [row for row in report["answers"][name] if row["system"] == system]
        if some:
            rows.append([system, *summary(some)])
            shares.append(report["population"].get(system, 0))
    rows.append(["**all**", *summary(report["answers"][name])])
    if name != "measured" and sum(shares):
        weights = [share / sum(shares) for share in shares]
        mean = [sum(w * row[i] for w, row in zip(weights, rows, strict=False)) for i in (2, 3, 4)]
        rows.append(["**as in the table**", "", *mean])
    return rows


def summary(rows):
    """Number, % first, % in ten, seconds."""
    n = len(rows)
    first = 100 * sum(row["rank"] == 1 for row in rows) / n
    ten = 100 * sum(row["rank"] is not None for row in rows) / n
    return [n, first, ten, sum(row["seconds"] for row in rows) / n]


def included(report):
    head = ["crystal system", "queries", "first, %", "in ten, %", "s a query"]
    parts = []
    for name in report["answers"]:
        rows = [
            [*row[:2], f"{row[2]:.0f}", f"{row[3]:.0f}", f"{row[4]:.2f}"]
            for row in table_rows(report, name)
        ]
        parts.append(list_table(name, [head, *rows]))
    versions = ", ".join(f"{name} {value}" for name, value in report["versions"].items())
    parts.append(f"Bucket {report['bucket']} of the formulas. {report['machine']}; {versions}.\n")
    return "\n\n".join(parts)


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)  # pymatgen asks spglib the old way
    main()
