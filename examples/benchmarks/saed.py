"""How well layers are named from spots whose orientation and scale are not known.

    python examples/benchmarks/saed.py PART ... --data PATH --json docs/benchmarks/saed.json

`PATH` holds monolayers.parquet, and electron/ with pictures. Each PART is written into the JSON as
soon as it is measured, beside the parts that are there; the tables of the documentation (.inc)
follow. The patterns are those of saed_queries.py.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from confidence_spots import layers_of
from saed_pictures import pictures_part
from saed_queries import Conditions, saed_patterns, tilted_pairs
from saed_tables import included
from surroundings import surroundings
from threadpoolctl import threadpool_limits

from xrdmatch import DiffractionPattern, PatternMatcher
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.preprocessing import find_lattices

POOL, N_POOLS = 796, 10
KS = (1, 3, 5, 10)
SURE = 6.0  # log units between the first answer and the second
SAED = Conditions()
MOVED = {
    "scale exact": {"scale": 0.0},
    "scale within 1 %": {"scale": 0.01},
    "scale within 5 %": {"scale": 0.05},
    "no noise of intensities": {"noise": 0.0},
    "noise of 60 %": {"noise": 0.6},
    "no strain": {"strain": 0.0},
    "strain of 2 %": {"strain": 0.02},
    "atoms at their places": {"displacement": 0.0},
    "displacements of 0.16 Å": {"displacement": 0.16},
    "no spot missing": {"missing": 0.0},
    "40 % of the spots missing": {"missing": 0.4},
    "no spurious spots": {"spurious": 0.0},
    "30 % spurious spots": {"spurious": 0.3},
    "positions within 0.005 1/Å": {"jitter": 0.005},
    "spots up to 0.8 1/Å": {"q_max": 0.8},
    "not turned": {"turned": False},
}


def main():
    options = arguments()
    report = json.loads(options.json.read_text("utf-8")) if options.json.exists() else {}
    layers = layers_of(options.data)
    with threadpool_limits(1):
        for part in options.parts:
            report[part] = PARTS[part](layers, options)
            report["surroundings"] = surroundings()
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
            options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
            print(f"measured {part}", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--json", type=Path, default=Path("saed.json"))
    parser.add_argument("--queries", type=int, default=2000, help="of the main parts")
    parser.add_argument("--moved", type=int, default=300, help="queries of each moved condition")
    parser.add_argument("--seed", type=int, default=2025)
    return parser.parse_args()


def conditions_part(layers, options):
    """SAED conditions: all layers and pools of 796, nothing told and elements told."""
    rng = np.random.RandomState(options.seed)
    truth = rng.choice(len(layers), options.queries)
    patterns = saed_patterns([layers[i] for i in truth], SAED, rng)
    everything = matcher(layers, SAED)
    return {
        "lattice right": lattice_share([layers[i] for i in truth], patterns),
        "all": row(everything, patterns, truth),
        "all, elements told": row(everything, patterns, truth, elements_of(layers, truth)),
        "pool": in_pools(layers, truth, patterns, SAED, rng),
    }


def exact_part(layers, options):
    """The scale exact, in pools of 796."""
    return moved_row(layers, SAED.but(scale=0.0), options.queries, options.seed + 1)


def moved_part(layers, options):
    """Each condition moved alone, in pools of 796 and among all."""
    return {
        name: moved_row(layers, SAED.but(**change), options.moved, options.seed + 2)
        for name, change in {"SAED conditions": {}, **MOVED}.items()
    }


def moved_row(layers, conditions, n, seed):
    rng = np.random.RandomState(seed)
    truth = rng.choice(len(layers), n)
    patterns = saed_patterns([layers[i] for i in truth], conditions, rng)
    return {
        "all": row(matcher(layers, conditions), patterns, truth),
        "pool": in_pools(layers, truth, patterns, conditions, rng),
    }


def tilts_part(layers, options):
    """One pattern, and two of one crystal, the second tilted by 20 degrees."""
    rng = np.random.RandomState(options.seed + 3)
    truth = rng.choice(len(layers), options.moved)
    everything, rows = matcher(layers, SAED), {}
    for error in (0.0, 2.0):
        pairs = [
            pair
            for part in np.array_split(truth, max(1, len(truth) // 10))
            for pair in tilted_pairs([layers[i] for i in part], SAED, rng, angle_error=error)
        ]
        rows.setdefault("one pattern", row(everything, [flat for flat, _ in pairs], truth))
        rows[f"and one tilted by 20°, known to {error:.0f}°"] = row(everything, pairs, truth)
    return rows


def known_part(layers, options):
    """Retrievers that take the orientation as known, asked about turned patterns."""
    rng = np.random.RandomState(options.seed + 4)
    pool = rng.permutation(len(layers))[:POOL]
    truth = rng.choice(len(pool), options.moved)
    patterns = saed_patterns([layers[i] for i in pool[truth]], SAED, rng)
    in_frame = [DiffractionPattern(p.q, p.intensity, radiation=p.radiation) for p in patterns]
    gallery = [layers[i] for i in pool]
    return {
        "taken as known": row(PatternMatcher(SAED.simulator).fit(gallery), in_frame, truth),
        "unknown": row(matcher(gallery, SAED), patterns, truth),
    }


def matcher(layers, conditions):
    scale_error = max(conditions.scale, 0.003)
    return PatternMatcher(
        conditions.simulator, orientation="unknown", scale_error=scale_error
    ).set_gallery(layers)


def elements_of(layers, truth):
    return [",".join(map(str, layers[i].composition.elements)) for i in truth]


def in_pools(layers, truth, patterns, conditions, rng):
    """Ask in pools that hold the truths of a tenth of the queries each, and others."""
    rows = []
    for part in np.array_split(np.arange(len(truth)), N_POOLS):
        own = np.unique(truth[part])
        others = rng.permutation(np.setdiff1d(np.arange(len(layers)), own))
        pool = np.concatenate([own, others[: POOL - len(own)]])
        retriever = matcher([layers[i] for i in pool], conditions)
        place = np.searchsorted(own, truth[part])
        rows.append(row(retriever, [patterns[i] for i in part], place))
    return joined_rows(rows)


def row(retriever, queries, truth, elements=None):
    """Ranks and margins of queries, and how long they took."""
    start = time.process_time()
    distances, indices = retriever.kneighbors(queries, KS[-1], elements)
    seconds = time.process_time() - start
    right = indices == np.asarray(truth)[:, None]
    margin = np.nan_to_num(distances[:, 1] - distances[:, 0], posinf=1e9)
    return {
        "gallery": len(retriever.gallery_),
        "queries": len(truth),
        "top": [int(right[:, :k].any(1).sum()) for k in KS],
        "sure": [int((margin > SURE).sum()), int((right[:, 0] & (margin > SURE)).sum())],
        "seconds": seconds,
    }


def joined_rows(rows):
    total = {name: sum(row[name] for row in rows) for name in ("queries", "seconds")}
    sums = {name: np.sum([row[name] for row in rows], 0).tolist() for name in ("top", "sure")}
    return {"gallery": rows[0]["gallery"], **total, **sums}


def lattice_share(layers, patterns):
    """Share of patterns whose lattice has the cell area of the crystal's, scale errors apart."""
    framed = layer_frame(site_table(layers))
    areas = 1 / np.abs(np.linalg.det(framed.lattice[:, :2, :2]))
    found = [find_lattices(pattern.q)[:1] for pattern in patterns]
    ratios = [
        lattice[0].area / area if lattice else 0.0
        for lattice, area in zip(found, areas, strict=True)
    ]
    return float(np.mean(np.abs(np.array(ratios) - 1) < 0.2))


PARTS = {
    "conditions": conditions_part,
    "exact": exact_part,
    "moved": moved_part,
    "tilts": tilts_part,
    "known": known_part,
    "pictures": pictures_part,
}

if __name__ == "__main__":
    main()
