"""Curves of the pictures, as the page's script reads them."""

from base64 import b64encode

import numpy as np

from xrdmatch.inspection._plot.profile_drawing import TICK_COLOURS
from xrdmatch.inspection._report.thinning import thinned

LEVELS = 2**16 - 1


def colour_of(i):
    """Colour of the phase at position i."""
    return TICK_COLOURS[i % len(TICK_COLOURS)]


def encoded_angles(values):
    """Write numbers as base64 of little-endian floats of four bytes."""
    return b64encode(np.asarray(values, dtype="<f4").tobytes()).decode("ascii")


def encoded_counts(values):
    """Write counts as steps of their square roots, whose counting error is 1/2 everywhere.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Counts.

    Returns
    -------
    dict
        ``"low"`` and ``"step"``, of the roots, and ``"data"``, base64 of the numbers of steps above
        `low`, little-endian integers of two bytes.
    """
    roots = np.sign(values) * np.sqrt(np.abs(values))
    low = float(roots.min())
    step = float(np.ptp(roots)) / LEVELS or 1.0
    steps = np.rint((roots - low) / step).astype("<u2")
    return {"low": low, "step": step, "data": b64encode(steps.tobytes()).decode("ascii")}


def phase_colours(found):
    """Give each phase one colour on the whole page, in the order in which they come.

    Parameters
    ----------
    found : list of n_scans DecomposedScan or None
        Phases of all scans.

    Returns
    -------
    dict of int to str
        Colours by position in the gallery.
    """
    entries = [entry for one in found if one is not None for entry in one.indices.tolist()]
    return {entry: colour_of(i) for i, entry in enumerate(dict.fromkeys(entries))}


def mixture_picture(found, names, colours, n_points):
    """Take what is drawn of the phases of a scan.

    Parameters
    ----------
    found : DecomposedScan
        The phases.
    names : list of n_phases str
        What they are called.
    colours : list of n_phases str
        Their colours.
    n_points : int
        At most so many points of each curve.

    Returns
    -------
    dict
        Plain data.
    """
    profile, left = found.profiles, found.unexplained
    kept = thinned(profile.observed, n_points)
    curves = {
        name: encoded_counts(getattr(profile, name)[kept])
        for name in ("observed", "calculated", "background")
    }
    curves["two_theta"] = encoded_angles(profile.two_theta[kept])
    drawn = zip(names, colours, profile.phases, profile.ticks, strict=True)
    phases = [
        {
            "name": name,
            "colour": colour,
            "curve": encoded_counts(curve[kept]),
            "ticks": _plain(ticks),
        }
        for name, colour, curve, ticks in drawn
    ]
    heights = np.interp(left.two_theta, profile.two_theta, profile.observed)
    peaks = {"two_theta": _plain(left.two_theta), "height": _plain(heights)}
    return {"kind": "profile", **curves, "phases": phases, "unexplained": peaks}


def candidate_picture(candidate, n_points):
    """Take what is drawn of one candidate: as `mixture_picture`, without curves of phases."""
    display = candidate.profile
    kept = thinned(display.observed, n_points)
    curves = {
        name: encoded_counts(getattr(display, name)[kept]) for name in ("observed", "calculated")
    }
    curves["two_theta"] = encoded_angles(display.x[kept])
    ticks = np.concatenate([*display.ticks.values(), np.zeros(0)])
    phases = [{"name": candidate.formula, "colour": colour_of(0), "ticks": _plain(ticks)}]
    peaks = {"two_theta": [], "height": []}
    return {"kind": "profile", **curves, "phases": phases, "unexplained": peaks}


def comparison_picture(pair, places, n_points):
    """Take what is drawn of two candidates beside each other.

    Parameters
    ----------
    pair : tuple of two ReportedCandidate
        The candidates.
    places : list of DifferingPlace
        Where they differ.
    n_points : int
        At most so many points of each curve.

    Returns
    -------
    dict
        Plain data.
    """
    display = pair[0].profile
    kept = thinned(display.observed, n_points)
    candidates = [
        {
            "name": f"{one.formula}, {one.space_group}",
            "curve": encoded_counts(one.profile.calculated[kept]),
        }
        for one in pair
    ]
    return {
        "kind": "comparison",
        "two_theta": encoded_angles(display.x[kept]),
        "observed": encoded_counts(display.observed[kept]),
        "candidates": candidates,
        "places": [[float(place.low), float(place.high)] for place in places],
    }


def series_picture(display):
    """Take what is drawn of a series.

    Parameters
    ----------
    display : PhaseSeriesDisplay
        Fractions of its phases.

    Returns
    -------
    dict
        Plain data; null where nothing is known of a scan.
    """
    phases = [
        {"name": name, "colour": colour_of(i), "fractions": _plain(shares)}
        for i, (name, shares) in enumerate(display.fractions.items())
    ]
    return {"kind": "series", "names": [str(name) for name in display.names], "phases": phases}


def _plain(values):
    """Numbers as JSON has them; None where one is unknown."""
    return [float(f"{x:.6g}") if np.isfinite(x) else None for x in values]
