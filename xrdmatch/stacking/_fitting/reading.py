"""One image read: its lattice, the arrangement of the layers, their slips."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._fitting.arrangement import Arrangement, arrangements
from xrdmatch.stacking._fitting.lattice_search import ImageLattice, find_lattices
from xrdmatch.stacking._fitting.measured import (
    MeasuredWaves,
    binned,
    block_for,
    in_other_axes,
    measured_waves,
)
from xrdmatch.stacking._fitting.slip_search import SlipFit, SlipProblem, fit_slips, slip_starts
from xrdmatch.stacking._fitting.waves import TaperedImage

SEARCH_PIXELS = 512  # larger images of unknown pixel size are averaged for the search
N_LATTICES = 4
N_FITS = 3  # for each layer
SIGNIFICANT = 4.0  # waves that explain less, against noise, are no lattice
SAME_SLIP = 0.02  # in fractions: minima nearer than this are one


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read from an image.

    Parameters
    ----------
    waves : MeasuredWaves
        Lattice and amplitudes.
    arrangement : Arrangement
        The layers and their half turns.
    fit : SlipFit
        Their places.
    offset : ndarray of shape (2,)
        Middle of the averaged image from that of the image [pixel].
    """

    waves: MeasuredWaves
    arrangement: Arrangement
    fit: SlipFit
    offset: np.ndarray

    @property
    def sign(self):
        """-1 where the first layer is turned by half a turn: axes and places change sign."""
        return -1.0 if self.arrangement.half_turns[0] else 1.0

    @property
    def lattice(self):
        """The first layer's a and b in the image [pixel], shape (2, 2)."""
        return self.sign * self.waves.lattice.lattice * self.waves.block

    @property
    def slip(self):
        """Shift of each layer against the one below, in fractions."""
        return self.sign * self.fit.slip

    @property
    def origin(self):
        """Where the first layer's origin is, from the middle of the image [pixel]."""
        fraction = self.fit.places[0] - np.round(self.fit.places[0])
        return fraction @ self.waves.lattice.lattice * self.waves.block + self.offset

    @property
    def pixel_size(self):
        """Of the image [Å]."""
        return self.waves.pixel_size / self.waves.block


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
        starts = find_lattices(averaged.image, layer, task.power, size, N_LATTICES)
        own = _measured(tapered, starts, layer, averaged.block)
        waves += own
        kinds += [kind] * len(own)
    _check_lattice(waves, task)
    return waves, kinds, averaged


def read_stack(waves, kinds, averaged, task, n_layers):
    """Fit the slips of every arrangement on every lattice; the best come first.

    Parameters
    ----------
    waves : list of MeasuredWaves
        Lattices and their amplitudes.
    kinds : list of int
        Which candidate layer each belongs to.
    averaged : BinnedImage
        The averaged image.
    task : Task
        What is looked for.
    n_layers : int
        Number of layers.

    Returns
    -------
    list of Reading
        The least cost first; each minimum once.
    """
    starts = []
    for own, kind in zip(waves, kinds, strict=True):
        for arrangement in arrangements(task.layers, n_layers):
            if arrangement.kinds[0] != kind:
                continue
            problem = _problem(own, arrangement, task)
            starts += [(start, own, arrangement) for start in slip_starts(problem)]
    starts.sort(key=lambda item: item[0].cost)
    readings = [
        Reading(own, arrangement, fit_slips(start), averaged.offset)
        for start, own, arrangement in starts[: N_FITS * n_layers]
    ]
    return _each_once(sorted(readings, key=lambda reading: reading.fit.cost))


def given_lattice(image, lattice, layer):
    """Fit amplitudes to an image whose lattice is known.

    Parameters
    ----------
    image : BinnedImage
        The averaged image.
    lattice : ndarray of shape (2, 2)
        Row vectors a and b [pixel of the averaged image].
    layer : ProjectedLayer
        The layer that has the lattice.

    Returns
    -------
    MeasuredWaves
        Its amplitudes.
    """
    start = ImageLattice(lattice, 1.0)
    return measured_waves(TaperedImage(image.image), start, layer, image.block, refine=False)


def _problem(waves, arrangement, task):
    lengths = np.linalg.norm(waves.g, axis=1) / waves.pixel_size
    return SlipProblem(
        waves.hk,
        lengths,
        waves.amplitudes,
        waves.noise,
        arrangement.waves(waves.hk, task.power),
        task.ratio_std,
    )


def _measured(tapered, starts, layer, block):
    """Measure the waves of each lattice; the same lattice in other axes is measured once."""
    found = []
    for start in starts:
        same = (in_other_axes(waves, start.reciprocal) for waves in found)
        known = next((waves for waves in same if waves is not None), None)
        found.append(known or measured_waves(tapered, start, layer, block))
    return found


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


def _check_lattice(waves, task):
    best = max((own.significance for own in waves), default=0.0)
    if not best > SIGNIFICANT:
        names = " or ".join(layer.formula for layer in task.layers)
        raise ValueError(
            f"An image must show the lattice of its layers, got one without the lattice of {names}"
            f" (it explains {best:.1f} times as much as noise would); check layers and pixel size."
        )


def _each_once(readings):
    kept = []
    for reading in readings:
        if all(_differ(reading, other) for other in kept):
            kept.append(reading)
    return kept


def _differ(reading, other):
    """Tell whether two readings are different stacks on different or the same lattice."""
    same = (
        reading.arrangement.kinds == other.arrangement.kinds
        and reading.arrangement.half_turns == other.arrangement.half_turns
        and np.allclose(reading.waves.lattice.lattice, other.waves.lattice.lattice, rtol=0.01)
    )
    steps = [reading.fit.slip - sign * other.fit.slip for sign in (1, -1)]
    apart = min(np.abs(step - np.round(step)).max(initial=0.0) for step in steps)
    return not same or apart > SAME_SLIP
