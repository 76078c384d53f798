"""Results of fits of stacks to images."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class StackFits:
    """Stacks read from images, one entry an image.

    Parameters
    ----------
    stacks : list of Stack or None
        The stacks; None where an image has no answer.
    residual : ndarray of shape (n_images,)
        Share of the amplitude of the image's waves that the stack leaves unexplained, noise and
        slow changes apart: 0 for a perfect fit. NaN where there is no answer.
    slip_std : list of ndarray of shape (n_layers - 1, 2) or None
        Standard deviation of the slips along x and y of the first layer's frame [Å].
    rotation : ndarray of shape (n_images,)
        Direction of the first layer's a, counter-clockwise from the right [degrees].
    pixel_size : ndarray of shape (n_images,)
        At which the cell in the image is as large as the layer's [Å].
    face : ndarray of shape (n_images,)
        -1 where the image shows the first layer's mirror image.
    origin : ndarray of shape (n_images, 2)
        Where the first layer's origin is, from the middle of the image, right and up [Å].
    lattice : ndarray of shape (n_images, 2, 2)
        The first layer's a and b in the image, right and up [pixel].
    probe_sigma : ndarray of shape (n_images,)
        Standard deviation of the probe [Å].
    second : list of Stack or None
        The next best stack, None where there is none.
    second_residual : ndarray of shape (n_images,)
        What it leaves unexplained.
    failures : dict of int to str
        Why an image has no answer.

    See Also
    --------
    StackFitter : Makes them.
    """

    stacks: list
    residual: np.ndarray
    slip_std: list
    rotation: np.ndarray
    pixel_size: np.ndarray
    face: np.ndarray
    origin: np.ndarray
    lattice: np.ndarray
    probe_sigma: np.ndarray
    second: list
    second_residual: np.ndarray
    failures: dict = field(default_factory=dict)
    models: list = field(default_factory=list, repr=False)

    def __len__(self):
        return len(self.stacks)

    def __repr__(self):
        read = sum(stack is not None for stack in self.stacks)
        return f"StackFits({read} of {len(self)} images read)"

    def model(self, i):
        """Return the image of the fitted stack.

        Parameters
        ----------
        i : int
            Which image.

        Returns
        -------
        ndarray of shape (h, w)
            In the image's units: its mean and the fitted waves.

        Raises
        ------
        ValueError
            If the image has no answer.
        """
        if self.stacks[i] is None:
            raise ValueError(f"Image {i} was not read: {self.failures[i]}")
        return self.models[i].image()
