"""From what a file states to a scan: axis, counts and lines, put in order."""

import warnings

import numpy as np

from xrdmatch.crystallography import ANODES, Radiation, Scan

_SAME_MEAN = 4e-4  # [Å] within which tables disagree on a doublet's mean
_MONOCHROMATOR_CRYSTALS = ("ge", "si")  # they part K-alpha 1 from 2; graphite and mirrors do not


def assemble_scan(two_theta, counts, sigma=None, radiation=None, name=None):
    """Make a `Scan` of columns as a file has them.

    Points without a number or at negative angles are left out and falling angles turned round,
    points at one angle become their mean, and uncertainties of zero the smallest of the others.

    Parameters
    ----------
    two_theta, counts : array-like of shape (n_points,)
        Angles [degrees] and counts.
    sigma : array-like of shape (n_points,), optional
        Uncertainties of the counts.
    radiation : Radiation, optional
        What the file states of it.
    name : str, optional
        How the scan is called.

    Returns
    -------
    Scan

    Raises
    ------
    ValueError
        When no scan is left or the angles go up and down.
    """
    columns = [np.asarray(x, float).ravel() for x in (two_theta, counts, sigma) if x is not None]
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"it has {len(columns[0])} angles but {len(columns[1])} counts")
    table = _in_order(_usable(np.column_stack(columns)))
    if np.ptp(table[:, 1]) == 0:
        raise ValueError("all its counts are the same; nothing was measured")
    sigma = _positive(table[:, 2]) if sigma is not None else None
    return Scan(table[:, 0], table[:, 1], sigma, radiation, name)


def _usable(table):
    usable = np.isfinite(table).all(1) & (table[:, 0] >= 0)
    if n_lost := int((~usable).sum()):
        warnings.warn(
            f"left out {n_lost} of {len(usable)} points, without a number or below 0 degrees",
            stacklevel=2,
        )
    if usable.sum() < 2:
        raise ValueError("it holds no scan: fewer than two points with an angle and counts")
    return table[usable]


def _in_order(table):
    steps = np.diff(table[:, 0])
    if (steps <= 0).all():
        table, steps = table[::-1], -steps[::-1]
    if (steps < 0).any():
        raise ValueError(
            f"the angles go up and down ({int((steps < 0).sum()) + 1} runs): it is a map or holds "
            "several scans; split it into one file a scan"
        )
    if (steps == 0).any():
        warnings.warn(f"{int((steps == 0).sum())} angles occur twice; took the mean", stacklevel=2)
        starts = np.flatnonzero(np.r_[True, steps > 0])
        sizes = np.diff(np.r_[starts, len(table)])
        table = np.add.reduceat(table, starts) / sizes[:, None]
    if len(table) < 2:
        raise ValueError("it holds no scan: all points have the same angle")
    return table


def _positive(sigma):
    known = sigma > 0
    return np.where(known, sigma, sigma[known].min()) if known.any() else None


def lines_of_header(ka1=None, ka2=None, ratio=None, *, kb=None, mean=None, anode=None, intended=""):
    """Make a `Radiation` of what a header states, None where it states nothing.

    Parameters
    ----------
    ka1, ka2, kb, mean : float, optional
        Wavelengths [Å]; zero or less counts as not stated.
    ratio : float, optional
        Weight of K-alpha 2 where that of K-alpha 1 is 1; 0.5 where it is not stated.
    anode : str, optional
        The tube's element, whose tabulated lines are taken where no wavelength is stated.
    intended : str, default=""
        Which of the lines was used, in the file's words.

    Returns
    -------
    Radiation or None
    """
    ka1, ka2, kb, mean = (x if x and x > 0 else None for x in (ka1, ka2, kb, mean))
    if "beta" in intended.lower() and kb:
        return Radiation("xray", ((kb, 1.0),))
    if ka1 is None and mean is not None:
        return lines_of_number(mean)
    if ka1 is None and anode in ANODES:
        ka1, ka2, _ = ANODES[anode]
    if ka1 is None:
        return None
    ratio = 0.5 if ratio is None else ratio
    alone = ka2 is None or ka2 == ka1 or ratio <= 0 or intended.rstrip().endswith("1")
    return Radiation("xray", ((ka1, 1.0),) if alone else ((ka1, 1.0), (ka2, ratio)))


def lines_of_number(wavelength):
    """One line, or the doublet where a header states the mean of a tube's K-alpha 1 and 2."""
    for ka1, ka2, _ in ANODES.values():
        if abs(wavelength - (2 * ka1 + ka2) / 3) < _SAME_MEAN:
            return Radiation("xray", ((ka1, 1.0), (ka2, 0.5)))
    return Radiation("xray", ((wavelength, 1.0),))


def parts_doublet(crystal):
    """Whether a monochromator of this crystal in the incident beam leaves K-alpha 1 alone."""
    return (crystal or "").strip().lower().startswith(_MONOCHROMATOR_CRYSTALS)


def sigma_of_rate(rate, seconds):
    """Uncertainty of counts per second that were counted for so long; one count where none."""
    return np.sqrt(np.maximum(np.asarray(rate, float) * seconds, 1.0)) / seconds


def check_axes(axis, two_theta, omega=None):
    """Refuse what is no powder scan: another axis than 2 theta, or omega far off its half."""
    if not ("2theta" in axis.lower().replace(" ", "") or axis.lower() in _POWDER_AXES):
        raise ValueError(f"it is a scan of {axis or 'an unnamed axis'}, not of 2 theta")
    if omega is None:
        return
    offset = float(np.mean(omega) - np.mean(two_theta) / 2)
    if np.ptp(omega) > 0 and abs(offset) > _LARGEST_OFFSET:
        raise ValueError(
            f"omega is {abs(offset):.2f} degrees off half of 2 theta: an asymmetric scan of an "
            "oriented crystal, not of a powder; if it is one, pass two_theta and counts as arrays"
        )


_LARGEST_OFFSET = 1.0  # [degrees] more than a misaligned sample or a miscut has
_POWDER_AXES = ("gonio", "twotheta", "twothetatheta", "twothetaomega", "omegatwotheta")
