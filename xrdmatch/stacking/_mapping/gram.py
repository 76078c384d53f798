"""Gram matrices of waves within a block or a window, for least squares."""

import numpy as np


def as_real(coefficients):
    """Write complex numbers as cosine and sine parts, twice as many; the last axis.

    An image is the sum of 2 Re(A exp(2 pi i k.x)) = u.[cos, sin] with u = 2 `as_real` (A), and
    its sums times exp(-2 pi i k.x) are `as_real` of its sums times [cos, sin].
    """
    return np.concatenate([coefficients.real, -coefficients.imag], axis=-1)


def gram_matrix(waves, offsets, weights):
    """Overlap of cosines and sines on a square of points.

    Parameters
    ----------
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    offsets : ndarray of shape (n_points,)
        Of the points along each edge, from the centre [Å].
    weights : ndarray of shape (n_points,)
        Along each edge; they are multiplied and add up to 1.

    Returns
    -------
    ndarray of shape (2 * n_waves, 2 * n_waves)
        Weighted means of products, cosines first.
    """
    minus = _mean_wave(waves[:, None] - waves[None], offsets, weights)
    plus = _mean_wave(waves[:, None] + waves[None], offsets, weights)
    cosines, sines = (minus + plus) / 2, (minus - plus) / 2
    # Squares and weights are symmetric about the centre: products of cosine and sine vanish.
    zero = np.zeros_like(cosines)
    return np.block([[cosines, zero], [zero, sines]])


def _mean_wave(waves, offsets, weights):
    """Weighted mean of exp(2 pi i k.x), which is real on a symmetric square."""
    one = [
        np.cos(2 * np.pi * waves[..., axis, None] * offsets) @ weights / weights.sum()
        for axis in range(2)
    ]
    return one[0] * one[1]


def block_gram(waves, tiles):
    """Overlap of the waves within one block.

    Parameters
    ----------
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    tiles : Tiling
        The blocks.

    Returns
    -------
    ndarray of shape (2 * n_waves, 2 * n_waves)
        Means of products over the pixels of a block.
    """
    return gram_matrix(waves, _pixels(tiles, 1), np.ones(tiles.n_pixels))


def window_gram(waves, tiles):
    """Overlap of the waves within one window.

    Parameters
    ----------
    waves : ndarray of shape (n_waves, 2)
        Wave vectors [1/Å].
    tiles : Tiling
        Blocks and windows.

    Returns
    -------
    ndarray of shape (2 * n_waves, 2 * n_waves)
        Weighted means of products over the pixels of a window.
    """
    weights = np.repeat(tiles.weights(), tiles.n_pixels)
    return gram_matrix(waves, _pixels(tiles, tiles.per_window), weights)


def _pixels(tiles, n_blocks):
    n = tiles.n_pixels * n_blocks
    return tiles.pixel_size * (np.arange(n) - (n - 1) / 2)
