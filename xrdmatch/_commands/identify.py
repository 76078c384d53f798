"""The command `identify`: scans, a library, tables, pictures."""

from dataclasses import replace
from functools import partial

from xrdmatch._commands.answers import write_csv, write_json
from xrdmatch._commands.pictures import draw_answer, draw_series
from xrdmatch._commands.question import Question
from xrdmatch._commands.quietly import quiet
from xrdmatch._commands.reports import identification_report, write_report
from xrdmatch._commands.scan_answers import answers_of_workers, answers_one_by_one
from xrdmatch._commands.scan_files import read_noted_scan
from xrdmatch._commands.scan_sources import scan_sources
from xrdmatch._commands.several_scans import failures, tell_all


def identify(
    paths, library, *, series=False, scan=None, n_jobs=None, outputs=None, reading=None, **asked
):
    """Identify the phases of scans.

    Parameters
    ----------
    paths : list of Path
        Files, folders or patterns.
    library : Path or None
        What `index` made; None, or ``standards``, for the shipped standards.
    series : bool, default=False
        Whether the scans are of one sample in their order: phases of one are expected in the next.
    scan : str, default=None
        Which scan, of a file that holds several.
    n_jobs : int, default=None
        Number of processes that answer several scans, -1 for all cores; None for this one. A scan
        alone is compared by so many threads, all cores where it is None.
    outputs : dict of str to Path, default=None
        Where answers go: ``"plot"``, ``"json"``, ``"csv"`` and ``"report"``.
    reading : dict, default=None
        Options of `read_pattern`: ``wavelength``, ``radiation`` and ``axis``.
    **asked
        Options of `Question`.

    Returns
    -------
    int
        Exit code: 0, or 1 where some of several scans were not answered.

    Raises
    ------
    ValueError
        If no scan, or not the library, can be read, or nothing is left to compare with.
    """
    outputs = {name: path for name, path in (outputs or {}).items() if path is not None}
    reading, question = reading or {}, Question(**asked, n_jobs=n_jobs or -1)
    if series and question.most == 1:
        raise ValueError("A series is of phases and their fractions; leave out -k and --phases 1.")
    if series and n_jobs not in (None, 1):
        raise ValueError("A series is answered scan after scan; leave out --n-jobs.")
    sources = scan_sources(paths, scan, series=series, **reading)
    about = {"asked": asked, "reading": reading, "series": series}
    report = partial(identification_report, gallery_of=question.gallery, library=library, **about)
    write = partial(_write, outputs=outputs, report=report)
    if len(sources) == 1 and not series:
        return _identify_one(question, sources[0], library, outputs, reading, write)
    if n_jobs in (None, 1):
        answers = answers_one_by_one(question, sources, reading, series=series)
    else:
        answers = answers_of_workers(library, asked, sources, reading, n_jobs)
    return _identify_several(question, sources, answers, library, outputs, series, write)


def _identify_one(question, source, library, outputs, reading, write):
    scan, notes = read_noted_scan(source.path, scan=source.scan, **reading)
    with quiet():
        question.open(library)
        answer = replace(question.answer(source, scan), notes=notes)
        question.tell(answer)
        write([answer])
    if "plot" in outputs:
        draw_answer(answer, outputs["plot"])
    return 0


def _identify_several(question, sources, coming, library, outputs, series, write):
    answers = []
    with quiet():
        question.open(library)
        try:
            answers.extend(tell_all(sources, coming, question.tell))
        finally:  # after Ctrl-C too
            write(answers)
    code = failures(answers)
    if "plot" in outputs and series:
        draw_series(answers, outputs["plot"])
    elif "plot" in outputs:
        for one in answers:
            draw_answer(one, outputs["plot"], alone=False)
    return code


def _write(answers, outputs, report):
    if "json" in outputs:
        write_json(answers, outputs["json"])
    if "csv" in outputs:
        write_csv(answers, outputs["csv"])
    if "report" in outputs and answers:
        write_report(report(answers), outputs["report"])
