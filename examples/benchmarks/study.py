"""What the kept choices are worth, on the validation part and a reduced budget.

    python examples/benchmarks/study.py PATH/monolayers.parquet --seeds 0 1
    python examples/benchmarks/study.py PATH/monolayers.parquet --towers STEM

The first trains small towers (embedding_dim=96, n_layers=2, 12 epochs) with each optimiser. The
second takes trained ones (of the split of seed 0) and changes how many candidates are refined, and
what the refinement counts. Never looks at the test part.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

import xrdmatch.retrieval._reranker as reranking
from xrdmatch import ContrastiveStructureRetriever, PatternMatcher, PhysicsReranker
from xrdmatch.datasets import split_by_composition
from xrdmatch.io import read_structures
from xrdmatch.metrics import retrieval_report
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import SEVERITIES, perturb_patterns

REDUCED = {"embedding_dim": 96, "n_layers": 2, "max_epochs": 12, "validation_fraction": 0.0}
OPTIMIZERS = {"AdamW": {"optimizer": torch.optim.AdamW}, "Muon and AdamW (default)": None}
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
QUERY_SEED = 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--seeds", type=int, nargs="*", default=[], help="of split and training")
    parser.add_argument("--towers", type=Path, help="stem of towers learned from seed 0's split")
    parser.add_argument("--queries", type=int, default=300, help="for the re-ranking")
    parser.add_argument("--epochs", type=int, default=REDUCED["max_epochs"])
    parser.add_argument("--limit", type=int, help="so many structures only, for a trial")
    options = parser.parse_args()
    structures = read_structures(options.path)[: options.limit]
    for seed in options.seeds:
        optimizers(structures, seed, options.epochs)
    if options.towers:
        refinements(structures, load_pretrained(options.towers), options.queries)


def parts(structures, seed):
    train, validation, _ = split_by_composition(structures, random_state=seed)
    return [structures[i] for i in train], [structures[i] for i in validation]


def optimizers(structures, seed, epochs):
    train, pool = parts(structures, seed)
    for name, net_params in OPTIMIZERS.items():
        retriever = ContrastiveStructureRetriever(
            **REDUCED | {"max_epochs": epochs}, random_state=seed, net_params=net_params
        )
        start = time.process_time()
        retriever.fit(train).set_gallery(pool)
        minutes = (time.process_time() - start) / 60
        for severity in (0.0, 1.0):
            line = accuracies(retriever, pool, severity, np.arange(len(pool)))
            print(f"seed {seed}  {name:25} severity {severity}  {line}  {minutes:.1f} CPU min")


def refinements(structures, learned, n_queries):
    _, pool = parts(structures, 0)
    asked = np.random.RandomState(5).permutation(len(pool))[:n_queries]
    first_stages = {"embeddings": learned.set_gallery(pool), "nearest": PatternMatcher().fit(pool)}
    for severity in SEVERITIES:
        for name, retriever in first_stages.items():
            line = accuracies(retriever, pool, severity, asked)
            print(f"severity {severity}  {name:10} alone      {line}")
            for share in SHARES:
                reranking.REFINED_SHARE = share
                reranker = PhysicsReranker(retriever, n_refined=6 if share else 0)
                line = accuracies(reranker, pool, severity, asked)
                print(f"severity {severity}  {name:10} share {share:4}  {line}", flush=True)


def accuracies(retriever, pool, severity, asked):
    queries = perturb_patterns(pool, severity, random_state=QUERY_SEED)
    report = retrieval_report(retriever, [queries[i] for i in asked], asked)
    values = " / ".join(f"{100 * x:.1f}" for x in report.accuracy["exact"])
    return f"{values}  {report.milliseconds_per_query:.1f} ms"


if __name__ == "__main__":
    main()
