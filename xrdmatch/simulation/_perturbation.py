"""The standard perturbation: what a real layer's pattern suffers."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_random_state

from xrdmatch.crystallography import DiffractionPattern, layer_frame, site_table
from xrdmatch.simulation._settings import check_settings
from xrdmatch.simulation._simulator import DiffractionSimulator
from xrdmatch.simulation._zone_axis import padded_spots


@dataclass(frozen=True)
class Perturbation:
    """How strongly a query differs from the ideal crystal; the defaults are severity 1.

    Parameters
    ----------
    strain : float, default=0.01
        Standard deviation of each of the four components of the in-plane deformation.
    displacement : float, default=0.08
        Standard deviation of every Cartesian coordinate of every atom [Å].
    noise : float, default=0.15
        Standard deviation of the natural logarithm of every intensity.

    Examples
    --------
    >>> from xrdmatch.simulation import Perturbation
    >>> Perturbation().scaled(2.0)
    Perturbation(strain=0.02, displacement=0.16, noise=0.3)
    """

    strain: float = 0.01
    displacement: float = 0.08
    noise: float = 0.15

    def __post_init__(self):
        values = (self.strain, self.displacement, self.noise)
        if min(values) < 0 or not np.isfinite(values).all():
            raise ValueError(
                f"A perturbation's strengths must be finite and not negative, got {values}; "
                "0 switches one off."
            )

    def scaled(self, severity):
        """Return the perturbation with all strengths times `severity`."""
        return Perturbation(
            severity * self.strain, severity * self.displacement, severity * self.noise
        )


def perturb_patterns(
    structures, severity=1.0, *, simulator=None, perturbation=None, random_state=None
):
    """Simulate one imperfect pattern of each structure: the standard perturbed queries.

    In-plane deformation, displacements of the atoms, noise on the intensities; then the Miller
    indices are forgotten and the spots shuffled. The orientation is known up to the deformation's
    own rotation, and the cell's setting stays.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The ideal crystals.
    severity : float or array-like of shape (n_structures,), default=1.0
        Factor on all strengths; 0 gives clean patterns without indices.
    simulator : DiffractionSimulator, optional
        What simulates; the default simulator if None.
    perturbation : Perturbation, optional
        Strengths at severity 1.
    random_state : int, RandomState or None
        Makes the draw repeatable.

    Returns
    -------
    list of DiffractionPattern
        One pattern for each structure, without hkl.

    Raises
    ------
    ValueError
        If a severity is negative or not finite, or there is not one for each structure.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.simulation import perturb_patterns
    >>> perturb_patterns(load_monolayers()[:1], severity=1.0, random_state=0)[0].hkl is None
    True
    """
    rng = check_random_state(random_state)
    settings = check_settings(DiffractionSimulator() if simulator is None else simulator)
    framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
    severity = _checked_severity(severity, len(framed))
    patterns = []
    for rows in np.array_split(np.arange(len(framed)), max(1, len(framed) // 256)):
        q, intensity = perturbed_spots(framed[rows], severity[rows], settings, rng, perturbation)
        patterns += [_shuffled(*pair, settings, rng) for pair in zip(q, intensity, strict=True)]
    return patterns


def _checked_severity(severity, n_structures):
    severity = np.asarray(severity, dtype=float)
    if severity.shape not in ((), (n_structures,)):
        raise ValueError(
            f"Severity is one number or one for each of the {n_structures} structures, got shape "
            f"{severity.shape}; pass an array of that length."
        )
    if not (np.isfinite(severity) & (severity >= 0)).all():
        raise ValueError(
            f"Severities must be finite and not negative, got {severity}; 0 gives clean patterns."
        )
    return np.broadcast_to(severity, n_structures)


def perturb_layers(framed, severity, rng, perturbation=None):
    """Deform framed layers in their plane and displace their atoms.

    Parameters
    ----------
    framed : SiteTable
        Layers in their frame.
    severity : ndarray of shape (n_structures,)
        Factor on the strengths.
    rng : RandomState
        Source of chance.
    perturbation : Perturbation, optional
        Strengths at severity 1.

    Returns
    -------
    SiteTable
        The imperfect layers, still in the same frame and setting.
    """
    strengths = perturbation or Perturbation()
    severity = np.asarray(severity)[:, None, None]
    deformation = np.zeros((len(framed), 3, 3)) + np.eye(3)
    deformation[:, :2, :2] += severity * strengths.strain * rng.standard_normal((len(framed), 2, 2))
    lattice = framed.lattice @ deformation
    shifts = rng.standard_normal(framed.frac_coords.shape) * severity * strengths.displacement
    shifts[framed.numbers == 0] = 0.0  # padding stays zero
    frac_coords = framed.frac_coords + shifts @ np.linalg.inv(lattice)
    return replace(framed, lattice=lattice, frac_coords=frac_coords)


def perturbed_spots(framed, severity, settings, rng, perturbation=None):
    """Spots of imperfect layers as padded arrays.

    Parameters
    ----------
    framed : SiteTable
        Ideal layers in their frame.
    severity : ndarray of shape (n_structures,)
        Factor on the strengths.
    settings : Settings
        The simulator's options.
    rng : RandomState
        Source of chance.
    perturbation : Perturbation, optional
        Strengths at severity 1.

    Returns
    -------
    q : ndarray of shape (n_structures, n_spots, 2)
        Scattering vectors [1/Å], NaN where padded.
    intensity : ndarray of shape (n_structures, n_spots)
        Intensities, NaN where padded.
    """
    strengths = perturbation or Perturbation()
    q, intensity = padded_spots(perturb_layers(framed, severity, rng, strengths), settings)
    noise = np.asarray(severity)[:, None] * strengths.noise * rng.standard_normal(intensity.shape)
    return q, intensity * np.exp(noise)


def _shuffled(q, intensity, settings, rng):
    order = rng.permutation(np.flatnonzero(np.isfinite(intensity)))
    return DiffractionPattern(q[order], intensity[order], radiation=settings.radiation)
