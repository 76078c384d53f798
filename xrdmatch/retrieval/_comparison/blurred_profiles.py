"""Profiles blurred so far that peaks overlap with those of a cell that is strained by percents."""

from functools import cache

import numpy as np

from xrdmatch.retrieval._comparison.profile_grid import GRID, STEP

WIDTH = 0.06  # full width at half maximum of the Gaussian, in units of q: strains move peaks so
N_POINTS = 150  # evenly spaced in the logarithm of q
COVERED = 0.5  # share of the Gaussian over a point that must have been measured
STRIDE = 2  # of the sizes of the cell that are tried: every other one is enough
COST = 0.5  # of their cost


def blurred(rows):
    """Blur rows on the grid of q.

    Parameters
    ----------
    rows : ndarray of shape (..., n_q)
        Profiles.

    Returns
    -------
    ndarray of float32, shape (..., n_points)
        The same on a grid of the logarithm of q, blurred in proportion to q.
    """
    return np.asarray(rows, dtype=np.float32) @ _blur()


def blurred_queries(queries):
    """Blur queries that are ready.

    Parameters
    ----------
    queries : ReadyQueries
        Queries on the grid of q.

    Returns
    -------
    ReadyQueries
        Every other of their versions, on the grid that `blurred` has.
    """
    first = len(queries.costs) // 2 % STRIDE  # so that the cell as it is takes part
    versions = slice(first, None, STRIDE)
    masks = blurred(queries.masks[versions]) > COVERED * _blur().sum(0)
    rows = np.where(masks, blurred(queries.rows[versions]), 0.0).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-30)
    return type(queries)(rows, masks, COST * queries.costs[versions])


@cache
def _blur():
    """Matrix (n_q, n_points) of Gaussians over the logarithm of q."""
    points = np.linspace(np.log(GRID[0]), np.log(GRID[-1]), N_POINTS)
    off = (np.log(GRID)[:, None] - points) / WIDTH
    kernel = np.exp(-4 * np.log(2) * off**2) * STEP / GRID[:, None]
    return (kernel * np.exp(points / 2)).astype(np.float32)  # high q has more peaks
