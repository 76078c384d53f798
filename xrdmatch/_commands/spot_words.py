"""Printed answers about spots."""

from functools import partial

import numpy as np

COLUMNS = "{:>4}  {:{label}}  {:{formula}}{:>10}{:>14}  {:8}{:>11}{:>13}{:>10}"
HEAD = ("rank", "label", "formula", "log odds", "rotation [°]", "mirrored", "scale [%]")
HEAD = (*HEAD, "unexplained", "not seen")
MOST_NAMED = 8  # crystals that it could also be

say = partial(print, flush=True)


def tell_spots(seen):
    """Say how many spots there are, on which lattice, and what is odd about them."""
    n = seen.pattern.n_peaks
    say(f"{n} spot{'s' * (n != 1)}, {_lattice_in_words(seen.lattice)}")
    for remark in seen.remarks:
        say(f"note: {remark}")
    say()


def _lattice_in_words(lattice):
    """Lengths and angle of the plane cell."""
    if lattice is None:
        return "on no lattice of two directions"
    a, b = np.linalg.inv(lattice).T
    lengths = np.linalg.norm([a, b], axis=1)
    angle = np.degrees(np.arccos(np.clip(a @ b / lengths.prod(), -1, 1)))
    return f"lattice {lengths.min():.3f} x {lengths.max():.3f} Å, {angle:.1f}°"


def tell_answer(answer, has_lattice=True):
    """Print candidates, how sure the first is, and what it could also be.

    Parameters
    ----------
    answer : SpotAnswer
        The answer.
    has_lattice : bool, default=True
        Whether the spots lie on a lattice.
    """
    if answer.n_left_out:
        n = answer.n_left_out
        spots = (
            "spot beyond the reach of the library is"
            if n == 1
            else ("spots beyond the reach of the library are")
        )
        say(f"note: {n} {spots} left out.\n")
    if not answer.phase:
        say(_why_undecided(has_lattice))
        return
    _print_table(answer.candidates)
    say(f"\n{_verdict(answer)}")
    if np.isfinite(answer.among_entries):
        best = answer.best["label"]
        say(f"Of its entries {best} is {answer.among_entries:.1f} log units before the next.")
    for caution in answer.cautions:
        say(caution)
    if answer.alike:
        say(f"It could also be {_named(answer.alike)}.")


def _why_undecided(has_lattice):
    if not has_lattice:
        return (
            "Undecided: the spots lie on no lattice of two directions, by which entries are "
            "looked up."
        )
    return (
        "Undecided: no entry of the library has a lattice like that of the spots; check the "
        "scale, or ask a library with more structures or zone axes."
    )


def _print_table(candidates):
    widths = {
        name: max(len(name), *(len(c[name]) for c in candidates)) for name in ("label", "formula")
    }
    say(COLUMNS.format(*HEAD, **widths))
    for rank, c in enumerate(candidates, start=1):
        numbers = f"{c['log_odds']:.1f}", f"{c['rotation']:.1f}"
        counts = f"{100 * c['scale']:+.1f}", c["n_extra"], c["n_missing"]
        mirrored = "yes" if c["mirrored"] else "no"
        say(COLUMNS.format(rank, c["label"], c["formula"], *numbers, mirrored, *counts, **widths))


def _verdict(answer):
    """How far the best crystal is before the next, in a sentence."""
    if np.isnan(answer.margin):
        return f"{answer.phase} is the only crystal that was compared, so nothing says how sure."
    words = {
        "clear": "clear, if the crystal is in the library and scattering nearly single",
        "likely": "likely, if the crystal is in the library and scattering nearly single",
        "open": "open, the next may be right too",
        "undecided": "undecided",
    }
    return (
        f"{answer.phase} is {answer.margin:.1f} log units before the next crystal: "
        f"{words[answer.certainty]}."
    )


def _named(alike):
    named = [f"{name} ({distance:.1f} behind)" for name, distance in alike[:MOST_NAMED]]
    more = f" and {len(alike) - MOST_NAMED} more" if len(alike) > MOST_NAMED else ""
    return ", ".join(named) + more
