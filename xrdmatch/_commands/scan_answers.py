"""Answers to scans, in this process or by worker processes that have the library open."""

import pickle
from contextlib import redirect_stdout
from dataclasses import replace
from functools import lru_cache, partial
from io import StringIO

from joblib import Parallel, delayed

from xrdmatch._commands.answers import Answer
from xrdmatch._commands.question import Question
from xrdmatch._commands.quietly import MISTAKES, quiet
from xrdmatch._commands.scan_files import read_noted_scan


def answers_one_by_one(question, sources, reading, *, series=False):
    """Answer scan after scan.

    Parameters
    ----------
    question : Question
        With its library open.
    sources : list of ScanSource
        The scans.
    reading : dict
        Options of `read_pattern`.
    series : bool, default=False
        Whether the phases of one are expected in the next.

    Yields
    ------
    Answer
        Of each scan; one that failed says why.
    """
    expected = ()
    for source in sources:
        answer = _attempted(partial(_answer_scan, question), source, reading, expected)
        if series and not answer.error:
            expected = answer.phases.indices
        yield answer


def answers_of_workers(library, asked, sources, reading, n_jobs):
    """Answer scans by several processes.

    Parameters
    ----------
    library : Path or None
        As of `Question.open`; each process opens it once.
    asked : dict
        Options of `Question`.
    sources : list of ScanSource
        The scans.
    reading : dict
        Options of `read_pattern`.
    n_jobs : int
        Number of processes, -1 for all cores.

    Yields
    ------
    Answer
        In the order of the scans; one that failed says why.
    """
    question = pickle.dumps((library, asked))
    jobs = (delayed(_answer_apart)(question, source, reading) for source in sources)
    yield from Parallel(n_jobs, return_as="generator")(jobs)


def _answer_apart(question, source, reading):
    with quiet():
        return _attempted(partial(_answer_scan, _opened(question)), source, reading)


@lru_cache(1)
def _opened(question):
    library, asked = pickle.loads(question)
    opened = Question(**asked)
    with redirect_stdout(StringIO()):  # said once, by the process that started this one
        opened.open(library)
    return opened


def _answer_scan(question, source, reading, expected=()):
    scan, notes = read_noted_scan(source.path, scan=source.scan, **reading)
    return replace(question.answer(source, scan, expected), notes=notes)


def _attempted(answer, source, *options):
    try:
        return answer(source, *options)
    except MISTAKES as error:
        return Answer(source, error=str(error))
