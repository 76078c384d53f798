"""Least-squares fit of two twisted layers: angle, positions and probe width."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from xrdmatch.stacking._fitting.slip_model import (
    SIGMA_START,
    SIGMA_STD,
    TAIL_START,
    TAIL_STD,
    transfer,
)
from xrdmatch.stacking._fitting.twist_starts import TwistProblem, twist_starts, waves_of_both
from xrdmatch.stacking._imaging.harmonics import structure_waves

COARSE_PIXEL = 0.22  # [Å] images are averaged to about this
FIT_G = 1.1  # [1/Å] waves of the fit
N_FITS = 3
SCALES = np.array([0.01] * 4 + [1.0] + [0.05] * 4 + [0.1, 0.2, 0.5])  # of the parameters


@dataclass(frozen=True, eq=False)
class TwistFit:
    """Two twisted layers fitted to an image.

    Parameters
    ----------
    problem : TwistProblem
        What was fitted.
    frame : ndarray of shape (2, 2)
        From the lower layer's frame to the image [pixel / Å].
    twist : float
        Angle of the upper layer against the lower one, half turns apart [degrees].
    places : ndarray of shape (2, 2)
        Where the layers' origins are, from the middle of the image, in the lower layer's frame [Å].
    ratio : float
        How strongly the upper layer is seen.
    probe : tuple of float
        Standard deviation of the probe and its tail [Å].
    cost : float
        Share of the image's variance that is left, with priors.
    residual : float
        Share of the amplitude that is left, noise apart.
    slip_std : ndarray of shape (2,)
        Standard deviation of the upper layer's place against the lower one's [Å].
    scale : float
        Of the model's waves.
    """

    problem: TwistProblem
    frame: np.ndarray
    twist: float
    places: np.ndarray
    ratio: float
    probe: tuple
    cost: float
    residual: float
    slip_std: np.ndarray
    scale: float


def twist_fits(image, layers, task, pixel_size):
    """Fit two layers of any angle to an image.

    From each of the best starts frame, angle, places, strengths and probe are refined together on
    the image.

    Parameters
    ----------
    image : BinnedImage
        The image, averaged to `COARSE_PIXEL` or less.
    layers : tuple of ProjectedLayer
        Lower and upper layer.
    task : Task
        What is looked for.
    pixel_size : float
        Of the averaged image [Å].

    Returns
    -------
    list of TwistFit
        The best first.
    """
    starts = twist_starts(image, layers, task, pixel_size)[:N_FITS]
    return sorted((_fitted(start) for start in starts), key=lambda fit: fit.cost)


def twist_waves(fit):
    """Return the waves of a fit.

    Parameters
    ----------
    fit : TwistFit
        The fit.

    Returns
    -------
    g : ndarray of shape (n_waves, 2)
        Vectors [1/pixel of the averaged image].
    amplitudes : ndarray of complex, shape (n_waves,)
        Unscaled.
    """
    unpacked = fit.frame, fit.twist, fit.places, fit.ratio, fit.probe
    return _model(fit.problem.layers, fit.problem.half_turns, *unpacked, fit.problem.power)


def _fitted(problem):
    probe = np.log([SIGMA_START, TAIL_START])
    start = np.concatenate([np.zeros(5), problem.places.ravel(), [0.0], probe])
    solution = least_squares(
        _differences,
        start,
        args=(problem,),
        x_scale=SCALES,
        diff_step=1e-4,
        method="trf",
        max_nfev=25,
    )
    inverse = np.linalg.pinv(solution.jac.T @ solution.jac)
    variance = 2 * solution.cost / problem.tapered.size
    difference = np.zeros((2, len(start)))
    difference[:, 5:9] = np.hstack([-np.eye(2), np.eye(2)])
    slip_std = np.sqrt(np.diag(difference @ inverse @ difference.T) * variance)
    left, scale = _compared(problem, *_unpacked(solution.x, problem))
    return TwistFit(
        problem,
        *_unpacked(solution.x, problem),
        2 * solution.cost,
        _residual(problem, left),
        slip_std,
        scale,
    )


def _residual(problem, left):
    """Return the share of the amplitude that is left, noise apart: what the probe cannot pass."""
    tapered = problem.tapered
    pixel = np.sqrt(1 / abs(np.linalg.det(problem.frame)))  # [Å]
    power = np.abs(np.fft.fft2(left)) ** 2 / left.size**2
    lengths = np.hypot(*np.meshgrid(*(np.fft.fftfreq(n, pixel) for n in left.shape[::-1])))
    empty = lengths > FIT_G
    noise = power[empty].mean() * left.size if empty.any() else 0.0
    window = np.outer(tapered.window_y, tapered.window_x)
    whole = (window * tapered.image**2).sum()
    return float(np.sqrt(max((left**2).mean() - noise, 0.0) / max(whole - noise, 1e-30)))


def _unpacked(parameters, problem):
    frame = problem.frame @ (np.eye(2) + parameters[:4].reshape(2, 2))
    twist = problem.twist + float(np.degrees(parameters[4] * 0.05))
    sigma, tail = np.exp(parameters[10:12])
    return frame, twist, parameters[5:9].reshape(2, 2), float(np.exp(parameters[9])), (sigma, tail)


def _model(layers, half_turns, frame, twist, places, ratio, probe, power):
    """Return vectors [1/pixel] and amplitudes of the waves of both layers, unscaled."""
    vectors, amplitudes = [], []
    every = waves_of_both(layers, frame, twist, FIT_G)
    for i, (layer, (hk, g)) in enumerate(zip(layers, every, strict=True)):
        own = structure_waves(layer, hk, power)
        own = np.conj(own) if half_turns[i] else own
        lengths = np.linalg.norm(hk @ layer.reciprocal, axis=1)
        phases = np.exp(-2j * np.pi * g @ (places[i] @ frame))
        vectors.append(g)
        amplitudes.append((ratio if i else 1.0) * own * transfer(lengths, *probe) * phases)
    return np.vstack(vectors), np.concatenate(amplitudes)


def _compared(problem, frame, twist, places, ratio, probe):
    """Return the image without the best scaled model and a slope, and the scale."""
    waves = _model(
        problem.layers, problem.half_turns, frame, twist, places, ratio, probe, problem.power
    )
    tapered = problem.tapered
    model = tapered.synthesised(*waves)
    columns = [
        model,
        np.ones_like(model),
        np.broadcast_to(tapered.x / len(tapered.x), model.shape),
        np.broadcast_to(tapered.y[:, None] / len(tapered.y), model.shape),
    ]
    weights = np.outer(tapered.window_y, tapered.window_x).ravel()
    design = np.array([column.ravel() for column in columns])
    gram = (design * weights) @ design.T
    found = np.linalg.lstsq(gram, (design * weights) @ tapered.image.ravel(), rcond=None)[0]
    return tapered.image - (found @ design).reshape(model.shape), found[0]


def _differences(parameters, problem):
    """Return weighted differences of image and model, and priors."""
    unpacked = _unpacked(parameters, problem)
    left, _ = _compared(problem, *unpacked)
    tapered = problem.tapered
    root = np.sqrt(np.outer(tapered.window_y, tapered.window_x))
    _, _, _, ratio, probe = unpacked
    steps = np.log([ratio, probe[0] / SIGMA_START, probe[1] / TAIL_START])
    prior = steps / [problem.ratio_std, SIGMA_STD, TAIL_STD]
    norm = np.linalg.norm(root * tapered.image)
    return np.concatenate([(left * root).ravel() / norm, prior / np.sqrt(tapered.size)])
