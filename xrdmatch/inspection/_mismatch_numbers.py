"""Counts of wrong candidates, and their expectation under random draws."""

from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.inspection._crystal_facts import FACTS
from xrdmatch.metrics import clustered_bootstrap


class Record(NamedTuple):
    """Mismatches of one query, and what chance gives for each of them."""

    structure: int
    rank: np.ndarray  # (n,)
    symbol: np.ndarray  # (n,)
    values: np.ndarray  # (n, n_facts)
    chance: np.ndarray  # (n_facts,)
    expected: dict  # point group -> share


def record(one, candidates, pool, agreement, symbols):
    """Keep the candidates that are in the pool, and average over the pool."""
    rank = np.flatnonzero((candidates >= 0) & pool[candidates])
    kept = candidates[rank]
    names, counts = np.unique(symbols[: len(pool)][pool].astype(str), return_counts=True)
    expected = dict(zip(names.tolist(), counts / max(pool.sum(), 1), strict=True))
    chance = agreement[pool].mean(0) if len(rank) else np.full(len(FACTS), np.nan)
    return Record(int(one), rank, symbols[kept], agreement[kept], chance, expected)


def summary(records, ks, random_state):
    """Numbers of one group of queries, over all k."""
    parts = [_at_k(records, k, random_state) for k in ks]
    symbols = sorted(set().union(*(part["candidates"] | part["expected"] for part in parts)))
    by_fact = {
        name: {fact: np.array([part[name][i] for part in parts]) for i, fact in enumerate(FACTS)}
        for name in ("observed", "chance", "difference", "ratio", "interval", "difference_interval")
    }
    by_symbol = {
        name: {s: np.array([part[name].get(s, 0.0) for part in parts]) for s in symbols}
        for name in ("candidates", "expected")
    }
    counts = {
        name: np.array([part[name] for part in parts]) for name in ("n_mismatches", "n_structures")
    }
    return Bunch(**counts, **by_fact, **by_symbol)


def _at_k(records, k, random_state):
    """Numbers of one group of queries among the first k candidates."""
    kept = [(r, np.flatnonzero(r.rank < k)) for r in records]
    kept = [(r, rows) for r, rows in kept if len(rows)]
    if not kept:
        return _nothing()
    values = np.concatenate([r.values[rows] for r, rows in kept])  # (n_mismatches, n_facts)
    chance = np.concatenate([np.tile(r.chance, (len(rows), 1)) for r, rows in kept])
    clusters = np.concatenate([np.full(len(rows), r.structure) for r, rows in kept])
    columns = np.hstack([values, values - chance])
    ends = clustered_bootstrap(columns, clusters, random_state=random_state)
    observed, by_chance = values.mean(0), chance.mean(0)
    return {
        "n_mismatches": len(values),
        "n_structures": len(np.unique(clusters)),
        "observed": observed,
        "chance": by_chance,
        "difference": observed - by_chance,
        "ratio": np.divide(
            observed, by_chance, out=np.full(len(FACTS), np.nan), where=by_chance > 0
        ),
        "interval": ends[: len(FACTS)],
        "difference_interval": ends[len(FACTS) :],
        "candidates": _shares(np.concatenate([r.symbol[rows] for r, rows in kept])),
        "expected": _expected(kept, len(values)),
    }


def _nothing():
    nans = np.full(len(FACTS), np.nan)
    numbers = dict.fromkeys(("observed", "chance", "difference", "ratio"), nans)
    ends = dict.fromkeys(("interval", "difference_interval"), np.full((len(FACTS), 2), np.nan))
    counts = {"n_mismatches": 0, "n_structures": 0}
    return counts | numbers | ends | {"candidates": {}, "expected": {}}


def _shares(symbols):
    names, counts = np.unique(symbols.astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts / len(symbols), strict=True))


def _expected(kept, n_mismatches):
    """Shares that chance gives to point groups, every mismatch counting once."""
    shares = {}
    for record, rows in kept:
        for symbol, share in record.expected.items():
            shares[symbol] = shares.get(symbol, 0.0) + share * len(rows) / n_mismatches
    return shares
