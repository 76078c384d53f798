"""What a pattern is taken with."""

from dataclasses import dataclass

import numpy as np

KINDS = {"xray": "X-rays", "electron": "electrons", "neutron": "neutrons"}


@dataclass(frozen=True)
class Radiation:
    """A kind of radiation and the lines it consists of.

    Parameters
    ----------
    kind : {"xray", "electron", "neutron"}
        Decides the form factors.
    lines : tuple of (wavelength, weight)
        Wavelengths [Å] with their relative weights; empty where no wavelength is needed.

    Raises
    ------
    ValueError
        If the kind is unknown or a wavelength is not positive.

    Examples
    --------
    >>> from xrdmatch.crystallography import Radiation
    >>> Radiation("xray", lines=((1.54056, 2.0), (1.54439, 1.0))).wavelength.__round__(5)
    1.54184
    """

    kind: str = "xray"
    lines: tuple = ()

    def __post_init__(self):
        if self.kind not in [*KINDS]:
            raise ValueError(
                f"Radiation must be one of {', '.join(map(repr, KINDS))}, got {self.kind!r}; "
                "pick one of these or pass a Radiation."
            )
        lines = np.array(self.lines, dtype=float)
        if lines.size and not (
            lines.shape[1:] == (2,) and (lines > 0).all() and lines.max() < np.inf
        ):
            raise ValueError(
                f"Lines are (wavelength [Å], weight) pairs of positive numbers, got {self.lines}; "
                "give wavelengths in Å."
            )
        object.__setattr__(self, "lines", tuple((float(x), float(w)) for x, w in self.lines))

    @property
    def wavelength(self):
        """Weighted mean wavelength [Å], None without lines."""
        if not self.lines:
            return None
        return sum(w * x for x, w in self.lines) / sum(w for _, w in self.lines)


def as_radiation(radiation, wavelength=None):
    """Make a `Radiation` of a kind's name and, optionally, one wavelength.

    Parameters
    ----------
    radiation : {"xray", "electron", "neutron"} or Radiation
        A `Radiation` is returned as it is unless a wavelength is given.
    wavelength : float, optional
        One line [Å].

    Returns
    -------
    Radiation
        The radiation.

    Examples
    --------
    >>> from xrdmatch.crystallography import as_radiation
    >>> as_radiation("electron", wavelength=0.0251)
    Radiation(kind='electron', lines=((0.0251, 1.0),))
    """
    kind = radiation.kind if isinstance(radiation, Radiation) else radiation
    if wavelength is not None:
        return Radiation(kind, ((float(wavelength), 1.0),))
    return radiation if isinstance(radiation, Radiation) else Radiation(kind)
