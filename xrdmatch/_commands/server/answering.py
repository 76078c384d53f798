"""Work of the worker process: phases of scans from an open library, and reports."""

import pickle
from dataclasses import dataclass, replace
from pathlib import Path

from xrdmatch._commands.arguments import AUTO_PHASES
from xrdmatch._commands.libraries import Libraries
from xrdmatch._commands.question import Question
from xrdmatch._commands.quietly import quiet
from xrdmatch._commands.report_facts import library_facts
from xrdmatch._commands.scan_sources import ScanSource
from xrdmatch._commands.server.headlines import headline
from xrdmatch._commands.server.joint_report import Answered, joint_report
from xrdmatch._commands.standards import are_standards
from xrdmatch.refinement import InstrumentProfile

STANDARDS = "the shipped standards"


@dataclass(frozen=True)
class Outcome:
    """What the page shows of an answer.

    Parameters
    ----------
    headline : str
        The answer in one line.
    report : str
        The page with all of it.
    answered : bytes
        An `Answered`, for a report of several scans; a pickle, so that only this process imports
        what it is made of.
    """

    headline: str
    report: str
    answered: bytes = b""


class Answering:
    """A library that is open.

    Parameters
    ----------
    library : Path or None
        What `index` made; None for the shipped standards.
    instrument : Path or None
        What `calibrate` wrote of the diffractometer.

    Attributes
    ----------
    facts : dict
        Its ``name``, the number of structures, ``n_structures``, and ``remark``, what is to be said
        of it, mostly empty.

    Raises
    ------
    ValueError
        If one of the two cannot be read.
    """

    def __init__(self, library, instrument=None):
        profile = None if instrument is None else InstrumentProfile.from_json(instrument)
        self._instrument = instrument
        with quiet():
            self._libraries = Libraries(library, profile, AUTO_PHASES)
            self._library_facts = library_facts(library)  # now, for it may vanish
        name = STANDARDS if are_standards(library) else Path(library).name
        found = self._libraries
        self.facts = {"name": name, "n_structures": found.n_structures, "remark": found.remark}

    def answer(self, source, scan, asked, reading, notes=()):
        """Identify the phases of a scan.

        Parameters
        ----------
        source : tuple of str and (str or None)
            How its file was called, and which scan of it this is where it holds several.
        scan : Scan
            The scan.
        asked : dict
            ``phases`` and ``known``, as `Question` takes them.
        reading : dict
            Options of `list_scans`.
        notes : tuple of str, default=()
            What is off in the scan.

        Returns
        -------
        Outcome
            The answer.

        Raises
        ------
        ValueError
            If there is none.
        """
        label, name = source
        question = Question(instrument=self._instrument, **asked, n_jobs=-1)
        question.use(self._libraries)
        with quiet():
            answer = question.answer(ScanSource(Path(label), name), scan)
            asked = asked | {"instrument": self._instrument}
            answered = Answered(replace(answer, notes=tuple(notes)), asked, reading)
            return Outcome(headline(answer), self._html([answered]), pickle.dumps(answered))

    def report(self, answered):
        """Write one report of several scans.

        Parameters
        ----------
        answered : list of bytes
            What `answer` gave of each.

        Returns
        -------
        Outcome
            The report.
        """
        scans = [pickle.loads(one) for one in answered]
        with quiet():
            return Outcome(f"One report of {len(scans)} scans", self._html(scans))

    def _html(self, answered):
        return joint_report(answered, self._gallery, self._library_facts).to_html()

    def _gallery(self, answer):
        """Entries that an answer was found among."""
        return self._libraries.retriever(answer.scan.radiation.kind).gallery_
