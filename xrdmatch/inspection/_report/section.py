"""Section of a report on one scan: tables and picture data."""

from xrdmatch.inspection._plot.decomposed_profile import phase_names
from xrdmatch.inspection._report.candidate_comparison import differing_places, place_in_words
from xrdmatch.inspection._report.picture_data import (
    candidate_picture,
    comparison_picture,
    mixture_picture,
)
from xrdmatch.refinement import with_uncertainty

SMALLEST = 2e-5  # [Å, degrees] uncertainty: angles of cells that are nearly of higher symmetry
N_COMPARED = 3  # candidates that the best is compared with
CURVES = 5  # of a picture, beside those of phases; angles count twice


def n_curves(scan):
    """Count the curves that are drawn of a scan."""
    if scan.found is not None:
        return CURVES + scan.found.n_phases
    if not scan.candidates:
        return 0
    return CURVES * (1 + len(_rivals(scan.candidates)))


def section(scan, n_points, colours):
    """Put together what the page shows of a scan.

    Parameters
    ----------
    scan : ReportedScan
        The scan.
    n_points : int
        At most so many points of each curve; 0 for no picture.
    colours : dict of int to str
        Colours of phases by their position in the gallery.

    Returns
    -------
    dict
        What the template ``scan.html`` names.
    """
    mixed = scan.found is not None and scan.found.n_phases > 0
    return {
        "name": scan.name,
        "facts": scan.facts,
        "error": scan.error,
        "sentences": scan.sentences,
        "headline": _headline(scan),
        "phases": _phase_rows(scan) if mixed else [],
        "cells": _phase_cells(scan.found) if mixed else _candidate_cells(scan.candidates),
        "refined": _refined(scan.found) if mixed else {},
        "candidates": [_candidate_row(*pair) for pair in enumerate(scan.candidates, 1)],
        "comparisons": _comparisons(scan.candidates, n_points),
        "picture": _picture(scan, n_points, colours),
    }


def _headline(scan):
    """Give the answer in one line."""
    if scan.error:
        return "Not answered"
    if scan.candidates:
        best = scan.candidates[0]
        probable = f", probability {best.probability}" if best.probability else ""
        return f"Best candidate: {best.formula}, {best.space_group}{probable}"
    if scan.found is None or not scan.found.n_phases:
        return "No phase of the library explains the scan"
    shares = zip(scan.found.weight_fraction, scan.found.formulas, strict=True)
    return ", ".join(f"{100 * share:.1f} % {formula}" for share, formula in shares)


def _picture(scan, n_points, colours):
    if n_points and scan.candidates:
        return candidate_picture(scan.candidates[0], n_points)
    if n_points and scan.found is not None:
        own = [colours[entry] for entry in scan.found.indices.tolist()]
        return mixture_picture(scan.found, phase_names(scan.found), own, n_points)
    return None


def _phase_rows(scan):
    found = scan.found
    alike = scan.look_alikes or [", ".join(map(str, labels)) for labels in found.look_alikes]
    return [
        {
            "weight": f"{100 * found.weight_fraction[i]:.1f}",
            "sigma": f"{100 * found.weight_fraction_std[i]:.1f}",
            "label": str(found.labels[i]),
            "formula": found.formulas[i],
            "space_group": found.space_groups[i],
            "gain": f"{found.gain[i]:.0f}",
            "alike": alike[i],
        }
        for i in range(found.n_phases)
    ]


def _phase_cells(found):
    return [
        {
            "name": f"{found.formulas[i]} ({found.labels[i]})",
            "cell": _cell(found.lattice[i], found.lattice_sigma[i]),
            "fwhm": " to ".join(f"{width:.3f}" for width in found.fwhm[i]),
        }
        for i in range(found.n_phases)
    ]


def _candidate_cells(candidates):
    return [
        {
            "name": f"{one.formula} ({one.label})",
            "cell": _cell(one.lattice, one.lattice_sigma),
            "fwhm": "",
        }
        for one in candidates
    ]


def _cell(lattice, sigma):
    """Write six numbers with their uncertainties; what hardly moved has none."""
    return [
        with_uncertainty(round(float(x), 4), 0.0) if s < SMALLEST else with_uncertainty(x, s)
        for x, s in zip(lattice, sigma, strict=True)
    ]


def _refined(found):
    """Numbers that all phases share."""
    shift = with_uncertainty(found.zero_shift, found.zero_shift_sigma)
    return {
        "R_wp": f"{100 * found.r_wp:.1f} %",
        "unexplained": f"{100 * found.unexplained.share:.1f} % of the net counts",
        "broad humps": f"{100 * found.broad.share:.1f} % of the net counts",
        "zero shift": f"{shift} degrees",
    }


def _candidate_row(rank, one):
    numbers = {
        "score": f"{one.score:.1f}",
        "r_wp": f"{one.r_wp:.1f}",
        "change": f"{one.change:+.2f}",
    }
    names = ("label", "formula", "space_group", "probability", "alike")
    return {"rank": rank} | {name: getattr(one, name) for name in names} | numbers


def _rivals(candidates):
    """Pair the best with each of the next few, to be compared."""
    return [(candidates[0], other) for other in candidates[1 : 1 + N_COMPARED]]


def _comparisons(candidates, n_points):
    return [_comparison(pair, n_points) for pair in _rivals(candidates)] if n_points else []


def _comparison(pair, n_points):
    """Say and show where two candidates differ."""
    best = pair[0].profile
    places = differing_places(best.x, best.observed, *(one.profile.calculated for one in pair))
    names = tuple(f"{one.formula}, {one.space_group} ({one.label})" for one in pair)
    return {
        "names": names,
        "places": [place_in_words(place, names) for place in places],
        "picture": comparison_picture(pair, places, n_points),
    }
