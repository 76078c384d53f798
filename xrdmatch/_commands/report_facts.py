"""Facts about the query, the scan and the library in a report."""

from xrdmatch._commands.arguments import AUTO_PHASES
from xrdmatch._commands.chemistry import RULES
from xrdmatch._commands.standards import are_standards, standards_facts
from xrdmatch.retrieval import library_card

OF_SERIES = "The phases of one scan are expected in the next: they are followed to smaller amounts."
NO_ELEMENTS = "Nothing was said about the elements: every entry of the library competes."
NO_INSTRUMENT = (
    "No diffractometer was calibrated: line widths and the zero of the angles are free within "
    "what is usual in laboratories."
)


def scan_facts(answer, n_entries):
    """Say what is known of a scan.

    Parameters
    ----------
    answer : Answer
        With its scan.
    n_entries : int
        How many structures it was compared with.

    Returns
    -------
    dict of str to str
        Facts by name.
    """
    scan, notes = answer.scan, answer.notes
    radiation = scan.radiation
    lines = " + ".join(f"{x:.6g}" for x, _ in radiation.lines)
    facts = {
        "file": str(answer.source),
        "2θ": f"{scan.two_theta[0]:.6g} to {scan.two_theta[-1]:.6g} degrees",
        "points": f"{scan.n_points}, step {scan.step:.4g} degrees",
        "counts": f"{scan.counts.min():.6g} to {scan.counts.max():.6g}",
        "radiation": f"{radiation.kind}, {lines} Å",
        "compared with": f"{n_entries} structures",
    }
    return facts | ({"remarks": "; ".join(notes)} if notes else {})


def question_facts(asked, reading, series):
    """Say what was asked.

    Parameters
    ----------
    asked : dict
        Options of `Question`.
    reading : dict
        Options of `read_pattern`.
    series : bool
        Whether the scans are one series.

    Returns
    -------
    dict of str to str
        Facts by name.
    """
    facts = {"looked for": _looked_for(asked), "elements": _elements(asked)}
    facts["wavelength"] = str(reading.get("wavelength") or "as the files state it")
    optional = {"radiation": reading.get("radiation"), "axis": reading.get("axis")}
    optional |= {"instrument": asked.get("instrument"), "series": "yes" if series else None}
    return facts | {name: str(value) for name, value in optional.items() if value is not None}


def assumptions(asked, reading, series):
    """Say what was taken for granted in this question, as `question_facts` takes it."""
    given = reading.get("wavelength")
    said = [] if given is None else [f"The wavelength is what was given, {given}."]
    said += [] if _rules(asked) else [NO_ELEMENTS]
    said += [NO_INSTRUMENT] if asked.get("instrument") is None else []
    return [*said, OF_SERIES] if series else said


def library_facts(library):
    """Say what is known of a library; lists of its card are counted.

    Parameters
    ----------
    library : Path or None
        What `index` made; None, or ``standards``, for the shipped standards.

    Returns
    -------
    dict of str to str
        Facts by name.
    """
    if are_standards(library):
        return standards_facts()
    card = library_card(library)
    facts = {"folder": str(library), "structures": str(card["n_structures"])}
    facts["written by"] = f"xrdmatch {card.get('xrdmatch')}"
    for name, value in (card.get("about") or {}).items():
        facts[name] = str(len(value)) if isinstance(value, list | dict) else str(value)
    return facts


def _looked_for(asked):
    k, phases = asked.get("k"), asked.get("phases")
    if phases == 1 or (phases is None and k is not None):
        return "candidates for one phase"
    return f"up to {phases or AUTO_PHASES} phases together"


def _elements(asked):
    """Rules for the elements in words."""
    rules = [f"each {RULES[name][1].format(symbols)}" for name, symbols in _rules(asked).items()]
    return "; ".join(rules) or "nothing known"


def _rules(asked):
    known = asked.get("known") or {}
    return {name: symbols for name, symbols in known.items() if symbols is not None}
