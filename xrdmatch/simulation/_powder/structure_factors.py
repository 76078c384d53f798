"""Structure factors of a crystal over a box of Miller indices, element by element."""

import numpy as np

from xrdmatch.crystallography import form_factor_table


def squared_structure_factors(sites, reflections, q, member, kind, b_iso):
    """``|F|^2`` of the reflections of one crystal.

    ``F(q) = sum_j occ_j f_j(|q|) exp(-b_j |q|^2 / 4) exp(2 pi i q.r_j)``. A form factor depends
    on the element and on ``|q|`` only, so the waves of an element's sites are summed first, and
    its form factor is evaluated once a peak.

    Parameters
    ----------
    sites : tuple of ndarray
        Fractional coordinates (n_sites, 3), atomic numbers (n_sites,), occupancies (n_sites,).
    reflections : HalfSpace
        Reflections by rising ``|q|``.
    q : ndarray of shape (n_peaks,)
        Lengths at which form factors are evaluated [1/Å].
    member : ndarray of shape (n_reflections,)
        Which of these lengths is each reflection's.
    kind : str
        Radiation, for the form factors.
    b_iso : ndarray of shape (119,)
        Debye-Waller factor by atomic number [Å^2].

    Returns
    -------
    ndarray of shape (n_reflections,)
        Squared structure factors, in the square of the form factors' unit.
    """
    frac_coords, numbers, occupancy = sites
    amplitude = np.zeros(len(member), dtype=complex)
    waves = _waves(frac_coords, reflections.orders)
    for element in set(numbers.tolist()):
        own = (numbers == element).nonzero()[0]
        sums = _wave_sums(*(wave[own] for wave in waves), occupancy[own])
        curve = form_factor_curve(element, q, kind, b_iso[element])
        amplitude += curve[member] * sums[reflections.place]
    return amplitude.real**2 + amplitude.imag**2


def _waves(frac_coords, orders):
    """``exp(2 pi i h x)`` along each of the three axes; each of shape (n_sites, n_orders)."""
    turns = (2j * np.pi) * (frac_coords % 1.0)
    return [np.exp(turns[:, i, None] * n) for i, n in enumerate(orders)]


def _wave_sums(x, y, z, occupancy):
    """``sum_j occ_j exp(2 pi i (h x + k y + l z))`` on the box of indices, flattened.

    The exponential is a product of one factor an axis, so that the sum over sites is a matrix
    product between the planes (h, k) and the orders l.
    """
    planes = (x * occupancy[:, None])[:, :, None] * y[:, None]  # (n_sites, n_h, n_k)
    return (planes.reshape(len(planes), -1).T @ z).ravel()


def form_factor_curve(element, q, kind, b_iso):
    """Form factor with its Debye-Waller factor; elements have been checked before."""
    amplitude, width = (column[element] for column in form_factor_table(kind))
    return amplitude @ np.exp(np.multiply.outer(width + b_iso, q**2 / -4))
