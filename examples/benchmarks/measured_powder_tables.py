"""Write the documentation's tables from what the benchmark of measured scans found.

python examples/benchmarks/measured_powder_tables.py docs/benchmarks/measured_powder.json
"""

import argparse
import json
from pathlib import Path

from tables import list_table, percent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("json", type=Path, help="what measured_powder.py wrote")
    path = parser.parse_args().json
    report = json.loads(path.read_text(encoding="utf-8"))
    path.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def included(report):
    """All tables, each below its title, and how they were measured."""
    blocks = [
        list_table("Top-k accuracy, entry or twin [%]", accuracy_table(report, "twin")),
        list_table("Top-k accuracy, exact entry [%]", accuracy_table(report, "exact")),
        list_table("Scans beside the main line: rank of the phase", line_table(report)),
        list_table("Scans whose phase did not come first", failure_table(report)),
        "\n".join(measured_with(report)),
    ]
    return "\n\n".join(blocks) + "\n"


def accuracy_table(report, kind):
    yield [
        *("gallery", "pool", "known", "retriever", "top-1", "top-3", "top-5", "top-10"),
        *("wrong", "beyond 10", "ms a query"),
    ]
    for row in report["rows"]:
        wrong = row["n_wrong"][kind]
        yield [
            *(row["gallery"], row["pool"], row["known"], row["contender"]),
            *map(percent, row["accuracy"][kind], row["interval"][kind]),
            f"{wrong[0]} of {row['n_queries']}",
            wrong[-1],
            f"{row['milliseconds_per_query']:.0f}",
        ]


def line_table(report):
    """Scans down, contenders across."""
    names = list(dict.fromkeys(found["contender"] for found in report["lines"]))
    yield ["scan", "phase", "gallery", *names]
    ranks = {}
    for found in report["lines"]:
        key = found["scan"], found["right"], found["gallery"]
        ranks.setdefault(key, {})[found["contender"]] = found["rank"]
    for key, by_name in sorted(ranks.items()):
        yield [*key, *(by_name.get(name, "") for name in names)]


def failure_table(report):
    yield [
        *("gallery, known", "scan", "rank", "distance", "answer", "its distance", "log odds"),
        "likely reason",
    ]
    for asked, missed in report["failures"].items():
        for found in missed:
            cells = ("scan", "rank", "distance", "answer", "answer_distance", "log_odds", "reason")
            yield [asked, *(found[name] for name in cells)]


def measured_with(report):
    """Cost, machine and versions in sentences."""
    for name, parts in report["encoding"].items():
        n, seconds = (sum(part[key] for part in parts) for key in ("n", "seconds"))
        yield f"Encoding a gallery ({name}): {1000 * seconds / n:.2f} ms of processor time each."
    memory = ", ".join(f"{value:.1f} GB ({k})" for k, value in report["peak_memory_GB"].items())
    yield f"Peak memory: {memory}."
    yield f"Entries drawn with seed {report['seed']}. Measured on: {report['machine']};"
    yield f"{', '.join(f'{name} {value}' for name, value in report['versions'].items())}."


if __name__ == "__main__":
    main()
