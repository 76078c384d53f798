"""Variable divergence slits, whose intensities grow with the angle."""

import re
import warnings

_IN_TEXT = re.compile(
    r"(?i)^.*(?:diverg|\bds\b|incident.{0,8}slit).{0,60}?\b(?:auto|variable|irradiated)",
    re.MULTILINE,
)


def warn_of_variable_slits(header):
    """Warn where a line of a header says that the divergence slit is a variable one."""
    if any(_IN_TEXT.match(line[:200]) for line in header.splitlines()):
        say_variable_slits()


def say_variable_slits(irradiated=None):
    """Warn that intensities are not those of a fixed slit.

    Parameters
    ----------
    irradiated : float, optional
        Length of the sample that is kept in the beam [mm].
    """
    length = "" if irradiated is None else f" that keeps {irradiated:g} mm in the beam"
    warnings.warn(
        f"it was measured with a variable divergence slit{length}: against a fixed slit its "
        "intensities grow with sin(theta), and nothing is corrected",
        stacklevel=3,
    )
