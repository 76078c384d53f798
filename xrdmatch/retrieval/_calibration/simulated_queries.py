"""Queries simulated from a gallery's own structures."""

import numpy as np

from xrdmatch.refinement import check_refinable
from xrdmatch.retrieval._gallery import picked
from xrdmatch.simulation import perturb_patterns, perturb_scans

SCANS_SEVERITY = 1.0  # where none is said
SPOTS_SEVERITY = 0.25, 2.0  # drawn between them where none is said


def simulated_queries(retriever, n, severity, cells, rng):
    """Draw structures of a gallery and simulate one imperfect pattern of each.

    Parameters
    ----------
    retriever : StructureRetriever
        With its gallery and its simulator.
    n : int
        How many; structures come again where the gallery has fewer.
    severity : float or None
        Of `perturb_patterns` or `perturb_scans`; None for 1 of scans, and for one between 0.25
        and 2 of spots, each pattern its own.
    cells : {"measured", "computed", "mixed"}
        Scans: where the gallery's cells are from.
    rng : RandomState
        Source of chance.

    Returns
    -------
    patterns : list
        The queries.
    truth : ndarray of int
        Position of each one's structure in the gallery; fewer than n where some cannot be
        simulated or have hardly a peak within reach.
    """
    n_gallery, simulator = len(retriever.gallery_), retriever.simulator_
    rounds = [rng.permutation(n_gallery) for _ in range(-(-n // n_gallery))]
    truth = np.concatenate(rounds)[:n]
    draw = _usable_scan if simulator.geometry == "powder" else _usable_spots
    crystals = (picked(retriever.gallery_, [int(i)]) for i in truth)
    patterns = [draw(crystal, severity, simulator, cells, rng) for crystal in crystals]
    usable = [at for at, pattern in enumerate(patterns) if pattern is not None]
    return [patterns[at] for at in usable], truth[usable]


def _usable_scan(crystal, severity, simulator, cells, rng):
    """One scan, or None."""
    severity = SCANS_SEVERITY if severity is None else severity
    options = {"simulator": simulator, "cells": cells, "random_state": rng}
    try:
        (scan,) = perturb_scans(crystal, severity, **options)
        check_refinable(scan)
    except ValueError:
        return None
    return scan


def _usable_spots(crystal, severity, simulator, cells, rng):
    """One pattern of spots, or None."""
    severity = rng.uniform(*SPOTS_SEVERITY) if severity is None else severity
    try:
        (pattern,) = perturb_patterns(crystal, severity, simulator=simulator, random_state=rng)
    except ValueError:
        return None
    return pattern
