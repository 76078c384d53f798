"""Candidates for the one phase of a scan: refined, and printed as a table."""

from functools import partial

import numpy as np

from xrdmatch._commands.alike_entries import twins_together
from xrdmatch._commands.certainty import percent, print_certainty
from xrdmatch.crystallography import crystal_symmetry
from xrdmatch.inspection import ProfileDisplay

COLUMNS = "{:>4}  {:{label}}  {:{formula}}  {:12}{:>9}{:>10}{:>17}{}  {}"
PROBABILITY = "{:>15}"
RIVALS = "These are rivals for one phase; --phases auto looks for several."

say = partial(print, flush=True)


def find_candidates(retriever, scan, k, elements=None):
    """Refine the candidates of a scan, best first.

    Parameters
    ----------
    retriever : PhysicsReranker
        With its gallery.
    scan : Scan
        The scan.
    k : int
        How many candidates.
    elements : str, list or ElementFilter, default=None
        Known chemistry.

    Returns
    -------
    list of dict
        One for each candidate, fewer than k where there are no more: ``label``, ``formula``,
        ``space_group``, ``score`` (its log probability), ``r_wp`` [%], ``change`` (the largest of
        the cell's lengths [%]), ``lattice`` and ``lattice_sigma`` (six numbers each [Å, degrees]),
        and ``display``, a `ProfileDisplay` of its fit.
    """
    fits = retriever.refine(scan, min(k, len(retriever.gallery_)), elements)
    found = np.flatnonzero(fits.indices[0] >= 0)
    return [_candidate(retriever, fits, c) for c in found]


def _candidate(retriever, fits, c):
    """Facts on column c of what was refined."""
    i = int(fits.indices[0, c])
    structure = retriever.gallery_[i]
    peaks = f"peaks of {structure.reduced_formula}"
    changes = 100 * (fits.lattice[0, c, :3] / structure.lattice.lengths - 1)
    return {
        "label": str(retriever.classes_[i]),
        "formula": structure.reduced_formula,
        "space_group": crystal_symmetry(structure).space_group,
        "score": -fits.distances[0, c],
        "r_wp": 100 * fits.r_wp[0, c],
        "change": changes[np.argmax(np.abs(changes))],
        "lattice": fits.lattice[0, c],
        "lattice_sigma": fits.lattice_sigma[0, c],
        "display": ProfileDisplay.from_refinement(fits, candidate=c, name=peaks),
    }


def print_candidates(candidates, certainty=None, *, full=False):
    """Print a table of candidates, twins in one line.

    Parameters
    ----------
    candidates : list of dict
        Output of `find_candidates`.
    certainty : Certainty, default=None
        How probable they are, where that is known.
    full : bool, default=False
        Whether each twin has a line of its own.
    """
    lines = [(c, "") for c in candidates] if full else twins_together(candidates)
    columns = ("rank", "label", "formula", "space group", "score", "R_wp [%]", "cell change [%]")
    widths = {
        name: max(len(name), *(len(c[name]) for c in candidates)) for name in ("label", "formula")
    }
    head = PROBABILITY.format("probability  ") if certainty else ""
    say(COLUMNS.format(*columns, head, "", **widths).rstrip())
    for rank, (c, alike) in enumerate(lines, start=1):
        facts = (c["label"], c["formula"], c["space_group"])
        numbers = (f"{c['score']:.1f}", f"{c['r_wp']:.1f}", f"{c['change']:+.2f}")
        share = PROBABILITY.format(probability_in_words(c, certainty)) if certainty else ""
        say(COLUMNS.format(rank, *facts, *numbers, share, alike, **widths).rstrip())
    say()
    print_certainty(certainty)
    say(RIVALS)


def probability_in_words(candidate, certainty):
    """Probability of a candidate's phase, with a star inside the set of 90 %."""
    phase = certainty.of(candidate["formula"], candidate["space_group"])
    return percent(phase.probability) + (" *" if phase.inside else "  ")
