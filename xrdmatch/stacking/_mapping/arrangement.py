"""Layers in the frame of an image: their Fourier components for any positions."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations, product

import numpy as np

from xrdmatch.stacking._fitting.slip_model import transfer
from xrdmatch.stacking._imaging.harmonics import lattice_waves, structure_waves
from xrdmatch.stacking._poses import poses_of
from xrdmatch.stacking._projected_layer import projected_symmetries

FINEST = 1.25  # [1/Å] beyond it probes leave nothing
WEAKEST = 0.003  # of the strongest wave: weaker ones say nothing
PROBE = 0.45, 0.2  # [Å] a usual probe: standard deviation and tail
NARROW = 0.38, 0.2  # [Å] one that shows more waves than most
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
    parts : ndarray of shape (n_layers, n_waves)
        Complex coefficients of each layer that lies at the origin, under a probe of no size.
    means : ndarray of shape (n_layers,)
        Of the layers.
    ratios : ndarray of shape (n_layers,)
        How strongly each is seen.
    probe : tuple of two floats
        Standard deviation and tail of the probe [Å].
    """

    stack: object
    lattices: np.ndarray
    waves: np.ndarray
    parts: np.ndarray
    means: np.ndarray
    ratios: np.ndarray
    probe: tuple = PROBE

    @cached_property
    def amplitudes(self):
        """Coefficients of each layer in an image whose mean is 1, (n_layers, n_waves)."""
        left = transfer(np.linalg.norm(self.waves, axis=1), *self.probe)
        return self.parts * self.ratios[:, None] * left / (self.ratios @ self.means)

    @property
    def kinds(self):
        """Number of each layer's kind, equal for layers of one formula and face; (n_layers,)."""
        kinds = [
            (layer.reduced_formula, int(face))
            for layer, face in zip(self.stack.layers, self.stack.face, strict=True)
        ]
        return np.array([list(dict.fromkeys(kinds)).index(kind) for kind in kinds])

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
            With other lattices and waves; what is seen of each stays.
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
        """List this arrangement and those in which layers have half turns.

        A half turn leaves the lattice as it is, so that the peaks of a Fourier transform are at
        the same places: only a fit tells parallel layers from antiparallel ones.

        Returns
        -------
        list of Arrangement
            This one first; layers that a half turn leaves as they are stay, and of equal layers
            it does not matter which ones are turned.
        """
        layers = poses_of(self.stack).layers
        choices = [(False, True) if _is_changed(layer) else (False,) for layer in layers]
        turned = [self._half_turned(np.array(turns)) for turns in product(*choices)]
        found = {}
        for one in turned:
            found.setdefault(one._looks(), one)
        return list(found.values())

    def _looks(self):
        """Numbers that are equal for arrangements of layers that look alike, in any order."""
        scale = np.abs(self.parts).max()
        rows = np.round(np.hstack([self.parts.real, self.parts.imag]) / scale, 5) + 0.0
        return tuple(sorted(tuple(row) for row in rows))

    def _half_turned(self, turned):
        """Turn layers; where the first is turned, so are the axes that slips are counted in."""
        twist = self.stack.twist + 180.0 * np.diff(turned.astype(int))
        twist = 180.0 - (180.0 - twist) % 360.0  # above -180, up to 180
        return replace(
            self,
            stack=replace(self.stack, twist=twist),
            lattices=self.lattices * (-1.0 if turned[0] else 1.0),
            parts=np.where(turned[:, None], self.parts.conj(), self.parts),
        )


def arrange(stack, matrix, power):
    """Lay the layers of a stack into the frame of an image.

    Parameters
    ----------
    stack : Stack
        Layers, twist and face.
    matrix : ndarray of shape (2, 2)
        From the stack's frame to the image's, for row vectors: rotation and strain.
    power : float
        Atoms weigh Z to this power.

    Returns
    -------
    Arrangement
        The layers, equally strong, under a usual probe.
    """
    poses = poses_of(stack)
    maps = [own @ matrix for own in poses.matrices]
    found = [_waves_of(*pair, power) for pair in zip(poses.layers, maps, strict=True)]
    lattices = [layer.lattice @ own for layer, own in zip(poses.layers, maps, strict=True)]
    waves, parts = _united(found)
    means = np.array([own[2] for own in found])
    bases = np.array(_nearest_bases(lattices))
    return Arrangement(stack, bases, waves, parts, means, np.ones(len(means)))


def _waves_of(layer, matrix, power):
    """Wave vectors on one side, coefficients and mean of one layer."""
    reciprocal = layer.reciprocal @ np.linalg.inv(matrix).T
    hk = lattice_waves(reciprocal, FINEST)
    hk = hk * np.where(hk @ reciprocal @ SIDE > 0, 1, -1)[:, None]
    mean = structure_waves(layer, np.zeros((1, 2)), power)[0].real
    return hk @ reciprocal, structure_waves(layer, hk, power), mean


def _united(found):
    """Waves that layers share are one; those that are too weak are left out."""
    waves = np.concatenate([own[0] for own in found])
    same = (np.abs(waves[:, None] - waves[None]) < SAME_WAVE).all(-1)
    first, number = np.unique(same.argmax(1), return_inverse=True)
    parts = np.zeros((len(found), len(first)), dtype=complex)
    ends = np.cumsum([len(own[0]) for own in found])
    for row, (start, end, own) in enumerate(zip([0, *ends[:-1]], ends, found, strict=True)):
        parts[row, number[start:end]] = own[1]
    seen = np.abs(parts).max(0) * transfer(np.linalg.norm(waves[first], axis=1), *NARROW)
    strong = seen > WEAKEST * seen.max()
    return waves[first][strong], parts[:, strong]


def _nearest_bases(lattices):
    """Write each lattice in the base that is nearest to the first one's."""
    grid = np.array(list(product(range(-2, 3), repeat=4))).reshape(-1, 2, 2)
    bases = grid[np.abs(np.linalg.det(grid)).round() == 1]
    off = [((bases @ lattice - lattices[0]) ** 2).sum((1, 2)) for lattice in lattices]
    return [bases[row.argmin()] @ lattice for row, lattice in zip(off, lattices, strict=True)]


def _is_changed(layer):
    """Whether a half turn about any point changes a layer."""
    own = projected_symmetries(layer)
    return not any(np.allclose(matrix, -np.eye(2), atol=0.05) for matrix, _ in own)
