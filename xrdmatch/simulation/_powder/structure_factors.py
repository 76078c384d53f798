"""Structure factors of several crystals, each over a box of Miller indices, by element."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import form_factor_table


class Sites(NamedTuple):
    """Sites of several crystals, by crystal and then by element.

    Parameters
    ----------
    owner : ndarray of shape (n_sites,)
        Number of the crystal, ascending.
    numbers : ndarray of shape (n_sites,)
        Atomic numbers.
    frac_coords : ndarray of shape (n_sites, 3)
        Fractional coordinates.
    occupancy : ndarray of shape (n_sites,)
        Occupancies.
    """

    owner: np.ndarray
    numbers: np.ndarray
    frac_coords: np.ndarray
    occupancy: np.ndarray


def sites_of(table):
    """Sites of a `SiteTable`, without its padding, as `Sites`."""
    owner, column = table.numbers.nonzero()
    order = np.lexsort((table.numbers[owner, column], owner))
    at = owner[order], column[order]
    return Sites(at[0], table.numbers[at], table.frac_coords[at], table.occupancy[at])


def squared_structure_factors(sites, reflections, member, q, kind, b_iso):
    """``|F|^2`` of the reflections of several crystals.

    ``F(q) = sum_j occ_j f_j(|q|) exp(-b_j |q|^2 / 4) exp(2 pi i q.r_j)``. A form factor depends
    on the element and on ``|q|`` only, so the waves of an element's sites are summed first, and
    its form factor is evaluated once a peak, for all crystals together. No number depends on
    which crystals are computed together.

    Parameters
    ----------
    sites : Sites
        Sites of the crystals.
    reflections : HalfSpaces
        Their reflections.
    member : ndarray of shape (n_reflections,)
        To which peak each reflection belongs, ascending.
    q : ndarray of shape (n_peaks,)
        Lengths of the peaks, at which form factors are evaluated [1/Å].
    kind : str
        Radiation, for the form factors.
    b_iso : ndarray of shape (119,)
        Debye-Waller factor by atomic number [Å^2].

    Returns
    -------
    ndarray of shape (n_reflections,)
        Squared structure factors, in the square of the form factors' unit.
    """
    crystals = np.arange(len(reflections.reach) + 1)
    first = np.searchsorted(reflections.owner, crystals)
    first_peak = np.append(member, len(q))[first]
    groups = _groups(sites)
    elements = _slices(np.searchsorted(sites.owner[groups[:-1]], crystals))
    curves = _curves(sites, groups, _slices(first_peak), q, kind, b_iso)
    waves = _waves(sites, reflections.reach.max(axis=0))
    within = member - first_peak[reflections.owner]
    bounds = _slices(groups)
    amplitude = np.empty(len(member), dtype=complex)
    for reach, own, mine in zip(reflections.reach.tolist(), _slices(first), elements, strict=True):
        sums = _wave_sums(waves, bounds[mine], reach).take(reflections.place[own], axis=1)
        sums *= np.array(curves[mine]).take(within[own], axis=1)
        amplitude[own] = sums.sum(axis=0)
    return amplitude.real**2 + amplitude.imag**2


def _slices(bounds):
    bounds = bounds.tolist()
    return list(map(slice, bounds[:-1], bounds[1:]))


def _groups(sites):
    """Where the sites of each element of each crystal start, and the end of all."""
    changes = (np.diff(sites.owner) != 0) | (np.diff(sites.numbers) != 0)
    return np.concatenate(([0], changes.nonzero()[0] + 1, [len(sites.owner)]))


def _curves(sites, groups, peaks, q, kind, b_iso):
    """Form factors of each element of each crystal at the crystal's peaks; a list."""
    numbers, owners = sites.numbers[groups[:-1]], sites.owner[groups[:-1]].tolist()
    curves = [None] * len(numbers)
    for element in set(numbers.tolist()):
        own = (numbers == element).nonzero()[0].tolist()
        lengths = [q[peaks[owners[i]]] for i in own]
        curve = form_factor_curve(element, np.concatenate(lengths), kind, b_iso[element])
        start = 0
        for i, length in zip(own, lengths, strict=True):
            curves[i] = curve[start : start + len(length)]
            start += len(length)
    return curves


def form_factor_curve(element, q, kind, b_iso):
    """Form factor with its Debye-Waller factor; elements have been checked before."""
    amplitude, width = (column[element].tolist() for column in form_factor_table(kind))
    quarter = q**2 / -4
    # One Gaussian at a time: a matrix product would round by the place in the array.
    return sum(a * np.exp((w + b_iso) * quarter) for a, w in zip(amplitude, width, strict=True))


def _waves(sites, reach):
    """``exp(2 pi i n x)`` of each site along each axis, n from 0 or from -reach to reach.

    As powers of the first order: complex exponentials take thirty times as long.
    """
    turns = np.exp((2j * np.pi) * (sites.frac_coords % 1.0))
    powers = [_powers(turns[:, i], n) for i, n in enumerate(reach.tolist())]
    both = [np.hstack((p[:, :0:-1].conj(), p)) for p in powers[1:]]
    return powers[0] * sites.occupancy[:, None], *both


def _powers(turns, n):
    """Powers from 0 to n, of shape (n_sites, n + 1)."""
    powers = np.ones((len(turns), n + 1), dtype=complex)
    powers[:, 1:] = turns[:, None]
    return np.multiply.accumulate(powers, axis=1, out=powers)


def _wave_sums(waves, groups, reach):
    """``sum_j occ_j exp(2 pi i (h x + k y + l z))`` on one crystal's box, for each element.

    The exponential is a product of one factor an axis, so that the sum over sites is a matrix
    product between the planes (h, k) and the orders l. Shape (n_elements, n_box).
    """
    x, y, z = waves
    h, k, ell = reach
    own = slice(groups[0].start, groups[-1].stop)
    middle_k, middle_l = y.shape[1] // 2, z.shape[1] // 2
    x, y = x[own, : h + 1], y[own, middle_k - k : middle_k + k + 1]
    z = z[own, middle_l - ell : middle_l + ell + 1]
    planes = (x[:, :, None] * y[:, None]).reshape(len(x), -1)  # (n_sites, n_h n_k)
    sums = np.empty((len(groups), planes.shape[1], z.shape[1]), dtype=complex)
    for group, out in zip(groups, sums, strict=True):
        part = slice(group.start - own.start, group.stop - own.start)
        np.matmul(planes[part].T, z[part], out=out)
    return sums.reshape(len(groups), -1)
