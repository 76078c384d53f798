"""Tables and the picture of what is known of confidence."""

from confidence_rows import judged
from tables import list_table

from xrdmatch.inspection import ReliabilityDisplay

NAMES = {
    "scans-1500": "1,500 decoys",
    "scans-15000": "15,000 decoys",
    "scans-60000": "60,000 decoys",
    "minerals": "15,000 decoys",
    "computed": "computed cells only, 15,000",
    "humps": "15,000 decoys",
    "spots": "8,397 layers, embeddings + physics",
    "spots-nearest": "8,397 layers, nearest + physics",
}
UNKNOWNS = (
    "gallery",
    "queries",
    "n",
    "AUC",
    "known rejected",
    "unknown rejected [%]",
    "p of at least 0.9",
    "of them wrong",
    "unknown ones with p of at least 0.9",
)
SETS = (
    "gallery",
    "queries",
    "n",
    "sets that hold it [%]",
    "phases in a set",
    "empty for unknown [%]",
)
QUALITY = (
    "gallery",
    "queries",
    "right [%]",
    "ECE",
    "of a perfect model",
    "of a constant",
    "log loss",
    "of a constant",
    "risk over coverage",
    "of a constant",
)


def included(report):
    """All tables in reStructuredText."""
    rows = [row for row in report["rows"] if row["part"] in NAMES]
    tables = {
        "Known and unknown crystals": [UNKNOWNS, *map(unknown_cells, rows)],
        "Sets of 90 %": [SETS, *map(set_cells, rows)],
        "Whether probabilities mean what they say": [QUALITY, *map(quality_cells, rows)],
    }
    texts = [list_table(title, cells) for title, cells in tables.items()]
    return "\n\n".join([*texts, *mixtures_said(report)]) + "\n"


def unknown_cells(row):
    return [
        NAMES[row["part"]], row["queries"], row["n"], f"{row['auc']:.3f}",
        f"{row['known_rejected']} ({percent(row, 'known_rejected')} %)",
        f"{percent(row, 'unknown_rejected')} {interval(row, 'unknown_rejected')}",
        row["sure"], row["sure_wrong"], row["sure_unknown"],
    ]  # fmt: skip


def set_cells(row):
    return [
        NAMES[row["part"]], row["queries"], row["n"],
        f"{percent(row, 'covered')} {interval(row, 'covered')}",
        f"{row['set_size']:.2f}", percent(row, "empty_sets_of_unknown"),
    ]  # fmt: skip


def quality_cells(row):
    low, high = row["ece_interval"]
    chance = row["ece_chance"]
    return [
        NAMES[row["part"]], row["queries"], f"{100 * row['accuracy']:.1f}",
        f"{row['ece']:.3f} ({low:.3f} to {high:.3f})",
        f"{chance['mean']:.3f}, 95 % below {chance['percentile_95']:.3f}",
        f"{row['ece_constant']:.3f}",
        f"{row['log_loss']:.2f}", f"{row['log_loss_constant']:.2f}",
        f"{row['risk_area']:.3f}", f"{row['risk_area_constant']:.3f}",
    ]  # fmt: skip


def percent(row, name):
    return f"{100 * row[name] / row['n']:.0f}"


def interval(row, name):
    low, high = row["interval"][name]
    return f"({100 * low:.0f} to {100 * high:.0f})"


def mixtures_said(report):
    """One sentence on scans of several phases."""
    for row in report["rows"]:
        if row["part"] == "mixtures":
            yield (
                f"Of {row['n']} measured mixtures, asked as if each was one phase, the first name "
                f"was a phase of it in {row['first_right']}; {row['known_rejected']} were "
                f"rejected, and {row['sure']} got a name with a probability of at least 0.9."
            )


def draw(asked, path):
    """Draw how reliable the answers to some queries are."""
    known = asked["is_known"]
    _, correct, confidence = judged(asked["probabilities"], asked["right"], known)
    ReliabilityDisplay.from_predictions(correct, confidence, clusters=asked["query"]).save(path)
