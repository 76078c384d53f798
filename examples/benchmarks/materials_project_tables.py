"""Make the tables of the documentation of what `materials_project.py` has written.

    python examples/benchmarks/materials_project_tables.py RESULTS PATH/mp_le20.parquet \
        --formulas FORMULAS --json docs/benchmarks/materials_project.json

RESULTS is the folder of its reports and of what it kept. Writes the JSON and, beside it, the
tables (.inc).
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from materials_project_split import COLUMNS, split
from mixture_tables import table
from pymatgen.symmetry.groups import sg_symbol_from_int_number

FULL = ("powder-equivariant", "powder")
RARE = 10  # entries of a space group in the test part, at most


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("table", type=Path, help="the Parquet table that was split")
    parser.add_argument("--formulas", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    reports = {
        path.name.removesuffix(".report.json"): json.loads(path.read_text())
        for path in sorted(options.results.glob("*.report.json"))
    }
    groups = space_groups(options.table, set(json.loads(options.formulas.read_text())))
    facts = {
        "trainings": reports,
        "space_groups": {
            name: by_group(np.load(options.results / f"{name}.npz")["clean"], groups)
            for name in FULL
            if (options.results / f"{name}.npz").is_file()
        },
    }
    options.json.write_text(json.dumps(facts, indent=1) + "\n")
    options.json.with_suffix(".inc").write_text(included(facts))


def space_groups(path, left_out):
    """Numbers of the space groups of the test part, as the table has them."""
    table = pq.read_table(path, columns=COLUMNS).to_pandas().sample(frac=1, random_state=0)
    _, test = split(table)
    return test[~test.reduced_formula.isin(left_out)].spacegroup.to_numpy()


def by_group(kept, groups):
    """Whether the first answer is the entry, and whether it is of its space group, by group."""
    truth, rank, first = kept[:, 0], kept[:, 1], kept[:, 2]
    exact, same = rank == 0, groups[first] == groups[truth]
    counts = Counter(groups.tolist())
    rows = [
        row(sg_symbol_from_int_number(number), groups[truth] == number, exact, same)
        for number, _ in counts.most_common(10)
    ]
    rare = np.isin(groups[truth], [number for number, n in counts.items() if n <= RARE])
    rows.append(row(f"the {sum(n <= RARE for n in counts.values())} rare ones", rare, exact, same))
    return [*rows, row(f"all {len(counts)}", np.ones(len(truth), bool), exact, same)]


def row(name, asked, exact, same):
    return [name, int(asked.sum()), share(exact[asked]), share(same[asked])]


def share(values):
    return round(100 * float(values.mean()), 2) if len(values) else None


def included(facts):
    reports = facts["trainings"]
    head = ("towers", *pools_of(reports), "epochs", "seconds", "weights")
    parts = [
        table(
            f"{title}: top-1 / 3 / 5 / 10 of clean queries [%]",
            head,
            [row_of(label, reports.get(name, {}), len(head) - 4) for name, label in names.items()],
        )
        for title, names in SECTIONS.items()
    ]
    head = ("space group", "entries", "the entry", "its space group")
    for name, rows in facts["space_groups"].items():
        parts.append(table(f"First answers of ``{name}``, clean, whole pool [%]", head, rows))
    return "\n".join(parts)


SECTIONS = {
    "Structure and pattern encoders, six epochs each": {
        "eq-140-learned": "equivariant, resnet1d of 140",
        "eq-850": "equivariant, resnet1d of 850",
        "eq-3500": "equivariant, resnet1d of 3,500",
        "eq-p": "equivariant, peaks",
        "p-140": "peaks, resnet1d of 140",
        "p-850": "peaks, resnet1d of 850",
        "p-3500": "peaks, resnet1d of 3,500",
        "p-p": "peaks, peaks",
    },
    "The equivariant pair with other temperatures, six epochs each": {
        "eq-140-0.05": "0.05",
        "eq-140-0.07": "0.07",
        "eq-140-1.0": "1.0",
        "eq-140-learned": "learned from 0.07 on",
    },
    "The equivariant pair with other options, six epochs each": {
        "eq-140-learned": "as in the tables above",
        "eq-140-rescaled": "augmentation ``rescaled``",
        "eq-140-plain": "plain intensities",
    },
    "Full trainings": {
        "powder-equivariant": "``powder-equivariant``",
        "powder": "``powder``",
    },
}


def pools_of(reports):
    """Names of the pools, the smallest first."""
    clean = next(r["top_k"]["clean"] for r in reports.values() if "top_k" in r)
    return [f"pool {name}" for name in clean if name != "n_queries"]


def row_of(label, report, n_pools):
    """Return the row of one training: accuracies by pool, or that they were not measured."""
    clean = report.get("top_k", {}).get("clean")
    if clean is None:
        return [label, "not measured", *[""] * (n_pools + 2)]
    accuracies = [
        " / ".join(map(str, top_k)) for name, top_k in clean.items() if name != "n_queries"
    ]
    return [
        label,
        *accuracies,
        report["epochs"],
        f"{report['seconds']:.0f}",
        f"{report['weights']:,}",
    ]


if __name__ == "__main__":
    main()
