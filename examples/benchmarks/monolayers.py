"""Name real 2D crystals from clean and perturbed patterns: the numbers of the documentation.

    python examples/benchmarks/monolayers.py PATH/monolayers.parquet \
        --json docs/benchmarks/monolayers.json --towers FOLDER
    python examples/benchmarks/tables.py docs/benchmarks/monolayers.json docs/benchmarks/

The table (Parquet; columns id, lattice, numbers, frac_coords, spacegroup) is split 8:1:1 by
reduced formula. Learned on the training part only. The pools: all of the test part, smaller ones
drawn from it, and the whole table. Where --towers has trained ones they are used, and where not
they are trained and saved there, so that measuring can be repeated.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from contenders import CONTENDERS, SLOW, contenders, trained
from pools import Ask, Pool, measured_rows, random_pools
from surroundings import peak_memory, surroundings

from xrdmatch import DiffractionSimulator
from xrdmatch.datasets import (
    composition_groups,
    lattice_deviation,
    load_monolayers,
    split_by_composition,
    split_by_row,
)
from xrdmatch.io import read_structures
from xrdmatch.simulation import SEVERITIES, perturb_patterns, perturb_structures

QUERY_SEED = 1
POOL_SEED = 2
ALL_ASKS = [Ask(s) for s in SEVERITIES] + [Ask(s, elements_known=True) for s in (0.0, 1.0)]
POOL_ASKS = [Ask(0.0), Ask(1.0)]


def main():
    options = arguments()
    structures = read_structures(options.path)[: options.limit]
    print(f"{len(structures)} structures of {len(set(composition_groups(structures)))} formulas")
    report = surroundings() | {
        "structures": len(structures),
        "split_seed": options.seed,
        "query_seed": QUERY_SEED,
        "contenders": CONTENDERS,
        "shipped_lattices": shipped_lattices(structures),
        "training": [],
        "rows": kept_rows(options),
    }
    for rows, training in stages(structures, options):
        report["rows"] += rows
        report["training"] += training
        report["peak_memory_GB"] = peak_memory()
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(f"wrote {options.json}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--json", type=Path, default=Path("monolayers.json"))
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    seeds = [0, 1, 2] if torch.cuda.is_available() else [0]
    parser.add_argument("--seeds", type=int, nargs="+", default=seeds, help="of the trainings")
    parser.add_argument("--towers", type=Path, help="folder, or stem of files, of trained towers")
    parser.add_argument("--epochs", type=int, help="fewer than the default, for a trial")
    parser.add_argument("--limit", type=int, help="so many structures only, for a trial")
    parser.add_argument("--pool-sizes", type=int, nargs="*", default=[64, 256, 796])
    parser.add_argument(
        "--slow-queries",
        type=int,
        default=200,
        help="queries of each pool that the whole-gallery likelihood is asked; 0: none",
    )
    parser.add_argument(
        "--only", nargs="+", choices=CONTENDERS, help="measure these anew, keep the JSON's others"
    )
    parser.add_argument("--skip-paper", action="store_true", help="leave out the paper's protocol")
    return parser.parse_args()


def kept_rows(options):
    """Rows of an earlier run that are not measured anew."""
    if not options.only or not options.json.is_file():
        return []
    rows = json.loads(options.json.read_text())["rows"]
    return [row for row in rows if row["contender"] not in options.only or "protocol" in row]


def shipped_lattices(structures):
    """How far the shipped monolayers' lattices are from entries of like formula and symmetry."""
    result = lattice_deviation(load_monolayers(), structures)
    known = np.flatnonzero(np.isfinite(result.deviation))
    if not len(known):
        return {"n_compared": 0, "n_shipped": len(result.names)}
    worst = known[result.deviation[known].argmax()]
    return {
        "n_compared": len(known),
        "n_shipped": len(result.names),
        "worst": float(result.deviation[worst]),
        "worst_name": result.names[worst],
    }


def stages(structures, options):
    """Yield rows and training facts, pool by pool."""
    train, _, test = split_by_composition(structures, random_state=options.seed)
    part = [structures[i] for i in test]
    print(f"split by composition: {len(train)} to learn from, pool of {len(test)}")
    learned, training = {}, []
    for seed in options.seeds:
        learned[seed], facts = trained([structures[i] for i in train], seed, options)
        training.append(facts)
    entries = {n: r for n, r in contenders(learned).items() if n in (options.only or CONTENDERS)}
    queries = {s: perturb_patterns(part, s, random_state=QUERY_SEED) for s in SEVERITIES}
    every = np.arange(len(part))
    yield (
        measured_rows(
            entries, [Pool("test part", part, every, every)], ALL_ASKS, queries, slow(options)
        ),
        training,
    )
    for size in options.pool_sizes:
        if size < len(part):
            pools = random_pools(part, size, POOL_SEED)
            yield measured_rows(entries, pools, POOL_ASKS, queries, slow(options)), []
    whole = Pool("whole table", structures, every, test)
    yield measured_rows(entries, [whole], POOL_ASKS, queries, slow(options)), []
    if not options.skip_paper:
        yield paper_protocol(structures, options)


def slow(options):
    """How many queries of each pool the slow contenders are asked."""
    return dict.fromkeys(SLOW, options.slow_queries)


def paper_protocol(structures, options):
    """Random rows, structure and pattern perturbed together, a model of its own."""
    train, _, test = split_by_row(structures, random_state=options.seed)
    moved = perturb_structures(structures, random_state=options.seed)
    part = [moved[i] for i in test]
    print(f"the paper's protocol: {len(train)} to learn from, pool of {len(test)}")
    learned, facts = trained(
        [moved[i] for i in train], options.seeds[0], options, "paper", augmentation=None
    )
    every = np.arange(len(part))
    pool = Pool("random rows, moved", part, every, every)
    queries = {0.0: DiffractionSimulator().transform(part)}
    entries = {"embeddings": {options.seeds[0]: learned}}
    rows = measured_rows(entries, [pool], [Ask(0.0)], queries)
    return [row | {"protocol": "paper"} for row in rows], [facts]


if __name__ == "__main__":
    main()
