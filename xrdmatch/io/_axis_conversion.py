"""Conversion of q, d, radians or theta to 2 theta in degrees."""

import warnings

import numpy as np

from xrdmatch.io._axes import ASKED, TWO_THETA

_FEW = 0.1  # of the points may lie where no angle is, beyond the sphere of reflection


def settle_axis(stated, asked):
    """Return the axis that a scan is converted from.

    Parameters
    ----------
    stated : Axis or None
        What the file says that it is; None where it says nothing.
    asked : {"q", "d", "radians", "theta"}, optional
        What the user says.

    Returns
    -------
    Axis

    Raises
    ------
    ValueError
        When it is not 2 theta in degrees and nobody asked for a conversion, or for another one.
    """
    if asked is None:
        if stated is None or stated.is_two_theta:
            return TWO_THETA
        raise ValueError(f"its axis is {stated.label}, not 2 theta in degrees; {_way_out(stated)}")
    if stated is None:
        return ASKED[asked]
    if stated.option != asked:
        raise ValueError(
            f"its axis is {stated.label}, but axis={asked!r} was asked for; {_way_out(stated)}"
        )
    return stated


def _way_out(axis):
    if axis.is_two_theta:
        return "leave axis (--axis) out"
    if axis.option is None:
        return "export the scan over 2 theta in degrees"
    return f"convert it by axis={axis.option!r} (--axis {axis.option})"


def to_two_theta(axis, values, radiation):
    """Convert the values of an axis to 2 theta [degrees].

    Parameters
    ----------
    axis : Axis
        What the values are.
    values : ndarray of shape (n_points,)
        In the file's unit.
    radiation : Radiation or None
        Whose mean wavelength q and d are converted with.

    Returns
    -------
    ndarray of shape (n_points,)
        NaN where no angle belongs to a value.

    Raises
    ------
    ValueError
        When the wavelength is missing or puts more than a tenth of the points beyond 180 degrees.
    """
    if axis.kind in ("two_theta", "theta"):
        return values * axis.factor * (2 if axis.kind == "theta" else 1)
    if radiation is None or not radiation.lines:
        raise ValueError(
            f"its axis is {axis.label}, which is converted with the wavelength; give it as "
            "wavelength='CuKa' (--wavelength CuKa), another tube's line, or in Å"
        )
    if axis.lacks_unit:
        unit = "2 pi / d in 1/Å" if axis.kind == "q" else "d in Å"
        warnings.warn(f"took its axis {axis.label} for {unit}, for it states no unit", stacklevel=2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        q = axis.factor * values if axis.kind == "q" else 1 / (axis.factor * values)
        sine = q * radiation.wavelength / 2
        two_theta = np.where(np.abs(sine) < 1, 2 * np.degrees(np.arcsin(sine)), np.nan)
    if np.isnan(two_theta).sum() > _FEW * len(values):
        raise ValueError(
            f"its axis, {axis.label}, leaves what {radiation.wavelength:.5g} Å can reach; check "
            "the wavelength and the unit"
        )
    return two_theta
