"""The tables of the documentation's page on spots of unknown orientation."""

from tables import list_table

NAMES = {
    "all": "all layers, nothing told",
    "all, elements told": "all layers, elements told",
    "pool": "pools, nothing told",
}
TOP = ["top 1 [%]", "top 3", "top 5", "top 10"]


def included(report):
    """All tables of the parts that were measured, each below its title."""
    blocks = [table(report[part]) for part, table in TABLES.items() if part in report]
    return "\n\n".join(blocks) + "\n"


def shares(row):
    return [f"{100 * right / row['queries']:.1f}" for right in row["top"]]


def interval(row):
    """Half the width of the interval of 95 % of top 1 [points]."""
    share = row["top"][0] / row["queries"]
    return f"{196 * (share * (1 - share) / row['queries']) ** 0.5:.1f}"


def conditions_table(rows):
    head = ["", "gallery", "queries", *TOP, "±", "margin above 6: right", "queries a second"]
    body = [
        [
            NAMES[name],
            f"{row['gallery']:,}",
            f"{row['queries']:,}",
            *shares(row),
            interval(row),
            f"{row['sure'][1]:,} of {row['sure'][0]:,}",
            f"{row['queries'] / row['seconds']:.1f}",
        ]
        for name, row in rows.items()
        if name in NAMES
    ]
    lattice = f"SAED conditions; the lattice was right in {100 * rows['lattice right']:.1f} %"
    return list_table(lattice, [head, *body])


def moved_table(rows):
    head = ["", "queries", *(f"{top}, pools" for top in TOP), *(f"{top}, all" for top in TOP)]
    body = [
        [name, row["all"]["queries"], *shares(row["pool"]), *shares(row["all"])]
        for name, row in rows.items()
    ]
    return list_table("Each condition moved alone", [head, *body])


def exact_table(rows):
    return moved_table({"scale exact": rows}).replace("Each condition moved alone", "Scale exact")


def plain_table(title):
    def table(rows):
        head = ["", "gallery", "queries", *TOP, "±"]
        body = [
            [name, f"{row['gallery']:,}", row["queries"], *shares(row), interval(row)]
            for name, row in rows.items()
        ]
        return list_table(title, [head, *body])

    return table


def pictures_table(rows):
    return list_table("Pictures", [["", ""], *([name, value] for name, value in rows.items())])


TABLES = {
    "conditions": conditions_table,
    "exact": exact_table,
    "moved": moved_table,
    "tilts": plain_table("Two patterns of one crystal"),
    "known": plain_table("Turned patterns, the orientation taken as known"),
    "pictures": pictures_table,
}
