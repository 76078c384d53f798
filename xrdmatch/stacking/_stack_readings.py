"""Results of a network that reads stacks from images."""

from dataclasses import dataclass, field

import numpy as np

from xrdmatch.stacking._regression.alignment import is_mirrored


@dataclass(frozen=True, eq=False)
class StackReadings:
    """Stacks that a network reads from images, one entry an image.

    Parameters
    ----------
    stacks : list of Stack or None
        The stacks; None where an image has no answer.
    slip_std : list of ndarray of shape (n_layers - 1, 2) or None
        Standard deviation of the slips along x and y of the first layer's frame [Å], from the
        spread over windows; NaN where there is one window only.
    misfit : ndarray of shape (n_images,)
        How far the network's numbers are from those of any stack, relative to what 99 % of the
        images that it was tried on stay below. Much more than 1: an image of something else.
    lattice : ndarray of shape (n_images, 2, 2)
        The first layer's a and b in the image, right and up [Å].
    failures : dict of int to str
        Why an image has no answer.

    See Also
    --------
    StackingRegressor : Makes them.
    StackFits : The same by least squares.
    """

    stacks: list
    slip_std: list
    misfit: np.ndarray
    lattice: np.ndarray
    failures: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.stacks)

    def __repr__(self):
        read = sum(stack is not None for stack in self.stacks)
        return f"StackReadings({read} of {len(self)} images read)"


def readings_of(reader, aligned):
    """Read images; one that cannot be read spoils no other.

    Parameters
    ----------
    reader : SlipReader
        Reads them.
    aligned : AlignedImages
        The images.

    Returns
    -------
    StackReadings
        Of all.
    """
    failures = dict(aligned.failures)
    read = [_reading(reader, aligned, i, failures) for i in range(len(aligned.images))]
    stacks = [
        own and reader.kind.stack(own.slip, is_mirrored(reader.kind, lattice))
        for own, lattice in zip(read, aligned.lattices, strict=True)
    ]
    misfits = np.array([np.nan if own is None else own.misfit for own in read])
    stds = [own and own.std for own in read]
    return StackReadings(stacks, stds, misfits, aligned.lattices, failures)


def _reading(reader, aligned, i, failures):
    """One image's reading, or None and why."""
    if i in failures:
        return None
    try:
        return reader.read(aligned.images[i], aligned.lattices[i], aligned.pixel_sizes[i])
    except ValueError as error:
        failures[i] = str(error)
        return None
