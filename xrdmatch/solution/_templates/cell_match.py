"""Comparison of indexed cells with the cells of templates."""

import itertools

import numpy as np
from pymatgen.core import Lattice

from xrdmatch.solution._cells.reduction import reduced_cell
from xrdmatch.solution._found_cell import FoundCell

# Chosen on withheld frameworks; all of 0.1 to 0.3, and of 1 to 5, find as many.
CLOSE = 0.05  # relative difference of each length and angle of cells that agree
STEP = 0.2  # what a template costs for each cell of the list before the one that it agrees with
NONE = 1.5  # what one costs that agrees with no cell
NEAR_VOLUME, NEAR_AXIS = 0.2, 0.1  # relative, of cells that are compared at all
BLOCK = 1000  # templates that are compared at once
SLACK = 1.15  # by which the longest axis of another choice of axes may exceed the reduced one
CHOICES = np.array(list(itertools.product((-1, 0, 1), repeat=9))).reshape(-1, 3, 3)
CHOICES = CHOICES[np.linalg.det(CHOICES).round() == 1]


def cell_parameters(vectors):
    """Lengths [Å] and angles [degrees] of cells, (..., 3, 3) to (..., 6)."""
    metric = vectors @ np.swapaxes(vectors, -1, -2)
    lengths = np.sqrt(np.diagonal(metric, axis1=-2, axis2=-1))
    pairs = ((1, 2), (0, 2), (0, 1))
    cosines = [metric[..., i, j] / (lengths[..., i] * lengths[..., j]) for i, j in pairs]
    angles = np.degrees(np.arccos(np.clip(np.stack(cosines, -1), -1, 1)))
    return np.concatenate([lengths, angles], axis=-1)


def differences(vectors, parameters, volumes):
    """Compare a lattice with reduced cells, whatever axes suit best.

    Parameters
    ----------
    vectors : ndarray of shape (3, 3)
        Any primitive cell of the lattice [Å].
    parameters : ndarray of shape (n, 6)
        Lengths [Å] and angles [degrees] of reduced cells.
    volumes : ndarray of shape (n,)
        Their volumes [Å^3].

    Returns
    -------
    ndarray of shape (n,)
        The largest relative difference of a length or an angle, for the choice of axes that makes
        it smallest; infinite where volumes or shortest axes are too different.
    """
    reduced = reduced_cell(vectors)
    choices = _choices(reduced)
    shortest = np.linalg.norm(reduced, axis=1).min()
    near = np.abs(volumes / np.abs(np.linalg.det(reduced)) - 1) < NEAR_VOLUME
    near &= np.abs(parameters[:, :3].min(1) / shortest - 1) < NEAR_AXIS
    found = np.full(len(parameters), np.inf)
    near = np.flatnonzero(near)
    for start in range(0, len(near), BLOCK):
        rows = near[start : start + BLOCK]
        off = np.abs(parameters[rows, None] / choices - 1)  # (n_rows, n_choices, 6)
        found[rows] = off.max(2).min(1)
    return found


def _choices(reduced):
    """Lengths and angles of the cells of a lattice whose axes are about as short."""
    choices = cell_parameters(CHOICES @ reduced)
    longest = np.linalg.norm(reduced, axis=1).max()
    short = (choices[:, :3] <= SLACK * longest).all(1)
    return np.unique(np.round(choices[short], 6), axis=0)


def cell_costs(cells, parameters, volumes):
    """Penalty of each template for the rank of the found cell that it has.

    Parameters
    ----------
    cells : list of FoundCell or Lattice
        What the peaks of a query may have, best first.
    parameters, volumes : ndarray of shape (n, 6) and (n,)
        Reduced cells of templates.

    Returns
    -------
    ndarray of shape (n,)
        0 where the first cell agrees within 5 % in all lengths and angles, 0.2 more for each
        further one, at most 1.5.
    """
    costs = np.full(len(parameters), NONE)
    for rank, cell in enumerate(cells):
        close = differences(_vectors(cell), parameters, volumes) <= CLOSE
        costs[close] = np.minimum(costs[close], STEP * rank)
    return costs


def _vectors(cell):
    lattice = cell.primitive if isinstance(cell, FoundCell) else cell
    if not isinstance(lattice, Lattice):
        raise TypeError(
            f"A cell is a FoundCell or a primitive Lattice, got {type(cell).__name__}; pass what "
            "CellFinder.find returns."
        )
    return lattice.matrix


def cell_lists(cells, n):
    """Give a list of cells to each of n queries; None gives none."""
    if cells is None:
        return [[]] * n
    if n == 1 and all(isinstance(cell, FoundCell | Lattice) for cell in cells):
        cells = [cells]
    if len(cells) != n:
        raise ValueError(
            f"Cells are one list for each query, got {len(cells)} for {n} queries; give an empty "
            "list where none was found."
        )
    return [list(some) for some in cells]
