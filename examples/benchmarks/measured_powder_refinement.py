"""Cross-validate how refined candidates of a powder are ranked: errors and priors.

    OMP_NUM_THREADS=1 python examples/benchmarks/measured_powder_refinement.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --json docs/benchmarks/measured_powder_refinement.json --cache CACHE

The tasks and folds are those of measured_powder_choices.py; the gallery is read from the cache of
measured_powder.py if it is there. Writes the JSON and, beside it, the table (.inc).
"""

import argparse
import json
from copy import copy
from pathlib import Path
from typing import NamedTuple

import numpy as np
from measured_powder import MAIN, grown
from measured_powder_choices import included, validated
from measured_scans import Tables, distances_to_all, measured_scans, twin_of, unique_structures
from surroundings import surroundings

from xrdmatch.refinement import ScanModel
from xrdmatch.retrieval._comparison.scan_ranking import ScanRanking
from xrdmatch.retrieval._matcher import PROFILE_WEIGHT

MODEL = ScanModel()
VARIED = {
    "model_error": [0.2, 0.45],
    "expansion": [0.004, 0.016],
    "texture": [0.2, 0.8],
    "width": [(0.2, 0.25), (0.2, 1.0)],
}
SIMILARITIES = [0.0, 40.0, PROFILE_WEIGHT, 150.0, 300.0]
N_CANDIDATES = 20


class Asked(NamedTuple):
    """Scans, and how far they are from what."""

    measured: list
    distances: np.ndarray  # (n_scans, n_entries)
    right: np.ndarray  # whether an entry is the scan's phase, in the same shape
    tasks: dict  # name -> positions of the entries that belong to it


def main():
    options = arguments()
    everything = measured_scans(options.folder)
    own = unique_structures(everything)
    measured = [m for m in everything if m.name.startswith(MAIN)]
    matcher = matcher_of_all(own, {m.twin for m in measured}, options)
    twins = np.array([twin_of(s) for s in matcher.gallery_])
    asked = Asked(
        measured,
        distances_to_all(matcher, [m.scan for m in measured]),
        twins == np.array([m.twin for m in measured])[:, None],
        {"own": np.arange(len(own) + options.n), "computed": np.arange(len(own), len(twins))},
    )
    found = {}
    for changed in choices():
        ranking = ScanRanking(matcher.gallery_, matcher)
        ranking.models = {"measured": MODEL._replace(**changed)}
        found |= ranks_of(changed, ranking, asked)
    report = surroundings() | {"n": options.n} | validated(found, [m.twin for m in measured])
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = included(report, {"similarity": PROFILE_WEIGHT})
    options.json.with_suffix(".inc").write_text(text, encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans with their manifest.csv")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("measured_powder_refinement.json"))
    parser.add_argument("--n", type=int, default=60000, help="entries drawn from the tables")
    parser.add_argument("--seed", type=int, default=0, help="of the entries drawn")
    parser.add_argument("--cache", type=Path, help="folder for encoded galleries")
    return parser.parse_args()


def matcher_of_all(own, wanted, options):
    """Matcher of the own structures, of random entries, and of all computed twins."""
    tables = Tables(options.tables)
    structures = [*own, *tables.random(options.n, options.seed)]
    matcher = grown(None, "profiles", structures, structures, options, {"encoding": {}})
    return copy(matcher).add_to_gallery(tables.twins(wanted))


def choices():
    """What is changed: nothing, then one thing at a time."""
    yield {}
    for name, values in VARIED.items():
        yield from ({name: value} for value in values)


def ranks_of(changed, ranking, asked):
    """Rank of the phase by similarity's weight and task; NaN where a task has no such entry."""
    keys = [json.dumps(changed | {"similarity": weight}) for weight in SIMILARITIES]
    found = {key: {task: [] for task in asked.tasks} for key in keys}
    for j, m in enumerate(asked.measured):
        nearest = {
            task: at[np.argsort(asked.distances[j, at], kind="stable")[:N_CANDIDATES]]
            for task, at in asked.tasks.items()
        }
        candidates = np.unique(np.concatenate(list(nearest.values())))
        fits = ranking.fit(ranking.prepared([m.scan]), candidates[None])
        for task, first in nearest.items():
            logs = fits.log_likelihood[0, np.searchsorted(candidates, first)]
            for key, weight in zip(keys, SIMILARITIES, strict=True):
                found[key][task].append(rank_of(asked, j, task, first, logs, weight))
    found = {key: {task: np.array(r) for task, r in by.items()} for key, by in found.items()}
    for key, by_task in found.items():
        print(key, {t: round(float(np.nanmean(1 / r)), 4) for t, r in by_task.items()}, flush=True)
    return found


def rank_of(asked, j, task, first, logs, weight):
    """Rank of the right one: among those refined, or behind them by distance."""
    distances, at = asked.distances[j], asked.tasks[task]
    if not asked.right[j, at].any():
        return np.nan
    order = first[np.argsort(weight * distances[first] - logs, kind="stable")]
    if asked.right[j, order].any():
        return 1 + np.flatnonzero(asked.right[j, order])[0]
    return 1 + (distances[at] < distances[at][asked.right[j, at]].min()).sum()


if __name__ == "__main__":
    main()
