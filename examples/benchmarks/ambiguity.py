"""Which crystals a scan, or spots of a layer, cannot tell apart, and what would.

    OMP_NUM_THREADS=2 python examples/benchmarks/ambiguity.py PATH/mp_le20.parquet \
        --layers PATH/monolayers.parquet --json docs/benchmarks/ambiguity.json

Powders are drawn at random from the tables, layers are all of theirs. Whether pairs are really
alike is asked of the retrievers that do best: imperfect patterns of one crystal of a pair, in a
gallery of the two. Pairs that are less alike, among some of the entries, are the control. Writes
the JSON and, beside it, the documentation's tables (.inc).
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
from measured_scans import Tables
from mixture_tables import table
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from surroundings import peak_memory, surroundings

from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.inspection import ambiguous_groups
from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.simulation import perturb_patterns, perturb_scans

SIMULATORS = {"powders": DiffractionSimulator("powder", "CuKa"), "layers": DiffractionSimulator()}
BINS = {
    "powders": ((0.9, 0.95), (0.95, 0.98), (0.98, 0.99), (0.99, 0.995), (0.995, 1.0)),
    "layers": ((0.95, 0.98), (0.98, 0.99), (0.99, 0.998), (0.998, 0.999), (0.999, 1.0)),
}  # similarities
SURE = np.log(100)  # odds of 100 to 1
CONTROL = 2000  # entries among which pairs that are less alike are sought
LARGEST = 6  # crystals of a group that a column is for


def main():
    options = arguments()
    report = surroundings() | {"seed": options.seed, "kinds": {}}
    galleries = {"powders": Tables(options.tables).random(options.size, options.seed)}
    if options.layers:
        galleries["layers"] = all_of(Tables([options.layers]))
    for kind, structures in galleries.items():
        report["kinds"][kind] = part(kind, structures, options)
        write(report, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of crystals")
    parser.add_argument("--layers", type=Path, help="Parquet table of layers")
    parser.add_argument("--json", type=Path, default=Path("ambiguity.json"))
    parser.add_argument("--size", type=int, default=15_000, help="powders that are compared")
    parser.add_argument("--asked", type=int, default=100, help="pairs of a class that are asked")
    parser.add_argument("--seed", type=int, default=0, help="of the entries, pairs and patterns")
    return parser.parse_args()


def all_of(tables):
    return [tables.structure(i) for i in range(len(tables))]


def part(kind, structures, options):
    """Compare all entries of one kind, and ask whether it is true."""
    start, used = time.perf_counter(), time.process_time()
    found = ambiguous_groups(structures, SIMULATORS[kind])
    facts = {
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "peak_memory_GB": peak_memory()["process"],
    }
    print(kind, facts, found, sep="\n", flush=True)
    control = ambiguous_groups(structures[:CONTROL], SIMULATORS[kind], threshold=BINS[kind][0][0])
    return facts | counted(found) | {"asked": asked(kind, structures, found, control, options)}


def counted(found):
    """Numbers of pairs, groups, and what splits them; twins apart."""
    different = ~found.twins
    pairs = found.pairs[different]
    mixed = found.n_crystals > 1
    split = {name: found.split_by[name][different] for name in found.words}
    return {
        "n": len(found.labels),
        "measurement": found.measurement,
        "threshold": found.threshold,
        "entries": len(np.unique(pairs)),
        "pairs": len(pairs),
        "twin_pairs": int(found.twins.sum()),
        "longest_chain": longest_chain(pairs, len(found.labels)),
        "groups": np.bincount(found.n_crystals[mixed], minlength=3).tolist(),
        "words": found.words,
        "pairs_split": {name: int(told.sum()) for name, told in split.items()},
        "pairs_left": int((~np.any(list(split.values()), axis=0)).sum()),
        "groups_split": {
            name: int((share[mixed] == 1).sum()) for name, share in found.group_split_by.items()
        },
    }


def longest_chain(pairs, n):
    """Count the entries that hang together: what single linkage would take for one group."""
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(n, n))
    return int(np.bincount(connected_components(graph, directed=False)[1]).max())


def asked(kind, structures, found, control, options):
    """Shares of imperfect patterns that are named right in a gallery of the two."""
    rng, rows = np.random.default_rng(options.seed), []
    for low, high in BINS[kind]:
        source = found if low >= found.threshold else control
        inside = (source.similarity >= low) & ((source.similarity < high) | (high == 1))
        pairs = source.pairs[inside & ~source.twins]
        pairs = pairs[rng.permutation(len(pairs))[: options.asked]]
        odds = [log_odds(kind, structures, p, rng) for p in rng.permuted(pairs, axis=1).tolist()]
        odds = np.array([one for one in odds if one is not None])
        counts = {"right": int((odds > 0).sum()), "sure": int((odds > SURE).sum())}
        rows.append({"similarity": [low, high], "asked": len(odds)} | counts)
        print(kind, rows[-1], flush=True)
    return rows


def log_odds(kind, structures, pair, rng):
    """Log odds of the first of two crystals, given a pattern of it; None where it has none."""
    two, state = [structures[i] for i in pair], int(rng.integers(2**31))
    turned = rng.random() < 0.5  # so that a tie is not always right
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            retriever, query = question(kind, two[0], state)
            retriever.set_gallery(two[::-1] if turned else two)
            distances, indices = retriever.kneighbors(query, 2)
        except ValueError:  # hardly a line within the range that was drawn
            return None
    gap = float(distances[0, 1] - distances[0, 0])
    return gap if (indices[0, 0] == 1) == turned else -gap


def question(kind, crystal, state):
    """A retriever, and an imperfect pattern of a crystal."""
    if kind == "powders":
        query = perturb_scans([crystal], cells="computed", random_state=state)
        return make_powder_retriever(cells="computed"), query
    return PhysicsReranker(PatternMatcher()), perturb_patterns([crystal], random_state=state)


def write(report, path):
    path.write_text(json.dumps(report, indent=1, default=int) + "\n", encoding="utf-8")
    path.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def included(report):
    """All tables, then how this was measured."""
    kinds = report["kinds"]
    blocks = [counts_table(kinds), *(split_table(k, f) for k, f in kinds.items())]
    blocks += [asked_table(kinds), measured_with(report)]
    return "\n".join(blocks)


def counts_table(kinds):
    sizes = [*map(str, range(2, LARGEST)), f"{LARGEST} and more"]
    header = ["gallery", "entries", "alike with another crystal", "pairs", "pairs of twins"]
    header += [f"groups of {size}" for size in sizes] + ["longest chain", "minutes"]
    lines = []
    for kind, facts in kinds.items():
        groups = facts["groups"] + [0] * LARGEST
        numbers = [facts[name] for name in ("n", "entries", "pairs", "twin_pairs")]
        numbers += [*groups[2:LARGEST], sum(groups[LARGEST:]), facts["longest_chain"]]
        lines.append([kind, *numbers, f"{facts['seconds'] / 60:.1f}"])
    return table("Entries that cannot be told apart", header, lines)


def split_table(kind, facts):
    n_groups = sum(facts["groups"])
    lines = [
        [words, share(facts["pairs_split"][name], facts["pairs"]),
         share(facts["groups_split"][name], n_groups)]
        for name, words in facts["words"].items()
    ]  # fmt: skip
    lines.append(["none of these", share(facts["pairs_left"], facts["pairs"]), "-"])
    return table(f"What tells {kind} apart", ["known or measured", "pairs", "whole groups"], lines)


def share(n, total):
    return f"{n} ({100 * n / total:.1f} %)" if total else "-"


def asked_table(kinds):
    header = ["patterns of", "similarity", "asked", "named right", "with odds of 100 to 1"]
    lines = []
    for kind, facts in kinds.items():
        for row in facts["asked"]:
            low, high = row["similarity"]
            counts = (share(row[name], row["asked"]) for name in ("right", "sure"))
            lines.append([kind, f"{low:g} to {high:g}", row["asked"], *counts])
    return table("Imperfect patterns of one of two crystals, by their similarity", header, lines)


def measured_with(report):
    lines = [f"Seed {report['seed']}. Measured on: {report['machine']};"]
    lines.append(f"{', '.join(f'{n} {v}' for n, v in report['versions'].items())}.")
    for kind, facts in report["kinds"].items():
        used = f"{facts['processor_seconds'] / 60:.1f} minutes of processor time"
        lines.append(f"{kind.capitalize()}: {facts['measurement']}, alike from")
        lines.append(f"{facts['threshold']:g} on; {used}, {facts['peak_memory_GB']:.1f} GB.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
