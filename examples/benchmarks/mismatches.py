"""Are wrong answers near the right one in symmetry and chemistry, and nearer than by chance?

    python examples/benchmarks/mismatches.py PATH/monolayers.parquet \
        --json docs/benchmarks/mismatches.json

Writes mismatches.inc, with all tables, beside the JSON. The table of structures is split 8:1:1 by
reduced formula; gallery and queries are the test part, the queries perturbed with severity 1. The
shipped retriever has learned from none of the table.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from mismatch_tables import included
from surroundings import surroundings

from xrdmatch import PatternMatcher, PointGroupClustering
from xrdmatch.crystallography import POINT_GROUPS, layer_frame, site_table
from xrdmatch.datasets import split_by_composition
from xrdmatch.inspection import mismatch_report
from xrdmatch.io import read_structures
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

QUERY_SEED = 0
N_CLUSTERS = 5


class CellMatcher:
    """Knows nothing but cells: is told the query's, and finds the entries with the nearest."""

    def __init__(self, gallery):
        self.gallery_ = gallery
        self._cells = _cells(gallery)

    def kneighbors(self, structures, n_neighbors):
        apart = np.linalg.norm(_cells(structures)[:, None] - self._cells, axis=(2, 3))
        order = np.argsort(apart, axis=1, kind="stable")[:, :n_neighbors]
        return np.take_along_axis(apart, order, axis=1), order


def _cells(structures):
    """Axes a and b in the layer's frame [Å]; shape (n_structures, 2, 2)."""
    return layer_frame(site_table(structures)).lattice[:, :2, :2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--json", type=Path, default=Path("mismatches.json"))
    parser.add_argument("--limit", type=int, help="so many structures only, for a trial")
    parser.add_argument("--towers", default="monolayers", help="name or stem of the learned ones")
    options = parser.parse_args()
    structures = read_structures(options.path)[: options.limit]
    _, _, test = split_by_composition(structures, random_state=0)
    pool = [structures[i] for i in test]
    found = surroundings() | {
        "pool": len(pool),
        "query_seed": QUERY_SEED,
        "severity": 1.0,
        "contenders": {name: plain(r) for name, r in reports(pool, options.towers)},
    }
    found["symbols"] = list(POINT_GROUPS)
    found["clusters"] = clusters(found["contenders"])
    options.json.write_text(json.dumps(found) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(found), encoding="utf-8")
    print(f"wrote {options.json} and {options.json.with_suffix('.inc')}")


def reports(pool, towers):
    """Yield each contender's name and what its mismatches are."""
    queries = perturb_patterns(pool, random_state=QUERY_SEED)
    learned = load_pretrained(towers).set_gallery(pool)
    yield "embeddings", mismatch_report(learned, pool, queries)
    yield "nearest", mismatch_report(PatternMatcher().fit(pool), pool, queries)
    yield "cell told, nothing else", mismatch_report(CellMatcher(pool), pool, pool)


def plain(report):
    """Give a report as lists and dicts that JSON can hold; rounded, undefined numbers as None."""
    if isinstance(report, dict):
        return {name: plain(value) for name, value in report.items() if name != "mismatched"}
    if isinstance(report, np.ndarray):
        return plain(report.tolist())
    if isinstance(report, list | tuple):
        return [plain(value) for value in report]
    if isinstance(report, float):
        return round(report, 5) if np.isfinite(report) else None
    return report


def clusters(contenders):
    """Cut the point groups of all mismatched candidates into five clusters."""
    counts = {name: counted(report["anywhere"]["all"]) for name, report in contenders.items()}
    symbols = [s for s in POINT_GROUPS if any(s in count for count in counts.values())]
    cut = PointGroupClustering(n_clusters=min(N_CLUSTERS, len(symbols))).fit(symbols)
    members = [
        [symbol for symbol, own in zip(symbols, cut.labels_, strict=True) if own == label]
        for label in range(cut.n_clusters_)
    ]
    return [
        {
            "members": group,
            "counts": {name: sum(count.get(s, 0) for s in group) for name, count in counts.items()},
            "same": {name: shared(report, group) for name, report in contenders.items()},
        }
        for group in members
    ]


def counted(summary):
    """How many mismatches have which point group, at the largest k."""
    shares = {symbol: values[-1] for symbol, values in summary["candidates"].items()}
    n = summary["n_mismatches"][-1]
    return {symbol: round(share * n) for symbol, share in shares.items() if share}


def shared(report, group):
    """Mismatches of queries of a cluster: how many, and which share is of it, by chance too."""
    own = [report["anywhere"][symbol] for symbol in group if symbol in report["anywhere"]]
    n = sum(summary["n_mismatches"][-1] for summary in own)
    inside = {
        name: sum(
            summary["n_mismatches"][-1] * values[-1]
            for summary in own
            for symbol, values in summary[name].items()
            if symbol in group
        )
        for name in ("candidates", "expected")
    }
    return {"n": n} | {name: value / n if n else None for name, value in inside.items()}


if __name__ == "__main__":
    main()
