"""How often one of a few templates has the cell of a framework that is not in the library.

    python examples/benchmarks/template_library.py --data PATH \
        --json docs/benchmarks/template_library.json

The folder holds frameworks.parquet, metal-organic frameworks, and mp_*.parquet, of which entries
with carbon and hydrogen are taken (columns id, formula, reduced_formula, lattice, numbers,
frac_coords). Families, that is a refcode's six letters or a reduced formula, are kept together in
one of 20 buckets. Buckets 0 and 2 are asked about, nothing was chosen on them; bucket 1 is for
choices; the library holds all others. Writes the JSON and, beside it, the table of the
documentation (.inc). With --laid, templates are laid anew onto the cells that are found, and all
other rows stay as the JSON has them; so do kinds that --kinds leaves out.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from surroundings import surroundings
from tables import list_table
from template_proposals import LAID, LARGEST, laid
from template_queries import frameworks, molecules, noisy_scans, structures_of

from xrdmatch.metrics import clustered_bootstrap
from xrdmatch.solution import CellFinder, TemplateLibrary, molecules_in
from xrdmatch.solution._templates.cell_match import differences

CLOSE = 0.05  # relative, of all lengths and angles
KS = (1, 4, 20)
KINDS = {"frameworks": frameworks, "molecular crystals": molecules}
CHOSEN_ON = 1
WHOLE = "the whole library"
# What is told: the formula, the largest ligand, and cells found from the peaks; where scans end
# [degrees].
TOLD = {
    "nothing": (False, False, False),
    "formula": (True, False, False),
    "formula, ligand": (True, True, False),
    "cells found": (False, False, True),
    "formula, cells found": (True, False, True),
}
ROWS = [
    *(("nothing", 60.0), ("nothing", 90.0), ("formula", 60.0), ("formula", 90.0)),
    *(("formula, ligand", 60.0), ("cells found", 60.0)),
    *(("formula, cells found", 60.0), ("formula, cells found", 90.0)),
]
OF_CLASSES = [("formula", 60.0)]  # rows of what stands for the classes only
LAID_END = 60.0  # degrees, of scans for which templates are laid onto cells
N_LAID = 150  # of these scans at most


def main():
    options = arguments()
    report = surroundings() | {"buckets": options.buckets, "kinds": before(options)}
    for kind in options.kinds:
        table = KINDS[kind](options.data)
        if not options.laid:
            report["kinds"][kind] = measured(*asked_and_kept(table, options))
        rows = [row for row in report["kinds"][kind]["rows"] if row["told"] not in LAID]
        report["kinds"][kind]["rows"] = [*rows, *laid_rows(*asked_and_kept(table, options))]
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def before(options):
    """What the JSON has of each kind."""
    return json.loads(options.json.read_text())["kinds"] if options.json.exists() else {}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the tables")
    parser.add_argument("--json", type=Path, default=Path("template_library.json"))
    parser.add_argument("--buckets", nargs="+", type=int, default=[0, 2], help="asked about")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--n", type=int, help="most queries of a kind; all if left out")
    parser.add_argument("--laid", action="store_true", help="only lay templates onto cells anew")
    return parser.parse_args()


def asked_and_kept(table, options):
    """Rows of the crystals that are asked about, and of the library's."""
    asked = table[table.bucket.isin(options.buckets)]
    asked = asked if options.n is None else asked.sample(min(options.n, len(asked)), random_state=0)
    return asked, table[~table.bucket.isin([*options.buckets, CHOSEN_ON])]


def measured(asked, kept):
    """Facts of the libraries and rows of one kind of crystals."""
    queries = list(structures_of(asked))
    start = time.process_time()
    library = TemplateLibrary(random_state=0).fit(structures_of(kept))
    report = {"n_queries": len(queries), "n_families": int(asked.family.nunique())}
    report |= {"seconds_of_fit": round(time.process_time() - start, 1)}
    truth = TemplateLibrary(random_state=0).fit(queries)
    report |= {"n_templates": {}, "possible": {}, "rows": []}
    for name, contender in ({WHOLE: library} | of_classes(library)).items():
        right = close_cells(truth, contender)
        report["n_templates"][name] = len(contender)
        report["possible"][name] = percent(right.any(1))
        for told, end in ROWS if name == WHOLE else OF_CLASSES:
            some = rows_of(contender, truth, right, queries, asked, told, end)
            report["rows"] += [{"library": name, "end": end} | row for row in some]
            print(report["rows"][-1], flush=True)
    return report


def laid_rows(asked, kept):
    """Rows of templates laid onto cells that were found, for some of the queries."""
    asked = asked.sample(min(N_LAID, len(asked)), random_state=0)
    queries = list(structures_of(asked))
    truth = TemplateLibrary(random_state=0).fit(queries).reduced_cells_
    for told, (found, seconds) in laid(kept, queries, asked.formula, LAID_END).items():
        hits = np.array([close_to(*pair) for pair in zip(found, truth, strict=True)])
        facts = {"library": WHOLE, "end": LAID_END, "told": told, "seconds": seconds}
        facts["n_queries"] = len(queries)
        yield facts | accuracies(hits, asked.family)


def of_classes(library):
    """Libraries of what stands for the classes only, the nearest ones or the nearest four."""
    stand = library.representatives_
    parts = {"the nearest of each class": stand[:, :1], "the nearest four": stand}
    structures = library.structures_
    return {
        name: TemplateLibrary(random_state=0).fit(structures[i] for i in np.unique(part[part >= 0]))
        for name, part in parts.items()
    }


def close_cells(truth, library):
    """Which templates have the cell of which query, (n_queries, n_templates)."""
    volumes = library.volumes_per_atom_ * library.n_atoms_
    found = [
        differences(vectors_of(cell), library.reduced_cells_, volumes)
        for cell in truth.reduced_cells_
    ]
    return np.array(found) <= CLOSE


def vectors_of(parameters):
    a, b, c, alpha, beta, gamma = parameters
    cosines = np.cos(np.radians([alpha, beta, gamma]))
    metric = np.outer([a, b, c], [a, b, c])
    for (i, j), cosine in zip(((1, 2), (0, 2), (0, 1)), cosines, strict=True):
        metric[[i, j], [j, i]] *= cosine
    return np.linalg.cholesky(metric)


def rows_of(library, truth, right, queries, asked, told, end):
    """What one library reaches, and what the cells that it was told are worth by themselves."""
    formula, ligand, with_cells = TOLD[told]
    found, cells, start = [], [], time.process_time()
    scans = noisy_scans(queries, end)
    for scan, name, structure in zip(scans, asked.formula, queries, strict=True):
        name = name if formula else None
        cells.append(CellFinder(max_volume=LARGEST).find(scan, name) if with_cells else [])
        ligands = largest(molecules_in(structure)) if ligand else None
        found.append(answer(library, scan, name, ligands, cells[-1]))
    seconds = (time.process_time() - start) / len(queries)
    found = np.array(found)
    hits = np.take_along_axis(right, found.clip(0), 1) & (found >= 0)
    yield {"told": told, "seconds": seconds} | accuracies(hits, asked.family)
    if with_cells:
        lattices = [[cell.primitive for cell in some] for some in cells]
        pairs = zip(lattices, truth.reduced_cells_, strict=True)
        hits = np.array([close_to(*pair) for pair in pairs])
        yield {"told": f"{told}: these alone", "seconds": None} | accuracies(hits, asked.family)


def answer(library, scan, formula, ligands, cells):
    """Nearest templates of one scan."""
    n = min(max(KS), len(library))
    _, indices = library.kneighbors(scan, formula, n, ligands=ligands, cells=[cells])
    return np.pad(indices[0], (0, max(KS) - n), constant_values=-1)


def close_to(lattices, parameters):
    """Which of some primitive lattices have the right lengths and angles."""
    volume, n = np.linalg.det(vectors_of(parameters)), max(KS)
    off = [
        differences(lattice.matrix, parameters[None], np.array([volume]))[0]
        for lattice in lattices[:n]
    ]
    return np.pad(np.array(off) <= CLOSE, (0, n - len(off)))


def largest(found):
    return sorted(found, key=len)[-1:] or None


def accuracies(hits, families):
    """Shares [%] of queries with a right cell among the first k, and intervals."""
    hits = np.array([hits[:, :k].any(1) for k in KS]).T
    interval = clustered_bootstrap(hits, families.to_numpy())
    return {
        "accuracy": [percent(column) for column in hits.T],
        "interval": np.round(100 * interval, 1).tolist(),
    }


def percent(hits):
    return round(100 * float(np.mean(hits)), 1)


def included(report):
    """One table for each kind, and how it was measured."""
    parts = []
    for kind, found in report["kinds"].items():
        cells = [["templates", "told", "scan to", *(f"in {k}" for k in KS), "s a query"]]
        for row in found["rows"]:
            shares = zip(row["accuracy"], row["interval"], strict=True)
            seconds = "" if row["seconds"] is None else f"{row['seconds']:.2f}"
            name = f"{row['library']} ({found['n_templates'][row['library']]})"
            values = (f"{a:.1f} ({low:.1f}–{high:.1f})" for a, (low, high) in shares)
            told = row["told"] + (f" ({row['n_queries']} queries)" if "n_queries" in row else "")
            cells.append([name, told, f"{row['end']:g}°", *values, seconds])
        possible = ", ".join(f"{v:.1f} ({name})" for name, v in found["possible"].items())
        parts += [
            list_table(f"{kind.capitalize()}: templates with the right cell, %", cells),
            f"{found['n_queries']} queries of {found['n_families']} families. In reach, had all "
            f"templates been named: {possible}. The whole library was built in "
            f"{found['seconds_of_fit']:.0f} s.",
        ]
    versions = ", ".join(f"{name} {value}" for name, value in report["versions"].items())
    return "\n\n".join([*parts, f"Buckets {report['buckets']}, {versions}."]) + "\n"


if __name__ == "__main__":
    main()
