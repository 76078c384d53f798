"""Survey of an image: a fitter reads a few crops before all windows are read."""

import numpy as np

from xrdmatch.stacking._mapping.arrangement import arrange
from xrdmatch.stacking._poses import poses_of
from xrdmatch.stacking._projected_layer import projected_symmetries

LARGER = 1.2  # windows along the edge of a place: a larger one may be of two domains
SMALLEST = 30.0  # [Å] edge of a place, where the image has it
SAME_TWIST = 0.5  # [degrees]
ENOUGH = 2  # places that agree, of a small image
SMALL = 20  # places that such an image has room for
COMPARABLE = 2.0  # times the least residual: places with more say nothing


def survey(estimator, image, pixel_size, window):
    """Read a few places of an image.

    Parameters
    ----------
    estimator : StackFitter
        Fitted to candidate layers.
    image : ndarray of shape (height, width)
        The image.
    pixel_size : float or None
        [Å]; found if None.
    window : float
        Edge of the windows to come [Å].

    Returns
    -------
    arrangements : list of Arrangement
        Layers as they lie in the image, without those that differ by half turns only.
    pixel_size : float
        [Å].

    Raises
    ------
    ValueError
        If no place has an answer.
    """
    fits, failures, size = [], [], pixel_size
    is_small = image.size < SMALL * _edge(image.shape, pixel_size, window) ** 2
    for place in _places(image, pixel_size, window):
        fit = estimator.fit_images([place], pixel_size=size)
        if fit.stacks[0] is None:
            failures.append(fit.failures.get(0, "the fit gives no reason"))
            continue
        fits.append(fit)
        size = size or float(fit.pixel_size[0])
        if len(fits) >= ENOUGH and len(_distinct(fits)) == 1 and is_small:
            break
    if not fits:
        raise ValueError(
            f"A map needs an image that can be read somewhere, got none of {len(failures)} places: "
            f"{failures[0]}"
        )
    return [_arranged(fit, estimator.power) for fit in _distinct(fits)], size


def _places(image, pixel_size, window):
    """Cut up to five places, or take the whole image where it is small."""
    edge = _edge(image.shape, pixel_size, window)
    rows, columns = (n - edge for n in image.shape)
    if image.size < 2 * edge**2:
        return [image]
    corners = [(rows // 2, columns // 2)]
    corners += [(rows * i // 4, columns * j // 4) for i, j in ((0, 0), (4, 4), (0, 4), (4, 0))]
    corners = corners[: image.size // edge**2]  # as many as have room
    return [image[r : r + edge, c : c + edge] for r, c in dict.fromkeys(corners)]


def _edge(shape, pixel_size, window):
    """Pixels along the edge of a place; a third of the image where the scale is not known."""
    if pixel_size is None:
        return max(min(shape) // 3, min(min(shape), 256))
    return min(*shape, round(max(LARGER * window, SMALLEST) / pixel_size))


def _distinct(fits):
    """Leave out stacks with the layers, faces and, up to half turns, twists of a better one.

    The number of layers is that of the best; what fits much worse says nothing.
    """
    fits = sorted(fits, key=lambda fit: fit.residual[0])
    best, chosen = fits[0], []
    for fit in fits:
        stack = fit.stacks[0]
        alike = len(stack.layers) == len(best.stacks[0].layers)
        alike = alike and fit.residual[0] <= COMPARABLE * best.residual[0]
        if alike and not any(_is_same(stack, other.stacks[0]) for other in chosen):
            chosen.append(fit)
    return chosen


def _is_same(one, other):
    names = [[layer.reduced_formula for layer in stack.layers] for stack in (one, other)]
    if names[0] != names[1] or (one.face != other.face).any():
        return False
    period = np.array([_period(layer) for layer in poses_of(one).layers[1:]])
    apart = (one.twist - other.twist + period / 2) % period - period / 2
    return bool((np.abs(apart) < SAME_TWIST).all())


def _period(layer):
    """Angle after which a layer is itself again, or itself after a half turn [degrees]."""
    order = sum(np.linalg.det(matrix) > 0 for matrix, _ in projected_symmetries(layer))
    return 360.0 / order if order % 2 == 0 else 180.0 / order


def _arranged(fit, power):
    stack = fit.stacks[0]
    matrix = np.linalg.solve(stack.lattice, fit.lattice[0] * fit.pixel_size[0])
    return arrange(stack, matrix, power)
