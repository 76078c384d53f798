"""Images with known slips, a block at a time: simulated ones, or given ones."""

import warnings

import numpy as np
from sklearn.base import clone
from tqdm import tqdm

from xrdmatch.stacking._defect_mixture import defect_mixture
from xrdmatch.stacking._regression.alignment import AlignedImages, with_told_lattices

BLOCK = 200  # images in memory at a time
ROOM = 1.6  # side of the images that are simulated by default, in windows
PIXEL_SIZE = 0.136  # [Å] of these


def simulated_images(regressor, kind, rng):
    """Simulate images of random slips, their lattices known.

    Parameters
    ----------
    regressor : StackingRegressor
        Has the simulator, whose rotation and strain are put aside, since what is read is aligned;
        what changes its images; and how many there are.
    kind : StackKind
        What they show.
    rng : RandomState
        Draws slips and what the simulator draws.

    Yields
    ------
    aligned : AlignedImages
        A block of images.
    slips : ndarray of shape (n, n_layers - 1, 2)
        What they show.
    """
    n_images, realism = regressor.n_images, regressor.realism
    simulator = _aligned_simulator(regressor, rng)
    blocks = range(0, n_images, BLOCK)
    for start in tqdm(blocks, "simulated blocks", disable=not regressor.verbose):
        slips = kind.random_slips(min(BLOCK, n_images - start), rng)
        images = simulator.transform([kind.stack(slip) for slip in slips])
        if realism is not None:
            images = realism.transform(images)
        yield with_told_lattices(images, kind.lattice, simulator.pixel_size), slips


def _aligned_simulator(regressor, rng):
    simulator = regressor.simulator
    if simulator is None:
        side = int(np.ceil(ROOM * regressor.crop / PIXEL_SIZE))
        simulator = defect_mixture(pixel_size=PIXEL_SIZE, shape=(side, side))
    pixel_size = float(np.mean(simulator.pixel_size))
    return clone(simulator).set_params(
        pixel_size=pixel_size, rotation=0.0, strain=0.0, random_state=rng
    )


def check_lengths(images, stacks):
    """Refuse anything but one stack for each image."""
    if not len(stacks) or len(stacks) != len(images):
        raise ValueError(
            f"There is one stack for each image, got {len(stacks)} for {len(images)}; without "
            "images give the layers alone."
        )


def usable(aligned, slips):
    """Leave out images that have no lattice, and warn of them.

    Parameters
    ----------
    aligned : AlignedImages
        The images.
    slips : ndarray of shape (n_images, n_layers - 1, 2)
        What they show.

    Returns
    -------
    aligned : AlignedImages
        Those that can be learned from.
    slips : ndarray
        Theirs.

    Raises
    ------
    ValueError
        If none is left.
    """
    if not aligned.failures:
        return aligned, slips
    first = min(aligned.failures)
    kept = [i for i in range(len(aligned.images)) if i not in aligned.failures]
    said = (
        f"{len(aligned.failures)} of {len(aligned.images)} images cannot be learned from; of "
        f"image {first}: {aligned.failures[first]}"
    )
    if not kept:
        raise ValueError(said)
    warnings.warn(said, stacklevel=4)
    return subset(aligned, kept), slips[kept]


def subset(aligned, rows):
    """Return some of the images.

    Parameters
    ----------
    aligned : AlignedImages
        Images without failures.
    rows : array-like of int
        Which.

    Returns
    -------
    AlignedImages
        Those.
    """
    images = [aligned.images[i] for i in rows]
    return AlignedImages(images, aligned.lattices[rows], aligned.pixel_sizes[rows], {})


def joined(blocks):
    """Return several `AlignedImages` without failures as one."""
    return AlignedImages(
        [image for block in blocks for image in block.images],
        np.concatenate([block.lattices for block in blocks]),
        np.concatenate([block.pixel_sizes for block in blocks]),
        {},
    )
