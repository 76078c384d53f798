"""What the process that answers does: a library kept open, an answer and its report."""

import warnings
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path

from threadpoolctl import threadpool_limits

from xrdmatch._commands.arguments import AUTO_PHASES
from xrdmatch._commands.libraries import Libraries
from xrdmatch._commands.question import Question
from xrdmatch._commands.scan_sources import ScanSource
from xrdmatch._commands.server.headlines import headline
from xrdmatch.refinement import InstrumentProfile


@dataclass(frozen=True)
class Outcome:
    """What the page shows of an answer.

    Parameters
    ----------
    headline : str
        The answer in one line.
    report : str
        The page with all of it.
    """

    headline: str
    report: str


class Answering:
    """A library that is open.

    Parameters
    ----------
    library : Path
        What `index` made.
    instrument : Path or None
        What `calibrate` wrote of the diffractometer.

    Attributes
    ----------
    facts : dict
        Its ``name`` and the number of structures, ``n_structures``.

    Raises
    ------
    ValueError
        If one of the two cannot be read.
    """

    def __init__(self, library, instrument=None):
        profile = None if instrument is None else InstrumentProfile.from_json(instrument)
        self._instrument = instrument
        with _quiet():
            self._libraries = Libraries(library, profile, AUTO_PHASES)
        self.facts = {"name": Path(library).name, "n_structures": self._libraries.n_structures}

    def answer(self, label, scan, asked):
        """Say what is in a scan.

        Parameters
        ----------
        label : str
            How its file was called.
        scan : Scan
            The scan.
        asked : dict
            ``phases`` and ``known``, as `Question` takes them.

        Returns
        -------
        Outcome
            The answer.

        Raises
        ------
        ValueError
            If there is none.
        """
        question = Question(instrument=self._instrument, **asked)
        question.use(self._libraries)
        with _quiet():
            answer = question.answer(ScanSource(Path(label), scan.name), scan)
            return Outcome(headline(answer), _report(question, answer))


def _report(question, answer):
    """Write the page with all that is known of an answer."""
    said = StringIO()
    with redirect_stdout(said):
        question.tell(answer)
    return f"<!doctype html><meta charset='utf-8'><pre>{escape(said.getvalue())}</pre>"


@contextmanager
def _quiet():
    """No remarks on single elements, one thread: those that wait for each other cost time."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)
        yield
