"""Pictures of answers: of one scan, of each of several, of a series."""

import re
import sys
from functools import partial

from xrdmatch._commands.phases import draw_phases
from xrdmatch.inspection import PhaseSeriesDisplay

say = partial(print, flush=True)


def draw_answer(answer, output, *, alone=True):
    """Draw the best candidate or all phases of a scan.

    Parameters
    ----------
    answer : Answer
        Of the scan.
    output : Path
        The picture; of several scans each has its name added.
    alone : bool, default=True
        Whether this is the only scan.
    """
    if not alone:
        name = re.sub(r"[^\w.+-]+", "_", answer.scan.name or answer.source.path.stem)
        output = output.with_name(f"{output.stem}-{name}{output.suffix}")
    if answer.candidates:
        best = answer.candidates[0]
        scan = answer.scan.name or answer.source.path.stem
        title = f"{scan}: {best['formula']}, {best['space_group']} ({best['label']})"
        _draw(partial(best["display"].save, title=title), output, "the best candidate")
    elif answer.phases is not None and answer.phases.n_phases:
        _draw(partial(draw_phases, answer.phases), output, "the phases")
    elif not answer.error:
        say(f"\nNo picture of {answer.source}: no phase was found.")


def draw_series(answers, output):
    """Draw weight fractions over a series.

    Parameters
    ----------
    answers : list of Answer
        In its order.
    output : Path
        The picture.
    """
    display = PhaseSeriesDisplay.from_decompositions([one.phases for one in answers])
    _draw(display.save, output, "the fractions")


def _draw(save, output, what):
    """Write a picture, or say why there is none."""
    try:
        save(output)
    except ImportError as error:
        print(error, file=sys.stderr)
        return
    say(f"\nPicture of {what}: {output.absolute()}")
