"""Cross-validate how powders are compared: widths, power, background, tolerance.

    OMP_NUM_THREADS=1 python examples/benchmarks/measured_powder_choices.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --json docs/benchmarks/measured_powder_choices.json

Two tasks at once: the minerals' own structures in the gallery, or the computed ones of the tables
in their place. Choices are varied one at a time. Writes the JSON and, beside it, the table (.inc).
"""

import argparse
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
from measured_powder import MAIN
from measured_scans import Tables, measured_scans, twin_of, unique_structures
from powder_contenders import POWDER
from sklearn.model_selection import GroupKFold
from surroundings import surroundings
from tables import list_table

from xrdmatch.preprocessing import BackgroundRemover
from xrdmatch.retrieval._comparison import profile_grid, profile_library, profile_queries
from xrdmatch.retrieval._comparison.profile_library import ProfileLibrary
from xrdmatch.simulation import library_simulator

DEFAULT = {"fine": 0.009, "coarse": 0.07, "power": 0.5, "background": ("snip", 6.0)}
VARIED = {
    "fine": [0.006, 0.012, 0.016],
    "coarse": [0.05, 0.1],
    "power": [0.35, 0.65, 1.0],
    "background": [("snip", 3.0), ("snip", 12.0), ("arpls", 6.0)],
}
TOLERANCES = [(0.0, 0.0), *((reach, cost) for reach in (0.02, 0.03) for cost in (2.0, 3.0, 4.0))]
N_FOLDS = 5
SIMULATOR, DIFFRACTOMETER = library_simulator(POWDER)


def main():
    options = arguments()
    measured = [m for m in measured_scans(options.folder) if m.name.startswith(MAIN)]
    tables = Tables(options.tables)
    own, computed = unique_structures(measured), tables.twins({m.twin for m in measured})
    gallery = [*own, *computed, *tables.random(options.n, 0)]
    tasks = {"own": np.r_[: len(own), len(own) + len(computed) : len(gallery)]}
    tasks["computed"] = np.arange(len(own), len(gallery))
    sticks = profile_library.powder_sticks(gallery, SIMULATOR, DIFFRACTOMETER)
    twins = np.array([twin_of(s) for s in gallery])
    ranks = {}
    for choice in choices():
        ranks |= ranks_of(choice, measured, sticks, twins, tasks)
    report = surroundings() | {"n": options.n} | validated(ranks, [m.twin for m in measured])
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report, SHIPPED), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans with their manifest.csv")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("measured_powder_choices.json"))
    parser.add_argument("--n", type=int, default=2000, help="entries drawn from the tables")
    return parser.parse_args()


def choices():
    """The default, and what differs from it in one thing."""
    yield DEFAULT
    for name, values in VARIED.items():
        yield from (DEFAULT | {name: value} for value in values)


def ranks_of(choice, measured, sticks, twins, tasks):
    """Rank of the phase by tolerance and task; NaN where a task has no such entry."""
    scans = BackgroundRemover(*choice["background"]).transform([m.scan for m in measured])
    with as_chosen(choice):
        nearness = nearness_of(scans, profile_grid.unit_rows(sticks))
    right = twins == np.array([m.twin for m in measured])[:, None]
    found = {}
    for reach, cost in TOLERANCES:
        distances = -best_within(nearness, reach, cost)
        key = json.dumps(choice | {"tolerance": [reach, cost]})
        found[key] = {t: ranks(distances[:, at], right[:, at]) for t, at in tasks.items()}
        means = {t: round(float(np.nanmean(1 / r)), 4) for t, r in found[key].items()}
        print(key, means, flush=True)
    return found


def as_chosen(choice):
    """Compare with these widths and this power for a while."""
    fine, coarse = (profile_grid._gaussian(choice[name]) for name in ("fine", "coarse"))
    return patch.multiple(profile_grid, _KERNEL=fine - coarse, POWER=choice["power"])


def nearness_of(scans, rows):
    """Cosines with all entries for each size of the cell, (n_scales, n_scans, n_entries)."""
    library = ProfileLibrary(rows.astype(np.float16), DIFFRACTOMETER)
    queries = [profile_queries.ProfileQuery(scan, i) for i, scan in enumerate(scans)]
    ready = library.ready(queries)._replace(costs=np.zeros(1))
    each = zip(ready.rows[:, None], ready.masks[:, None], strict=True)
    return np.array([library.cosines(ready._replace(rows=r, masks=m)) for r, m in each])


def best_within(nearness, reach, cost):
    scales = np.array(profile_queries.SCALES)
    allowed = np.abs(scales) <= reach
    return (nearness[allowed] - cost * np.abs(scales[allowed])[:, None, None]).max(0)


def ranks(distances, right):
    best = np.where(right, distances, np.inf).min(1)
    return np.where(right.any(1), 1 + (distances < best[:, None]).sum(1), np.nan)


def validated(ranks, minerals):
    """What each choice reaches on all scans, and what choosing by folds does."""
    keys = list(ranks)
    names = list(ranks[keys[0]])
    table = np.array([[ranks[key][name] for name in names] for key in keys])  # (n, 2, n_scans)
    value = 1 / table
    held_out = np.empty(table.shape[1:])
    chosen = []
    for train, test in GroupKFold(N_FOLDS).split(minerals, groups=minerals):
        best = np.nanmean(value[:, :, train], axis=2).sum(1).argmax()
        held_out[:, test] = table[best][:, test]
        chosen.append(keys[best])
    rows = {key: summaries(names, table[i]) for i, key in enumerate(keys)}
    return {"rows": rows, "chosen": chosen, "held_out": summaries(names, held_out)}


def summaries(names, ranks):
    return {
        name: {
            "n": int(np.isfinite(row).sum()),
            "wrong": int((row > 1).sum()),
            "beyond_10": int((row > 10).sum()),
            "mean_reciprocal_rank": round(float(np.nanmean(1 / row)), 4),
        }
        for name, row in zip(names, ranks, strict=True)
    }


def included(report, shipped):
    """Choices down; wrong answers and those beyond the first ten of both tasks across."""
    cells = [["choice", *(f"{task}: {c}" for task in report["held_out"] for c in COLUMNS)]]
    for key, row in report["rows"].items():
        choice = json.loads(key)
        changed = {k: v for k, v in choice.items() if json.dumps(v) != json.dumps(shipped.get(k))}
        label = ", ".join(f"{name} {worded(value)}" for name, value in changed.items())
        cells.append([label or "**as shipped**", *numbers(row)])
    cells.append(["**chosen by folds, held out**", *numbers(report["held_out"])])
    return list_table(f"Choices, {report['n']} random entries", cells) + "\n"


SHIPPED = DEFAULT | {"tolerance": (0.03, 4.0)}
COLUMNS = ("wrong", "beyond 10", "mean reciprocal rank")


def worded(value):
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def numbers(row):
    for found in row.values():
        yield f"{found['wrong']} of {found['n']}"
        yield found["beyond_10"]
        yield found["mean_reciprocal_rank"]


if __name__ == "__main__":
    main()
