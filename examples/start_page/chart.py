"""Draw the start page's chart of how often the first answer is right, from what benchmarks wrote.

python examples/start_page/chart.py docs/benchmarks --output docs/images/how_good.svg
"""

import argparse
import json
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

NOTHING, TOLD = "#0072B2", "#9CCBE6"
SIZE = (8, 2.9)  # inches


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("benchmarks", type=Path, help="folder of their JSON files")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    rows = [measured_powders, spots, solved, learned]
    figure = drawn([row(options.benchmarks) for row in rows])
    with mpl.rc_context({"svg.hashsalt": "xrdmatch", "svg.fonttype": "none"}):  # same bytes again
        figure.savefig(options.output, metadata={"Date": None})


def read(folder, name):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def measured_powders(folder):
    """First name of measured scans in the largest gallery."""
    rows = read(folder, "measured_powder")["rows"]
    rows = [row for row in rows if row["contender"] == "make_powder_retriever"]
    rows = [row for row in rows if row["gallery"].startswith("measured")]
    pool = max(row["pool"] for row in rows)
    first = {row["known"]: row["accuracy"]["twin"][0] for row in rows if row["pool"] == pool}
    n = rows[0]["n_queries"]
    name = f"{n} measured powder scans\namong {pool:,} structures"
    return name, first["nothing"], first["elements"]


def spots(folder):
    """First name of simulated spots in any rotation."""
    found = read(folder, "saed")["conditions"]
    nothing, told = found["all"], found["all, elements told"]
    shares = [100 * one["top"][0] / one["queries"] for one in (nothing, told)]
    return f"spots in any rotation\namong {nothing['gallery']:,} layers", *shares


def solved(folder):
    """Structures solved whose formula is in no library."""
    answers = read(folder, "structure_solution")["formula"]["answers"]
    share = 100 * sum(one["loose"] == 1 for one in answers) / len(answers)
    return "structures in no library,\nsolved from formula and scan", None, share


def learned(folder):
    """First entry by learned embeddings of the equivariant pair."""
    top = read(folder, "materials_project")["trainings"]["powder-equivariant"]["top_k"]["clean"]
    pool = max(int(size) for size in top if size.isdigit())
    return f"clean powder patterns, learned,\namong {pool:,} structures", top[str(pool)][0], None


def drawn(rows):
    """Bars, one below the other; what is told makes them longer."""
    figure = Figure(figsize=SIZE, layout="constrained")
    ax = figure.subplots()
    for at, (_, nothing, told) in enumerate(rows):
        for share, colour in ((told, TOLD), (nothing, NOTHING)):
            if share is not None:
                ax.barh(at, share, color=colour, height=0.55)
        longest = max(share for share in (nothing, told) if share is not None)
        text = " / ".join(f"{share:.0f}" for share in (nothing, told) if share is not None)
        ax.text(longest + 1, at, f"{text} %", va="center", fontsize=9)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows], fontsize=9)
    ax.set(xlim=(0, 112), xlabel="first answers that are right [%]", xticks=range(0, 101, 20))
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)
    for colour, name in ((NOTHING, "nothing told"), (TOLD, "elements, or formula, told")):
        ax.barh([0], [0], color=colour, label=name)
    figure.legend(loc="outside upper right", ncols=2, frameon=False, fontsize=9)
    return figure


if __name__ == "__main__":
    main()
