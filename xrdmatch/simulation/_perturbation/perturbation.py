"""`Perturbation`: a sequence of effects with one severity."""

from dataclasses import dataclass

from xrdmatch.simulation._perturbation.crystal_effects import Strain, ThermalDisplacement
from xrdmatch.simulation._perturbation.effect import CrystalEffect, SpotEffect, check_numbers
from xrdmatch.simulation._perturbation.intensity_effects import IntensityNoise

SEVERITIES = (0.0, 0.5, 1.0, 2.0, 4.0)  # clean, half, standard, twice, four times


@dataclass(frozen=True, init=False, repr=False)
class Perturbation:
    """How a query differs from the ideal crystal: effects, applied one after the other.

    Without arguments it is the standard perturbation: `Strain`, `ThermalDisplacement` and
    `IntensityNoise` with their defaults. Effects on the crystal come first, then those on its
    spots, each kind in the order given. Equal perturbations draw equal numbers from equal random
    states, and the text of one rebuilds it.

    Parameters
    ----------
    *effects : CrystalEffect or SpotEffect
        The effects; the standard ones if there are none.
    severity : float, default=1.0
        Factor on the severity that each effect is asked for; every effect says what severity
        does to it, and at 0 it does nothing.

    Attributes
    ----------
    effects : tuple
        The effects in the order in which they are applied.

    Raises
    ------
    TypeError
        If something is no effect.
    ValueError
        If the severity is negative or not finite.

    See Also
    --------
    perturb_patterns : Applies it.

    Examples
    --------
    >>> from xrdmatch.simulation import BeamStop, IntensityNoise, Perturbation, Strain
    >>> Perturbation(Strain(0.02), IntensityNoise(0.3))
    Perturbation(Strain(sigma=0.02), IntensityNoise(sigma=0.3))
    >>> Perturbation().scaled(2.0)
    Perturbation(Strain(sigma=0.01), ThermalDisplacement(u=0.08), IntensityNoise(sigma=0.15),
                 severity=2.0)
    >>> len((Perturbation() + BeamStop(0.3)).effects)
    4
    """

    effects: tuple
    severity: float

    def __init__(self, *effects, severity=1.0):
        effects = effects or (Strain(), ThermalDisplacement(), IntensityNoise())
        for effect in effects:
            _check_effect(effect)
        object.__setattr__(self, "effects", tuple(sorted(effects, key=_is_on_spots)))
        object.__setattr__(self, "severity", severity)
        check_numbers(self, "severity")

    def __add__(self, effect):
        """Return the perturbation with one more effect at the end of its kind."""
        return Perturbation(*self.effects, effect, severity=self.severity)

    def __repr__(self):
        parts = [repr(effect) for effect in self.effects]
        if self.severity != 1:
            parts.append(f"severity={self.severity}")
        return f"Perturbation({', '.join(parts)})"

    def scaled(self, severity):
        """Return the perturbation with its severity times `severity`."""
        return Perturbation(*self.effects, severity=severity * self.severity)

    def on_layers(self, framed, severity, rng):
        """Apply the effects on crystals.

        Parameters
        ----------
        framed : SiteTable
            Layers in their frame.
        severity : ndarray of shape (n_structures,)
            Factor on the perturbation's own severity.
        rng : RandomState
            Source of chance.

        Returns
        -------
        SiteTable
            The imperfect layers.
        """
        for effect in self.effects:
            if isinstance(effect, CrystalEffect):
                framed = effect(framed, severity * self.severity, rng)
        return framed

    def on_spots(self, q, intensity, severity, rng):
        """Apply the effects on spots.

        Parameters
        ----------
        q : ndarray of shape (n_structures, n_spots, 2)
            Scattering vectors [1/Å], NaN where padded.
        intensity : ndarray of shape (n_structures, n_spots)
            Intensities, NaN where padded.
        severity : ndarray of shape (n_structures,)
            Factor on the perturbation's own severity.
        rng : RandomState
            Source of chance.

        Returns
        -------
        q, intensity : ndarray
            The imperfect spots in the same form, possibly of another number.
        """
        for effect in self.effects:
            if isinstance(effect, SpotEffect):
                q, intensity = effect(q, intensity, severity * self.severity, rng)
        return q, intensity


def _is_on_spots(effect):
    return isinstance(effect, SpotEffect)


def _check_effect(effect):
    if not isinstance(effect, CrystalEffect | SpotEffect):
        raise TypeError(
            f"A perturbation is made of effects, got {effect!r}; write "
            "Perturbation(Strain(0.02), IntensityNoise(0.3)), for example."
        )
