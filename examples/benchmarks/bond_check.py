"""How well odd bonds are told from usual ones, and whether the scores are probabilities.

    python examples/benchmarks/bond_check.py --data PATH --json docs/benchmarks/bond_check.json

The folder holds mp_le20.parquet. The check learns from formulas of other buckets than those that
are asked about; nothing was chosen on these. Writes the JSON and, beside it, the tables of the
documentation (.inc); with --weights FILE also what was learned, as PretrainedBondCheck reads it.
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_auc_score
from solution_queries import TEST, asked, library, structure_of, tables
from surroundings import surroundings
from tables import list_table

from xrdmatch.metrics import expected_calibration_error
from xrdmatch.solution import BondCheck, bond_corruptions, corrupted_structures

N_TENTHS = 10
FEWEST = 400  # scores of a tenth that is judged


def main():
    options = arguments()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # noble gases have no electronegativity
        report = surroundings() | measured(options)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the tables")
    parser.add_argument("--json", type=Path, default=Path("bond_check.json"))
    parser.add_argument("--learn", type=int, default=8000, help="crystals to learn from")
    parser.add_argument("--ask", type=int, default=2000, help="crystals that are asked about")
    parser.add_argument("--weights", type=Path, help="file of what was learned (.safetensors)")
    return parser.parse_args()


def measured(options):
    table = tables(options.data)
    learn = [structure_of(row) for row in library(table, options.learn).itertuples()]
    right = [structure_of(row) for row in asked(table, TEST, options.ask).itertuples()]
    start = time.process_time()
    check = BondCheck(n_structures=options.learn, random_state=0).fit(learn)
    learned = time.process_time()
    if options.weights:
        check.save(options.weights)
    scores = {"right": check.predict_proba(right)[:, 1]}
    each = (time.process_time() - learned) / len(right)
    for kind in bond_corruptions:
        copies = corrupted_structures(right, kind, random_state=1)
        if copies:
            scores[kind] = check.predict_proba(copies)[:, 1]
    kinds = list(scores)[1:]
    return {
        "learned_from": len(learn),
        "seconds": {"learning": round(learned - start), "each": round(each, 4)},
        "kinds": {kind: judged(scores, [kind]) for kind in kinds},
        "all": judged(scores, kinds) | reliability(scores, kinds),
    }


def judged(scores, kinds):
    """Number of copies, and the area under the curve against the right ones."""
    wrong = np.concatenate([scores[kind] for kind in kinds])
    truth = np.repeat([1, 0], [len(scores["right"]), len(wrong)])
    area = roc_auc_score(truth, np.concatenate([scores["right"], wrong]))
    return {"n": len(wrong), "auc": round(float(area), 4)}


def reliability(scores, kinds):
    """Calibration where half are right and all mistakes are as frequent, as it was learned."""
    rng = np.random.default_rng(0)
    n = min(len(scores["right"]) // len(kinds), *map(len, scores.values()))
    wrong = [rng.permutation(scores[kind])[:n] for kind in kinds]
    found = np.concatenate([*wrong, scores["right"][: n * len(wrong)]])
    truth = np.repeat([False, True], n * len(wrong))
    places = np.minimum((found * N_TENTHS).astype(int), N_TENTHS - 1)
    error = expected_calibration_error(truth, found).error
    return {"ece": round(float(error), 4), "tenths": list(tenths(found, truth, places))}


def tenths(found, truth, places):
    for place in range(N_TENTHS):
        own = places == place
        n, hits = int(own.sum()), int(truth[own].sum())
        if n:
            ends = exact_interval(hits, n)
            yield {
                "n": n,
                "score": round(float(found[own].mean()), 3),
                "right": round(hits / n, 3),
                "interval": [round(float(end), 3) for end in ends],
            }


def exact_interval(hits, n):
    """Of Clopper and Pearson, 95 %."""
    low = beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0
    high = beta.ppf(0.975, hits + 1, n - hits) if hits < n else 1.0
    return low, high


def included(report):
    """Tables in reStructuredText."""
    kinds = [[kind, found["n"], f"{found['auc']:.3f}"] for kind, found in report["kinds"].items()]
    kinds.append(["all together", report["all"]["n"], f"{report['all']['auc']:.3f}"])
    rows = [
        [
            one["n"],
            f"{one['score']:.2f}",
            f"{one['right']:.2f} ({one['interval'][0]:.2f} to {one['interval'][1]:.2f})",
        ]
        for one in report["all"]["tenths"]
    ]
    tables = {
        "Right crystals against wrong copies": [["what is wrong", "copies", "AUC"], *kinds],
        f"What scores mean; calibration error {report['all']['ece']:.3f}": [
            ["n", "mean score", "right (95 %)"],
            *rows,
        ],
    }
    return "\n\n".join(list_table(title, cells) for title, cells in tables.items()) + "\n"


if __name__ == "__main__":
    main()
