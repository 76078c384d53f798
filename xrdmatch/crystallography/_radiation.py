"""`Radiation`: kind and wavelengths of X-rays, electrons or neutrons."""

import re
from dataclasses import dataclass
from numbers import Real

import numpy as np

KINDS = {"xray": "X-rays", "electron": "electrons", "neutron": "neutrons"}

# K-alpha 1, K-alpha 2 and K-beta (1,3) [Å] of what X-ray tubes are made of, weakest energy first.
ANODES = {
    "Cr": (2.2897260, 2.2936510, 2.0848810),
    "Fe": (1.9360410, 1.9399730, 1.7566040),
    "Co": (1.7889960, 1.7928350, 1.6208260),
    "Ni": (1.6579300, 1.6617560, 1.5001520),
    "Cu": (1.5405929, 1.5444274, 1.3922340),
    "Ga": (1.3401270, 1.3440260, 1.2079300),
    "Mo": (0.70931715, 0.713607, 0.632303),
    "Ag": (0.55942178, 0.5638131, 0.4970817),
}
_KA2_WEIGHT = 0.5  # of K-alpha 1: two electrons in the 2p1/2 level, four in the 2p3/2
_LINE_NAME = re.compile(
    rf"(?P<anode>{'|'.join(ANODES)})[\s_-]*k?[\s_-]*(?P<line>alpha|beta|a|b|α|β|)[\s_-]*(?P<n>1|2|)",
    re.IGNORECASE,
)


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

    See Also
    --------
    as_radiation : Make a `Radiation` of a kind's name, the name of a tube's line, or a wavelength.
    ANODES : Lines of X-ray tubes.

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
                "pick one of these, a line such as 'CuKa', or pass a Radiation."
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
    """Make a `Radiation` of a kind's name, the name of a tube's line, or a wavelength.

    Parameters
    ----------
    radiation : {"xray", "electron", "neutron"}, str, float or Radiation
        A kind; X-ray lines by name, ``"CuKa"`` for the doublet of K-alpha 1 and 2 with weights
        1 and 0.5, ``"CuKa1"``, ``"CuKa2"`` or ``"CuKb"`` for one line, of Cr, Fe, Co, Ni, Cu, Ga,
        Mo or Ag (``"Cu Kα1"`` and ``"Cu"``, the doublet, are understood too); or the wavelength
        of one X-ray line [Å]. A `Radiation` is returned as it is unless a wavelength is given.
    wavelength : float or str, optional
        One line [Å], or the name of lines as above, in place of those that `radiation` has.

    Returns
    -------
    Radiation
        The radiation.

    Raises
    ------
    ValueError
        If the name is unknown or a wavelength is not positive.

    See Also
    --------
    Radiation : A kind of radiation and the lines it consists of.
    ANODES : Lines of X-ray tubes.

    References
    ----------
    The lines are those of R. D. Deslattes et al., Rev. Mod. Phys. 75, 35 (2003), as International
    Tables C, table 4.2.2.4, give them.

    Examples
    --------
    >>> from xrdmatch.crystallography import as_radiation
    >>> as_radiation("electron", wavelength=0.0251)
    Radiation(kind='electron', lines=((0.0251, 1.0),))
    >>> as_radiation("CuKa")
    Radiation(kind='xray', lines=((1.5405929, 1.0), (1.5444274, 0.5)))
    >>> as_radiation(0.7)
    Radiation(kind='xray', lines=((0.7, 1.0),))
    """
    if wavelength is not None:
        kind = as_radiation(radiation).kind
        return Radiation(kind, as_radiation(wavelength).lines)
    if isinstance(radiation, Radiation):
        return radiation
    if isinstance(radiation, Real):
        return Radiation("xray", ((float(radiation), 1.0),))
    lines = _named_lines(radiation)
    return Radiation("xray", lines) if lines else Radiation(radiation)


def _named_lines(name):
    """Lines that a name such as "CuKa" stands for, none where it is no such name."""
    match = _LINE_NAME.fullmatch(name.strip()) if isinstance(name, str) else None
    if match is None:
        return ()
    ka1, ka2, kb = ANODES[match["anode"].capitalize()]
    if match["line"].lower() in ("b", "beta", "β"):
        return ((kb, 1.0),) if match["n"] != "2" else ()
    one = {"1": ka1, "2": ka2}.get(match["n"])
    return ((one, 1.0),) if one else ((ka1, 1.0), (ka2, _KA2_WEIGHT))
