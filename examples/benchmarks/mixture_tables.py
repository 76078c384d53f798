"""Tables of what was found in mixtures, thresholds chosen on other samples."""

import numpy as np

CLASSES = {"10 to 25": (0.095, 0.25), "25 to 100": (0.25, 1.01)}
FALSE_COST = 1.0  # of a false phase, in units of a phase that is missed


def included(report):
    """All tables in reStructuredText."""
    rows = report["scans"]
    asked = sorted(
        {(row["pool"], row["known"]) for row in rows}, key=lambda a: (a[0], a[1] != "nothing")
    )
    chosen = {key: validated([r for r in rows if (r["pool"], r["known"]) == key]) for key in asked}
    return "\n".join([found_table(chosen), fraction_table(chosen), control_table(chosen)])


def validated(rows):
    """Rows of each scan at the threshold that is best on all other samples."""
    gains = sorted({gain for row in rows for gain in row["min_gains"]})
    chosen = []
    for sample in sorted({row["sample"] for row in rows}):
        costs = [cost([r for r in rows if r["sample"] != sample], gain) for gain in gains]
        best = gains[int(np.argmin(costs))]
        chosen += [r for r in rows if r["sample"] == sample and best in r["min_gains"]]
    return chosen


def cost(rows, gain):
    """Phases missed and false ones at a threshold."""
    rows = [row for row in rows if gain in row["min_gains"]]
    missed = sum(phase["found"] is None for row in rows for phase in row["phases"])
    false = sum(len(row["false"]) for row in rows if row["kind"] == "mixture")
    foreign = sum(is_foreign(row) for row in rows if row["kind"] == "single")
    return missed + FALSE_COST * (false + foreign)


def found_table(chosen):
    """Phases found by their weight, false ones, time."""
    header = ["pool", "known", *(f"{name} wt%" for name in CLASSES), "not weighed"]
    header += ["false phases, in scans", "seconds a scan"]
    lines = []
    for (pool, known), rows in chosen.items():
        rows = [row for row in rows if row["kind"] == "mixture"]
        phases = [phase for row in rows for phase in row["phases"]]
        weighed = [p for p in phases if p["weighed"] is not None]
        classes = [
            share([p for p in weighed if low <= p["weighed"] < high])
            for low, high in CLASSES.values()
        ]
        classes.append(share([p for p in phases if p["weighed"] is None]))
        false = f"{sum(len(row['false']) for row in rows)} in {len(rows)}"
        seconds = f"{np.mean([row['seconds'] for row in rows]):.1f}"
        lines.append([str(pool), known, *classes, false, seconds])
    return table("Phases found, by their weight", header, lines)


def share(phases):
    return f"{sum(p['found'] is not None for p in phases)} of {len(phases)}" if phases else "-"


def fraction_table(chosen):
    """Errors of weight fractions where all phases were found and weighed."""
    header = ["pool", "known", "mean error [wt%]", "within 5 wt%", "largest [wt%]", "fractions"]
    lines = []
    for (pool, known), rows in chosen.items():
        phases = [phase for row in rows for phase in row["phases"]]
        known_ones = [p for p in phases if None not in (p["found"], p["weighed"])]
        errors = 100 * np.array([abs(p["found"] - p["weighed"]) for p in known_ones])
        if len(errors):
            numbers = f"{errors.mean():.1f}", f"{100 * (errors <= 5).mean():.0f} %"
            lines.append([str(pool), known, *numbers, f"{errors.max():.1f}", str(len(errors))])
    return table("Errors of weight fractions of phases that were found", header, lines)


def control_table(chosen):
    """Second phases in scans of one."""
    header = ["pool", "known", "phase found", "a second phase", "one of other elements"]
    lines = []
    for (pool, known), rows in chosen.items():
        rows = [row for row in rows if row["kind"] == "single"]
        if rows:
            more = sum(bool(len(row["false"]) + found(row) > 1) for row in rows)
            foreign = sum(map(is_foreign, rows))
            counts = (f"{n} of {len(rows)}" for n in (sum(map(found, rows)), more, foreign))
            lines.append([str(pool), known, *counts])
    return table("Scans of a single phase", header, lines)


def is_foreign(row):
    """Tell whether a single phase got a second one of elements that it does not have."""
    return len(row["false"]) + found(row) > 1 and any(p["foreign"] for p in row["false"])


def found(row):
    return sum(phase["found"] is not None for phase in row["phases"])


def table(title, header, lines):
    """One list-table."""
    rows = ["   * - " + "\n     - ".join(map(str, line)) for line in [header, *lines]]
    return "\n".join([f".. list-table:: {title}", "   :header-rows: 1", "", *rows, ""])
