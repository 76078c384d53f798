"""How far images have moved from the stacks that they are said to show."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.stacking._poses import TWIST_TOLERANCE, equivalent_poses, poses_of, slips
from xrdmatch.stacking._projected_layer import wrapped

PICOMETRES = 100.0  # in an Å


def label_drift(images, stacks, fitter, pixel_size=None):
    """Compare the stacks that a fitter reads from images with those that went in.

    Parameters
    ----------
    images : array-like of shape (n, h, w) or list of ndarray of shape (h, w)
        Realistic images, say.
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
        (n, n_layers - 1, 2), what was read minus what went in, along x and y of the first layer's
        frame, NaN where `each` is infinite; ``systematic`` of shape (n_layers - 1, 2), the mean
        shift of those within 1 Å; ``n`` and ``n_unread``, how many images and how many with an
        infinite distance.

    Raises
    ------
    ValueError
        If there are as many stacks as images, or none.

    See Also
    --------
    ImageRealism : Makes images that look measured.
    Stack.distance : The distance.

    Notes
    -----
    The fitter has an error of its own, which is part of every distance: measure it on the
    simulated images first. Slips of stacks that are equal in several descriptions, as s and -s of
    two equal layers are, are compared in the description of what went in, or in its canonical one
    where it has faces or twists that are never read.

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
        Shifts in the first layer's frame [pm]; NaN where the stacks are of different kinds.
    """
    poses = [] if read is None else list(equivalent_poses(poses_of(read)))
    for target in (truth, truth.canonical()):
        found = [
            PICOMETRES * wrapped((slips(pose) - target.slip) @ target.lattice, target.lattice)
            for pose in poses
            if _same_kind(pose, poses_of(target))
        ]
        if found:
            return min(found, key=longest)
    return np.full(truth.slip.shape, np.nan)


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


def _same_kind(poses, other):
    """Tell whether layers, faces and angles agree."""
    formulas = [[layer.formula for layer in each.layers] for each in (poses, other)]
    if formulas[0] != formulas[1] or (poses.faces != other.faces).any():
        return False
    turns = np.diff(poses.angles) - np.diff(other.angles)
    return bool((np.abs((turns + 180) % 360 - 180) <= TWIST_TOLERANCE).all())
