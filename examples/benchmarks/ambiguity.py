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
from surroundings import peak_memory, surroundings

from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.inspection import ambiguous_groups
from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.simulation import perturb_patterns, perturb_scans

SIMULATORS = {"powders": DiffractionSimulator("powder", "CuKa"), "layers": DiffractionSimulator()}
BINS = ((0.90, 0.95), (0.95, 0.98), (0.98, 0.99), (0.99, 0.995), (0.995, 1.001))
CONTROL = 3000  # entries among which pairs that are less alike are sought
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
    control = ambiguous_groups(structures[:CONTROL], SIMULATORS[kind], threshold=BINS[0][0])
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
        "longest_chain": longest_chain(pairs),
        "groups": np.bincount(found.n_crystals[mixed], minlength=3).tolist(),
        "words": found.words,
        "pairs_split": {name: int(told.sum()) for name, told in split.items()},
        "pairs_left": int((~np.any(list(split.values()), axis=0)).sum()),
        "groups_split": {
            name: int((share[mixed] == 1).sum()) for name, share in found.group_split_by.items()
        },
    }


def longest_chain(pairs):
    """Entries that hang together by pairs: what single linkage would take for one group."""
    parent = {}

    def root(i):
        while parent.setdefault(i, i) != i:
            parent[i] = i = parent[parent[i]]
        return i

    for i, j in pairs.tolist():
        parent[root(i)] = root(j)
    return max(np.bincount([root(i) for i in list(parent)]), default=0) if parent else 0


def asked(kind, structures, found, control, options):
    """Shares of imperfect patterns that are named right in a gallery of the two."""
    rng, rows = np.random.default_rng(options.seed), []
    for low, high in BINS:
        source = found if low >= found.threshold else control
        inside = (source.similarity >= low) & (source.similarity < high) & ~source.twins
        pairs = source.pairs[inside]
        pairs = pairs[rng.permutation(len(pairs))[: options.asked]]
        right = [named_right(kind, structures, pair, rng) for pair in rng.permuted(pairs, axis=1)]
        rows.append({"similarity": [low, high], "asked": len(right), "right": sum(right)})
        print(kind, rows[-1], flush=True)
    return rows


def named_right(kind, structures, pair, rng):
    """Ask for the first of two crystals."""
    two = [structures[i] for i in pair.tolist()]
    state = int(rng.integers(2**31))
    order = rng.permutation(2)  # so that a tie is not always right
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if kind == "powders":
            retriever = make_powder_retriever(cells="computed")
            query = perturb_scans(two[:1], cells="computed", random_state=state)
        else:
            retriever = PhysicsReranker(PatternMatcher())
            query = perturb_patterns(two[:1], random_state=state)
        retriever.set_gallery([two[i] for i in order])
        (best,) = retriever.predict(query)
    return bool(order[best] == 0)


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
    header = ["", "entries", "alike with another crystal", "pairs", "pairs of twins"]
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
    lines.append(["none of these", share(facts["pairs_left"], facts["pairs"]), ""])
    return table(f"What tells {kind} apart", ["known or measured", "pairs", "whole groups"], lines)


def share(n, total):
    return f"{n} ({100 * n / total:.1f} %)" if total else "-"


def asked_table(kinds):
    header = ["named right", *(f"{low:g} to {min(high, 1):g}" for low, high in BINS)]
    lines = [
        [kind, *(f"{row['right']} of {row['asked']}" for row in facts["asked"])]
        for kind, facts in kinds.items()
    ]
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
