"""The report of `identify`: answers, as the page shows them."""

import sys
from functools import partial

from xrdmatch._commands.alike_entries import alike_in_words, twins_together
from xrdmatch._commands.candidates import RIVALS, probability_in_words
from xrdmatch._commands.certainty import certainty_sentences
from xrdmatch._commands.phases import phase_sentences
from xrdmatch._commands.report_facts import assumptions, library_facts, question_facts, scan_facts
from xrdmatch.inspection import IdentificationReport, ReportedCandidate, ReportedScan

TAKEN = ("label", "formula", "space_group", "score", "r_wp", "change", "lattice", "lattice_sigma")

say = partial(print, flush=True)


def identification_report(answers, gallery_of, library, *, asked=None, reading=None, series=False):
    """Make the report of answers.

    Parameters
    ----------
    answers : list of Answer
        Of all scans.
    gallery_of : function of Answer
        Gives the entries that it was found among, as `Question.gallery` does.
    library : Path
        What `index` made.
    asked : dict, default=None
        Options of `Question`.
    reading : dict, default=None
        Options of `read_pattern`.
    series : bool, default=False
        Whether the scans are of one sample in their order.

    Returns
    -------
    IdentificationReport
        With ``to_html()`` and ``save(path)``.
    """
    asked, reading = asked or {}, reading or {}
    return IdentificationReport(
        [reported_scan(one, gallery_of, asked.get("full", False)) for one in answers],
        asked=question_facts(asked, reading, series),
        library=library_facts(library),
        assumed=assumptions(asked, reading, series),
        series=series,
    )


def write_report(report, output):
    """Write a report and say where, or say what it needs.

    Parameters
    ----------
    report : IdentificationReport
        The report.
    output : Path
        The file.
    """
    try:
        report.save(output)
    except ImportError as error:
        print(error, file=sys.stderr)
        return
    say(f"\nReport: {output.absolute()}")


def reported_scan(answer, gallery_of, full=False):
    """Say what the report says of one scan.

    Parameters
    ----------
    answer : Answer
        Of the scan.
    gallery_of : function of Answer
        Gives the entries that it was found among.
    full : bool, default=False
        Whether each entry is listed, rather than twins in one line.

    Returns
    -------
    ReportedScan
        The scan, as `IdentificationReport` takes it.
    """
    name = answer.source.scan or answer.source.path.stem
    if answer.error:
        return ReportedScan(name, {"file": str(answer.source)}, error=answer.error)
    facts = scan_facts(answer, len(gallery_of(answer)))
    if answer.phases is None:
        candidates = _candidates(answer, full)
        said = (*certainty_sentences(answer.certainty), RIVALS)
        return ReportedScan(name, facts, candidates=candidates, sentences=said)
    found, gallery = answer.phases, gallery_of(answer)
    alike = [alike_in_words(found, i, gallery, full=full) for i in range(found.n_phases)]
    said = phase_sentences(found, answer.certainty)
    return ReportedScan(name, facts, found=found, look_alikes=alike, sentences=said)


def _candidates(answer, full):
    lines = [(c, "") for c in answer.candidates] if full else twins_together(answer.candidates)
    return [
        ReportedCandidate(
            **{name: c[name] for name in TAKEN},
            profile=c["display"],
            alike=alike,
            probability=_probability(c, answer.certainty),
        )
        for c, alike in lines
    ]


def _probability(candidate, certainty):
    return "" if certainty is None else probability_in_words(candidate, certainty).strip()
