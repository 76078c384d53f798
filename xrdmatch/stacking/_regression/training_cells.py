"""Training data of a slip network: average cells, and images that are held out."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._regression.alignment import AlignedImages
from xrdmatch.stacking._regression.average_cells import cells_for_training
from xrdmatch.stacking._regression.training_images import joined, subset, usable


@dataclass(frozen=True, eq=False)
class TrainingCells:
    """Average cells of images with known slips.

    Parameters
    ----------
    cells : ndarray of shape (n_images, n_windows, n, n)
        Of windows cut anywhere.
    slips : ndarray of shape (n_images, n_layers - 1, 2)
        What they show.
    held_out : ndarray of bool, shape (n_images,)
        Which are not learned from.
    held_images : AlignedImages
        Those whole.
    """

    cells: np.ndarray
    slips: np.ndarray
    held_out: np.ndarray
    held_images: AlignedImages


def training_cells(blocks, crop, n_windows, validation_fraction, rng):
    """Average images block by block; of those held out the images are kept.

    Parameters
    ----------
    blocks : iterable of (AlignedImages, ndarray)
        Images and their slips.
    crop : float
        Side of the windows [Å].
    n_windows : int
        Of each image.
    validation_fraction : float
        Share of the images that is held out.
    rng : RandomState
        Draws windows, and which images are held out.

    Returns
    -------
    TrainingCells
        Of all blocks.

    Raises
    ------
    ValueError
        If a block has no usable image, or a window holds too few cells.
    """
    cells, slips, held_out, held_images = [], [], [], []
    for aligned, own_slips in blocks:
        aligned, own_slips = usable(aligned, own_slips)
        held = _held(len(own_slips), validation_fraction, rng)
        cells.append(
            cells_for_training(
                aligned.images, aligned.lattices, aligned.pixel_sizes, crop, n_windows, rng
            )
        )
        slips.append(own_slips)
        held_out.append(held)
        held_images.append(subset(aligned, np.flatnonzero(held)))
    return TrainingCells(
        np.concatenate(cells),
        np.concatenate(slips),
        np.concatenate(held_out),
        joined(held_images),
    )


def _held(n, fraction, rng):
    held = np.zeros(n, dtype=bool)
    held[rng.permutation(n)[: round(fraction * n)]] = True
    return held
