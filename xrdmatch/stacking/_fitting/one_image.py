"""Fit of one image: lattice, arrangement and slips."""

import numpy as np

from xrdmatch.stacking._fitting.image_answer import ImageAnswer
from xrdmatch.stacking._fitting.images import checked_image
from xrdmatch.stacking._fitting.lattices import lattices_in
from xrdmatch.stacking._fitting.model_image import model_of
from xrdmatch.stacking._fitting.reading import read_stack
from xrdmatch.stacking._fitting.twist_answer import twist_answer
from xrdmatch.stacking._fitting.uncertainty import slip_std
from xrdmatch.stacking._stack import Stack

ENOUGH = 0.1  # residual of two layers below which a third is not looked for ...
MANY_WAVES = 60  # ... where there are so many waves; fewer are explained too easily
BETTER = 0.75  # a third layer must bring the residual below this share of that of two
SAME_STACK = 20.0  # [pm] a second best stack is at least this far from the best


def answer(image, pixel_size, task, structures, n_layers, twist):
    """Fit one image; a failure is returned as a result, with its reason.

    Parameters
    ----------
    image : array-like of shape (h, w)
        The image.
    pixel_size : float or None
        [Å].
    task : Task
        What is looked for.
    structures : list of Structure
        The candidate layers.
    n_layers : {"auto", 1, 2, 3}
        Number of layers.
    twist : {"aligned", "free"}
        Whether the layers share a lattice.

    Returns
    -------
    ImageAnswer
        The answer, or the sentence that says why there is none.
    """
    try:
        image = checked_image(image)
        if twist == "free":
            return twist_answer(image, pixel_size, task, structures)
        waves, kinds, averaged = lattices_in(image, task, pixel_size)
        readings = readings_of(waves, kinds, averaged, task, n_layers)
    except ValueError as error:
        return ImageAnswer(failure=str(error))
    return answer_of(readings, image.shape, structures)


def readings_of(waves, kinds, averaged, task, n_layers):
    """Read the stack with the number of layers that is asked for, or that suffices."""
    count = 2 if n_layers == "auto" else n_layers
    readings = read_stack(waves, kinds, averaged, task, count)
    if not readings:
        names = ", ".join(layer.formula for layer in task.layers)
        raise ValueError(f"Layers that share a lattice are needed, got {names}; give such layers.")
    enough = ENOUGH * min(1.0, len(readings[0].waves.hk) / MANY_WAVES)
    if n_layers != "auto" or readings[0].fit.lattice_residual < enough:
        return readings
    three = read_stack(waves, kinds, averaged, task, 3)
    if three[0].fit.lattice_residual < BETTER * readings[0].fit.lattice_residual:
        return [three[0], readings[0], *three[1:]]
    return readings


def answer_of(readings, shape, structures):
    """Put the best reading and the next best into an answer."""
    best = readings[0]
    stack = stack_of(best, structures)
    second = next(
        (
            (other, reading.fit.residual)
            for reading in readings[1:]
            if stack.distance(other := stack_of(reading, structures)) > SAME_STACK
        ),
        (None, np.nan),
    )
    lattice, size = best.lattice, best.pixel_size
    return ImageAnswer(
        stack=stack,
        residual=best.fit.residual,
        slip_std=slip_std(best.waves, best.fit, stack.lattice),
        rotation=float(np.degrees(np.arctan2(lattice[0, 1], lattice[0, 0]))),
        pixel_size=size,
        face=best.waves.lattice.face,
        origin=best.origin * size,
        lattice=lattice,
        probe_sigma=best.fit.probe_sigma,
        second=second[0],
        second_residual=second[1],
        model=model_of(best, shape),
    )


def stack_of(reading, structures):
    """Return the stack of a reading.

    Parameters
    ----------
    reading : Reading
        The reading.
    structures : list of Structure
        The candidate layers.

    Returns
    -------
    Stack
        Slips in [0, 1).
    """
    layers = [structures[kind] for kind in reading.arrangement.kinds]
    face = np.full(len(layers), reading.waves.lattice.face)
    return Stack(layers, reading.slip % 1.0, reading.arrangement.twist, face)
