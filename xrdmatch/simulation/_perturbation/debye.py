"""How far atoms move at a temperature: the Debye model."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from pymatgen.core import Element
from scipy.constants import atomic_mass, hbar, k
from scipy.special import spence

from xrdmatch.simulation._by_element import by_element
from xrdmatch.simulation._perturbation.effect import check_numbers

COLDEST = 1e-6  # [K] stands for 0: nothing thermal is left
LARGEST = 700.0  # of theta / T: beyond it exp(-x) is zero in double precision


@dataclass(frozen=True)
class DebyeModel:
    """Mean square displacements of atoms at a temperature, zero-point motion included.

    Along each axis, with the mass m of the element and the Debye temperature theta [1]_,

    ``<u^2> = 3 hbar^2 T / (m k theta^2) [Phi(theta / T) + theta / (4 T)]``,
    ``Phi(x) = 1/x * integral from 0 to x of t / (exp(t) - 1) dt``.

    Parameters
    ----------
    temperature : float, default=300.0
        Temperature [K].
    debye_temperature : float or dict of {str: float}, default=400.0
        Debye temperature [K], one for all atoms or by element (elements left out stay in place).

    Raises
    ------
    ValueError
        If a temperature is negative or not finite, or a Debye temperature 0.

    See Also
    --------
    ThermalDisplacement
        Displacement of every atom by N(0, u) along x, y and z: harmonic motion, each on its own.

    References
    ----------
    .. [1] Willis and Pryor, Thermal Vibrations in Crystallography, Cambridge University Press
       (1975).

    Examples
    --------
    >>> from xrdmatch.simulation import DebyeModel
    >>> DebyeModel(300, {"Mo": 450, "S": 450}).rms_displacement([42, 16]).round(3)
    array([0.049, 0.084])
    """

    temperature: float = 300.0
    debye_temperature: float | dict = field(default=400.0, hash=False)  # a dict has none

    def __post_init__(self):
        check_numbers(self, "temperature")
        given = self.debye_temperature
        by_element("DebyeModel's debye_temperature", given, "K", 400.0)
        own = {**given} if isinstance(given, dict) else float(given)
        object.__setattr__(self, "debye_temperature", own)
        if 0 in (own.values() if isinstance(own, dict) else [own]):
            raise ValueError(
                f"A Debye temperature must be positive [K], got {given!r}; use 400.0, for example."
            )

    def rms_displacement(self, numbers):
        """Root mean square displacement along each axis.

        Parameters
        ----------
        numbers : array-like of int
            Atomic numbers; 0 for padding.

        Returns
        -------
        ndarray
            Displacements [Å], in the same shape; 0 for padding and elements left out.
        """
        theta = by_element("debye_temperature", self.debye_temperature, "K", 400.0)
        numbers = np.asarray(numbers)
        moving = (theta[numbers] > 0) & (numbers > 0)
        squares = mean_square_displacement(
            np.where(moving, _masses()[numbers], np.inf),
            self.temperature,
            np.where(moving, theta[numbers], 1.0),
        )
        return np.sqrt(squares)


def mean_square_displacement(mass, temperature, debye_temperature):
    """``<u^2>`` along one axis [Å^2] for masses [u] and temperatures [K], which broadcast."""
    x = debye_temperature / np.maximum(temperature, COLDEST)
    thermal = debye_integral(np.minimum(x, LARGEST)) / x**2
    quantum = 3 * hbar**2 / (mass * atomic_mass * k * debye_temperature)  # [m^2]
    return 1e20 * quantum * (0.25 + thermal)


def debye_integral(x):
    """Integral from 0 to x of t / (exp(t) - 1), in closed form with the dilogarithm."""
    short_of_one = -np.expm1(-x)  # 1 - exp(-x)
    return np.pi**2 / 6 + x * np.log(short_of_one) - spence(short_of_one)


@cache
def _masses():
    """Atomic masses [u] by atomic number."""
    return np.array([np.inf, *(float(Element.from_Z(z).atomic_mass) for z in range(1, 119))])
