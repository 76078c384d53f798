"""Phases, cells and fractions of a decomposition as plain values."""

import numpy as np
from scipy.signal import find_peaks

from xrdmatch.refinement import hump_counts, mixture_report, weight_fractions
from xrdmatch.retrieval._decomposition.decomposed_scan import BroadPart, DecomposedScan, Unexplained

BY_PHASE = {
    "lattice": (6,),
    "lattice_sigma": (6,),
    "fwhm": (2,),
    "fwhm_sigma": (2,),
} | dict.fromkeys(("eta", "b_iso", "scale"), ())
SHARED = ("zero_shift", "zero_shift_sigma")
CERTAIN = 2.0  # counting errors beyond which a difference counts as unexplained
CLEAR, VISIBLE = 6.0, 0.02  # counting errors, and share of the strongest peak, of a peak left over
MUCH = 0.3  # unexplained share that is worth a note
WIDTHS = 1.5  # typical widths that two peaks are apart


def decomposed(search, found, standard=None, notes=()):
    """Say what was found in one scan.

    Parameters
    ----------
    search : PhaseSearch
        What has searched.
    found : Found
        Its phases.
    standard : tuple of (str, float), default=None
        Formula and weight fraction of an internal standard.
    notes : tuple of str, default=()
        What was seen before.

    Returns
    -------
    DecomposedScan
        The phases by their weight.
    """
    entries, at = search.entries, np.array(found.indices, dtype=int)
    values, profile, r_wp = mixture_report(search.query, found.fit, search.name)
    facts = np.array([entries.facts(int(i)) for i in at], dtype=object).reshape(-1, 2)
    fractions, sigma, amorphous, more = _fractions(found, entries, facts[:, 0], standard)
    humps = hump_counts(search.bare, search.humps, profile)
    left, broad = _unexplained(search.query, profile, humps), _broad(search, profile, humps)
    order = np.argsort(-fractions, kind="stable")
    labels = entries.index.labels
    alike = [np.array(found.look_alikes[found.indices[k]], dtype=int) for k in order]
    numbers = {
        name: np.array([v[name] for v in values], dtype=float).reshape(-1, *shape)[order]
        for name, shape in BY_PHASE.items()
    }
    return DecomposedScan(
        search.name, at[order], labels[at[order]], *facts[order].T, fractions[order], sigma[order],
        amorphous, np.array(found.gains, dtype=float)[order],
        [labels[others] for others in alike], alike,
        **numbers, **{name: values[0][name] if values else np.nan for name in SHARED}, r_wp=r_wp,
        unexplained=left, broad=broad, profiles=_ordered(profile, order),
        notes=(*notes, *more, *_is_broad(broad), *_is_much(left.share)),
    )  # fmt: skip


def _fractions(found, entries, formulas, standard):
    """Weight fractions, their uncertainties, the amorphous share, and notes."""
    if not found.indices:
        return np.zeros(0), np.zeros(0), np.nan, ()
    masses = [entries.mass(i) for i in found.indices]
    fractions, covariance = weight_fractions(found.fit, masses)
    sigma = np.sqrt(np.diag(covariance).clip(0))
    if standard is None:
        return fractions, sigma, np.nan, ()
    known = np.flatnonzero(formulas == standard[0])
    if len(known) != 1 or not fractions[known].sum() > 0:
        note = (
            f"The internal standard {standard[0]} was found {len(known)} times, so that weight "
            "fractions are those of what is crystalline."
        )
        return fractions, sigma, np.nan, (note,)
    return _absolute(fractions, covariance, int(known[0]), standard)


def _absolute(fractions, covariance, known, standard):
    """Fractions of the whole sample, of which that of one phase is known."""
    formula, share = standard
    absolute = share * fractions / fractions[known]
    slopes = np.diag(np.full(len(fractions), share / fractions[known]))
    slopes[:, known] -= absolute / fractions[known]
    sigma = np.sqrt(np.diag(slopes @ covariance @ slopes.T).clip(0))
    amorphous = 1.0 - float(absolute.sum())
    if amorphous >= 0:
        return absolute, sigma, amorphous, ()
    note = (
        f"With {share:.3g} of {formula} the phases are {absolute.sum():.3g} of the sample, more "
        "than there is: check the amount of the standard."
    )
    return absolute, sigma, amorphous, (note,)


def _ordered(profile, order):
    """Put the phases of the profile into another order."""
    changed = {"phases": profile.phases[order], "ticks": [profile.ticks[k] for k in order]}
    return type(profile)(**{**vars(profile), **changed})


def _broad(search, profile, counts):
    """Humps, and their share of the counts."""
    both = counts.sum() + profile.phases.sum()
    share = float(counts.sum() / both) if both > 0 else 0.0
    fields = ("two_theta", "fwhm")
    places, widths = ([getattr(hump, name) for hump in search.humps] for name in fields)
    return BroadPart(share, np.array(places, dtype=float), np.array(widths, dtype=float))


def _is_broad(broad):
    """Say that there is a hump, in a tuple that is empty where there is none."""
    if not broad.share > 0:
        return ()
    places = " and ".join(f"{x:.0f}" for x in np.sort(broad.two_theta))
    note = (
        f"Broad humps near {places} degrees have {100 * broad.share:.0f} % of the net counts: "
        "amorphous, or not in the gallery."
    )
    return (note,)


def _is_much(share):
    """Say that much is left, in a tuple that is empty where it is not."""
    if share <= MUCH:
        return ()
    note = (
        f"{100 * share:.0f} % of the counts above the background are not explained: amorphous, or "
        "a phase that the gallery lacks."
    )
    return (note,)


def _unexplained(query, profile, humps):
    """Share of the net counts that is left, and the peaks in it."""
    left = profile.observed - profile.calculated
    net = np.maximum(profile.observed - profile.background + humps, 0.0)
    beyond = np.maximum(np.abs(left) - CERTAIN * profile.sigma, 0.0)
    certain = np.maximum(net - CERTAIN * profile.sigma, 0.0).sum()
    share = float(min(1.0, beyond.sum() / certain)) if certain > 0 else 0.0
    strongest = max(net.max(), np.finfo(float).tiny)
    unsure = np.hypot(CLEAR * profile.sigma, 0.3 * profile.phases.sum(0))
    apart = max(1, round(WIDTHS * max(query.lines.fwhm) / query.step))
    at, _ = find_peaks(np.where(left > unsure, left, 0.0), VISIBLE * strongest, distance=apart)
    at = at[np.argsort(-left[at])]
    return Unexplained(share, profile.two_theta[at], left[at] / strongest)
