"""Starting values for two twisted layers: orientations and positions."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._fitting.arrangement import half_turns
from xrdmatch.stacking._fitting.lattice_search import (
    distinct_lattices,
    find_lattices,
    refined_lattice,
)
from xrdmatch.stacking._fitting.slip_model import SIGMA_START
from xrdmatch.stacking._fitting.waves import TaperedImage
from xrdmatch.stacking._imaging.harmonics import lattice_waves, probe_transfer, structure_waves
from xrdmatch.stacking._poses import rotation

SEARCH_G = 0.7  # [1/Å] waves of the search
SMALL_TWISTS = (0.8, 2.0, 4.0)  # [degrees] tried where the spectrum shows one lattice
N_CANDIDATES, N_LATTICES = 24, 6  # directions looked at, and kept once each
N_SINGLE = 2  # directions for which small angles are tried
GRID = 24  # points along each axis of a cell
RIDGE = 0.02  # holds amplitudes of two lattices that nearly coincide


@dataclass(frozen=True, eq=False)
class TwistProblem:
    """An image and the two layers that it is to be explained by.

    Parameters
    ----------
    tapered : TaperedImage
        The averaged image.
    layers : tuple of ProjectedLayer
        Lower and upper layer.
    half_turns : tuple of bool
        Whether each is turned by half a turn.
    places : ndarray of shape (2, 2)
        Where the layers' origins are, to start from, in the lower layer's frame [Å].
    frame : ndarray of shape (2, 2)
        From the lower layer's frame to the image, to start from [pixel / Å].
    twist : float
        Angle of the upper layer against the lower one, to start from [degrees].
    power : float
        Atoms weigh Z to this power.
    ratio_std : float
        Prior of the layers' ratio.
    """

    tapered: TaperedImage
    layers: tuple
    half_turns: tuple
    places: np.ndarray
    frame: np.ndarray
    twist: float
    power: float
    ratio_std: float


def twist_starts(image, layers, task, pixel_size):
    """Find from where a fit of two layers of any angle may start.

    1. The spectrum shows the directions in which the layers' lattices may lie.
    2. For pairs of them, and for single ones with small angles between, the waves of both lattices
       are fitted together.
    3. Each layer is put where it explains most of its lattice's waves.

    Parameters
    ----------
    image : BinnedImage
        The averaged image.
    layers : tuple of ProjectedLayer
        Lower and upper layer.
    task : Task
        What is looked for.
    pixel_size : float
        Of the averaged image [Å].

    Returns
    -------
    list of TwistProblem
        Those that explain most first.
    """
    tapered = TaperedImage(image.image)
    starts = [
        _start(tapered, layers, pair, task)
        for pair in _pairs(image.image, tapered, layers, task.power, pixel_size)
    ]
    return [problem for _, problem in sorted(starts, key=lambda start: -start[0])]


def waves_of_both(layers, frame, twist, g_max):
    """Return the waves of both layers and their vectors in the image.

    Parameters
    ----------
    layers : tuple of ProjectedLayer
        Lower and upper layer.
    frame : ndarray of shape (2, 2)
        From the lower layer's frame to the image [pixel / Å].
    twist : float
        Angle of the upper layer against the lower one [degrees].
    g_max : float
        Length of the longest vector [1/Å].

    Returns
    -------
    list of (ndarray of shape (n, 2), ndarray of shape (n, 2))
        For each layer hk, and vectors [1/pixel].
    """
    found = []
    for layer, angle in zip(layers, (0.0, twist), strict=True):
        hk = lattice_waves(layer.reciprocal, g_max)
        to_image = np.linalg.inv(rotation(angle) @ frame).T
        found.append((hk, hk @ layer.reciprocal @ to_image))
    return found


def _pairs(image, tapered, layers, power, pixel_size):
    """List frames of the lower layer and angles of the upper one."""
    lower, upper = (
        distinct_lattices(find_lattices(image, layer, power, pixel_size, N_CANDIDATES), layer)[
            :N_LATTICES
        ]
        for layer in layers
    )
    frames = [_refined_frame(tapered, start, layers[0], pixel_size) for start in lower]
    alike = layers[0] is layers[1]  # then the order and the sign of the angle do not matter
    pairs = [
        (rotation(-angle / 2) @ frame, angle)
        for frame in frames[:N_SINGLE]
        for small in SMALL_TWISTS
        for angle in ((small,) if alike else (small, -small))
    ]
    for i, (start, frame) in enumerate(zip(lower, frames, strict=True)):
        others = upper[i + 1 :] if alike else upper
        angles = [
            _angle(layers[1].lattice, other.lattice, frame)
            for other in others
            if other.face == start.face
        ]
        pairs += [(frame, angle) for angle in angles if abs(angle) > min(SMALL_TWISTS)]
    return pairs


def _refined_frame(tapered, start, layer, pixel_size):
    hk = lattice_waves(start.reciprocal, SEARCH_G * pixel_size)
    lattice = np.linalg.inv(refined_lattice(tapered, start.reciprocal, hk)).T
    return np.linalg.solve(layer.lattice, lattice)


def _angle(lattice, image_lattice, frame):
    """Return the angle of a layer whose lattice in the image is known [degrees]."""
    turn = np.linalg.solve(lattice, image_lattice) @ np.linalg.inv(frame)
    return float(np.degrees(np.arctan2(turn[0, 1] - turn[1, 0], turn[0, 0] + turn[1, 1])))


def _start(tapered, layers, pair, task):
    """Return how much layers at their best places explain, and the problem."""
    frame, twist = pair
    amplitudes = _amplitudes(tapered, waves_of_both(layers, frame, twist, SEARCH_G))
    found = [
        _first_place(layer, own, task.power) for layer, own in zip(layers, amplitudes, strict=True)
    ]
    turns = tuple(turn for _, turn, _ in found)
    places = np.array([found[0][2], found[1][2] @ rotation(twist)])
    explained = sum(score for score, _, _ in found)
    return explained, TwistProblem(
        tapered, layers, turns, places, frame, twist, task.power, task.ratio_std
    )


def _amplitudes(tapered, vectors):
    """Fit the waves of both lattices together; return the amplitudes of each."""
    every = np.vstack([g for _, g in vectors])
    signed = np.vstack([np.zeros((1, 2)), every, -every])
    sums = tapered.sums(every)
    right = np.concatenate([tapered.sums(np.zeros((1, 2))), sums, np.conj(sums)])
    steps = (signed[:, None] - signed).reshape(-1, 2)
    gram = tapered.window_sums(steps).reshape(len(signed), len(signed))
    found = np.linalg.solve(gram + RIDGE * np.eye(len(signed)), right)
    return np.split(found[1 : len(every) + 1], [len(vectors[0][0])])


def _first_place(layer, amplitudes, power):
    """Return how much a layer explains, whether it is turned, and where it is in its frame [Å]."""
    cells = np.stack(np.mgrid[:GRID, :GRID], -1).reshape(-1, 2) / GRID
    hk = lattice_waves(layer.reciprocal, SEARCH_G)
    waves = structure_waves(layer, hk, power)
    waves = waves * probe_transfer(hk @ layer.reciprocal, SIGMA_START)
    phases = np.exp(-2j * np.pi * cells @ hk.T)
    turns = half_turns(layer)
    choices = [np.conj(waves) if turn else waves for turn in turns]
    overlaps = np.array([np.real((phases * own) @ np.conj(amplitudes)) for own in choices])
    turn, place = np.unravel_index(overlaps.argmax(), overlaps.shape)
    score = max(overlaps.max(), 0.0) ** 2 / (np.abs(waves) ** 2).sum()
    cell = cells[place]
    return score, turns[turn], (cell - np.round(cell)) @ layer.lattice
