"""The command `identify-spots`: pictures of spots, a library, tables, pictures."""

import re
import sys
import warnings
from collections import Counter
from contextlib import contextmanager
from functools import partial

from threadpoolctl import threadpool_limits

from xrdmatch._commands.chemistry import known_elements, nothing_left
from xrdmatch._commands.spot_candidates import find_spot_candidates
from xrdmatch._commands.spot_files import write_spot_csv, write_spot_json
from xrdmatch._commands.spot_library import open_spot_library
from xrdmatch._commands.spot_mapping import map_frames, tell_map
from xrdmatch._commands.spot_sources import (
    Frames,
    is_table,
    open_picture,
    spots_of_picture,
    spots_of_table,
)
from xrdmatch._commands.spot_words import tell_answer, tell_spots
from xrdmatch.inspection import SpotMapDisplay, SpotsDisplay

MISTAKES = (ValueError, TypeError, OSError)  # of a picture, said in one sentence

say = partial(print, flush=True)


def identify_spots(paths, library, *, known=None, outputs=None, step=None, **asked):
    """Say which crystals pictures or tables of spots may have come from.

    Parameters
    ----------
    paths : list of Path
        Pictures, and tables of spots.
    library : Path
        What ``index --spots`` or ``--zones`` made.
    known : dict of str to str, default=None
        What is known of the elements, as `known_elements` takes it.
    outputs : dict of str to Path, default=None
        Where answers go: ``"plot"``, ``"json"`` and ``"csv"``.
    step : float, default=None
        From one place of a map to the next [nm].
    **asked
        Options of `SpotQuestion`.

    Returns
    -------
    int
        Exit code: 0, or 1 where some of several pictures were not answered.

    Raises
    ------
    ValueError
        If the library cannot be asked, or no picture was answered.
    """
    outputs = {name: path for name, path in (outputs or {}).items() if path is not None}
    with _quiet():
        question = SpotQuestion(library, known or {}, **asked)
        results, errors = {}, {}
        try:
            for path in paths:
                _answer(question, path, len(paths), results, errors)
        finally:  # after Ctrl-C too
            _write(results, errors, outputs)
        if "plot" in outputs:
            names = _own_names(outputs["plot"], paths)
            for path, result in results.items():
                _draw(question, result, names[path], step)
    return _exit_code(paths, errors)


class SpotQuestion:
    """What is asked of every picture.

    Parameters
    ----------
    library : Path
        The library.
    known : dict of str to str
        What is known of the elements.
    scale : float, default=None
        Pixels for 1/Å; what a picture's header says if None.
    scale_error : float, default=None
        Relative standard error of the scales.
    frame : int, default=None
        Which picture of a file that holds several; None makes a map of them.
    k : int, default=10
        How many candidates are listed.
    """

    def __init__(self, library, known, *, scale=None, scale_error=None, frame=None, k=10):
        self._known, self._filter = known, known_elements(known)
        self.reranker = open_spot_library(library, scale_error)
        self._scale, self._scale_error, self._frame, self._k = scale, scale_error, frame, k

    def ask(self, path):
        """Answer a file, and print the answer: a `SpotMap`, or spots with their `SpotAnswer`."""
        radiation = self.reranker.simulator_.radiation
        if is_table(path):
            return self._ask_one(spots_of_table(path, self._scale, self._scale_error, radiation))
        picture = open_picture(path, self._scale, self._frame)
        if isinstance(picture, Frames):
            return self._ask_all(picture)
        return self._ask_one(spots_of_picture(picture, self._scale_error, radiation))

    def _ask_one(self, seen):
        tell_spots(seen)
        answer = find_spot_candidates(self.reranker, seen.pattern, self._k, self._filter)
        if (answer.fits.indices < 0).all():
            raise ValueError(nothing_left(self._known))
        tell_answer(answer, seen.lattice is not None)
        return seen, answer

    def _ask_all(self, frames):
        found = map_frames(frames, self.reranker, self._scale_error, self._filter)
        tell_map(found)
        return found


def _answer(question, path, n, results, errors):
    """Answer one file; a bad one stops no other."""
    if n > 1:
        say(f"[{len(results) + len(errors) + 1}/{n}] {path}")
    try:
        results[path] = question.ask(path)
    except MISTAKES as error:
        if n == 1:
            raise
        errors[path] = str(error)
        say(f"not answered: {error}")
    if n > 1:
        say()


def _exit_code(paths, errors):
    """Name what was not answered; 1 where that is some, else 0."""
    if errors and len(errors) == len(set(paths)):
        first = next(iter(errors.values()))
        raise ValueError(f"None of {len(paths)} pictures was answered; the first of them: {first}")
    if errors:
        say(f"{len(errors)} of {len(paths)} pictures were not answered:")
        for path in errors:
            say(f"  {path}")
    return int(bool(errors))


def _write(results, errors, outputs):
    if "json" in outputs:
        write_spot_json(results, errors, outputs["json"])
    if "csv" in outputs:
        write_spot_csv(results, outputs["csv"])


def _own_names(output, paths):
    """Name the picture of each file after it where there are several; equal names are counted."""
    if len(paths) == 1:
        return {paths[0]: output}
    names, counts = {}, Counter()
    for path in dict.fromkeys(paths):
        name = re.sub(r"[^\w.+-]+", "_", path.stem)
        counts[name] += 1
        number = f"-{counts[name]}" if counts[name] > 1 else ""
        names[path] = output.with_name(f"{output.stem}-{name}{number}{output.suffix}")
    return names


def _draw(question, result, output, step):
    """Write a picture of an answer, or say why there is none."""
    display = _display(question, result, step)
    try:
        display.save(output)
    except ImportError as error:
        print(error, file=sys.stderr)
        return
    say(f"Picture: {output.absolute()}")


def _display(question, result, step):
    if not isinstance(result, tuple):
        return SpotMapDisplay.from_estimator(result, step)
    seen, answer = result
    fitted = (answer.fits, question.reranker) if answer.phase else ()
    column = answer.best["column"] if answer.phase else 0
    if seen.found is None:
        return SpotsDisplay.from_pattern(seen.pattern, *fitted, candidate=column)
    return SpotsDisplay.from_picture(seen.picture, seen.found, *fitted, candidate=column)


@contextmanager
def _quiet():
    """No remarks on single structures, one thread: those that wait for each other cost time."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)
        yield
