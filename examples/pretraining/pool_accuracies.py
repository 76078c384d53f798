"""How good a saved retriever is on the benchmark's test pool, and how much of it it has seen."""

import numpy as np

from xrdmatch import PatternMatcher
from xrdmatch.datasets import split_by_composition, unique_layers
from xrdmatch.io import read_structures
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

KS = (1, 3, 5, 10)
SPLIT_SEED, QUERY_SEED = 0, 1
QUERIES = {"clean": 0.0, "perturbed": 1.0}  # name -> severity


def benchmark(path, learned_from, table):
    """Measure what was saved; numbers for the card."""
    structures = read_structures(table)
    _, _, test = split_by_composition(structures, random_state=SPLIT_SEED)
    pool = [structures[i] for i in test]
    seen = {s.reduced_formula for s in learned_from}
    new = np.array([s.reduced_formula not in seen for s in pool])
    report = {"pool": len(pool), "split_seed": SPLIT_SEED, "query_seed": QUERY_SEED}
    report |= overlap(structures, pool, new, learned_from)
    retrievers = {
        "ContrastiveStructureRetriever": load_pretrained(path).set_gallery(pool),
        "PatternMatcher": PatternMatcher().fit(pool),
    }
    return report | {"rows": list(rows(retrievers, pool, new))}


def overlap(structures, pool, new, learned_from):
    """How much of the benchmark occurs in what was learned from."""
    seen = {s.reduced_formula for s in learned_from}
    formulas = {s.reduced_formula for s in structures}
    return {
        "formulas": len(formulas),
        "formulas_learned_from": len(formulas & seen),
        "pool_with_formula_learned_from": int((~new).sum()),
        "pool_copies_learned_from": sum(has_copy(s, learned_from) for s in pool),
    }


def has_copy(structure, others):
    mates = [s for s in others if s.reduced_formula == structure.reduced_formula]
    return len(unique_layers([*mates, structure])) == len(unique_layers(mates))


def rows(retrievers, pool, new):
    for kind, severity in QUERIES.items():
        queries = perturb_patterns(pool, severity, random_state=QUERY_SEED)
        for name, retriever in retrievers.items():
            _, found = retriever.kneighbors(queries, n_neighbors=min(max(KS), len(pool)))
            for which, chosen in (("all", np.ones(len(pool), bool)), ("new formulas", new)):
                row = {"queries": kind, "retriever": name, "which": which, "n": int(chosen.sum())}
                yield row | {"top_k": accuracies(found, np.flatnonzero(chosen))}


def accuracies(found, truth):
    """Top-1/3/5/10 [%] of the queries `truth`; row i of the queries belongs to entry i."""
    values = [100 * top_k_accuracy(truth, found[truth], k) for k in KS] if len(truth) else []
    print(*(f"{value:6.1f}" for value in values))
    return [round(value, 2) for value in values]
