"""Radiation from the wavelengths that a header states."""

import warnings

from xrdmatch.crystallography import ANODES, Radiation

_SAME_MEAN = 4e-4  # [Å] within which tables disagree on a doublet's mean
_SAME_LINE = 1e-3  # relative, to take a number for a tube's line in another unit
_ONE_TUBE = 0.02  # relative: K-alpha 1 and 2 of one element differ by less, from Cr to Ag
_RANGE = (0.01, 30.0)  # [Å] what scans are taken with, hard X-rays to cold neutrons
_MONOCHROMATOR_CRYSTALS = ("ge", "si", "quartz")  # they part K-alpha 1 from 2; graphite does not


class DoubtfulWavelength(UserWarning):
    """A wavelength that a file states and that cannot be right, and why."""


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

    Warns
    -----
    DoubtfulWavelength
        When the wavelengths contradict each other or no scan is taken with them; None then.
    """
    ka1, ka2, kb, mean = (x if x and x > 0 else None for x in (ka1, ka2, kb, mean))
    if doubt := _doubt(ka1, ka2, kb, mean) or _tube_doubt(ka1, anode, ratio):
        warnings.warn(doubt, DoubtfulWavelength, stacklevel=2)
        return None
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


def _doubt(ka1, ka2, kb, mean):
    """Say why stated wavelengths cannot be used; empty where they can."""
    for value in (ka1, ka2, kb, mean):
        if value is not None and not _RANGE[0] <= value <= _RANGE[1]:
            return f"no scan is taken with the wavelength of {value:.6g} Å that it states"
    if ka1 and ka2 and abs(ka2 / ka1 - 1) > _ONE_TUBE:
        return f"its K-alpha 1 of {ka1:.6g} Å and K-alpha 2 of {ka2:.6g} Å are not of one tube"
    return ""


def _tube_doubt(ka1, anode, ratio):
    """Say where lines are not of the tube that is named beside them, or of none."""
    if ka1 and anode in ANODES and abs(ka1 / ANODES[anode][0] - 1) > _ONE_TUBE:
        return f"its K-alpha 1 of {ka1:.6g} Å is not of its {anode} tube"
    if ratio is not None and not ratio <= 1:
        return f"its K-alpha 2 is {ratio:.3g} times K-alpha 1, which is no tube's"
    return ""


def are_possible(wavelengths):
    """Whether scans are taken with these wavelengths [Å]; a `DoubtfulWavelength` where not."""
    doubt = next(filter(None, (_doubt(value, None, None, None) for value in wavelengths)), "")
    if not doubt and max(wavelengths) > 3 * min(wavelengths):
        doubt = f"its wavelengths, {min(wavelengths):.6g} to {max(wavelengths):.6g} Å, are no lines"
    if doubt:
        warnings.warn(doubt, DoubtfulWavelength, stacklevel=2)
    return not doubt


def lines_of_number(wavelength):
    """One line, or the doublet where a header states the mean of a tube's K-alpha 1 and 2."""
    for ka1, ka2, _ in ANODES.values():
        if abs(wavelength - (2 * ka1 + ka2) / 3) < _SAME_MEAN:
            return Radiation("xray", ((ka1, 1.0), (ka2, 0.5)))
    return Radiation("xray", ((wavelength, 1.0),))


def without_unit(wavelength):
    """Take a bare number for Å, or for m where it can be nothing else.

    Returns
    -------
    wavelength : float
        In Å.
    doubt : str
        Why it may be in another unit: for example, it is a tenth of a tube's line; mostly empty.
    """
    if 1e-13 < wavelength < 1e-7:  # [m], as pyFAI writes it
        return 1e10 * wavelength, ""
    for unit, factor in (("nm", 10.0), ("pm", 0.01)):
        for anode, (ka1, ka2, _) in ANODES.items():
            for line in (ka1, ka2, (2 * ka1 + ka2) / 3):
                if abs(factor * wavelength / line - 1) < _SAME_LINE:
                    return wavelength, (
                        f"the wavelength of {wavelength:.6g} that it states has no unit and is "
                        f"{anode} K-alpha if it is in {unit}"
                    )
    return wavelength, ""


def parts_doublet(crystal):
    """Whether a monochromator of this crystal leaves K-alpha 1 alone."""
    return (crystal or "").strip().lower().startswith(_MONOCHROMATOR_CRYSTALS)
