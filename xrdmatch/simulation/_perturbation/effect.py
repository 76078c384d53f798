"""`CrystalEffect` and `SpotEffect`: bases of all effects."""

from dataclasses import dataclass
from numbers import Real

import numpy as np


@dataclass(frozen=True)
class CrystalEffect:
    """Something that a real crystal suffers: the base of all effects on crystals.

    An effect is a frozen dataclass whose text rebuilds it, called as
    ``effect(framed, severity, rng)``. It returns new crystals, leaves the given ones as they are,
    and changes nothing where the severity is 0. Whoever needs another one derives it from here.

    Parameters of the call: ``framed``, a `SiteTable` of layers in their frame; ``severity``, an
    ndarray of shape (n_structures,); ``rng``, the RandomState to draw from.

    See Also
    --------
    SpotEffect : The same for spots.

    Examples
    --------
    >>> from dataclasses import dataclass, replace
    >>> from xrdmatch.simulation import CrystalEffect, Perturbation
    >>> @dataclass(frozen=True)
    ... class Thinning(CrystalEffect):
    ...     share: float = 0.1
    ...
    ...     def __call__(self, framed, severity, rng):
    ...         left = 1 - self.share * severity[:, None]
    ...         return replace(framed, occupancy=framed.occupancy * left)
    >>> Perturbation() + Thinning(0.2)
    Perturbation(Strain(sigma=0.01), ThermalDisplacement(u=0.08), Thinning(share=0.2),
                 IntensityNoise(sigma=0.15))
    """

    def __call__(self, framed, severity, rng):
        raise NotImplementedError(f"{type(self).__name__} needs a __call__.")


@dataclass(frozen=True)
class SpotEffect:
    """Something that a pattern suffers: the base of all effects on spots.

    As `CrystalEffect`, but called as ``effect(q, intensity, severity, rng)`` and returning the new
    ``q`` and ``intensity``: padded arrays of shape (n_patterns, n_spots, 2) [1/Å] and
    (n_patterns, n_spots), NaN where there is no spot. Where the beam is tilted, q has a third
    component, along the layer's normal. At least one spot of a pattern stays.

    See Also
    --------
    CrystalEffect : The same for crystals.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import BeamStop, SpotEffect
    >>> isinstance(BeamStop(0.3), SpotEffect)
    True
    >>> q, intensity = np.array([[[0.2, 0], [0.4, 0]]]), np.array([[5.0, 1.0]])
    >>> BeamStop(0.3)(q, intensity, np.ones(1), np.random.RandomState(0))[1]
    array([[nan,  1.]])
    """

    def __call__(self, q, intensity, severity, rng):
        raise NotImplementedError(f"{type(self).__name__} needs a __call__.")


def check_numbers(value, *names, largest=np.inf):
    """Check that a frozen value's numbers lie between 0 and `largest`; keep them as floats."""
    for name in names:
        number = getattr(value, name)
        if not (isinstance(number, Real) and 0 <= number <= largest and np.isfinite(number)):
            limit = "" if np.isinf(largest) else f" and at most {largest:g}"
            raise ValueError(
                f"{type(value).__name__}'s {name} must be finite and not negative{limit}, got "
                f"{number!r}; 0 switches it off."
            )
        object.__setattr__(value, name, float(number))


def row_maximum(values):
    """Largest entry of each row, NaN left aside: (n, m) becomes (n, 1)."""
    return np.fmax.reduce(values, axis=1, keepdims=True, initial=0.0)
