"""The tables of the documentation's page on stacks."""

from tables import list_table

SLIPS = ["", "images", "median [pm]", "9 in 10 within [pm]", "worst [pm]", "lost", "seconds"]
TWISTS = ["", "images", "median [°]", "9 in 10 within [°]", "within 0.1°", "seconds"]


def included(report):
    """All tables of the parts that were measured, each below its title."""
    blocks = [table(report[part]) for part, table in TABLES.items() if part in report]
    return "\n\n".join(blocks) + "\n"


def slip_row(name, row):
    numbers = [row["n"], f"{row['median']:.2f}", f"{row['tenth']:.1f}"]
    worst = "more than a cell" if row["worst"] > 1e5 else f"{row['worst']:.1f}"
    return [name, *numbers, worst, row["lost"], f"{row['seconds']:.2f}"]


def slip_table(title):
    def table(rows):
        return list_table(title, [SLIPS, *(slip_row(name, row) for name, row in rows.items())])

    return table


def mixture_table(rows):
    head = ["", "images", "median [pm]", "9 in 10 within [pm]", "lost", "within slip_std: x, y"]
    body = [
        [
            name,
            row["n"],
            f"{row['median']:.2f}",
            f"{row['tenth']:.1f}",
            row["lost"],
            ", ".join(f"{100 * share:.0f} %" for share in row["within"]),
        ]
        for name, row in rows.items()
    ]
    return list_table("Defects of every kind, simulated", [head, *body])


def quarter_table(title):
    def table(rows):
        spreads = sorted(rows["rms"])
        middle = spreads[len(spreads) // 2]
        head = ["images", "median rms [pm]", "largest rms [pm]"]
        return list_table(title, [head, [len(spreads), f"{middle:.2f}", f"{spreads[-1]:.2f}"]])

    return table


def realistic_table(rows):
    names = slip_table("Generated images against the names of their files")
    quarters = quarter_table("Quarters of the generated images against each other")
    return (
        names({"generated images": rows["against the names"]}) + "\n\n" + quarters(rows["quarters"])
    )


def picture_table(rows):
    head = ["image", "quarters' rms [pm]", "face", "pixel size [Å]", "residual", "of the second"]
    body = [
        [
            own["name"],
            f"{rms:.1f}",
            own["face"],
            own["pixel_size"],
            f"{own['residual']:.2f}",
            f"{own['second']:.2f}",
        ]
        for own, rms in zip(rows["images"], rows["rms"], strict=True)
    ]
    return list_table("Images of bilayer ReS2 without a known slip", [head, *body])


def trilayer_table(rows):
    head = ["", "images", "counted", "median [pm]", "9 in 10 within [pm]", "lost", "seconds"]
    body = [
        [
            name,
            row["n"],
            row["counted"],
            f"{row['median']:.2f}",
            f"{row['tenth']:.1f}",
            row["lost"],
            f"{row['seconds']:.2f}",
        ]
        for name, row in rows.items()
    ]
    return list_table("Two layers or three, their number not told", [head, *body])


def antiparallel_table(row):
    head = ["images", "right"]
    return list_table("Parallel or antiparallel MoS2", [head, [row["n"], row["right"]]])


def twist_table(rows):
    body = [
        [
            name,
            row["n"],
            f"{row['median']:.3f}",
            f"{row['tenth']:.3f}",
            row["within"],
            f"{row['seconds']:.1f}",
        ]
        for name, row in rows.items()
    ]
    return list_table("Twists of 0.5 to 30 degrees in windows of 29 Å", [TWISTS, *body])


def speed_table(rows):
    head = ["images", "a second"]
    return list_table("Images simulated, 256 x 256", [head, *map(list, rows.items())])


TABLES = {
    "clean": slip_table("Noise-free public images"),
    "realistic": realistic_table,
    "pictures": picture_table,
    "mixture": mixture_table,
    "conditions": slip_table("One condition at a time, ReS2"),
    "trilayers": trilayer_table,
    "antiparallel": antiparallel_table,
    "twist": twist_table,
    "speed": speed_table,
}
