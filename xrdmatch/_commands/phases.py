"""The phases of a scan in words: fractions, look-alikes, and what is left unexplained."""

from functools import partial

from xrdmatch._commands.alike_entries import alike_in_words
from xrdmatch._commands.certainty import percent, print_certainty
from xrdmatch.inspection import ProfileDisplay

COLUMNS = "{:>8}{:>6}  {:{label}}  {:{formula}}  {:12}{:>7}  {}"
N_PEAKS = 5  # unexplained ones that are named

say = partial(print, flush=True)


def print_phases(found, gallery, certainty=None, *, full=False):
    """Print a table of phases, and sentences on what they explain and what they do not.

    Parameters
    ----------
    found : DecomposedScan
        The phases.
    gallery : sequence of Structure
        The entries.
    certainty : Certainty, default=None
        How probable the one phase is, where that is known.
    full : bool, default=False
        Whether every look-alike is named.
    """
    if found.n_phases:
        _print_table(found, [alike_in_words(found, i, gallery, full=full) for i in _all(found)])
    say(_explained(found))
    _print_probability(found, certainty)
    for note in found.notes:
        say(f"{note[:1].upper()}{note[1:].rstrip('.')}.")
    if len(found.unexplained.two_theta):
        peaks = ", ".join(f"{x:.2f}" for x in found.unexplained.two_theta[:N_PEAKS])
        say(f"Peaks at {peaks} degrees are unexplained: another phase, perhaps not in the library.")


def _print_probability(found, certainty):
    """Say how probable the one phase is, and what else could be the answer."""
    if certainty is not None and found.n_phases:
        name = found.formulas[0], found.space_groups[0]
        share = percent(certainty.of(*name).probability)
        say(f"Probability that the phase is {', '.join(name)}: {share}.")
    print_certainty(certainty)


def draw_phases(found, output):
    """Draw the phases, each in its colour; an ImportError where matplotlib is missing."""
    title = ", ".join(
        f"{100 * share:.0f} % {formula}"
        for share, formula in zip(found.weight_fraction, found.formulas, strict=True)
    )
    ProfileDisplay.from_decomposition(found).save(output, title=title)


def _explained(found):
    if not found.n_phases:
        return "No phase of the library explains the scan; --phases 1 lists what comes nearest."
    number = "One phase explains" if found.n_phases == 1 else f"{found.n_phases} phases explain"
    return (
        f"{number} the scan: R_wp {100 * found.r_wp:.1f} %, "
        f"{100 * found.unexplained.share:.1f} % of the net counts unexplained. Fractions are "
        "shares of what is crystalline and was found."
    )


def _print_table(found, alike):
    widths = {"label": max(5, *map(len, map(str, found.labels)))}
    widths["formula"] = max(7, *map(len, found.formulas))
    names = ("weight %", "+-", "label", "formula", "space group", "gain", "could also be")
    say(COLUMNS.format(*names, **widths))
    for i in _all(found):
        say(COLUMNS.format(*_row(found, i), alike[i], **widths).rstrip())
    say()


def _row(found, i):
    """Columns of one phase."""
    shares = found.weight_fraction[i], found.weight_fraction_std[i]
    weight, sigma = (f"{100 * share:.1f}" for share in shares)
    facts = str(found.labels[i]), found.formulas[i], found.space_groups[i], f"{found.gain[i]:.0f}"
    return weight, sigma, *facts


def _all(found):
    return range(found.n_phases)
