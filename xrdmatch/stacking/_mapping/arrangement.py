"""Layers in the frame of an image: the waves that they make of it, for any place of each."""

from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np

from xrdmatch.stacking._imaging.harmonics import lattice_waves, structure_waves
from xrdmatch.stacking._mapping.seen import transfer
from xrdmatch.stacking._poses import poses_of
from xrdmatch.stacking._projected_layer import projected_symmetries

FINEST = 1.25  # [1/Å] beyond it probes leave nothing
WEAKEST = 0.003  # of the strongest wave: weaker ones say nothing
SAME_WAVE = 1e-6  # [1/Å]
SIDE = np.array([1.0, 0.0137])  # a direction that no strong wave is normal to
SAME_AMPLITUDE = 1e-6  # of the strongest


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Layers of known lattices and orientations, whose places are free.

    Parameters
    ----------
    stack : Stack
        Layers, twist and face; its slip is one of those possible.
    lattices : ndarray of shape (n_layers, 2, 2)
        a and b of each layer in the frame of the image [Å], in bases near to each other.
    waves : ndarray of shape (n_waves, 2)
        One half of all wave vectors [1/Å].
    amplitudes : ndarray of shape (n_layers, n_waves)
        Complex coefficients of each layer that lies at the origin, blurred by the probe, of an
        image whose mean is 1.
    """

    stack: object
    lattices: np.ndarray
    waves: np.ndarray
    amplitudes: np.ndarray

    def coefficients(self, places):
        """Coefficients of the waves of each layer.

        Parameters
        ----------
        places : ndarray of shape (..., n_layers, 2)
            Where the layers lie [Å].

        Returns
        -------
        ndarray of shape (..., n_layers, n_waves)
            Complex.
        """
        return self.amplitudes * np.exp(-2j * np.pi * places @ self.waves.T)

    def deformed(self, deformation):
        """Give the same layers, all stretched alike.

        Parameters
        ----------
        deformation : ndarray of shape (2, 2)
            What each position, a row, is multiplied with from the right.

        Returns
        -------
        Arrangement
            With other lattices and waves; amplitudes stay.
        """
        return replace(
            self,
            lattices=self.lattices @ deformation,
            waves=self.waves @ np.linalg.inv(deformation).T,
        )

    def orders(self):
        """List the orders in which the layers may be counted: equal layers change places.

        Returns
        -------
        list of tuple of int
            The order as it is comes first.
        """
        limit = SAME_AMPLITUDE * np.abs(self.amplitudes).max()
        return [
            order
            for order in permutations(range(len(self.amplitudes)))
            if np.abs(self.amplitudes[list(order)] - self.amplitudes).max() <= limit
        ]

    def half_turns(self):
        """List this arrangement and those in which layers above the first have half turns.

        A half turn leaves the lattice as it is, so that the peaks of a Fourier transform are at
        the same places: only a fit tells parallel layers from antiparallel ones.

        Returns
        -------
        list of Arrangement
            This one first; layers that a half turn leaves as they are stay.
        """
        choices = [(False, _is_changed(layer)) for layer in poses_of(self.stack).layers[1:]]
        turns = product(*(sorted(set(choice)) for choice in choices))
        return [self._half_turned(np.array([False, *turned])) for turned in turns]

    def _half_turned(self, turned):
        twist = (self.stack.twist + 180.0 * np.diff(turned.astype(int))) % 360.0
        amplitudes = np.where(turned[:, None], self.amplitudes.conj(), self.amplitudes)
        return replace(self, stack=replace(self.stack, twist=twist), amplitudes=amplitudes)


def arrange(stack, matrix, power, ratios, probe):
    """Lay the layers of a stack into the frame of an image.

    Parameters
    ----------
    stack : Stack
        Layers, twist and face.
    matrix : ndarray of shape (2, 2)
        From the stack's frame to the image's, for row vectors: rotation and strain.
    power : float
        Atoms weigh Z to this power.
    ratios : ndarray of shape (n_layers,)
        How strongly each layer is seen.
    probe : tuple of two floats
        Standard deviation and tail of the probe [Å].

    Returns
    -------
    Arrangement
        The layers.
    """
    poses = poses_of(stack)
    maps = [own @ matrix for own in poses.matrices]
    parts = [
        _waves_of(layer, one, ratio, probe, power)
        for layer, one, ratio in zip(poses.layers, maps, ratios, strict=True)
    ]
    lattices = [layer.lattice @ one for layer, one in zip(poses.layers, maps, strict=True)]
    waves, amplitudes = _united(parts)
    return Arrangement(stack, np.array(_nearest_bases(lattices)), waves, amplitudes)


def _waves_of(layer, matrix, ratio, probe, power):
    """Wave vectors on one side, amplitudes and mean of one layer."""
    to_image = np.linalg.inv(matrix).T
    hk = lattice_waves(layer.reciprocal @ to_image, FINEST)
    hk = hk * np.where(hk @ layer.reciprocal @ to_image @ SIDE > 0, 1, -1)[:, None]
    waves = hk @ layer.reciprocal @ to_image
    left = transfer(np.linalg.norm(waves, axis=1), *probe)
    blurred = structure_waves(layer, hk, power) * left
    mean = structure_waves(layer, np.zeros((1, 2)), power)[0].real
    return waves, ratio * blurred, ratio * mean


def _united(parts):
    """Waves that layers share are one; those that are too weak are left out."""
    waves = np.concatenate([part[0] for part in parts])
    same = (np.abs(waves[:, None] - waves[None]) < SAME_WAVE).all(-1)
    first, number = np.unique(same.argmax(1), return_inverse=True)
    amplitudes = np.zeros((len(parts), len(first)), dtype=complex)
    ends = np.cumsum([len(part[0]) for part in parts])
    for row, (start, end, part) in enumerate(zip([0, *ends[:-1]], ends, parts, strict=True)):
        amplitudes[row, number[start:end]] = part[1]
    amplitudes /= sum(part[2] for part in parts)
    strong = np.abs(amplitudes).max(0) > WEAKEST * np.abs(amplitudes).max()
    return waves[first][strong], amplitudes[:, strong]


def _nearest_bases(lattices):
    """Write each lattice in the base that is nearest to the first one's."""
    grid = np.array(list(product(range(-2, 3), repeat=4))).reshape(-1, 2, 2)
    bases = grid[np.abs(np.linalg.det(grid)).round() == 1]
    off = [((bases @ lattice - lattices[0]) ** 2).sum((1, 2)) for lattice in lattices]
    return [bases[row.argmin()] @ lattice for row, lattice in zip(off, lattices, strict=True)]


def _is_changed(layer):
    """Whether a half turn about any point changes a layer."""
    own = projected_symmetries(layer)
    return not any(np.allclose(matrix, -np.eye(2)) for matrix, _ in own)
