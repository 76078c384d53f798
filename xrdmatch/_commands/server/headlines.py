"""An answer in one line, for the list of scans."""

from xrdmatch._commands.certainty import percent

N_NAMED = 4  # phases


def headline(answer):
    """Say in one line what a scan is of.

    Parameters
    ----------
    answer : Answer
        Of the scan.

    Returns
    -------
    str
        Phases with weight fractions, or the best candidate, and the probability that it is in no
        entry where that is known.
    """
    text = _phases(answer.phases) if answer.phases is not None else _best(answer.candidates)
    known = answer.certainty
    return text if known is None else f"{text}; not in the library: {percent(known.unknown)}"


def _phases(found):
    if not found.n_phases:
        return "No phase of the library explains the scan"
    shares = zip(found.weight_fraction, found.formulas, found.space_groups, strict=True)
    named = [f"{100 * share:.1f} % {formula} ({group})" for share, formula, group in shares]
    left = len(named) - N_NAMED
    more = [f"{left} more"] if left > 0 else []
    return f"{', '.join(named[:N_NAMED] + more)}; R_wp {100 * found.r_wp:.1f} %"


def _best(candidates):
    best = candidates[0]
    return f"Nearest: {best['formula']} ({best['space_group']}); R_wp {best['r_wp']:.1f} %"
