"""Imperfect patterns of ideal crystals: the queries that results are given for."""

import numpy as np
from sklearn.utils import check_random_state

from xrdmatch.crystallography import DiffractionPattern, layer_frame, site_table
from xrdmatch.simulation._perturbation.perturbation import Perturbation
from xrdmatch.simulation._settings import spot_settings
from xrdmatch.simulation._simulator import DiffractionSimulator
from xrdmatch.simulation._spots.zone_axis import check_thin, padded_spots


def perturb_patterns(
    structures, severity=1.0, *, simulator=None, perturbation=None, random_state=None
):
    """Simulate one imperfect pattern of each structure: the standard perturbed queries.

    By default in-plane deformation, displacements of the atoms and noise on the intensities; then
    the Miller indices are forgotten and the spots shuffled. The orientation is known up to the
    deformation's own rotation, and the cell's setting stays.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The ideal crystals.
    severity : float or array-like of shape (n_structures,), default=1.0
        Severity of the perturbation; 0 gives clean patterns without indices. `SEVERITIES` are
        the standard ones.
    simulator : DiffractionSimulator, optional
        What simulates; the default simulator if None. With its `tilt` the patterns are those of
        a tilted beam.
    perturbation : Perturbation, optional
        The effects; the standard perturbation if None.
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

    See Also
    --------
    perturb_scans : Simulate one imperfect scan of each structure.
    perturb_structures
        Perturb crystals as `perturb_patterns` does: by default strain and displaced atoms.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.simulation import perturb_patterns
    >>> perturb_patterns(load_monolayers()[:1], severity=1.0, random_state=0)[0].hkl is None
    True
    """
    rng = check_random_state(random_state)
    settings = spot_settings(DiffractionSimulator() if simulator is None else simulator)
    if settings.beam is not None:
        check_thin(structures)
    framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
    severity = checked_severity(severity, len(framed))
    patterns = []
    for rows in np.array_split(np.arange(len(framed)), max(1, len(framed) // 256)):
        q, intensity = perturbed_spots(framed[rows], severity[rows], settings, rng, perturbation)
        patterns += [_shuffled(*pair, settings, rng) for pair in zip(q, intensity, strict=True)]
    return patterns


def checked_severity(severity, n_structures):
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
    """Apply what a perturbation does to crystals: by default strain and displaced atoms.

    Parameters
    ----------
    framed : SiteTable
        Layers in their frame.
    severity : float or ndarray of shape (n_structures,)
        Severity of the perturbation.
    rng : RandomState
        Source of chance.
    perturbation : Perturbation, optional
        The effects; the standard perturbation if None.

    Returns
    -------
    SiteTable
        The imperfect layers, still in the same frame and setting.

    See Also
    --------
    perturb_structures
        Perturb crystals as `perturb_patterns` does: by default strain and displaced atoms.
    perturbed_spots : Spots of imperfect layers as padded arrays.
    """
    perturbation = Perturbation() if perturbation is None else perturbation
    return perturbation.on_layers(framed, np.broadcast_to(severity, len(framed)), rng)


def perturbed_spots(framed, severity, settings, rng, perturbation=None):
    """Spots of imperfect layers as padded arrays.

    Parameters
    ----------
    framed : SiteTable
        Ideal layers in their frame.
    severity : float or ndarray of shape (n_structures,)
        Severity of the perturbation.
    settings : Settings
        The simulator's options.
    rng : RandomState
        Source of chance.
    perturbation : Perturbation, optional
        The effects; the standard perturbation if None.

    Returns
    -------
    q : ndarray of shape (n_structures, n_spots, 2), with a tilted beam (n_structures, n_spots, 3)
        Scattering vectors [1/Å], NaN where padded.
    intensity : ndarray of shape (n_structures, n_spots)
        Intensities, NaN where padded.

    See Also
    --------
    perturb_patterns
        Simulate one imperfect pattern of each structure: the standard perturbed queries.
    perturb_layers
        Apply what a perturbation does to crystals: by default strain and displaced atoms.
    """
    perturbation = Perturbation() if perturbation is None else perturbation
    severity = np.broadcast_to(severity, len(framed))
    spots = padded_spots(perturbation.on_layers(framed, severity, rng), settings)
    return perturbation.on_spots(*spots, severity, rng)


def _shuffled(q, intensity, settings, rng):
    order = rng.permutation(np.flatnonzero(np.isfinite(intensity)))
    return DiffractionPattern(q[order], intensity[order], radiation=settings.radiation)
