"""How far images have moved from the stacks that they are said to show."""

import numpy as np
from sklearn.utils import Bunch

PICOMETRES = 100.0  # in an Å


def label_drift(images, stacks, fitter, pixel_size=None):
    """Compare the stacks that a fitter reads from images with those that went in.

    Parameters
    ----------
    images : array-like of shape (n, h, w) or list of ndarray of shape (h, w)
        For example realistic images.
    stacks : list of Stack
        What each was made of: its label.
    fitter : StackFitter
        Fitted to the layers.
    pixel_size : float, default=None
        Of the images [Å]; None lets the fitter find it.

    Returns
    -------
    sklearn.utils.Bunch
        Distances [pm]: ``median`` and ``percentile_90``; ``each`` of shape (n,), infinite for an
        image without an answer or with one of other kinds, faces or twists; ``shift`` of shape
        (n, n_layers - 1, 2), what was read minus what went in, along x and y of the frame of the
        latter's canonical description, NaN where `each` is infinite; ``systematic`` of shape
        (n_layers - 1, 2), the mean shift of those within 1 Å. ``n`` and ``n_unread`` say how many
        images there are, and how many of them have an infinite distance.

    Raises
    ------
    ValueError
        If there are not as many stacks as images, or none, or stacks differ in their number of
        layers.

    See Also
    --------
    ImageRealism : Makes images that look measured.
    Stack.difference : The shift between two stacks, in the description in which it is least.

    Notes
    -----
    The fitter has an error of its own, which is part of every distance: measure it on the
    simulated images first.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackFitter, StackSimulator, label_drift
    >>> graphene = load_monolayers()[0]
    >>> stacks = [Stack([graphene, graphene], slip=(0.3, 0.2))]
    >>> images = StackSimulator(random_state=0).transform(stacks)
    >>> fitter = StackFitter(n_layers=2).fit([graphene])
    >>> bool(label_drift(images, stacks, fitter, pixel_size=0.136).median < 5)
    True
    """
    if len(images) != len(stacks) or not len(stacks):
        raise ValueError(
            f"Each image needs its stack, got {len(images)} images and {len(stacks)} stacks; "
            "give as many, and at least one."
        )
    numbers = sorted({len(stack.layers) for stack in stacks})
    if len(numbers) > 1:
        raise ValueError(
            f"Stacks must have one number of layers, got {numbers}; ask about each number on its "
            "own."
        )
    read = fitter.predict(images, pixel_size=pixel_size)
    shifts = [slip_error(*pair) for pair in zip(read, stacks, strict=True)]
    each = np.array([longest(shift) for shift in shifts])
    near = [shift for shift, distance in zip(shifts, each, strict=True) if distance < PICOMETRES]
    return Bunch(
        median=float(np.median(each)),
        percentile_90=float(np.percentile(each, 90, method="higher")),
        each=each,
        shift=np.array(shifts),
        systematic=np.mean(near, axis=0) if near else np.full_like(shifts[0], np.nan),
        n=len(each),
        n_unread=int(np.isinf(each).sum()),
    )


def slip_error(read, truth):
    """Subtract the slips of a stack from those that were read, in the nearest description.

    Parameters
    ----------
    read : Stack or None
        What was read.
    truth : Stack
        What went in.

    Returns
    -------
    ndarray of shape (n_layers - 1, 2)
        Shifts [pm]; NaN where the stacks are of different kinds.
    """
    shift = None if read is None else read.difference(truth)
    return np.full(truth.slip.shape, np.nan) if shift is None else PICOMETRES * shift


def longest(shift):
    """Return the length of the longest of the vectors, infinite where they are not known.

    Parameters
    ----------
    shift : ndarray of shape (n_layers - 1, 2)
        Vectors.

    Returns
    -------
    float
        The length, in the same unit.
    """
    length = float(np.linalg.norm(shift, axis=-1).max(initial=0.0))
    return np.inf if np.isnan(length) else length
