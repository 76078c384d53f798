"""Whether the shipped retrievers' attention explains their embeddings.

    OMP_NUM_THREADS=1 python examples/benchmarks/attention.py PATH/monolayers.parquet \
        --json docs/benchmarks/attention.json

A sample of the test part of the composition split (seed 0) is asked about as standard perturbed
patterns, among the whole part as the gallery; retrievers that read sites are asked about the
structures too. Writes attention.inc, the documentation's tables, beside the JSON.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from surroundings import surroundings

from xrdmatch.datasets import split_by_composition
from xrdmatch.inspection import attention_faithfulness
from xrdmatch.io import read_structures
from xrdmatch.retrieval import PRETRAINED, load_pretrained
from xrdmatch.simulation import perturb_patterns

SHIPPED = ("monolayers", "monolayers-sequence")
SAMPLE_SEED, QUERY_SEED = 0, 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--json", type=Path, required=True, help="what is written")
    parser.add_argument("--retrievers", nargs="*", help="names or stems; if none, those shipped")
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--draws", type=int, default=3, help="random choices of parts")
    parser.add_argument("--reductions", nargs="*", default=["mean", "last", "rollout"])
    options = parser.parse_args()
    names = options.retrievers or [name for name in SHIPPED if name in PRETRAINED]
    structures = read_structures(options.path)
    pool = [structures[i] for i in split_by_composition(structures, random_state=0)[2]]
    found = [r for name in names for r in reports(name, pool, options)]
    report = {"pool": len(pool), "found": found, **surroundings()}
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def reports(name, pool, options):
    """Reports as plain data, of patterns and, where sites are read, of structures."""
    retriever = load_pretrained(name, device="cpu").set_gallery(pool)
    asked = np.random.RandomState(SAMPLE_SEED).permutation(len(pool))[: options.items]
    chosen = [pool[i] for i in asked]
    patterns = perturb_patterns(chosen, random_state=QUERY_SEED)
    for i, reduction in enumerate(options.reductions):
        shared = {"reduction": reduction, "n_random": options.draws}
        if i:  # the main one at every fraction, the others at one
            shared["fractions"] = [0.1]
        yield measured(name, retriever, patterns, truth=asked, **shared)
        if retriever.structure_encoder == "sequence":
            yield measured(name, retriever, [s for s in chosen if len(s) > 1], **shared)


def measured(name, retriever, X, **options):
    start = time.perf_counter(), time.process_time()
    report = attention_faithfulness(retriever, X, **options)
    spent = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"{name}, reduction {report.reduction!r}, {spent[1]:.0f} s of processor time\n{report}\n")
    rows = [
        {**row, "interval": plain(row.interval), "mean": plain(row.mean)} for row in report.rows
    ]
    return {**report, "rows": rows, "retriever": name, "cpu_seconds": round(spent[1], 1)}


def plain(numbers):
    return {name: np.round(values, 5).tolist() for name, values in numbers.items()}


def included(report):
    blocks = [table(found) for found in report["found"]]
    versions = ", ".join(f"{name} {value}" for name, value in report["versions"].items())
    return "\n\n".join([*blocks, f"Measured on: {report['machine']}; {versions}."]) + "\n"


def table(found):
    """One report as a list-table."""
    title = (
        f"``{found['retriever']}``: {found['n_items']} {found['side']}s of {found['n_parts']:g} "
        f"{found['parts']} (median), attention by ``{found['reduction']}``"
    )
    names = list(found["rows"][0]["mean"])
    minus = (f"attended − {name} (95 %)" for name in names[1:])
    rows = [("measure", "done", "to", *names, *minus), *map(cells, found["rows"])]
    lines = [f".. list-table:: {title}", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {' ' if i else '*'} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def cells(row):
    """One row, changes as they are and accuracies in percentage points."""
    loss = row["measure"] == "top-1 lost"
    factor, digits = (100, 1) if loss else (1, 3)
    mean = row["mean"]
    values = [f"{factor * value:.{digits}f}" for value in mean.values()]
    differences = []
    for name, interval in row["interval"].items():
        ends = " to ".join(f"{factor * end:+.{digits}f}" for end in interval)
        differences.append(f"{factor * (mean['attended'] - mean[name]):+.{digits}f} ({ends})")
    measure = "top-1 lost [points]" if loss else "1 − cosine"
    return measure, row["operation"], f"{100 * row['fraction']:.0f} %", *values, *differences


if __name__ == "__main__":
    main()
