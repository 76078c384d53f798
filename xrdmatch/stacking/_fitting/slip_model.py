"""The model of an image's waves: layers at their places, under a probe."""

from dataclasses import dataclass

import numpy as np

SIGMA_START = 0.45  # [Å]
SIGMA_STD = 0.5  # of the logarithm of the probe's sigma
TAIL_START, TAIL_STD = 0.2, 1.5  # [Å] of the probe's tail, and of its logarithm
MODEL_ERROR = 0.02  # of an amplitude, relative: what a Gaussian probe and Z^power leave
FLOOR = 0.003  # of the strongest amplitude


@dataclass(frozen=True, eq=False)
class SlipProblem:
    """The amplitudes of an image's waves, and the layers that they are to be explained by.

    Parameters
    ----------
    hk : ndarray of shape (n_waves, 2)
        The waves.
    g : ndarray of shape (n_waves,)
        Lengths of their vectors [1/Å].
    amplitudes : ndarray of complex, shape (n_waves,)
        What was found in the image.
    noise : float
        Standard deviation of real and imaginary parts.
    layers : ndarray of complex, shape (n_layers, n_waves)
        The layers' own waves.
    ratio_std : float
        Prior of the layers' ratios: standard deviation of their logarithms.
    foreign : float, default=0.0
        Sum of the squares of the amplitudes of sharp waves beside these.
    """

    hk: np.ndarray
    g: np.ndarray
    amplitudes: np.ndarray
    noise: float
    layers: np.ndarray
    ratio_std: float
    foreign: float = 0.0

    @property
    def n_layers(self):
        """Number of layers."""
        return len(self.layers)

    @property
    def sigma(self):
        """Standard deviation that each amplitude is given, shape (n_waves,)."""
        size = np.abs(self.amplitudes)
        return np.sqrt(self.noise**2 + (MODEL_ERROR * size) ** 2 + (FLOOR * size.max()) ** 2)


@dataclass(frozen=True, eq=False)
class SlipFit:
    """Layers fitted to the waves of an image.

    Parameters
    ----------
    problem : SlipProblem
        What was fitted.
    places : ndarray of shape (n_layers, 2)
        Where the layers' origins are, in fractions of the image's lattice.
    ratios : ndarray of shape (n_layers,)
        How strongly each is seen, relative to the first.
    probe_sigma : float
        [Å].
    probe_tail : float
        How far its transfer falls short of a Gaussian [Å].
    scale : float
        Of the model.
    cost : float
        Sum of the squares of weighted differences and priors.
    jacobian : ndarray of shape (2 n_waves, n_parameters)
        Derivatives of real and imaginary parts of the model; places come first.
    """

    problem: SlipProblem
    places: np.ndarray
    ratios: np.ndarray
    probe_sigma: float
    probe_tail: float
    scale: float
    cost: float
    jacobian: np.ndarray

    @property
    def model(self):
        """The fitted amplitudes, shape (n_waves,)."""
        return (
            self.scale
            * model_waves(
                self.problem, self.places, self.ratios, self.probe_sigma, self.probe_tail
            )[0]
        )

    @property
    def slip(self):
        """Shift of each layer against the one below, in fractions, shape (n_layers - 1, 2)."""
        return np.diff(self.places, axis=0)

    @property
    def left(self):
        """Power of the lattice's waves that is not explained, and all of it, noise apart."""
        found = np.abs(self.problem.amplitudes) ** 2
        noise = 2 * self.problem.noise**2 * len(found)
        left = (np.abs(self.problem.amplitudes - self.model) ** 2).sum()
        return max(left - noise, 0.0), max(found.sum() - noise, 1e-30)

    @property
    def lattice_residual(self):
        """Share of the amplitude of the lattice's waves that is not explained, 0 to 1."""
        left, whole = self.left
        return float(np.sqrt(left / whole))

    @property
    def residual(self):
        """The same share, sharp waves that are not the lattice's included."""
        left, whole = self.left
        foreign = self.problem.foreign
        return float(np.sqrt((left + foreign) / (whole + foreign)))


def transfer(g, sigma, tail=0.0):
    """Return how much of waves a probe leaves.

    Parameters
    ----------
    g : ndarray
        Lengths of the waves' vectors [1/Å].
    sigma : float
        Standard deviation of the probe [Å].
    tail : float
        How far it falls short of a Gaussian [Å]: 0 for a Gaussian.

    Returns
    -------
    ndarray
        1 at g = 0.
    """
    return np.exp(-2 * (np.pi * sigma * g) ** 2 / (1 + tail * g))


def model_waves(problem, places, ratios, sigma, tail):
    """Return the model's waves, without their scale.

    Parameters
    ----------
    problem : SlipProblem
        The waves and the layers.
    places : ndarray of shape (n_layers, 2)
        Where the layers are, in fractions.
    ratios : ndarray of shape (n_layers,)
        How strongly each is seen.
    sigma, tail : float
        The probe [Å].

    Returns
    -------
    shape : ndarray of complex, shape (n_waves,)
        The sum of the layers.
    parts : ndarray of complex, shape (n_layers, n_waves)
        Each layer's part.
    """
    phases = np.exp(-2j * np.pi * places @ problem.hk.T)
    parts = ratios[:, None] * problem.layers * phases * transfer(problem.g, sigma, tail)
    return parts.sum(0), parts
