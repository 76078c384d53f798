"""Numbers given for all elements or for each: tables by atomic number."""

from numbers import Real

import numpy as np

from xrdmatch.crystallography import atomic_number


def by_element(name, values, unit, example):
    """Write one number, or numbers by symbol, as a table by atomic number.

    Parameters
    ----------
    name : str
        What the numbers are, for messages.
    values : float or dict of {str: float}
        One number for all, or by element (elements left out: 0).
    unit : str
        Their unit, for messages.
    example : float
        A sensible number, for messages.

    Returns
    -------
    ndarray of shape (119,)
        The numbers, row = atomic number.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or a key is no element's symbol.
    """
    if not isinstance(values, dict):
        table = np.full(119, _as_float(values))
    else:
        table = np.zeros(119)
        for symbol, value in values.items():
            table[_checked_number(symbol, name, example)] = _as_float(value)
    if not (np.isfinite(table) & (table >= 0)).all():
        raise ValueError(
            f"{name} must be finite and not negative [{unit}], got {values!r}; "
            f"use {example}, for example."
        )
    return table


def _as_float(value):
    return float(value) if isinstance(value, Real) else np.nan


def _checked_number(symbol, name, example):
    number = atomic_number(str(symbol))
    if number == 0:
        raise ValueError(
            f"{name} by element needs element symbols as keys, got {symbol!r}; write "
            f'{{"Mo": {example}}}, for example.'
        )
    return number
