"""Write the documentation's tables and picture from what the benchmark found, and nothing else.

    python examples/benchmarks/tables.py docs/benchmarks/monolayers.json docs/benchmarks/

Writes monolayers.inc, with all tables, and monolayers.svg, which they show.
"""

import argparse
import json
from pathlib import Path

from pictures import draw_curves
from selection import (
    all_of_test_part,
    contenders_of,
    curve_rows,
    queries_of_a_seed,
    select,
    single_seeds,
)

COUNTINGS = {"twin": "entry or twin", "formula": "formula", "space_group": "space group"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("json", type=Path, help="what examples/benchmarks/monolayers.py wrote")
    parser.add_argument("folder", type=Path, help="where tables and picture are written")
    options = parser.parse_args()
    report = json.loads(options.json.read_text(encoding="utf-8"))
    stem = options.folder / options.json.stem
    draw_curves(report, stem.with_suffix(".svg"))
    stem.with_suffix(".inc").write_text(included(report, stem.name), encoding="utf-8")
    print(f"wrote {stem}.inc and {stem}.svg")


def included(report, name):
    """All tables, each below its title, then the picture and how all this was measured."""
    blocks = [
        list_table("All of the test part", main_table(report)),
        list_table("How imperfect the queries are: top-1, nothing known", severity_table(report)),
        list_table("How large the pool is: top-1, nothing known", pool_table(report)),
        figure(name, report),
        "\n".join(measured_with(report)),
        list_table("What training took", training_table(report)),
        *shipped(report["shipped_lattices"]),
    ]
    return "\n\n".join(blocks) + "\n"


def list_table(title, cells):
    """Rows of cells, the first of them the head, as reStructuredText."""
    lines = [f".. list-table:: {title}", "   :header-rows: 1", ""]
    for row in cells:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}".rstrip() for i, cell in enumerate(row)]
    return "\n".join(lines)


def main_table(report):
    """Clean and standard perturbation, then the paper's protocol."""
    yield [
        *("queries", "retriever", "known", "pool"),
        *(f"top-{k}" for k in report["rows"][0]["ks"]),
        *(f"top-1 {name}" for name in COUNTINGS.values()),
        "ms a query",
    ]
    yield chance_cells(all_of_test_part(report)[0])
    for severity, kind in ((0.0, "clean"), (1.0, "perturbed")):
        for known in ("nothing", "elements"):
            rows = all_of_test_part(report, known)
            yield from (main_cells(kind, row) for row in rows if row["severity"] == severity)
    yield from (main_cells("the paper's protocol", r) for r in select(report, protocol="paper"))


def chance_cells(row):
    exact = [f"{value:.1f}" for value in row["exact"]["chance"]]
    others = [f"{row[name]['chance'][0]:.1f}" for name in COUNTINGS]
    return ["any", "chance", "nothing", row["pool"], *exact, *others, ""]


def main_cells(kind, row):
    exact = row["exact"]
    return [
        *(kind, row["contender"], row["known"], row["pool"]),
        *map(percent, exact["accuracy"], exact["interval"]),
        *(f"{row[name]['accuracy'][0]:.1f}" for name in COUNTINGS),
        f"{row['milliseconds_per_query']:.1f}",
    ]


def percent(value, interval):
    return f"{value:.1f} ({interval[0]:.1f}–{interval[1]:.1f})"


def top_1(rows):
    """Cells by contender and whatever the rows differ in."""
    return {
        name: percent(row["exact"]["accuracy"][0], row["exact"]["interval"][0])
        for name, row in rows.items()
    }


def severity_table(report):
    """Contenders down, severities across."""
    rows = all_of_test_part(report)
    severities = sorted({row["severity"] for row in rows})
    yield ["retriever", *(f"severity {severity:g}" for severity in severities)]
    for name in contenders_of(rows):
        cells = top_1({row["severity"]: row for row in rows if row["contender"] == name})
        yield [name, *(cells.get(severity, "") for severity in severities)]


def pool_table(report):
    """Pools down, contenders across; clean and standard perturbation."""
    rows = curve_rows(report)
    names = contenders_of(rows)
    yield ["queries", "pool", "searched", "chance", *names]
    for severity, kind in ((0.0, "clean"), (1.0, "perturbed")):
        at = [row for row in rows if row["severity"] == severity]
        for pool in sorted({row["pool"] for row in at}):
            here = {row["contender"]: row for row in at if row["pool"] == pool}
            one = next(iter(here.values()))
            searched = f"{one['gallery']}, {one['n_pools']} pools".removesuffix(", 1 pools")
            cells = top_1(here) | asked_less(here)
            chance = f"{one['exact']['chance'][0]:.2f}"
            yield [kind, pool, searched, chance, *(cells.get(name, "") for name in names)]


def asked_less(rows):
    """Cells of contenders that were not asked everything, which is said."""
    most = max(map(queries_of_a_seed, rows.values()))
    cells = top_1(rows)
    return {
        name: f"{cells[name]}, {row['n_queries']} queries"
        for name, row in rows.items()
        if queries_of_a_seed(row) < most
    }


def figure(name, report):
    shown = ", ".join(contenders_of(curve_rows(report)))
    return "\n".join(
        [
            f".. figure:: {name}.svg",
            f"   :alt: Top-1 accuracy of {shown} against size of the pool and severity.",
            "",
            "   Top-1 accuracy, nothing known, with 95 % intervals. Left: against the size of the",
            "   pool; the largest is the whole table. Right: against the severity.",
        ]
    )


def measured_with(report):
    """Seeds, machine, versions and cost in sentences."""
    seeds = sorted({facts["seed"] for facts in report["training"]})
    yield f"Split with seed {report['split_seed']}, queries with seed {report['query_seed']},"
    yield f"trainings with seed {', '.join(map(str, seeds))}. Measured on: {report['machine']};"
    yield f"{', '.join(f'{name} {value}' for name, value in report['versions'].items())}."
    memory = (f"{value:.1f} GB ({kind})" for kind, value in report["peak_memory_GB"].items())
    yield f"Peak memory: {', '.join(memory)}."
    rows = [row for row in all_of_test_part(report) if row["severity"] == 0.0]
    costs = (f"{r['contender']} {r['gallery_milliseconds_per_structure']:.1f} ms" for r in rows)
    yield f"Taking a structure into the gallery: {', '.join(costs)}."
    if spread := seed_by_seed(report):
        yield f"Top-1 on perturbed queries, seed by seed: {spread}."


def seed_by_seed(report):
    """Accuracies of the single seeds, where there are several."""
    values = {
        name: ", ".join(f"{row['exact']['accuracy'][0]:.1f}" for row in rows)
        for name, rows in single_seeds(report).items()
    }
    return "; ".join(f"{name} {value}" for name, value in values.items())


def training_table(report):
    yield ["protocol", "seed", "structures", "epochs", "minutes", "processor minutes", "device"]
    for facts in report["training"]:
        minutes = (f"{facts[name] / 60:.1f}" for name in ("seconds", "cpu_seconds"))
        counts = [facts[name] for name in ("protocol", "seed", "n", "epochs")]
        yield [*counts, *minutes, facts.get("device", "")]


def shipped(facts):
    """What the table says about the monolayers that are shipped."""
    if facts["n_compared"]:
        yield (
            f"Of the {facts['n_shipped']} monolayers of `load_monolayers`, {facts['n_compared']} "
            "have an entry of the same\nformula, space group and number of atoms in the table; the "
            f"worst lattice deviates by {100 * facts['worst']:.2f} %\n({facts['worst_name']})."
        )


if __name__ == "__main__":
    main()
