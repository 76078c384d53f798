"""The options of `identify-spots`. Nothing is imported that takes time: help comes at once."""

from pathlib import Path

from xrdmatch._commands.arguments import count, file_ending, length, picture, share

IDENTIFY_SPOTS = """Say which structures of a library pictures of spots may have come from.

Spots and their lattice are found in each picture; neither its rotation nor whether it is mirrored
need be known, and its scale may be off by a few percent. A table of spots will do, too: x, y and
intensity in 1/Å, or in pixels with --scale.

The table has the log odds of each entry against the first, how it is turned, the scale of the
picture against the entry's, the spots that it does not explain and those of its own that are not
seen. Below stands how far the best crystal is before the next one, zone axes of a crystal counted
together, and what it could also be.

A file with several pictures is a scan: without --frame it gives a map with the phase at every
place, and where that is undecided or no spots are seen."""


def add_identify_spots_options(parser):
    """Add the options of `identify-spots`."""
    parser.add_argument(
        "pictures", nargs="+", type=Path, metavar="PICTURE", help="pictures, or tables of spots"
    )
    parser.add_argument(
        "--library",
        type=Path,
        required=True,
        metavar="LIBRARY",
        help="what `index --spots` or `index --zones` made",
    )
    options = [
        ("--scale", length, None, "PIXELS", "pixels for 1/Å (default: as the file says)"),
        ("--scale-error", share, None, "0.03", "relative error of the scale (default: 0.03)"),
        ("--frame", count(0), None, "N", "one picture of a file with several, from 0 on"),
        ("--elements", str, None, "Li,Mn,...", "only these can be in it"),
        ("--must", str, None, "Fe,...", "each candidate has all of these"),
        ("--any", str, None, "O,S,...", "each has at least one of these"),
        ("--cannot", str, None, "F,...", "these are not in it"),
        ("-k", count(1), 10, "N", "list N candidates (default: 10)"),
        ("--step", length, None, "NM", "from one place of a map to the next [nm]"),
        ("--plot", picture, None, "FILE", "draw the spots and the best candidate, or the map"),
        ("--json", file_ending((".json",)), None, "FILE", "write all answers: .json"),
        ("--csv", file_ending((".csv",)), None, "FILE", "write a row a candidate or place: .csv"),
    ]
    for name, kind, default, metavar, text in options:
        parser.add_argument(name, type=kind, default=default, metavar=metavar, help=text)
