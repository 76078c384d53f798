"""Structure factors of layers, vectorised over structures and spots."""

import numpy as np

from xrdmatch.crystallography import form_factors


def half_plane(hk_max):
    """One of each Friedel pair among ``|h|, |k| <= hk_max``, without 000; shape (n_spots, 2).

    See Also
    --------
    DiffractionSimulator : Simulate diffraction patterns of crystal structures.
    """
    h, k = np.mgrid[-hk_max : hk_max + 1, -hk_max : hk_max + 1].reshape(2, -1)
    keep = (h > 0) | ((h == 0) & (k > 0))
    return np.stack([h[keep], k[keep]], axis=1)


def reciprocal_plane(lattice):
    """In-plane reciprocal rows a*, b* [1/Å] of framed cells; shape (n_structures, 2, 2)."""
    return np.linalg.inv(lattice[:, :2, :2]).swapaxes(1, 2)


def structure_factors(table, hk, kind, b_iso, beam=None):
    """Structure factors of the zero layer, or of the plane normal to a tilted beam.

    ``F(q) = sum_j occ_j f_j(|q|) exp(-b_j |q|^2 / 4) exp(2 pi i q.r_j)``, summed over the sheet's
    sites at their Cartesian positions. A sheet has structure factors all along the rod of each
    hk; a tilted beam cuts the rods where ``q.beam = 0``, the Ewald sphere being flat.

    Parameters
    ----------
    table : SiteTable
        Layers in their frame.
    hk : ndarray of shape (n_spots, 2)
        In-plane Miller indices.
    kind : str
        Radiation, for the form factors.
    b_iso : ndarray of shape (119,)
        Debye-Waller factor by atomic number [Å^2].
    beam : ndarray of shape (3,), optional
        Direction of a tilted beam in the frame; None is the normal.

    Returns
    -------
    q : ndarray of shape (n_structures, n_spots, 2), with a beam (n_structures, n_spots, 3)
        Scattering vectors [1/Å].
    amplitude : ndarray of shape (n_structures, n_spots)
        Complex structure factors.
    """
    q = hk @ reciprocal_plane(table.lattice)  # (n, n_spots, 2)
    waves = phases(table, hk)  # (n, n_sites, n_spots)
    if beam is not None:
        q = on_rods(q, beam)
        waves = waves * np.exp(2j * np.pi * table.cart_coords[..., 2:] * q[:, None, :, 2])
    length = np.linalg.norm(q, axis=2)
    weights = _site_weights(table, length, kind, b_iso)  # (n, n_sites, n_spots)
    return q, np.einsum("nsp,nsp->np", weights, waves)


def on_rods(q, beam):
    """Give each in-plane q the q_z with ``q.beam = 0``; the last axis grows from 2 to 3."""
    height = q @ (-beam[:2] / beam[2])
    return np.concatenate([q, height[..., None] + 0.0], axis=-1)


def phases(table, hk):
    """exp(2 pi i q.r_j), as products of powers of two factors a site: far fewer exponentials."""
    xy = _in_plane_coordinates(table)  # (n, n_sites, 2)
    orders = np.arange(hk.min(), hk.max() + 1)
    waves = np.exp(2j * np.pi * xy[..., None] * orders)  # (n, n_sites, 2, n_orders)
    h, k = (hk - hk.min()).T
    return waves[:, :, 0, h] * waves[:, :, 1, k]


def _in_plane_coordinates(table):
    """Coordinates along a and b of the sites' projections onto the plane."""
    return table.cart_coords[..., :2] @ np.linalg.inv(table.lattice[:, :2, :2])


def _site_weights(table, length, kind, b_iso):
    """occ_j f_j exp(-b_j q^2 / 4); shape (n_structures, n_sites, n_spots)."""
    numbers = table.numbers[..., None]
    curves = form_factors(numbers, length[:, None], kind, b_iso[numbers])
    return curves * table.occupancy[..., None]
