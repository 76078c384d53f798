"""One report of scans that may have been asked about in different ways."""

from typing import NamedTuple

from xrdmatch._commands.answers import Answer
from xrdmatch._commands.report_facts import assumptions, question_facts
from xrdmatch._commands.reports import reported_scan
from xrdmatch.inspection import IdentificationReport

DIFFERENT = "not the same for all scans"


class Answered(NamedTuple):
    """An answer and what was asked.

    Parameters
    ----------
    answer : Answer
        Of one scan.
    asked : dict
        Options of `Question`.
    reading : dict
        Options of `list_scans`.
    """

    answer: Answer
    asked: dict
    reading: dict


def joint_report(answered, gallery_of, library):
    """Make one report.

    Parameters
    ----------
    answered : list of Answered
        The scans in their order.
    gallery_of : function of Answer
        Gives the entries that an answer was found among.
    library : dict of str to str
        What is known of the library.

    Returns
    -------
    IdentificationReport
        The report.
    """
    return IdentificationReport(
        [reported_scan(one.answer, gallery_of) for one in answered],
        asked=_in_common([question_facts(one.asked, one.reading, False) for one in answered]),
        library=library,
        assumed=_said([assumptions(one.asked, one.reading, False) for one in answered]),
    )


def _in_common(facts):
    """Put facts on several questions together; those that differ are said to differ."""
    names = dict.fromkeys(name for one in facts for name in one)
    values = {name: {one.get(name) for one in facts} for name in names}
    return {name: x.pop() if len(x) == 1 else DIFFERENT for name, x in values.items()}


def _said(assumed):
    """Put assumptions together; those that do not hold for all are said not to."""
    sentences = dict.fromkeys(sentence for one in assumed for sentence in one)
    everywhere = {text: all(text in one for one in assumed) for text in sentences}
    return [text if holds else f"Of some scans: {text}" for text, holds in everywhere.items()]
