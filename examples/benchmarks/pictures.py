"""Accuracy against pool size and severity, drawn from the benchmark's rows."""

from itertools import pairwise

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from selection import all_of_test_part, contenders_of, curve_rows

# Okabe and Ito's colours, told apart by the colour-blind; markers and lines differ as well
STYLES = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#D55E00", "marker": "s", "linestyle": "--"},
    {"color": "#009E73", "marker": "^", "linestyle": "-."},
    {"color": "#CC79A7", "marker": "D", "linestyle": ":"},
    {"color": "#000000", "marker": "v", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
)
SHIFT = 0.012  # of the axis' width, so that bars of one place stand beside each other

NEARLY = 1.2  # times as large: one pool is drawn


def draw_curves(report, path):
    """Two panels with one legend: pool size at severity 1, and severity in the test part."""
    figure = Figure(figsize=(9.0, 4.4), layout="constrained")
    pool_panel, severity_panel = figure.subplots(1, 2)
    severities = all_of_test_part(report)
    names = contenders_of(severities)
    draw_pools(pool_panel, drawn_pools(report), names)
    draw_severities(severity_panel, severities, names)
    for panel in (pool_panel, severity_panel):
        panel.set_ylabel("top-1 accuracy [%]")
        panel.grid(axis="y", color="0.9")
    lines = severity_panel.get_legend_handles_labels()
    figure.legend(*lines, loc="outside lower center", ncols=len(names), fontsize="small")
    with matplotlib.rc_context({"svg.hashsalt": "xrdmatch"}):  # the same file from the same rows
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def drawn_pools(report):
    """Rows of perturbed queries; of pools of nearly one size only the smaller."""
    rows = [row for row in curve_rows(report) if row["severity"] == 1.0]
    sizes = sorted({row["pool"] for row in rows})
    near = {b for a, b in pairwise(sizes) if b < NEARLY * a}
    return [row for row in rows if row["pool"] not in near]


def draw_pools(panel, rows, names):
    sizes = sorted({row["pool"] for row in rows})
    panel.set(xscale="log", xlabel="structures in the pool", title="perturbed queries (severity 1)")
    draw_lines(panel, rows, names, lambda row, shift: row["pool"] * (sizes[-1] / sizes[0]) ** shift)
    labels = [f"{size:,}" for size in sizes]
    panel.set_xticks(sizes, labels, rotation=30)
    panel.minorticks_off()


def draw_severities(panel, rows, names):
    marks = sorted({row["severity"] for row in rows})
    title = f"all {rows[0]['pool']} structures of the test part"
    panel.set(xlabel="severity of the perturbation", title=title)
    draw_lines(panel, rows, names, lambda row, shift: row["severity"] + marks[-1] * shift)
    panel.set_xticks(marks, [f"{mark:g}" for mark in marks])


def draw_lines(panel, rows, names, place):
    """One line a contender through its accuracies, with their intervals as bars."""
    for i, (name, style) in enumerate(zip(names, STYLES, strict=False)):
        own = sorted((row for row in rows if row["contender"] == name), key=lambda r: place(r, 0))
        x = [place(row, SHIFT * (i - (len(names) - 1) / 2)) for row in own]
        y = np.array([row["exact"]["accuracy"][0] for row in own])
        ends = np.array([row["exact"]["interval"][0] for row in own]).reshape(-1, 2)
        bars = np.maximum([y - ends[:, 0], ends[:, 1] - y], 0)
        panel.errorbar(x, y, yerr=bars, label=name, markersize=5, capsize=2, **style)
