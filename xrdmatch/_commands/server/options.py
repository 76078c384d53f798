"""The options of `serve`, and what its help says. Nothing is imported that takes time."""

from pathlib import Path

from xrdmatch._commands.arguments import count

SERVE = """Show a page on this machine to drop powder scans on, and answer them.

The page asks for the elements that are known, and for the wavelength where a file states none.
Scans are answered one after the other, as `identify` answers them, and each gets a report to read
and to keep. Nothing leaves this machine, and only its own browsers reach the page unless --host
names another address. Scans and answers are kept in memory until Ctrl-C ends the server."""


def add_serve_options(parser):
    """Add the options of `serve`."""
    parser.add_argument(
        "--library",
        type=Path,
        metavar="LIBRARY",
        help="what `index` made (default: the shipped standards)",
    )
    options = [
        ("--host", str, "127.0.0.1", "ADDRESS", "to listen to; this one only you reach"),
        ("--port", count(0), 8080, "N", "of the address, 0 for any that is free"),
        ("--max-upload-mb", count(1), 20, "N", "largest upload"),
    ]
    for name, kind, default, metavar, text in options:
        parser.add_argument(
            name, type=kind, default=default, metavar=metavar, help=f"{text} (default: {default})"
        )
    parser.add_argument(
        "--instrument",
        type=Path,
        metavar="FILE",
        help="what `calibrate` wrote of the diffractometer",
    )
    parser.add_argument("--browse", action="store_true", help="open the page in the browser")
