"""The phases of a scan in words: fractions, look-alikes, and what is left unexplained."""

from functools import partial

from xrdmatch.inspection import ProfileDisplay
from xrdmatch.retrieval import PhaseDecomposition

COLUMNS = "{:>8}{:>6}  {:{label}}  {:{formula}}  {:12}{:>7}  {}"
N_PEAKS = 5  # unexplained ones that are named
N_LOOK_ALIKES = 3  # that are named for each phase

say = partial(print, flush=True)


def find_phases(retriever, scan, max_phases, elements=None):
    """Find the phases of one scan.

    Parameters
    ----------
    retriever : PhysicsReranker
        With its gallery.
    scan : Scan
        The scan.
    max_phases : int
        At most so many.
    elements : str, default=None
        Those that may be in it.

    Returns
    -------
    DecomposedScan
        What is in it.
    """
    (found,) = PhaseDecomposition(retriever, max_phases).decompose([scan], elements)
    return found


def print_phases(found):
    """Print a table of phases, and sentences on what they explain and what they do not.

    Parameters
    ----------
    found : DecomposedScan
        Output of `find_phases`.
    """
    if found.n_phases:
        _print_table(found)
    say(_explained(found))
    for note in found.notes:
        say(f"{note[:1].upper()}{note[1:].rstrip('.')}.")
    if len(found.unexplained.two_theta):
        peaks = ", ".join(f"{x:.2f}" for x in found.unexplained.two_theta[:N_PEAKS])
        say(f"Peaks at {peaks} degrees are unexplained: another phase, perhaps not in the library.")


def draw_phases(found, output):
    """Draw the phases, each in its colour; an ImportError where matplotlib is missing."""
    title = ", ".join(
        f"{100 * share:.0f} % {formula}"
        for share, formula in zip(found.weight_fraction, found.formulas, strict=True)
    )
    ProfileDisplay.from_decomposition(found).save(output, title=title)


def _explained(found):
    if not found.n_phases:
        return "No phase of the library explains the scan."
    number = "One phase explains" if found.n_phases == 1 else f"{found.n_phases} phases explain"
    return (
        f"{number} the scan: R_wp {100 * found.r_wp:.1f} %, "
        f"{100 * found.unexplained.share:.1f} % of the net counts unexplained. Fractions are "
        "shares of what is crystalline and was found."
    )


def _print_table(found):
    widths = {"label": max(5, *map(len, map(str, found.labels)))}
    widths["formula"] = max(7, *map(len, found.formulas))
    names = ("weight %", "+-", "label", "formula", "space group", "gain", "could also be")
    say(COLUMNS.format(*names, **widths))
    for i in range(found.n_phases):
        say(COLUMNS.format(*_row(found, i), **widths))
    say()


def _row(found, i):
    """Columns of one phase."""
    others = [str(label) for label in found.look_alikes[i]]
    more = f" and {len(others) - N_LOOK_ALIKES} more" if len(others) > N_LOOK_ALIKES else ""
    shares = found.weight_fraction[i], found.weight_fraction_std[i]
    weight, sigma = (f"{100 * share:.1f}" for share in shares)
    facts = str(found.labels[i]), found.formulas[i], found.space_groups[i], f"{found.gain[i]:.0f}"
    return weight, sigma, *facts, ", ".join(others[:N_LOOK_ALIKES]) + more
