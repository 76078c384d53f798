"""The phases of a scan in words: fractions, look-alikes, and what is left unexplained."""

from functools import partial

from xrdmatch._commands.alike_entries import alike_in_words
from xrdmatch._commands.certainty import certainty_sentences, percent
from xrdmatch.inspection import PhaseDisplay, describe_phases

COLUMNS = "{:>8}{:>6}  {:{label}}  {:{formula}}  {:12}{:>7}  {}"

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
    for sentence in phase_sentences(found, certainty):
        say(sentence)


def phase_sentences(found, certainty=None):
    """Say what the phases explain, how probable the one phase is, and what is left.

    Parameters
    ----------
    found : DecomposedScan
        The phases.
    certainty : Certainty, default=None
        How probable the one phase is, where that is known.

    Returns
    -------
    list of str
        Sentences.
    """
    explained, *left = describe_phases(found)
    return [explained, *_probability(found, certainty), *certainty_sentences(certainty), *left]


def _probability(found, certainty):
    """Say how probable the one phase is."""
    if certainty is None or not found.n_phases:
        return []
    name = found.formulas[0], found.space_groups[0]
    share = percent(certainty.of(*name).probability)
    return [f"Probability that the phase is {', '.join(name)}: {share}."]


def draw_phases(found, output):
    """Draw the phases, each in its colour; an ImportError where matplotlib is missing."""
    shares = ", ".join(
        f"{100 * share:.0f} % {formula}"
        for share, formula in zip(found.weight_fraction, found.formulas, strict=True)
    )
    title = f"{found.name}: {shares}" if found.name else shares
    PhaseDisplay.from_decomposition(found, scale="sqrt").save(output, title=title)


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
