"""The lattices that candidate layers may have in an image."""

from dataclasses import dataclass

from xrdmatch.stacking._fitting.lattice_search import distinct_lattices, find_lattices
from xrdmatch.stacking._fitting.measured import binned, block_for, in_other_axes, measured_waves
from xrdmatch.stacking._fitting.waves import TaperedImage

SEARCH_PIXELS = 512  # larger images of unknown pixel size are averaged for the search
N_CANDIDATES, N_LATTICES = 24, 4  # directions looked at, and kept once each
COMPARABLE = 0.7  # of the share that the best lattice explains: others are none
SIGNIFICANT = 4.0  # waves that explain less, against noise, are no lattice


@dataclass(frozen=True, eq=False)
class Task:
    """What is looked for in every image.

    Parameters
    ----------
    layers : list of ProjectedLayer
        The candidate layers.
    power : float
        Atoms weigh Z to this power.
    ratio_std : float
        Prior of the layers' ratios.
    """

    layers: list
    power: float
    ratio_std: float


def lattices_in(image, task, pixel_size=None):
    """Find and refine the lattices that the candidate layers may have in an image.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    task : Task
        What is looked for.
    pixel_size : float, optional
        [Å]; None looks for it.

    Returns
    -------
    waves : list of MeasuredWaves
        One for each lattice and each kind of layer, of the averaged image.
    kinds : list of int
        Which candidate layer each belongs to.
    averaged : BinnedImage
        The averaged image.

    Raises
    ------
    ValueError
        If there is no lattice of a candidate layer.
    """
    if pixel_size is None:
        pixel_size = found_pixel_size(image, task)
    averaged = binned(image, block_for(pixel_size))
    tapered = TaperedImage(averaged.image)
    waves, kinds = [], []
    for kind in range(len(task.layers)):
        layer = task.layers[kind]
        size = pixel_size * averaged.block
        every = find_lattices(averaged.image, layer, task.power, size, N_CANDIDATES)
        starts = distinct_lattices(every, layer)[:N_LATTICES]
        own = _measured(tapered, starts, layer, averaged.block)
        waves += own
        kinds += [kind] * len(own)
    _check_lattice(waves, task)
    least = COMPARABLE * max(own.share for own in waves)
    kept = [i for i, own in enumerate(waves) if own.share >= least]
    return [waves[i] for i in kept], [kinds[i] for i in kept], averaged


def found_pixel_size(image, task):
    """Find the pixel size at which a candidate's lattice is most alike to an image's.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    task : Task
        What is looked for.

    Returns
    -------
    float
        [Å].
    """
    averaged = binned(image, max(1, -(-min(image.shape) // SEARCH_PIXELS)))
    best = max(
        (
            (start, task.layers[kind])
            for kind in range(len(task.layers))
            for start in find_lattices(averaged.image, task.layers[kind], task.power, None, 1)
        ),
        key=lambda found: found[0].score,
    )
    return best[0].pixel_size(best[1]) / averaged.block


def _measured(tapered, starts, layer, block):
    """Measure the waves of each lattice; the same lattice in other axes is measured once."""
    found = []
    for start in starts:
        same = (in_other_axes(waves, start.reciprocal) for waves in found)
        known = next((waves for waves in same if waves is not None), None)
        found.append(known or measured_waves(tapered, start, layer, block))
    return found


def _check_lattice(waves, task):
    best = max((own.significance for own in waves), default=0.0)
    if not best > SIGNIFICANT:
        names = " or ".join(layer.formula for layer in task.layers)
        raise ValueError(
            f"An image must show the lattice of its layers, got one without the lattice of {names}"
            f" (it explains {best:.1f} times as much as noise would); check layers and pixel size."
        )
