"""Domains: the best-fitting motif at each place, on a grid finer than the windows."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

CELL = 1.0  # [Å] of the grid of domains, at most
SOFT = 3.5  # [Å] over which differences are averaged
THINNEST = 12.0  # [Å] edge of a square that a domain fills: less is what a boundary looks like
FILLED = 0.75  # of such a square
SUREST = 0.01  # [Å] no window is trusted more
NEAR = 1.5  # windows from a motif's windows, up to which it may reach


@dataclass(frozen=True, eq=False)
class Domains:
    """Motifs over an image, on a grid of square cells.

    Parameters
    ----------
    labels : ndarray of int, shape (n_rows, n_columns)
        Motif of each cell; -1 where none is near.
    misfits : dict of int to ndarray of shape (n_rows, n_columns)
        Mean square of what each motif leaves around a cell; infinite where it is not near.
    x, y : ndarray of shape (n_columns,), (n_rows,)
        Centres of the cells [Å].
    """

    labels: np.ndarray
    misfits: dict
    x: np.ndarray
    y: np.ndarray

    def around(self, points, edge):
        """Most frequent motif in squares around points.

        Parameters
        ----------
        points : ndarray of shape (n_rows, n_columns, 2)
            Centres of the squares, on a grid [Å].
        edge : float
            Of the squares [Å].

        Returns
        -------
        ndarray of int, shape (n_rows, n_columns)
            Motifs, -1 where there is none.
        """
        columns = np.abs(self.x - points[0, :, 0, None]) <= edge / 2
        rows = np.abs(self.y - points[:, 0, 1, None]) <= edge / 2
        counts = [rows @ (self.labels == i).astype(float) @ columns.T for i in (-1, *self.misfits)]
        return np.array([-1, *self.misfits])[np.argmax(counts, axis=0)]

    def renumbered(self):
        """Give the same domains with motifs counted from 0, in the order of their misfits."""
        labels = np.full_like(self.labels, -1)
        for new, old in enumerate(self.misfits):
            labels[self.labels == old] = new
        return replace(self, labels=labels, misfits=dict(enumerate(self.misfits.values())))


def find_domains(image, reading, motifs, tiles):
    """Compare motifs at each place.

    1. The layers of each motif are laid where its own windows nearby have them.
    2. What is left of the image is squared and averaged over 3.5 Å.
    3. The motif that leaves least is taken; one that is thinner than 12 Å everywhere is no domain
       but what windows see of two, and is left out.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Without background.
    reading : Reading
        Layers of the windows.
    motifs : ndarray of int, shape (n_rows, n_columns)
        Of the windows.
    tiles : Tiling
        Blocks and windows.

    Returns
    -------
    Domains
        Where each motif is the best.
    """
    n = max(1, int(CELL / tiles.pixel_size))
    found = {
        int(motif): _misfit(image, reading, motifs == motif, tiles, n)
        for motif in np.unique(motifs[motifs >= 0])
    }
    rows, columns = (size // n for size in tiles.shape)
    height, width = np.multiply(tiles.shape, tiles.pixel_size)
    edge = n * tiles.pixel_size
    x, y = edge * (np.arange(columns) + 0.5), edge * (np.arange(rows) + 0.5)
    found = _thick_ones(found, edge)
    labels = _best(found) if found else np.full((rows, columns), -1)
    return Domains(labels, found, x - width / 2, height / 2 - y)


def _best(misfits):
    numbers = np.array(list(misfits))
    values = np.stack(list(misfits.values()))
    return np.where(np.isinf(values.min(0)), -1, numbers[values.argmin(0)])


def _thick_ones(misfits, edge):
    """Leave out motifs that fill no square of this size, the rarest first."""
    n = max(1, round(THINNEST / edge))
    misfits = dict(misfits)
    for motif in sorted(misfits, reverse=True):
        share = uniform_filter((_best(misfits) == motif).astype(float), n, mode="constant")
        if len(misfits) > 1 and share.max() < FILLED:
            misfits.pop(motif)
    return misfits


def _misfit(image, reading, own, tiles, n):
    """Return what one motif leaves around cells of n x n pixels, infinite where it is not near."""
    rows, columns = (size // n for size in tiles.shape)
    model, known = _model(reading, own, tiles)
    squares = np.where(known, image - model, 0.0) ** 2
    means, shares = (
        x[: rows * n, : columns * n].reshape(rows, n, columns, n).mean((1, 3))
        for x in (squares, known.astype(float))
    )
    soft = SOFT / (n * tiles.pixel_size)
    means, shares = gaussian_filter(means, soft), gaussian_filter(shares, soft)
    return np.where(shares > 0.5, means / np.maximum(shares, 1e-9), np.inf)


def _model(reading, own, tiles):
    """Image of one motif, and where its windows are near enough to know."""
    layers = reading.arrangements[reading.kind[own][0]]
    along = tiles.pixel_size * (np.arange(tiles.n_pixels) - (tiles.n_pixels - 1) / 2)
    right = np.exp(2j * np.pi * np.outer(layers.waves[:, 0], along))  # (n_waves, n)
    up = np.exp(-2j * np.pi * np.outer(along, layers.waves[:, 1]))  # (n, n_waves)
    model, known = np.zeros(tiles.shape), np.zeros(tiles.shape, dtype=bool)
    n = tiles.n_pixels
    for i, row in enumerate(tiles.block_centres()):
        near = np.flatnonzero(_distances(row, own, tiles).min(1) < NEAR * tiles.window)
        if not len(near):
            continue
        places, scale = _places_at(row[near], reading, own, tiles, layers.lattices)
        waves = scale[:, None] * layers.coefficients(places).sum(1)  # (n_near, n_waves)
        strips = 2 * ((up * waves[:, None]) @ right).real  # (n_near, n, n)
        for block, strip in zip(near, strips, strict=True):
            part = np.s_[i * n : (i + 1) * n, block * n : (block + 1) * n]
            model[part], known[part] = strip, True
    return model, known


def _distances(points, own, tiles):
    """From points to the windows of a motif [Å], (n_points, n_windows)."""
    return np.linalg.norm(points[:, None] - tiles.window_centres()[own], axis=-1)


def _trust(reading, own):
    """Weights of windows: those that see a boundary are unsure and leave much."""
    variance = np.trace(reading.covariance[own], axis1=1, axis2=2) + SUREST**2
    share = reading.residual[own] ** 2
    return (share.min() / share) ** 2 / variance


def _places_at(points, reading, own, tiles, lattices):
    """Places of the layers from each point, as a motif's own windows around it have them."""
    centres = tiles.window_centres()[own]
    everywhere = reading.places[own] + centres[:, None]  # (n_windows, n_layers, 2)
    frac = np.einsum("nli,lij->nlj", everywhere, np.linalg.inv(lattices))
    distance = _distances(points, own, tiles)
    off = (distance - distance.min(1, keepdims=True)) / (tiles.window / 2)
    weights = np.exp(-0.5 * off**2) * _trust(reading, own)
    turns = np.tensordot(weights, np.exp(2j * np.pi * frac), axes=1)  # (n_points, n_layers, 2)
    mean = np.einsum("nli,lij->nlj", np.angle(turns) / (2 * np.pi), lattices)
    return mean - points[:, None], weights @ reading.scale[own] / weights.sum(1)
