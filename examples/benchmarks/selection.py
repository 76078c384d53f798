"""Rows of the benchmark's JSON, picked out for a table or a picture."""


def select(report, **wanted):
    """Rows with these values; of several seeds only the row in which they are together."""
    wanted.setdefault("protocol", None)
    rows = [
        row
        for row in report["rows"]
        if all(row.get(name) == value for name, value in wanted.items())
    ]
    n_seeds = max((len(row["seeds"]) for row in rows), default=0)
    return [row for row in rows if len(row["seeds"]) in (0, n_seeds)]


def all_of_test_part(report, known="nothing"):
    """Rows of the whole test part as one pool, of all severities."""
    rows = select(report, gallery="test part", known=known)
    largest = max(row["pool"] for row in rows)
    return [row for row in rows if row["pool"] == largest]


def curve_rows(report):
    """Rows of pools of every size, nothing known, clean or standard perturbation."""
    galleries = ("test part", "whole table")
    rows = [row for name in galleries for row in select(report, gallery=name, known="nothing")]
    return [row for row in rows if row["severity"] in (0.0, 1.0)]


def single_seeds(report):
    """Rows of perturbed queries in all of the test part, by contender, one for each seed."""
    largest = all_of_test_part(report)[0]["pool"]
    wanted = {"gallery": "test part", "pool": largest, "severity": 1.0, "known": "nothing"}
    found = {}
    for row in report["rows"]:
        if len(row["seeds"]) == 1 and all(row[name] == wanted[name] for name in wanted):
            found.setdefault(row["contender"], []).append(row)
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def contenders_of(rows):
    """Names in the order in which they come."""
    return list(dict.fromkeys(row["contender"] for row in rows))


def queries_of_a_seed(row):
    return row["n_queries"] // max(1, len(row["seeds"]))
