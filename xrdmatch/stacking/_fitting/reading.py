"""One image read: the arrangement of the layers, and their slips."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._fitting.arrangement import Arrangement, arrangements
from xrdmatch.stacking._fitting.measured import MeasuredWaves
from xrdmatch.stacking._fitting.slip_fit import fit_slips
from xrdmatch.stacking._fitting.slip_model import SlipFit, SlipProblem
from xrdmatch.stacking._fitting.slip_starts import slip_starts

N_FITS = 3  # for each layer
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


def _problem(waves, arrangement, task):
    lengths = np.linalg.norm(waves.g, axis=1) / waves.pixel_size
    return SlipProblem(
        waves.hk,
        lengths,
        waves.amplitudes,
        waves.noise,
        arrangement.waves(waves.hk, task.power),
        task.ratio_std,
        waves.foreign,
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
