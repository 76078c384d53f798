"""Sums of an image times waves: over small square blocks once, then over windows of blocks."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter

LARGEST_BLOCK = 5.0  # [Å]
LEVEL = 0.5  # periods of the lattice: takes 0.7 % of its longest wave


@dataclass(frozen=True)
class Tiling:
    """Square blocks of an image, and windows of whole blocks.

    Parameters
    ----------
    n_pixels : int
        Along the edge of a block.
    pixel_size : float
        [Å].
    n_blocks : tuple of two ints
        Rows and columns of blocks that the image holds.
    per_window : int
        Blocks along the edge of a window.
    stride : int
        Blocks from one window to the next.
    """

    n_pixels: int
    pixel_size: float
    n_blocks: tuple
    per_window: int
    stride: int

    @property
    def edge(self):
        """Edge of a block [Å]."""
        return self.n_pixels * self.pixel_size

    @property
    def window(self):
        """Edge of a window [Å]."""
        return self.edge * self.per_window

    @property
    def shape(self):
        """Rows and columns of pixels that are in blocks."""
        return tuple(self.n_pixels * n for n in self.n_blocks)

    def covered(self, image):
        """Cut off what is in no block, as much on each side.

        Parameters
        ----------
        image : ndarray of shape (height, width)
            An image.

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
            Its middle.
        """
        first = [(n - own) // 2 for n, own in zip(image.shape, self.shape, strict=True)]
        return image[first[0] :, first[1] :][: self.shape[0], : self.shape[1]]

    def block_centres(self):
        """Centres of the blocks [Å], x to the right and y up; shape (n_rows, n_columns, 2)."""
        rows, columns = (self.edge * (np.arange(n) + 0.5) for n in self.n_blocks)
        height, width = np.multiply(self.shape, self.pixel_size)
        x, y = np.meshgrid(columns - width / 2, height / 2 - rows)
        return np.stack([x, y], axis=-1)

    def window_centres(self):
        """Centres of the windows [Å]; shape (n_rows, n_columns, 2)."""
        centres = self.block_centres()
        m = self.per_window
        corners = sliding_window_view(centres, (m, m), axis=(0, 1))  # (..., 2, m, m)
        return corners[:: self.stride, :: self.stride].mean((-2, -1))

    def weights(self):
        """Weights of the blocks of a window, which fall towards its edges; shape (m,)."""
        m = self.per_window
        return np.sin(np.pi * (np.arange(m) + 0.5) / m) ** 2


def tiling(shape, pixel_size, window, step):
    """Cut an image into blocks, of which windows consist.

    Parameters
    ----------
    shape : tuple of two ints
        Of the image.
    pixel_size : float
        [Å].
    window, step : float
        Edge of a window, and how far the next one is away [Å].

    Returns
    -------
    Tiling
        Blocks of at most 5 Å; window and step are rounded to whole blocks.

    Raises
    ------
    ValueError
        If the image is smaller than a window.
    """
    stride = int(np.ceil(step / LARGEST_BLOCK - 1e-9))
    n_pixels = max(1, round(step / stride / pixel_size))
    per_window = max(2, round(window / (n_pixels * pixel_size)))
    n_blocks = tuple(int(n) // n_pixels for n in shape)
    if min(n_blocks) < per_window:
        size = " x ".join(f"{n * pixel_size:.0f}" for n in shape)
        raise ValueError(
            f"A window must fit into the image, got windows of {window:g} Å and an image of {size} "
            "Å; take smaller windows, or check the pixel size."
        )
    return Tiling(n_pixels, pixel_size, n_blocks, per_window, stride)


def levelled(image, pixel_size, longest):
    """Take away what varies more slowly than the lattice, and the mean.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Counts.
    pixel_size : float
        [Å].
    longest : float
        Longest period of the lattices [Å], which is kept.

    Returns
    -------
    ndarray of shape (height, width)
        In units of the mean, without background.
    """
    image = image / image.mean()
    return image - gaussian_filter(image, LEVEL * longest / pixel_size, mode="reflect")


def block_sums(image, waves, tiles, rows=None):
    """Sum an image times waves over blocks.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        An image.
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    tiles : Tiling
        The blocks.
    rows : iterable of int, default=None
        Which rows of blocks, all if None: where a bar shows how far it is.

    Returns
    -------
    ndarray of shape (n_rows, n_columns, n_waves)
        Means over the blocks of image times exp(-2 pi i k.x), x from the centre of the block.
    """
    n = tiles.n_pixels
    along = tiles.pixel_size * (np.arange(n) - (n - 1) / 2)
    right = np.exp(-2j * np.pi * np.outer(along, waves[:, 0])) / n  # (n, n_waves)
    up = np.exp(2j * np.pi * np.outer(along, waves[:, 1])) / n
    width = n * tiles.n_blocks[1]
    strips = [image[n * i : n * (i + 1), :width] for i in range(tiles.n_blocks[0])]
    rows = range(len(strips)) if rows is None else rows
    summed = [strips[i].reshape(n, -1, n) @ right for i in rows]  # (n, n_columns, n_waves)
    return np.stack([np.einsum("rck,rk->ck", strip, up) for strip in summed])


def window_sums(sums, waves, tiles):
    """Sum blocks over windows, with their weights.

    Parameters
    ----------
    sums : ndarray of shape (n_rows, n_columns, n_waves)
        Of the blocks.
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    tiles : Tiling
        Blocks and windows.

    Returns
    -------
    ndarray of shape (n_rows, n_columns, n_waves)
        Of the windows, x from the centre of each; weights add up to 1.
    """
    m, stride = tiles.per_window, tiles.stride
    factors = block_factors(waves, tiles)  # (m, m, n_waves)
    n_rows, n_columns = (1 + (n - m) // stride for n in tiles.n_blocks)
    total = np.zeros((n_rows, n_columns, sums.shape[-1]), dtype=sums.dtype)
    for i in range(m):
        for j in range(m):
            part = sums[i::stride, j::stride][:n_rows, :n_columns]
            total += part * factors[i, j]
    return total


def block_factors(waves, tiles):
    """Weight of each block of a window, with its phases from the window's centre."""
    m = tiles.per_window
    weights = tiles.weights() / tiles.weights().sum()
    off = tiles.edge * (np.arange(m) - (m - 1) / 2)
    right = weights[:, None] * np.exp(-2j * np.pi * np.outer(off, waves[:, 0]))
    up = weights[:, None] * np.exp(2j * np.pi * np.outer(off, waves[:, 1]))
    return up[:, None] * right[None]
