"""The options of each command. Nothing is imported that takes time: help comes at once."""

from pathlib import Path

from xrdmatch._commands.arguments import (
    AXES,
    CELLS,
    N_QUERIES,
    RADIATIONS,
    count,
    file_ending,
    instrument_file,
    length,
    new_folder,
    phases,
    picture,
    queries,
    share,
    wavelength,
    workers,
)
from xrdmatch._commands.index_limits import (
    MAX_ATOMS,
    MAX_MEMORY,
    MAX_REFLECTIONS,
    MAX_SECONDS,
)

# What `index` does with a library, of which one thing is asked for.
LIBRARIES = [
    (("-o", "--output"), "output", new_folder, "make a library: its folder"),
    (("--add-to",), "add_to", Path, "append the structures to this library"),
    (("--remove-from",), "remove_from", Path, "take entries out; each PATH is a label"),
    (("--verify",), "verify_at", Path, "check every file of this library, and no PATH"),
    (("--skipped",), "skipped_of", Path, "list what was skipped or is doubtful, and no PATH"),
]
LIMITS = [
    ("--max-atoms", MAX_ATOMS, f"skip cells of more atoms (default: {MAX_ATOMS})"),
    ("--max-reflections", MAX_REFLECTIONS, f"or reflections (default: {MAX_REFLECTIONS})"),
    ("--max-seconds", MAX_SECONDS, f"or that take longer [s] (default: {MAX_SECONDS})"),
    ("--max-memory", MAX_MEMORY, f"or more memory [MB] (default: {MAX_MEMORY})"),
]


def add_index_options(parser):
    """Add the options of `index`."""
    parser.add_argument("sources", nargs="*", metavar="PATH", help="files or folders of structures")
    libraries = parser.add_mutually_exclusive_group(required=True)
    for names, target, kind, text in LIBRARIES:
        libraries.add_argument(*names, dest=target, type=kind, metavar="LIBRARY", help=text)
    for name, default, text in LIMITS:
        parser.add_argument(name, type=count(1), default=default, metavar="N", help=text)
    parser.add_argument(
        "--radiation",
        choices=RADIATIONS,
        help="of the scans or pictures to come (default: xray, electron for spots)",
    )
    parser.add_argument(
        "--spots", action="store_true", help="for identify-spots: layers, seen along their normal"
    )
    parser.add_argument(
        "--zones",
        type=count(1),
        metavar="N",
        help="for identify-spots: crystals, along all zone axes with indices up to N",
    )
    parser.add_argument(
        "--n-jobs", type=workers, metavar="N", help="processes, -1 for all cores (default: 1)"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster whose workers see the same files"
    )
    parser.add_argument(
        "--calibrate",
        type=queries,
        nargs="?",
        const=N_QUERIES,
        metavar="N",
        help=f"learn from N simulated scans how sure answers are (without N: {N_QUERIES})",
    )
    parser.add_argument(
        "--cells",
        choices=CELLS,
        default="mixed",
        help="of --calibrate: where the structures' cells are from (default: mixed)",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")


def add_identify_options(parser):
    """Add the options of `identify`."""
    parser.add_argument(
        "patterns", nargs="+", type=Path, metavar="SCAN", help="scans of any format, or folders"
    )
    parser.add_argument(
        "--library", type=Path, metavar="LIBRARY", help="what `index` made (default: standards)"
    )
    data, rows, page = (file_ending((ending,)) for ending in (".json", ".csv", ".html"))
    options = [
        ("--elements", str, None, "Li,Mn,...", "only these can be in it"),
        ("--must", str, None, "Fe,...", "each candidate or phase has all of these"),
        ("--any", str, None, "O,S,...", "each has at least one of these"),
        ("--cannot", str, None, "F,...", "these are not in it"),
        ("--phases", phases, None, "auto|N", "up to N phases together (default: auto, which is 6)"),
        ("-k", count(1), None, "N", "list N candidates for one phase, as --phases 1 lists 10"),
        ("--scan", str, None, "NAME", "which one, of a file that holds several"),
        ("--instrument", Path, None, "FILE", "what `calibrate` wrote of the diffractometer"),
        ("--plot", picture, None, "FILE", "draw the phases, the best candidate, or the series"),
        ("--json", data, None, "FILE", "write all answers: .json"),
        ("--csv", rows, None, "FILE", "write one row a phase and scan: .csv"),
        ("--report", page, None, "FILE", "write one page with everything: .html"),
        ("--n-jobs", workers, None, "N", "processes for several scans, threads for one"),
    ]
    for name, kind, default, metavar, text in options:
        parser.add_argument(name, type=kind, default=default, metavar=metavar, help=text)
    flags = {
        "--series": "scans of one sample in their order: phases stay from scan to scan",
        "--all": "list all entries that look alike",
    }
    for name, text in flags.items():
        parser.add_argument(name, action="store_true", help=text)
    _add_scan_options(parser)


def add_solve_options(parser):
    """Add the options of `solve`."""
    parser.add_argument(
        "patterns", nargs="+", type=Path, metavar="SCAN", help="scans of any format, or folders"
    )
    options = [
        ("--library", Path, None, "LIBRARY", "what `index` made, or files of structures"),
        ("--output", new_folder, None, "FOLDER", "where CIFs, pictures and reasons go"),
        ("--formula", str, None, "BaTiO3", "what it consists of (default: not known)"),
        ("-k", count(1), 1, "N", "write the N best structures (default: 1)"),
        ("--min-probability", share, 0.9, "P", "from which on it is an answer (default: 0.9)"),
        ("--time-limit", count(1), None, "S", "seconds for each scan (default: none)"),
        ("--scan", str, None, "NAME", "which one, of a file that holds several"),
    ]
    for name, kind, default, metavar, text in options:
        names = ("-o", name) if name == "--output" else (name,)
        needed = name in ("--library", "--output")
        parser.add_argument(
            *names, type=kind, default=default, metavar=metavar, help=text, required=needed
        )
    _add_scan_options(parser)


def add_stacking_options(parser):
    """Add the options of `stacking`."""
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="images of layers")
    parser.add_argument(
        "--layers",
        required=True,
        metavar="MoS2,...",
        help="from bottom to top, or one for any number",
    )
    options = [
        ("--pixel-size", length, None, "Å", "of all images (default: the header's, or found)"),
        ("--window", length, 30.0, "Å", "edge of the windows of --map (default: 30)"),
        ("--step", length, 10.0, "Å", "from one window to the next (default: 10)"),
        ("--output", picture, None, "FILE", "the picture: .png, .pdf or .svg"),
    ]
    for name, kind, default, metavar, text in options:
        names = ("-o", name) if name == "--output" else (name,)
        parser.add_argument(*names, type=kind, default=default, metavar=metavar, help=text)
    parser.add_argument("--twist", action="store_true", help="layers may be twisted by any angle")
    parser.add_argument("--map", action="store_true", help="read windows all over each image")


def add_read_options(parser):
    """Add the options of `read`."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="scans of any format, or folders"
    )
    _add_scan_options(parser)


def _add_scan_options(parser):
    parser.add_argument(
        "--wavelength", type=wavelength, metavar="CuKa", help="lines of a tube, or a number [Å]"
    )
    parser.add_argument(
        "--radiation", choices=RADIATIONS, help="what was diffracted (default: as the file says)"
    )
    parser.add_argument(
        "--axis", choices=AXES, help="what the scan is over, to be converted to 2 theta"
    )


def add_calibrate_options(parser):
    """Add the options of `calibrate`."""
    parser.add_argument("pattern", type=Path, metavar="SCAN", help="a scan of the standard")
    options = [
        ("--structure", Path, "FILE", "the standard, with its certified cell, for example a CIF"),
        ("--output", instrument_file, "FILE", "the instrument: .json, .instprm or .irf"),
    ]
    for name, kind, metavar, text in options:
        parser.add_argument(name, type=kind, required=True, metavar=metavar, help=text)
    _add_scan_options(parser)
    parser.add_argument("--scan", metavar="NAME", help="which one, of a file that holds several")
    parser.add_argument(
        "--monochromator",
        type=float,
        default=0.0,
        metavar="ANGLE",
        help="diffraction angle of its crystal [degrees], 90 at a synchrotron (default: none)",
    )


def add_demo_options(parser):
    """Add the options of `demo`."""
    options = [
        ("--samples", count(0), 2000, "N", "monolayers to generate, besides the known ones"),
        ("--epochs", count(1), 30, "N", "passes over the training part"),
        ("--seed", count(0), 1, "N", "makes the demo repeatable"),
        ("--output", picture, "xrdmatch-demo.png", "FILE", "the picture: .png, .pdf or .svg"),
    ]
    for name, kind, default, metavar, text in options:
        parser.add_argument(
            name, type=kind, default=default, metavar=metavar, help=f"{text} (default: {default})"
        )
    parser.add_argument(
        "--files",
        type=new_folder,
        metavar="FOLDER",
        help="train nothing; write files to try the commands of the documentation with",
    )
    parser.add_argument(
        "--pretrained", action="store_true", help="take the shipped retriever, train nothing"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
