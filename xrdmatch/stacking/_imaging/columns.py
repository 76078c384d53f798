"""Images of layers atom by atom, needed for defects."""

from dataclasses import dataclass

import numpy as np

REACH = 5.0  # standard deviations of the probe beyond which an atom is not seen


@dataclass(frozen=True, eq=False)
class Columns:
    """Atoms in and around an image.

    Parameters
    ----------
    positions : ndarray of shape (n_atoms, 2)
        From the middle of the image [Å].
    weights : ndarray of shape (n_atoms,)
        How strongly each is seen.
    numbers : ndarray of shape (n_atoms,)
        Atomic numbers.
    """

    positions: np.ndarray
    weights: np.ndarray
    numbers: np.ndarray


def columns_in(poses, ratios, view, power):
    """List the atoms of a stack in and around an image.

    Parameters
    ----------
    poses : Poses
        The stack.
    ratios : ndarray of shape (n_layers,)
        How strongly each layer is seen.
    view : View
        The image's geometry.
    power : float
        Atoms weigh Z to this power.

    Returns
    -------
    Columns
        The atoms of the first layer first.
    """
    found = [
        _of_layer(layer, matrix @ view.matrix, position @ view.matrix + view.origin, view)
        for layer, matrix, position in zip(
            poses.layers, poses.matrices, poses.positions, strict=True
        )
    ]
    strengths = [
        ratio * (layer.occupancy * layer.numbers.astype(float) ** power)[site]
        for layer, ratio, (_, site) in zip(poses.layers, ratios, found, strict=True)
    ]
    numbers = [layer.numbers[site] for layer, (_, site) in zip(poses.layers, found, strict=True)]
    positions = np.vstack([places for places, _ in found])
    return Columns(positions, np.concatenate(strengths), np.concatenate(numbers))


def column_image(columns, view):
    """Make the image of atoms under a Gaussian probe.

    Parameters
    ----------
    columns : Columns
        The atoms.
    view : View
        The image's geometry.

    Returns
    -------
    ndarray of shape (h, w)
        The image, per area [1/Å^2].
    """
    norm = 1 / (2 * np.pi * view.probe_sigma**2)
    rows = _gaussians(view.y, columns.positions[:, 1], view.probe_sigma)  # (h, n_atoms)
    across = _gaussians(view.x, columns.positions[:, 0], view.probe_sigma)  # (w, n_atoms)
    return norm * (rows * columns.weights.astype(np.float32)) @ across.T


def _gaussians(places, centres, sigma):
    return np.exp(-0.5 * ((places[:, None] - centres) / sigma).astype(np.float32) ** 2)


def _of_layer(layer, matrix, origin, view):
    """Return places of the atoms that can be seen, and which site each is."""
    lattice, sites = layer.lattice @ matrix, layer.positions @ matrix + origin
    half = np.array([view.x.max(), view.y.max()]) + REACH * view.probe_sigma
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * half - sites.mean(0)
    cells = corners @ np.linalg.inv(lattice)
    low, high = np.floor(cells.min(0)).astype(int) - 1, np.ceil(cells.max(0)).astype(int) + 2
    shifts = np.stack(np.mgrid[low[0] : high[0], low[1] : high[1]], -1).reshape(-1, 2) @ lattice
    places = (shifts[:, None] + sites).reshape(-1, 2)
    site = np.tile(np.arange(len(sites)), len(shifts))
    seen = (np.abs(places) <= half).all(1)
    return places[seen], site[seen]
