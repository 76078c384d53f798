"""The command line. What a command needs is imported when it is asked for: help comes at once."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from importlib import import_module
from pathlib import Path

from xrdmatch import __version__

LARGEST = 2**32 - 1  # what seeds a random generator
PICTURES = (".png", ".pdf", ".svg")
DEMO = """Train a retriever and let it find crystals from their diffraction patterns.

Known and generated monolayers are split by formula. The retriever learns from one part; patterns
of the other, clean and perturbed, are looked up in a pool of structures whose formulas it has
never seen. Then one of the perturbed patterns is looked up among all structures and drawn over what
was found. Ctrl-C during the training stops it, keeps the best so far and goes on. With --pretrained
nothing is trained: the shipped retriever answers, which knows some of these structures."""


class SentenceParser(ArgumentParser):
    """A parser that answers a mistake with one sentence."""

    def error(self, message):
        """Say what is wrong and leave with code 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv=None):
    """Do what the command line says.

    Parameters
    ----------
    argv : list of str, default=None
        Arguments; those of the process if None.

    Returns
    -------
    int
        Exit code: 0 when all went well, 2 for a mistake in the arguments, 130 after Ctrl-C.
    """
    parser, demo = _parsers()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return _demonstrate(demo, options)
    except KeyboardInterrupt:
        print("xrdmatch: interrupted.", file=sys.stderr)
        return 130


def _demonstrate(parser, options):
    steps = import_module("xrdmatch._demo")
    try:
        structures = steps.library(options.samples, options.seed)
        retriever = steps.pretrained() if options.pretrained else None
    except ValueError as error:  # more than can be made, or no such retriever
        parser.error(str(error))
    steps.demonstrate(
        structures,
        n_epochs=options.epochs,
        random_state=options.seed,
        output=options.output,
        verbose=not options.quiet,
        retriever=retriever,
    )
    return 0


def _parsers():
    """Build the parser of the whole line and that of the demo."""
    parser = SentenceParser(
        prog="xrdmatch",
        description="Find the crystal structures that a diffraction pattern may have come from.",
    )
    parser.add_argument("--version", action="version", version=f"xrdmatch {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="command")
    demo = commands.add_parser(
        "demo",
        help="train a retriever on monolayers and show what it finds, in a few minutes",
        description=DEMO,
        formatter_class=RawDescriptionHelpFormatter,
    )
    _add_demo_options(demo)
    return parser, demo


def _add_demo_options(parser):
    options = [
        ("--samples", _count(0), 2000, "N", "monolayers to generate, besides the known ones"),
        ("--epochs", _count(1), 30, "N", "passes over the training part"),
        ("--seed", _count(0), 1, "N", "makes the demo repeatable"),
        ("--output", _picture, "xrdmatch-demo.png", "FILE", "the picture: .png, .pdf or .svg"),
    ]
    for name, kind, default, metavar, text in options:
        parser.add_argument(
            name, type=kind, default=default, metavar=metavar, help=f"{text} (default: {default})"
        )
    parser.add_argument(
        "--pretrained", action="store_true", help="take the shipped retriever, train nothing"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")


def _count(least):
    """Make a reader of whole numbers of at least `least`."""

    def parse(text):
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or not least <= number <= LARGEST:
            raise ArgumentTypeError(
                f"must be a whole number from {least} to {LARGEST}, got {text!r}; leave it out "
                "for the default."
            )
        return number

    return parse


def _picture(text):
    path = Path(text)
    if path.suffix.lower() not in PICTURES or path.is_dir():
        raise ArgumentTypeError(
            f"a picture's name ends in {', '.join(PICTURES)}, got {text!r}; give such a file."
        )
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise ArgumentTypeError(
            f"the picture goes into a folder that exists and takes files, got {text!r}; make the "
            "folder or name another."
        )
    return path
