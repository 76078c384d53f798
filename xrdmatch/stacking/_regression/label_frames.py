"""Slips of known stacks in the frames that a fitter found in their images."""

from dataclasses import replace

import numpy as np

from xrdmatch.stacking._projected_layer import project_layer, projected_symmetries

N_HARMONICS = 8  # by which slips are compared
FARTHEST = 0.5  # [Å] a reading that is off by more has another frame, or none


def in_their_frames(kind, stacks, aligned):
    """Express known slips in the frames of the images.

    A frame that a fitter finds is that of the first layer up to the layer's own symmetry, which
    turns the slip. Of the slips so turned the one nearest to what the fitter reads is taken.

    Parameters
    ----------
    kind : StackKind
        What the stacks have in common.
    stacks : list of Stack
        What the images show.
    aligned : AlignedImages
        The images; where their lattices were told, so were the frames.

    Returns
    -------
    aligned : AlignedImages
        The images; what is not near to what the fitter reads has failed.
    slips : ndarray of shape (n_images, n_layers - 1, 2)
        In fractions of the images' lattices.
    """
    slips = np.stack([stack.slip for stack in stacks])
    failures, turns, targets = {}, _turns(kind), kind.targets(N_HARMONICS)
    for i, read in enumerate(aligned.read):
        if read is None or i in aligned.failures:
            continue
        slips[i], apart = _nearest(slips[i] @ turns, read.slip, targets)
        if np.linalg.norm(apart @ kind.lattice, axis=1).max() > FARTHEST:
            failures[i] = (
                f"A lattice that is found must belong to the stack that is known, got {read} for "
                f"{stacks[i]}; give lattices, or leave the image out."
            )
    return replace(aligned, failures=aligned.failures | failures), slips


def _nearest(choices, read, targets):
    """Return the choice (n_layers - 1, 2) whose targets are nearest, and how far it is off."""
    wanted = targets.encode(read[None])
    misfits = ((targets.encode(choices) - wanted) ** 2).sum(1)
    best = choices[[misfits.argmin()]]
    return best[0], targets.deviations(best, wanted)[0]


def _turns(kind):
    """Whole-number matrices that turn fractions by the symmetries of the first layer."""
    like = kind.like
    layer = project_layer(like.layers[0])
    operations = [matrix for matrix, _ in projected_symmetries(layer)]
    turns = layer.lattice @ np.array(operations) @ np.linalg.inv(layer.lattice)
    return np.round(turns)
