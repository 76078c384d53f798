"""The command line. What a command needs is imported when it is asked for: help comes at once."""

import gc
import sys
from argparse import RawDescriptionHelpFormatter
from contextlib import contextmanager

from xrdmatch import __version__, _commands
from xrdmatch._commands.arguments import SentenceParser
from xrdmatch._commands.options import (
    add_calibrate_options,
    add_demo_options,
    add_identify_options,
    add_index_options,
    add_read_options,
    add_solve_options,
)

DEMO = """Train a retriever and let it find crystals from their diffraction patterns.

Known and generated monolayers are split by formula. The retriever learns from one part; patterns
of the other, clean and perturbed, are looked up in a pool of structures whose formulas it has
never seen. Then one of the perturbed patterns is looked up among all structures and drawn over what
was found. Ctrl-C during the training stops it, keeps the best so far and goes on. With --pretrained
nothing is trained: the shipped retriever answers, which knows some of these structures."""
INDEX = """Make a library of structures, to identify powder scans with.

Structures are read from CIF, POSCAR, JSON, XYZ, ASE databases and Parquet tables, folders with all
that is below them included. What cannot be read is skipped and listed. The work is done in parts:
after an interruption the same command goes on with what is left. With --calibrate, scans simulated
from the structures teach how sure answers are, and `identify` says so."""
IDENTIFY = """Say which structures of a library are in powder scans, and how much of each.

Phases are looked for until those that are found explain the scan: weight fractions, what could
stand in the place of each, and peaks that nothing explains. With --phases 1 or -k N, a ranking of
candidates for one phase: label, formula, space group, score, R_wp and how much the cell had to
change; the score is the log of how probable the scan is, up to a constant. With a library
that `xrdmatch index` has calibrated, the answer has a probability, and so has that the crystal is
not in the library.

Several files, folders and patterns are answered one after the other. One that cannot be answered
stops no other: it is named at the end, and the exit code is 1."""
READ = """Print what would be understood of files with scans, before anything is asked about them.

For every scan: what its file calls the axis, where 2 theta begins and ends, how wide its steps are,
its points and counts, the lines that it was taken with, and what is off. Folders are searched with
all that is below them."""
SOLVE = """Propose structures for powder scans whose crystals are in no library.

Structures of the library serve as templates: they take the elements of the formula and the size,
or a cell found from the peaks, that suits the scan, and are refined. The folder gets the structure
as a CIF, a picture of its fit and of its bonds, and the reasons in words. Where nothing is probable
enough there is no answer: the best candidates are written as such, with what speaks against them.

Several files, folders and patterns are solved one after the other. One that cannot be read stops
no other, and the exit code is 1."""
CALIBRATE = """Measure a diffractometer's line widths and zero on the scan of a standard.

The standard, LaB6 say, has a certified cell and lines as narrow as the instrument allows. What
comes out says to `identify` what widths and zero shift to expect; GSAS-II and FullProf
read it too."""
MISTAKES = (ValueError, TypeError, OSError, ImportError)  # of the user, said in one sentence


def main(argv=None):
    """Do what the command line says.

    Parameters
    ----------
    argv : list of str, default=None
        Arguments; those of the process if None.

    Returns
    -------
    int
        Exit code: 0 when all went well, 1 when some of several scans were not answered, 2 for a
        mistake in the arguments, 130 after Ctrl-C.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return options.perform(options.parser, options) or 0
    except KeyboardInterrupt:
        print("xrdmatch: interrupted.", file=sys.stderr)
        return 130


def _steps_of(command):
    """Import what a command does; no time is spent on looking for garbage in what stays."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return getattr(_commands, command)
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def _demonstrate(parser, options):
    steps = _steps_of("demo")
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


def _index(parser, options):
    with _mistakes_said(parser):
        _steps_of("index").build_library(
            options.sources,
            options.output,
            radiation=options.radiation,
            n_jobs=options.n_jobs,
            verbose=not options.quiet,
        )
        if options.calibrate is not None:
            _steps_of("index").calibrate(
                options.output, options.calibrate, options.cells, verbose=not options.quiet
            )


def _identify(parser, options):
    with _mistakes_said(parser):
        return _steps_of("identify").identify(
            options.patterns,
            options.library,
            series=options.series,
            scan=options.scan,
            outputs={name: getattr(options, name) for name in ("plot", "json", "csv")},
            reading=_scan_options(options),
            k=options.k,
            phases=options.phases,
            known={name: getattr(options, name) for name in ("elements", "must", "any", "cannot")},
            instrument=options.instrument,
            full=options.all,
        )


def _solve(parser, options):
    with _mistakes_said(parser):
        return _steps_of("solve").solve(
            options.patterns,
            options.library,
            options.output,
            formula=options.formula,
            k=options.k,
            scan=options.scan,
            reading=_scan_options(options),
            min_probability=options.min_probability,
            time_limit=options.time_limit,
        )


def _read(parser, options):
    with _mistakes_said(parser):
        _steps_of("read").read(options.files, **_scan_options(options))


def _calibrate(parser, options):
    with _mistakes_said(parser):
        _steps_of("calibrate").calibrate(
            options.pattern,
            options.structure,
            options.output,
            monochromator=options.monochromator,
            scan=options.scan,
            **_scan_options(options),
        )


@contextmanager
def _mistakes_said(parser):
    """Say a mistake of the user in one sentence, and leave."""
    try:
        yield
    except MISTAKES as error:
        parser.error(str(error))


def _scan_options(options):
    return {name: getattr(options, name) for name in ("wavelength", "radiation", "axis")}


def _parser():
    """Build the parser of the whole line."""
    parser = SentenceParser(
        prog="xrdmatch",
        description="Find the crystal structures that a diffraction pattern may have come from.",
    )
    parser.add_argument("--version", action="version", version=f"xrdmatch {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="command")
    for name, (help_text, description, add_options, perform) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=help_text,
            description=description,
            formatter_class=RawDescriptionHelpFormatter,
        )
        add_options(command)
        command.set_defaults(perform=perform, parser=command)
    return parser


# name -> help in one line, description, what adds the options, what does it
COMMANDS = {
    "index": (
        "make a library of structures, to identify powder scans with",
        INDEX,
        add_index_options,
        _index,
    ),
    "identify": (
        "say which structures of a library a powder scan may have come from",
        IDENTIFY,
        add_identify_options,
        _identify,
    ),
    "solve": (
        "propose structures for powder scans whose crystals are in no library",
        SOLVE,
        add_solve_options,
        _solve,
    ),
    "read": (
        "print what would be understood of files with scans",
        READ,
        add_read_options,
        _read,
    ),
    "calibrate": (
        "measure a diffractometer on a standard, for identify",
        CALIBRATE,
        add_calibrate_options,
        _calibrate,
    ),
    "demo": (
        "train a retriever on monolayers and show what it finds, in a few minutes",
        DEMO,
        add_demo_options,
        _demonstrate,
    ),
}
