"""The command line. What a command needs is imported when it is asked for: help comes at once."""

import gc
import sys
from argparse import RawDescriptionHelpFormatter
from contextlib import contextmanager

from xrdmatch import __version__, _commands
from xrdmatch._commands.arguments import SentenceParser
from xrdmatch._commands.descriptions import CALIBRATE, DEMO, IDENTIFY, INDEX, READ, SOLVE, STACKING
from xrdmatch._commands.identify_spots_options import IDENTIFY_SPOTS, add_identify_spots_options
from xrdmatch._commands.options import (
    add_calibrate_options,
    add_demo_options,
    add_identify_options,
    add_index_options,
    add_read_options,
    add_solve_options,
    add_stacking_options,
)
from xrdmatch._commands.server.options import SERVE, add_serve_options

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
    if options.files is not None:
        with _mistakes_said(parser):
            _steps_of("example_files").write_files(options.files)
        return
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
    names = "sources output add_to remove_from verify_at skipped_of radiation spots zones n_jobs"
    names += " scheduler max_atoms max_reflections max_seconds max_memory calibrate cells quiet"
    with _mistakes_said(parser):
        return _steps_of("making").make_library(**_given(options, names))


def _identify(parser, options):
    with _mistakes_said(parser):
        return _steps_of("identify").identify(
            options.patterns,
            options.library,
            outputs=_given(options, "plot json csv report"),
            reading=_scan_options(options),
            known=_given(options, "elements must any cannot"),
            full=options.all,
            **_given(options, "series scan k phases instrument n_jobs"),
        )


def _serve(parser, options):
    with _mistakes_said(parser):
        names = "library host port max_upload_mb instrument browse"
        _steps_of("serve").serve(**_given(options, names))


def _identify_spots(parser, options):
    names = "scale scale_error frame k step"
    with _mistakes_said(parser):
        return _steps_of("identify_spots").identify_spots(
            options.pictures,
            options.library,
            known=_given(options, "elements must any cannot"),
            outputs=_given(options, "plot json csv"),
            **_given(options, names),
        )


def _solve(parser, options):
    names = "formula k scan min_probability time_limit"
    with _mistakes_said(parser):
        return _steps_of("solve").solve(
            options.patterns,
            options.library,
            options.output,
            reading=_scan_options(options),
            **_given(options, names),
        )


def _stacking(parser, options):
    with _mistakes_said(parser):
        return _steps_of("stacking").stacking(
            options.images,
            options.layers,
            window=options.window if options.map else None,
            **_given(options, "pixel_size twist step output"),
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
            **_given(options, "monochromator scan wavelength radiation axis"),
        )


@contextmanager
def _mistakes_said(parser):
    """Say a mistake of the user in one sentence, and leave."""
    try:
        yield
    except MISTAKES as error:
        parser.error(str(error))


def _scan_options(options):
    return _given(options, "wavelength radiation axis")


def _given(options, names):
    """Take options by their names, which stand in one line."""
    return {name: getattr(options, name) for name in names.split()}


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
        "make a library of structures, to identify scans or pictures with",
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
    "serve": (
        "show a page on this machine to drop powder scans on",
        SERVE,
        add_serve_options,
        _serve,
    ),
    "identify-spots": (
        "say which structures of a library a picture of spots may have come from",
        IDENTIFY_SPOTS,
        add_identify_spots_options,
        _identify_spots,
    ),
    "solve": (
        "propose structures for powder scans whose crystals are in no library",
        SOLVE,
        add_solve_options,
        _solve,
    ),
    "stacking": (
        "read how layers lie on each other from images of their atoms",
        STACKING,
        add_stacking_options,
        _stacking,
    ),
    "read": ("print what would be understood of files with scans", READ, add_read_options, _read),
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
