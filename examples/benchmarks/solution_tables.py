"""Tables of structures that were solved from powder scans."""

import numpy as np
from tables import list_table

from xrdmatch.metrics import expected_calibration_error

NAMES = {
    "formula": "formula given",
    "formula-20": "the first of these, twenty different structures wanted",
    "range-60": "formula given, up to 60 degrees",
    "nothing": "formula not given; structure type, any elements",
    "prototype": "formula given, structure type withheld",
    "molecules": "formula given, with C and H",
    "measured": "measured minerals, formula given",
}
STEPS = {
    "templates": "templates, ranked by similarity",
    "cells-refined": "and cells refined",
    "coordinates": "and sites refined",
    "cells-found": "and cells found from peaks",
    "formula": "and bonds checked",
}
SYSTEMS = (
    "cubic", "hexagonal", "trigonal", "tetragonal", "orthorhombic", "monoclinic", "triclinic",
)  # fmt: skip
FEWEST = 30  # answers that a gap is told of
SIZES = ((1, 5), (6, 10), (11, 15), (16, 20))
METRICS = {
    "cell_mape": ("cell, mean relative error [%]", 100),
    "space_group_right": ("space group right [%]", 100),
    "atoms_mae": ("atoms, mean error of a coordinate [Å]", 1),
    "bonds_mape": ("bonds, mean relative error [%]", 100),
    "angles_mape": ("angles, mean relative error [%]", 100),
    "dihedrals_mae": ("dihedral angles, mean error [degrees]", 1),
    "metal_metal_mape": ("metal-metal distances, mean relative error [%]", 100),
    "non_bonded_mape": ("other distances up to 4 Å, mean relative error [%]", 100),
    "coordination_mae": ("coordination numbers, mean error", 1),
}


def included(report):
    """All tables in reStructuredText."""
    parts = {name: report[name]["answers"] for name in NAMES if name in report}
    tables = {
        "Match rates of the ranked list [%]": [MATCHES, *matches(parts)],
        "What is answered": [ANSWERS, *answers(parts)],
    }
    if held := list(calibrations(parts)):
        tables["Whether probabilities hold [%]"] = [CALIBRATION, *held]
    if "formula" in parts:
        tables["By crystal system, formula given"] = [MATCHES, *by_system(parts["formula"])]
        tables["By atoms in the primitive cell, formula given"] = [
            MATCHES,
            *by_size(parts["formula"]),
        ]
        tables["Step by step, the same queries"] = [LADDER, *ladder(report)]
        tables["Of structures that match"] = [["", *METRIC_PARTS], *metrics(parts)]
    return "\n\n".join(list_table(title, cells) for title, cells in tables.items()) + "\n"


MATCHES = ("queries", "n", "loose, first", "in 4", "in 20", "strict, first", "in 20", "time [s]")
ANSWERS = ("queries", "n", "answered", "right", "wrong")
CALIBRATION = (
    "queries", "refined", "mean probability", "right first", "mean gap", "corrected gap",
    "of chance, 95 % below",
)  # fmt: skip
LADDER = ("step", "n", "loose, first", "in 20", "strict, first", "time [s]")
METRIC_PARTS = ("formula", "formula-20", "measured")


def share(answers, name, k):
    """Percent of the answers that match among the first k, with their number."""
    hits = sum(a[name] is not None and a[name] <= k for a in answers)
    return f"{100 * hits / len(answers):.0f} ({hits})"


def row(name, answers):
    seconds = np.mean([a["seconds"] for a in answers])
    return [
        name, len(answers), *(share(answers, "loose", k) for k in (1, 4, 20)),
        *(share(answers, "strict", k) for k in (1, 20)), f"{seconds:.1f}",
    ]  # fmt: skip


def matches(parts):
    return [row(NAMES[name], answers) for name, answers in parts.items()]


def by_system(answers):
    groups = {s: [a for a in answers if a["system"] == s] for s in SYSTEMS}
    return [row(name, group) for name, group in groups.items() if group]


def by_size(answers):
    for low, high in SIZES:
        group = [a for a in answers if low <= a["n_atoms"] <= high]
        if group:
            yield row(f"{low} to {high}", group)


def answers(parts):
    """How many queries are answered, and rightly."""
    for name, found in parts.items():
        given = [a for a in found if a["answered"]]
        right = sum(a["loose"] == 1 for a in given)
        shares = [f"{len(given)} ({100 * len(given) / len(found):.0f} %)"]
        if given:
            shares += [f"{right} ({100 * right / len(given):.0f} %)", len(given) - right]
        yield [NAMES[name], len(found), *shares]


def calibrations(parts):
    """How far probabilities are from shares of right answers, in ten intervals of them."""
    for name, found in parts.items():
        judged = [a for a in found if a["probability"] is not None]
        if len(judged) < FEWEST:
            continue
        right, p = ([a["loose"] == 1 for a in judged], [a["probability"] for a in judged])
        gaps = expected_calibration_error(right, p, n_bins=10, strategy="uniform")
        shares = np.mean(p), np.mean(right), gaps.plain_error, gaps.error
        cells = [f"{100 * share:.1f}" for share in (*shares, gaps.chance.percentile_95)]
        yield [NAMES[name], len(judged), *cells]


def ladder(report):
    """Each step on the queries that all steps were asked."""
    steps = {name: report[name]["answers"] for name in STEPS if name in report}
    n = min(map(len, steps.values()))
    for name, found in steps.items():
        cells = row(STEPS[name], found[:n])
        yield [*cells[:3], cells[4], cells[5], cells[7]]


def metrics(parts):
    """Means over structures that match."""
    for name, (text, factor) in METRICS.items():
        cells = [text]
        for part in METRIC_PARTS:
            found = [a["metrics"].get(name) for a in parts.get(part, []) if a["metrics"]]
            values = [factor * value for value in found if value is not None]
            cells.append(f"{np.mean(values):.2f} (n {len(values)})" if values else "")
        if any(cells[1:]):
            yield cells
