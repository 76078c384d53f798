"""How layers are seen in an image that a fitter has read: their strengths and the probe."""

import numpy as np
from scipy.optimize import least_squares

from xrdmatch.stacking._imaging.harmonics import structure_waves
from xrdmatch.stacking._poses import poses_of

START = 0.45, 0.2  # [Å] of the probe and of its tail
FARTHEST = 3.0  # of logarithms from where they start


def transfer(g, sigma, tail):
    """How much a probe leaves of waves: less of a Gaussian, the longer its tail.

    Parameters
    ----------
    g : ndarray of shape (n_waves,)
        Lengths of wave vectors [1/Å].
    sigma, tail : float
        Standard deviation and tail [Å].

    Returns
    -------
    ndarray of shape (n_waves,)
        Between 0 and 1.
    """
    return np.exp(-2 * (np.pi * sigma * g) ** 2 / (1 + tail * g))


def how_seen(fits, matrix, power):
    """Take strengths and probe from the image of a fitted stack.

    Parameters
    ----------
    fits : StackFits
        What was read of one image.
    matrix : ndarray of shape (2, 2)
        From the stack's frame to the image's, for row vectors.
    power : float
        Atoms weigh Z to this power.

    Returns
    -------
    ratios : ndarray of shape (n_layers,)
        How strongly each layer is seen, relative to the first.
    probe : tuple of two floats
        Standard deviation and tail of the probe [Å].
    """
    waves = fits.models[0].g / fits.pixel_size[0]  # [1/Å]
    parts = _parts(fits.stacks[0], waves, fits.origin[0], matrix, power)
    target = fits.models[0].amplitudes
    lengths = np.linalg.norm(waves, axis=1)
    n = len(parts) - 1
    start = np.concatenate([np.zeros(n), np.log(START)])
    found = least_squares(
        _left,
        start,
        bounds=(start - FARTHEST, start + FARTHEST),
        args=(parts, target, lengths),
        x_scale=0.1,
    )
    return np.exp([0.0, *found.x[:n]]), tuple(np.exp(found.x[n:]))


def _parts(stack, waves, origin, matrix, power):
    """Waves of each layer at its place, under a probe of no size; (n_layers, n_waves)."""
    poses, parts = poses_of(stack), []
    for layer, own, position in zip(poses.layers, poses.matrices, poses.positions, strict=True):
        indices = np.round(waves @ (layer.lattice @ own @ matrix).T)
        phases = np.exp(-2j * np.pi * waves @ (position @ matrix + origin))
        parts.append(structure_waves(layer, indices, power) * phases)
    return np.array(parts)


def _left(parameters, parts, target, lengths):
    """Return what a model with the best scale leaves."""
    ratios = np.exp([0.0, *parameters[:-2]])
    model = ratios @ parts * transfer(lengths, *np.exp(parameters[-2:]))
    scale = np.vdot(model, target).real / np.vdot(model, model).real
    left = target - scale * model
    return np.concatenate([left.real, left.imag]) / np.abs(target).max()
