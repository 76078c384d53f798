"""Name real 2D crystals from clean and perturbed patterns: the table of the documentation.

    python examples/benchmarks/monolayers.py PATH/monolayers.parquet

The table (Parquet; columns id, lattice, numbers, frac_coords, spacegroup) is split 8:1:1 by
reduced formula. Learned on the training part only; the pool is the whole test part. Writes
JSON (--json) and the documentation's table (--table).
"""

import argparse
import json
import platform
import resource
import time
from pathlib import Path

import numpy as np
import torch

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import (
    composition_groups,
    lattice_deviation,
    load_monolayers,
    split_by_composition,
    split_by_row,
)
from xrdmatch.io import read_structures
from xrdmatch.retrieval import ElementFilter
from xrdmatch.simulation import perturb_patterns, perturb_structures

KS = (1, 3, 5, 10)
QUERY_SEED = 1
N_BOOTSTRAP = 2000


def main():
    options = arguments()
    structures = read_structures(options.path)
    print(f"{len(structures)} structures of {len(set(composition_groups(structures)))} formulas")
    report = {"machine": machine(), "torch": torch.__version__, "seed": options.seed}
    report["shipped_lattices"] = shipped_lattices(structures)
    report["rows"], report["training"] = standard_rows(structures, options)
    if not options.skip_paper:
        row, report["paper_training"] = paper_row(structures, options)
        report["rows"].append(row)
    report["peak_memory_GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    if options.table:
        options.table.write_text(rst_table(report["rows"]))
    print(f"wrote {options.json}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--json", type=Path, default=Path("monolayers.json"))
    parser.add_argument("--table", type=Path, help="file for the table in reStructuredText")
    parser.add_argument("--seed", type=int, default=0, help="of split and training")
    parser.add_argument("--epochs", type=int, help="fewer than the default, for a trial")
    parser.add_argument("--skip-paper", action="store_true", help="leave out the paper's protocol")
    return parser.parse_args()


def machine():
    python = platform.python_version()
    return f"{torch.get_num_threads()} threads, {platform.machine()}, Python {python}"


def shipped_lattices(structures):
    """How far the shipped monolayers' lattices are from entries of like formula and symmetry."""
    result = lattice_deviation(load_monolayers(), structures)
    known = np.flatnonzero(np.isfinite(result.deviation))
    worst = known[result.deviation[known].argmax()]
    print(
        f"shipped lattices: {len(known)} of {len(result.names)} have a reference; worst deviation "
        f"{100 * result.deviation[worst]:.2f} % ({result.names[worst]})"
    )
    return {
        "n_compared": len(known),
        "worst": float(result.deviation[worst]),
        "worst_name": result.names[worst],
    }


def standard_rows(structures, options):
    """Clean and standard perturbation, split by composition."""
    train, _, test = split_by_composition(structures, random_state=options.seed)
    pool = [structures[i] for i in test]
    print(f"split by composition: {len(train)} to learn from, pool of {len(test)}")
    learned, training = fitted([structures[i] for i in train], options)
    contenders = {"PatternMatcher": PatternMatcher(), "ContrastiveStructureRetriever": learned}
    rows = [chance_row(len(pool))]
    for name, retriever in contenders.items():
        retriever = timed(f"{name}, gallery", lambda r=retriever: gallery(r, pool))
        for severity in (0.0, 1.0):
            queries = perturb_patterns(pool, severity, random_state=QUERY_SEED)
            for known in (False, True):
                rows.append(result_row(name, retriever, pool, queries, severity, known))
    return rows, training


def gallery(retriever, pool):
    return (
        retriever.fit(pool)
        if isinstance(retriever, PatternMatcher)
        else retriever.set_gallery(pool)
    )


def paper_row(structures, options):
    """Random rows, structure and pattern perturbed together, a model of its own."""
    train, _, test = split_by_row(structures, random_state=options.seed)
    moved = perturb_structures(structures, random_state=options.seed)
    pool = [moved[i] for i in test]
    print(f"the paper's protocol: {len(train)} to learn from, pool of {len(test)}")
    learned, training = fitted([moved[i] for i in train], options, augmentation=None)
    queries = DiffractionSimulator().transform(pool)
    learned.set_gallery(pool)
    return result_row(
        "ContrastiveStructureRetriever", learned, pool, queries, None, False
    ), training


def fitted(structures, options, **params):
    """A retriever with the defaults, and what its training took."""
    patterns = DiffractionSimulator().transform(structures)
    retriever = ContrastiveStructureRetriever(random_state=options.seed, verbose=1, **params)
    if options.epochs:
        retriever.set_params(max_epochs=options.epochs)
    start, cpu_start = time.perf_counter(), time.process_time()
    retriever.fit(structures, patterns)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    print(f"training took {seconds / 60:.1f} min ({cpu / 60:.1f} min of processor time)")
    epochs = len(retriever.net_.history)
    return retriever, {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "epochs": epochs,
        "n": len(structures),
    }


def timed(what, compute):
    start = time.perf_counter()
    result = compute()
    print(f"{what}: {time.perf_counter() - start:.1f} s")
    return result


def chance_row(n_pool):
    shares = [100 * k / n_pool for k in KS]
    return {
        "retriever": "chance",
        "query": "any",
        "known": "nothing",
        "pool": n_pool,
        "exact": shares,
    }


def result_row(name, retriever, pool, queries, severity, elements_known):
    """Accuracies [%] with bootstrap intervals; row i of the queries belongs to entry i."""
    elements = [all_and_only(s) for s in pool] if elements_known else None
    start = time.perf_counter()
    _, found = retriever.kneighbors(queries, n_neighbors=max(KS), elements=elements)
    seconds = time.perf_counter() - start
    formulas = composition_groups(pool)
    groups = np.array([s.properties["spacegroup"] for s in pool])
    hits = {
        "exact": found == np.arange(len(pool))[:, None],
        "twin": same(formulas, found) & same(groups, found),
        "formula": same(formulas, found),
        "space_group": same(groups, found),
    }
    row = {
        "retriever": name,
        "query": {None: "the paper's protocol", 0.0: "clean", 1.0: "perturbed"}[severity],
        "known": "elements" if elements_known else "nothing",
        "pool": len(pool),
        "milliseconds_per_query": 1000 * seconds / len(queries),
    }
    row |= {kind: accuracies(hit) for kind, hit in hits.items()}
    row["exact_interval"] = intervals(hits["exact"])
    print(f"{row['query']:20} {name:30} {row['known']:8}", *(f"{x:6.1f}" for x in row["exact"]))
    return row


def all_and_only(structure):
    symbols = [element.symbol for element in structure.composition]
    return ElementFilter(all_of=symbols, only=symbols)


def same(values, found):
    """Whether a candidate shares the truth's value; a missing candidate (-1) does not."""
    return (values[found] == values[:, None]) & (found >= 0)


def accuracies(hits):
    return [100 * float(hits[:, :k].any(1).mean()) for k in KS]


def intervals(hits, random_state=0):
    """95 % bootstrap intervals over the structures."""
    first = np.stack([hits[:, :k].any(1) for k in KS], axis=1)
    rng = np.random.RandomState(random_state)
    means = [first[rng.randint(len(first), size=len(first))].mean(0) for _ in range(N_BOOTSTRAP)]
    return (100 * np.percentile(means, [2.5, 97.5], axis=0)).T.tolist()


def rst_table(rows):
    """The rows as a list-table."""
    head = [
        "query",
        "retriever",
        "known",
        "pool",
        *(f"top-{k}" for k in KS),
        "top-1 entry or twin",
        "top-1 formula",
        "top-1 space group",
        "ms a query",
    ]
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for cells in [head, *map(cells_of, rows)]:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(cells)]
    return "\n".join(lines) + "\n"


def cells_of(row):
    spans = row.get("exact_interval", [None] * len(KS))
    cells = [row["query"], row["retriever"], row["known"], row["pool"]]
    cells += [
        f"{x:.1f}" + (f" ({s[0]:.1f}–{s[1]:.1f})" if s else "")
        for x, s in zip(row["exact"], spans, strict=True)
    ]
    cells += [
        f"{row[kind][0]:.1f}" if kind in row else "" for kind in ("twin", "formula", "space_group")
    ]
    milliseconds = row.get("milliseconds_per_query")
    return [*cells, "" if milliseconds is None else f"{milliseconds:.1f}"]


if __name__ == "__main__":
    main()
