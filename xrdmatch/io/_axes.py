"""Axis of a scan, by the name in its file."""

import re
import unicodedata
from dataclasses import dataclass
from math import pi

_DEGREES = 180 / pi
_SPELLINGS = {  # before letters become small and marks plain
    "\\AA": "A", "°": " deg ", "º": " deg ", "˚": " deg ", "\x83Æ": "theta", "\x83Ö": "omega",
    "\x83Ó": "phi", "\x83Ô": "chi", "\u00c5": "A", "\u212b": "A",
}  # fmt: skip
_GREEK = {
    "θ": "theta", "ϑ": "theta", "ω": "omega", "φ": "phi", "χ": "chi", "ψ": "psi", "λ": "lambda",
    "σ": "sigma", "π": "pi", "μ": "u", "−": "-", "–": "-", "·": " ", "_": " ",
}  # fmt: skip
_LATEX = re.compile(r"[\\${}]|\bmathrm\b|\btext\b")

_TWO = r"(?:2|two)[\s*.-]*"
_TWO_THETA = re.compile(
    rf"{_TWO}th(?:eta)?s?(?![a-z])|{_TWO}theta(?:theta|omega)\b|(?:omega|theta){_TWO}theta\b"
    r"|\bt-?th(?:eta)?\b|^tt$|\bcoupled\b|^gonio(?:meter)?\b"
)
_IN_PLANE = re.compile(rf"{_TWO}theta\W*(?:chi|phi)")
_SINE = re.compile(r"(2)?\s*\*?\s*sin\W*th(?:eta)?\W*/\W*(?:lambda|l\b|wavelength)|\bstol\b")
_INVERSE_D = re.compile(r"\b1\s*/\s*d\b|\bd\s?\*|q\s*/\s*\(?\s*2\s*\*?\s*pi|without 2\s*pi")
_Q = re.compile(r"^\|?q\|?(?![a-z])|^q\W?(?:val|vec|range|bin|axis|mod)|scattering vec|momentum tr")
_D = re.compile(
    r"^d\W*(?:hkl|spacings?|values?)?\W*(?:$|[(\[/,]|a$|ang|nm|pm)|d\W?spac|interplanar"
)
_THETA = re.compile(r"\btheta\b|\bth\b")
_ANGLE = re.compile(r"\bangles?\b|^angular\b")
# What is no diffraction angle, by how it is called, in the order in which a name is searched.
_OTHERS = (
    ("time of flight", re.compile(r"\btof\b|\bflight\b")),
    ("energy", re.compile(r"\benerg|\b[km]?ev\b")),
    ("wavelength", re.compile(r"^(?:(?!sin).)*(?:wave\W?length|\blambda\b)")),
    ("an in-plane angle", _IN_PLANE),
    ("radius", re.compile(r"\bradius\b|\bradial\b|^r\W+(?:mm|cm|um|px|pixels?)\b")),
    ("r, a distance between atoms", re.compile(r"^r\W*(?:$|a\b|ang|nm\b)|^g\(r\)")),
    ("channel", re.compile(r"^(?:channels?|chan|ch|bins?|pixels?|px)\b")),
    ("azimuth", re.compile(r"azimuth")),
)  # fmt: skip
_CIRCLES = re.compile(r"\b(omega|phi|chi|khi|psi|kappa|eta|mu|nu|gamma|delta|rocking)\b")
_PER_NM = re.compile(r"\bnm\s*\W{0,3}-\s?1|\b1\s*/\s*nm\b|\b(?:inv\w*|per)\W*nm|\bnm\^-")
_PER_A = re.compile(
    r"\ba(?:ng\w*)?\s*\W{0,3}-\s?1|\b1\s*/\s*a(?:ng\w*)?\b|\b(?:inv\w*|per)\W*a(?:ng\w*)?\b"
)

_NAMELESS = re.compile(r"^(?:x|pos(?:ition)?\.?|x[- ]?axis|)\W")
_LENGTH = re.compile(r"\b(?:nm|pm|a|ang\w*)\b")


@dataclass(frozen=True)
class Axis:
    """The axis of a scan.

    Parameters
    ----------
    kind : {"two_theta", "theta", "q", "d", "other"}
        What it counts.
    label : str
        The file's words for it, or what they mean.
    factor : float, default=1.0
        What makes degrees of angles, 1/d [1/Å] of q, and Å of d.
    """

    kind: str
    label: str
    factor: float = 1.0

    @property
    def option(self):
        """What asks `read_pattern` to convert it, None for 2 theta in degrees and for others."""
        if self.kind == "two_theta":
            return "radians" if self.factor != 1 else None
        return self.kind if self.kind != "other" else None

    @property
    def lacks_unit(self):
        """Whether its unit is not stated, so that the usual one is taken."""
        lengths = (_PER_NM, _PER_A, _LENGTH)
        return self.kind in ("q", "d") and not any(x.search(plain(self.label)) for x in lengths)

    @property
    def is_two_theta(self):
        """Whether it is 2 theta in degrees."""
        return self.kind == "two_theta" and self.factor == 1


TWO_THETA = Axis("two_theta", "2 theta")
# What a file that names no axis is taken for where the user asks.
ASKED = {
    "q": Axis("q", "q [1/Å], 2 pi / d", 1 / (2 * pi)),
    "d": Axis("d", "d [Å]"),
    "radians": Axis("two_theta", "2 theta [radians]", _DEGREES),
    "theta": Axis("theta", "theta [degrees]"),
}


def plain(text):
    """Write a name in small letters without marks: ``"2θ (°)"`` becomes ``"2theta ( deg )"``."""
    for mark, word in _SPELLINGS.items():
        text = text.replace(mark, word)
    text = unicodedata.normalize("NFKC", text).lower()
    for mark, word in _GREEK.items():
        text = text.replace(mark, word)
    return " ".join(_LATEX.sub("", text).split())


def parse_axis(text):
    """Tell what axis a name means.

    Parameters
    ----------
    text : str
        A heading such as ``"Q (A^-1)"``, ``"2th_rad"`` or ``"Pos. [°2Th.]"``, or the name of a
        drive such as ``"TwoThetaTheta"``.

    Returns
    -------
    Axis or None
        None where the text names no axis that is known.
    """
    name, label = plain(text), " ".join(text.split())[:60]
    for kind, pattern in _OTHERS:
        if pattern.search(name):
            return Axis("other", label if kind in name else f"{label} ({kind})")
    return _reciprocal(name, label) or _angle(name, label)


def _reciprocal(name, label):
    """Q or d, with its unit; None for others."""
    if sine := _SINE.search(name):
        return Axis("q", label, _per_angstrom(name) * (1 if sine[1] else 2))
    if _INVERSE_D.search(name):
        return Axis("q", label, _per_angstrom(name))
    if _Q.search(name):
        return Axis("q", label, _per_angstrom(name) / (2 * pi))
    if _TWO_THETA.search(name):
        return None
    as_unit = re.search(r"[(\[^]", name) is not None
    if as_unit and _NAMELESS.search(name) and (_PER_NM.search(name) or _PER_A.search(name)):
        return Axis("q", label, _per_angstrom(name) / (2 * pi))
    if as_unit and (_PER_NM.search(name) or _PER_A.search(name)):
        # A length in reciprocal space of another name: with 2 pi or without, nobody knows.
        return Axis("other", f"{label} (a reciprocal length)")
    if _D.search(name):
        return Axis("d", label, {"nm": 10.0, "pm": 0.01}.get(_unit_of_length(name), 1.0))
    return None


def _per_angstrom(name):
    return 0.1 if _PER_NM.search(name) else 1.0


def _unit_of_length(name):
    match = re.search(r"\b(nm|pm)\b", name)
    return match and match[1]


def _angle(name, label):
    if _TWO_THETA.search(name):
        return Axis("two_theta", label, _to_degrees(name))
    if match := _CIRCLES.search(name):
        spelled = match[1] in label.lower()
        return Axis("other", label if spelled else f"{label} ({match[1]})")
    if _THETA.search(name):
        return Axis("theta", label, _to_degrees(name))
    return Axis("two_theta", label, _to_degrees(name)) if _ANGLE.search(name) else None


def _to_degrees(name):
    if re.search(r"\bm\s?rad(?:ians?)?\b|milliradian", name):
        return _DEGREES / 1000
    return _DEGREES if re.search(r"\brad(?:ians?|\.)?(?![a-z])", name) else 1.0
