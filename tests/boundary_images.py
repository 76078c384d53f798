"""Images of two stackings side by side, atom by atom."""

import numpy as np

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking._imaging.columns import Columns, column_image, columns_in
from xrdmatch.stacking._imaging.view import View
from xrdmatch.stacking._poses import poses_of, rotation

PIXEL = 0.136  # [Å]
MOS2 = {layer.properties["name"]: layer for layer in load_monolayers()}["MoS2-2H"]


def normal_of(angle):
    """Unit vector at an angle from the right [degrees]."""
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


def boundary_image(
    first, second, at=0.0, angle=0.0, shape=(500, 500), turned=12.0, dose=None, jitter=0.0, seed=0
):
    """Image whose atoms are those of `first` up to a line, then those of `second`.

    The line is normal to the direction `angle` [degrees], `at` [Å] from the middle. The first
    layer of both lies alike.
    """
    view = View(shape, PIXEL, 0.4, rotation(turned), np.array([0.3, 0.7]))
    rng, kept = np.random.default_rng(seed), []
    for stack, sign in ((first, 1), (second, -1)):
        own = columns_in(poses_of(stack), np.ones(len(stack.layers)), view, 1.7)
        chosen = sign * (own.positions @ normal_of(angle) - at) < 0
        kept.append((own.positions[chosen], own.weights[chosen], own.numbers[chosen]))
    places, weights, numbers = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    moved = places + rng.normal(0, jitter, places.shape)
    image = column_image(Columns(moved, weights, numbers), view)
    image = image / image.mean()
    return image if dose is None else rng.poisson(dose * image).astype(float)
