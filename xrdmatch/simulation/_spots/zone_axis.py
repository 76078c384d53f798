"""hk0 spots of many layers, a few cells of like size at a time."""

import numpy as np

from xrdmatch.crystallography import StructureError, name_of
from xrdmatch.simulation._spots.intensity import INTENSITIES, thickness_factor
from xrdmatch.simulation._spots.structure_factors import half_plane

MAX_PHASES = 50_000  # (structure, site, spot) entries at a time: few enough for the cache


def zone_axis_spots(framed, swapped, settings):
    """Simulate the spots of every structure.

    Parameters
    ----------
    framed : SiteTable
        Layers in their frame.
    swapped : ndarray of bool, shape (n_structures,)
        Whether the frame exchanged a and b, so that hkl can refer to the cell as given.
    settings : Settings
        Radiation, range, Debye-Waller factors, kind of intensity.

    Returns
    -------
    list of (q, intensity, hkl)
        Arrays of shape (n_spots, 2) [1/Å], or (n_spots, 3) with a tilted beam, (n_spots,),
        (n_spots, 3), one triple a structure.
    """
    spots = [None] * len(framed)
    for rows, hk in _chunks(framed, settings):
        q, intensity = _half_plane_spots(framed[rows], hk, settings)
        for i, row in enumerate(rows):
            spots[row] = _one_pattern(q[i], intensity[i], hk, swapped[row], settings)
    return spots


def padded_spots(framed, settings):
    """Spots of layers that stand in the frame, as padded arrays.

    Parameters
    ----------
    framed : SiteTable
        Layers in their frame; an in-plane deformation may have been applied since.
    settings : Settings
        The simulator's options.

    Returns
    -------
    q : ndarray of shape (n_structures, n_spots, 2), with a tilted beam (n_structures, n_spots, 3)
        Scattering vectors [1/Å], NaN where padded.
    intensity : ndarray of shape (n_structures, n_spots)
        Intensities, NaN where padded.
    """
    n_spots = len(half_plane(int(_largest_index(framed, settings).max(initial=1))))
    q = np.full((len(framed), n_spots, 2 if settings.beam is None else 3), np.nan)
    intensity = np.full((len(framed), n_spots), np.nan)
    for rows, hk in _chunks(framed, settings):
        spots = _half_plane_spots(framed[rows], hk, settings)
        q[rows, : len(hk)], intensity[rows, : len(hk)] = spots
    q[np.isnan(intensity)] = np.nan
    if settings.friedel_half:
        return q, intensity
    return np.concatenate([q, -q], axis=1), np.concatenate([intensity, intensity], axis=1)


def check_thin(structures):
    """Refuse zone axes of bulk crystals: their heights are no crystal's.

    Parameters
    ----------
    structures : list of Structure, ndarray of tokens, or SiteTable
        What a tilted beam is to be simulated for; arrays do not say what they are of.

    Raises
    ------
    ValueError
        If one was made by `zone_layer`.
    """
    for i, structure in enumerate(structures if isinstance(structures, list | tuple) else ()):
        if "zone_axis" in (getattr(structure, "properties", None) or {}):
            raise StructureError(
                "A tilted beam needs layers with their own heights, got a zone axis of a bulk "
                "crystal {place}; pass the other axis, zone_layer(crystal, uvw), without tilt.",
                i,
                name_of(structure),
            )


def _half_plane_spots(framed, hk, settings):
    """One spot of each Friedel pair; NaN intensities outside the range."""
    tilted = {} if settings.beam is None else {"beam": settings.beam}
    law = INTENSITIES[settings.intensity]
    q, intensity = law(framed, hk, settings.radiation, settings.b_iso, **tilted)
    if settings.thickness is not None:
        intensity = intensity * thickness_factor(
            q, settings.radiation.wavelength, settings.thickness
        )
    if settings.q_max is not None:
        intensity = np.where(np.linalg.norm(q, axis=2) <= settings.q_max, intensity, np.nan)
    _check_any_spot(framed, intensity, settings)
    return q, intensity


def _check_any_spot(framed, intensity, settings):
    empty = np.isnan(intensity).all(axis=1)
    if empty.any():
        a, b = np.linalg.norm(framed.lattice[empty.argmax(), :2], axis=1)
        raise ValueError(
            f"The range must reach a layer's first spot, got q_max={settings.q_max} [1/Å] and "
            f"wavelength={settings.radiation.wavelength} [Å] for a cell with a = {a:.3g} Å, "
            f"b = {b:.3g} Å; raise q_max or shorten the wavelength."
        )


def _chunks(framed, settings):
    """Rows of like size with the Miller indices that they need."""
    index = _largest_index(framed, settings)
    for largest in np.unique(index):
        hk = half_plane(int(largest))
        rows = np.flatnonzero(index == largest)
        rows = rows[np.argsort(framed.n_sites[rows], kind="stable")]
        n_phases = np.cumsum(framed.n_sites[rows]) * len(hk)
        for part in np.split(rows, np.flatnonzero(np.diff(n_phases // MAX_PHASES)) + 1):
            yield part, hk


def _largest_index(framed, settings):
    """Largest h or k of each structure; within q_max, ``|h| = |q.a| <= q_max |a|``."""
    if settings.q_max is None:
        return np.full(len(framed), settings.hk_max)
    axes = np.linalg.norm(framed.lattice[:, :2], axis=2).max(1)
    return np.maximum(1, np.floor(settings.q_max * axes)).astype(int)


def _one_pattern(q, intensity, hk, swapped, settings):
    """Cut one structure's spots to the range, add the Friedel mates, name them hkl."""
    keep = np.isfinite(intensity)
    q, intensity = q[keep], intensity[keep]
    hkl = np.pad(hk[keep][:, ::-1] if swapped else hk[keep], ((0, 0), (0, 1)))
    if settings.friedel_half:
        return q, intensity, hkl
    mates = (-q[::-1], intensity[::-1], -hkl[::-1])
    return tuple(np.concatenate(pair) for pair in zip(mates, (q, intensity, hkl), strict=True))
