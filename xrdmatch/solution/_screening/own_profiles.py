"""Profiles of templates with their own elements, compared with a scan."""

import numpy as np

from xrdmatch.solution._screening.log_profile import N_GRID, N_POINTS, compared, places, spread
from xrdmatch.solution._screening.reflections import partial_factors
from xrdmatch.solution._screening.screen import intensities, screened

BLOCK = 256  # profiles compared at once
FREEDOM = 0.04  # of the logarithm of lengths
SPREAD = 0.02  # of the same


def own_profiles(templates, radiation):
    """Calculate the profiles of templates.

    Parameters
    ----------
    templates : list of Template
        The templates.
    radiation : Radiation
        What scans are taken with.

    Returns
    -------
    ndarray of float16, shape (n_templates, N_GRID)
        Of norm 1.
    """
    profiles = np.empty((len(templates), N_GRID), dtype=np.float16)
    for start in range(0, len(templates), BLOCK):
        raw = [_sticks(template, radiation) for template in templates[start : start + BLOCK]]
        made = compared(np.array(raw))[:, :N_GRID]
        norm = np.linalg.norm(made, axis=1, keepdims=True)
        profiles[start : start + BLOCK] = made / np.maximum(norm, 1e-12)
    return profiles


def most_alike(query, profiles, n):
    """Find the profiles that are most alike to a scan at any size.

    Parameters
    ----------
    query : QueryProfile
        The scan.
    profiles : ndarray of shape (n_templates, N_GRID)
        Output of `own_profiles`.
    n : int
        How many are wanted.

    Returns
    -------
    ndarray of int
        Their rows, the most alike first.
    """
    similarity = np.empty(len(profiles), dtype=np.float32)
    padded = np.zeros((BLOCK, N_POINTS), dtype=np.float32)
    for start in range(0, len(profiles), BLOCK):
        block = profiles[start : start + BLOCK]
        padded[: len(block), :N_GRID] = block
        found = screened(query, padded[: len(block)], np.zeros(len(block)), FREEDOM, SPREAD)
        similarity[start : start + BLOCK] = found.similarity
    return np.argsort(-similarity, kind="stable")[:n]


def _sticks(template, radiation):
    partial = partial_factors(template.lattice, template.frac_coords, template.kinds)
    strength = intensities(partial, template.elements[None], radiation)[0]
    return spread(places(partial.q), strength)[0]
