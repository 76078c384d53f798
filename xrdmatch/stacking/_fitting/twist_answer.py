"""Fit of one image of two twisted layers."""

import numpy as np

from xrdmatch.stacking._fitting.image_answer import ImageAnswer
from xrdmatch.stacking._fitting.lattices import found_pixel_size
from xrdmatch.stacking._fitting.measured import binned
from xrdmatch.stacking._fitting.model_image import ModelImage
from xrdmatch.stacking._fitting.twisted import COARSE_PIXEL, twist_fits, twist_waves
from xrdmatch.stacking._stack import Stack

LEAST_STD = 0.002  # [Å] no reading is said to be better
OTHER_TWIST = 0.5  # [degrees] a second best stack is at least this far from the best


def twist_answer(image, pixel_size, task, structures):
    """Read an image of two layers at any angle.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    pixel_size : float or None
        [Å]; None looks for it.
    task : Task
        What is looked for.
    structures : list of Structure
        The candidate layers; any two of them.

    Returns
    -------
    ImageAnswer
        The answer.
    """
    if pixel_size is None:
        pixel_size = found_pixel_size(image, task)
    averaged = binned(image, max(1, int(COARSE_PIXEL / pixel_size)))
    fits = []
    for i, lower in enumerate(task.layers):
        for j, upper in enumerate(task.layers[i:], i):
            found = twist_fits(averaged, (lower, upper), task, pixel_size * averaged.block)
            fits += [(fit, (structures[i], structures[j])) for fit in found]
    fits.sort(key=lambda item: item[0].cost)
    return _answer(fits, averaged, image.shape)


def _answer(fits, averaged, shape):
    fit, layers = fits[0]
    size = 1 / (np.sqrt(abs(np.linalg.det(fit.frame))) * averaged.block)
    sign = -1.0 if fit.problem.half_turns[0] else 1.0
    lattice = sign * fit.problem.layers[0].lattice @ fit.frame * averaged.block
    stack = _stack(fit, layers)
    second = next((item for item in fits[1:] if _differs(stack, _stack(*item))), None)
    origin = fit.places[0] @ fit.frame * averaged.block + averaged.offset
    return ImageAnswer(
        stack=stack,
        residual=fit.residual,
        slip_std=np.maximum(fit.slip_std, LEAST_STD)[None],
        rotation=float(np.degrees(np.arctan2(lattice[0, 1], lattice[0, 0]))),
        pixel_size=size,
        face=_face(fit),
        origin=origin * size,
        lattice=lattice,
        probe_sigma=fit.probe[0],
        second=second and _stack(*second),
        second_residual=second[0].residual if second else np.nan,
        model=_model(fit, averaged, shape),
    )


def _face(fit):
    return 1 if np.linalg.det(fit.frame) > 0 else -1


def _stack(fit, layers):
    """Return the stack; in the frame of a face turned over, angles and y change their signs."""
    turns = fit.problem.half_turns
    sign, face = (-1.0 if turns[0] else 1.0), _face(fit)
    slip = sign * np.diff(fit.places, axis=0) @ np.linalg.inv(fit.problem.layers[0].lattice)
    twist = fit.twist + 180.0 * (turns[0] != turns[1])
    return Stack(layers, slip % 1.0, face * ((twist + 180.0) % 360.0 - 180.0), face)


def _differs(stack, other):
    """Tell whether twists differ, in size: of two equal layers either may be the lower one."""
    sizes = [abs((own.twist[0] + 90) % 180 - 90) for own in (stack, other)]
    return abs(sizes[0] - sizes[1]) > OTHER_TWIST


def _model(fit, averaged, shape):
    g, amplitudes = twist_waves(fit)
    g = g / averaged.block
    moved = fit.scale * amplitudes * np.exp(-2j * np.pi * g @ averaged.offset)
    return ModelImage(shape, fit.problem.tapered.mean, g, moved)
