"""Form factors as sums of Gaussians, from gemmi's tables."""

from functools import cache
from typing import NamedTuple

import gemmi
import numpy as np

from xrdmatch.crystallography._radiation import Radiation

MAX_NUMBER = 98  # the tables end at californium


class FormFactorTable(NamedTuple):
    """Gaussian coefficients by atomic number: f(q) = sum_i amplitude_i exp(-width_i q^2 / 4)."""

    amplitude: np.ndarray
    width: np.ndarray


# Each reader gives (amplitudes, widths) of one element; a constant is a Gaussian of width 0.
_READERS = {
    "xray": lambda e: ([*e.it92.a, e.it92.c], [*e.it92.b, 0.0]),
    "electron": lambda e: (e.c4322.a, e.c4322.b),
    "neutron": lambda e: (e.neutron92.get_coefs(), [0.0]),
}


@cache
def form_factor_table(kind="xray"):
    """Return the Gaussian coefficients of the form factors of all elements.

    Parameters
    ----------
    kind : {"xray", "electron", "neutron"}
        X-rays: International Tables C 6.1.1.4 [electrons]; electrons: International Tables
        C 4.3.2.2 [Å]; neutrons: bound coherent scattering lengths [fm].

    Returns
    -------
    FormFactorTable
        ``amplitude`` and ``width`` [Å^2], each of shape (99, n_gaussians), row = atomic number.
        Row 0, the padding, and elements without an entry are zero.

    See Also
    --------
    form_factors : Evaluate form factors.

    Examples
    --------
    >>> from xrdmatch.crystallography import form_factor_table
    >>> form_factor_table("xray").amplitude[6].sum().round(2)  # carbon's 6 electrons
    np.float64(6.0)
    """
    reader = _READERS[Radiation(kind).kind]  # Radiation knows the kinds
    pairs = [reader(gemmi.Element(z)) for z in range(1, MAX_NUMBER + 1)]
    amplitude, width = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    table = FormFactorTable(*(np.vstack([0 * x[:1], x]) for x in (amplitude, width)))
    for column in table:
        column.flags.writeable = False
    return table


def form_factors(numbers, q, kind="xray", b_iso=0.0):
    """Evaluate form factors.

    Parameters
    ----------
    numbers : array-like of int
        Atomic numbers, 1 to 98 (0: nothing is there), to broadcast against `q`.
    q : array-like
        Length of the scattering vector, ``1/d`` [1/Å].
    kind : {"xray", "electron", "neutron"}
        Kind of radiation.
    b_iso : array-like, default=0.0
        Debye-Waller factors [Å^2], broadcast against `numbers`: exp(-b_iso q^2 / 4) is applied.

    Returns
    -------
    ndarray
        Form factors, in the broadcast shape, in the units of `form_factor_table`.

    Raises
    ------
    ValueError
        If the kind is unknown or an element has no form factor.

    See Also
    --------
    form_factor_table : Return the Gaussian coefficients of the form factors of all elements.

    Examples
    --------
    >>> from xrdmatch.crystallography import form_factors
    >>> form_factors([6, 14], 0.0).round(1)
    array([ 6., 14.])
    """
    numbers = check_numbers(numbers, kind)
    amplitude, width = form_factor_table(kind)
    quarter = np.asarray(q, dtype=float) ** 2 / -4
    return sum(  # one Gaussian at a time stays in the cache
        amplitude[numbers, i] * np.exp((width[numbers, i] + b_iso) * quarter)
        for i in range(amplitude.shape[1])
    )


def check_numbers(numbers, kind="xray"):
    """Check that every atomic number has a form factor and return them as an array."""
    numbers = np.asarray(numbers)
    present = np.unique(numbers[numbers != 0])
    amplitude = form_factor_table(kind).amplitude
    bad = [z for z in present if z > MAX_NUMBER or not amplitude[z].any()]
    if bad:
        raise ValueError(
            f"Form factors for {kind} exist for hydrogen to californium (with a few gaps), got "
            f"{', '.join(gemmi.Element(int(z)).name for z in bad)}; leave these structures out "
            "or use another radiation."
        )
    return numbers
