"""Pools, what is asked in them, and the rows that say how it went."""

import time
from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_random_state

from xrdmatch.datasets import composition_groups
from xrdmatch.metrics import clustered_bootstrap, retrieval_report
from xrdmatch.retrieval import ElementFilter

SUBSET_SEED = 3


@dataclass(frozen=True, eq=False)
class Pool:
    """Structures to search among, and the queries that are asked."""

    kind: str
    structures: list
    asked: np.ndarray  # queries, by their number in the test part
    truth: np.ndarray  # position in the pool of each query's structure

    def with_queries(self, n):
        """Ask n of them only, drawn at random."""
        rng = check_random_state(SUBSET_SEED)
        chosen = np.sort(rng.permutation(len(self.asked))[:n])
        return replace(self, asked=self.asked[chosen], truth=self.truth[chosen])


@dataclass(frozen=True)
class Ask:
    """What is done to the queries, and what is known about them."""

    severity: float
    elements_known: bool = False


def random_pools(structures, size, random_state):
    """Disjoint pools of one size, as many as there are."""
    order = check_random_state(random_state).permutation(len(structures))
    blocks = (order[i : i + size] for i in range(0, len(order) - size + 1, size))
    return [
        Pool("test part", [structures[i] for i in block], block, np.arange(size))
        for block in blocks
    ]


def measured_rows(contenders, pools, asks, queries, n_queries=None):
    """One row for each contender, question and seed, and one for all seeds together."""
    rows = []
    for name, retrievers in contenders.items():
        n = (n_queries or {}).get(name, len(pools[0].asked))
        if not n:
            continue
        asked = [pool if n >= len(pool.asked) else pool.with_queries(n) for pool in pools]
        reports = {s: reports_of(r, asked, asks, queries) for s, r in retrievers.items()}
        for ask in asks:
            parts = [([s], by_ask[ask]) for s, by_ask in reports.items()]
            if len(parts) > 1:
                parts.append((list(reports), [r for _, part in parts for r in part]))
            for seeds, part in parts:
                rows.append(row_of(name, seeds, ask, asked, part))
                print_row(rows[-1])
    return rows


def reports_of(retriever, pools, asks, queries):
    """Reports by what was asked, one for each pool."""
    reports = {ask: [] for ask in asks}
    for pool in pools:
        start = time.perf_counter()
        retriever.set_gallery(pool.structures)
        seconds = time.perf_counter() - start
        facts = facts_of(pool.structures)
        for ask in asks:
            report = retrieval_report(
                retriever,
                [queries[ask.severity][i] for i in pool.asked],
                pool.truth,
                facts=facts,
                clusters=pool.asked,
                elements=known_elements(pool) if ask.elements_known else None,
            )
            report.gallery_seconds = seconds / len(pool.structures)
            report.clusters = pool.asked
            reports[ask].append(report)
    return reports


def facts_of(structures):
    """What makes another entry a right answer of some kind."""
    formulas = composition_groups(structures)
    groups = np.array([str(s.properties["spacegroup"]) for s in structures])
    twins = np.column_stack([formulas, groups])
    return {"twin": twins, "formula": formulas, "space_group": groups}


def known_elements(pool):
    """All elements of each query's structure and no others."""
    symbols = [[e.symbol for e in pool.structures[i].composition] for i in pool.truth]
    return [ElementFilter(all_of=those, only=those) for those in symbols]


def row_of(name, seeds, ask, pools, reports):
    """Numbers of one or several reports together; accuracies in percent."""
    row = {
        "contender": name,
        "seeds": [seed for seed in seeds if seed is not None],
        "severity": ask.severity,
        "known": "elements" if ask.elements_known else "nothing",
        "gallery": pools[0].kind,
        "pool": reports[0].n_gallery,
        "n_pools": len(pools),
        "n_queries": sum(r.n_queries for r in reports),
        "n_structures": len(np.unique(np.concatenate([r.clusters for r in reports]))),
        "ks": list(reports[0].ks),
    }
    if pools[0].kind == "whole table":
        row["note"] = "the formulas learned from are in the gallery too"
    row |= countings(reports)
    row["milliseconds_per_query"] = mean_of(reports, "milliseconds_per_query")
    row["gallery_milliseconds_per_structure"] = 1000 * mean_of(reports, "gallery_seconds")
    return row


def countings(reports):
    """Accuracy, interval and chance level of each counting [%]."""
    kinds = list(reports[0].hits)
    hits = np.concatenate([np.hstack([r.hits[kind] for kind in kinds]) for r in reports])
    ends = clustered_bootstrap(hits, np.concatenate([r.clusters for r in reports]))
    weights = [r.n_queries for r in reports]
    chance = [np.average([r.chance[k] for r in reports], axis=0, weights=weights) for k in kinds]
    parts = zip(
        kinds, np.split(hits.mean(0), len(kinds)), np.split(ends, len(kinds)), chance, strict=True
    )
    return {
        kind: {
            name: np.round(100 * value, 3).tolist()
            for name, value in zip(("accuracy", "interval", "chance"), values, strict=True)
        }
        for kind, *values in parts
    }


def mean_of(reports, name):
    return round(float(np.mean([report[name] for report in reports])), 4)


def print_row(row):
    accuracies = "".join(f"{value:7.1f}" for value in row["exact"]["accuracy"])
    seeds = ",".join(map(str, row["seeds"])) or "-"
    print(
        f"{row['gallery']:12} {row['pool']:5} severity {row['severity']:3} {row['known']:8} "
        f"{row['contender']:21} {seeds:6}{accuracies}{row['milliseconds_per_query']:9.2f} ms"
    )
