"""Wavelengths in header lines, with their units."""

import re
import warnings
from math import isnan, nan

from xrdmatch.crystallography import ANODES, as_radiation
from xrdmatch.io._wavelengths import DoubtfulWavelength, lines_of_header, without_unit

_PLANCK = 12.398419843320026  # [keV Å], the product of a photon's energy and wavelength
_LONGEST = 400  # characters of a line that are looked at
_APART = 1.2e-3  # relative: K-alpha 2 is farther from K-alpha 1 than the mean of the two
_DOUBLET = 0.01  # relative, from K-alpha 1 to 2
_SAME = 2e-3  # relative, between two statements of one wavelength
_LENGTH = r"wave[-_ ]?length"
_K = r"k[-_ ]?(?:alpha|α|a)[-_ ]?"
_WAVE = rf"(?:{_LENGTH}|\blambda|\blam|λ)[-_ ]?_?"
_END = r"(?!\w|[.,]\d{2})"  # of a line's number, which is not the first digit of a wavelength
_KEYS = re.compile(
    r"(?P<ratio>wl_?ratio|(?:intensity )?ratio\s*k[^\s,;:=]*"
    r"|k[^\s,;:=/]*\s*/\s*k[^\s,;:=]*(?:\s+ratio)?)"
    rf"|(?P<ka1>(?:{_K}|\balpha_?|{_WAVE}(?:alpha)?)1{_END}(?:\s+{_LENGTH})?|_wl1)"
    rf"|(?P<ka2>(?:{_K}|\balpha_?|{_WAVE}(?:alpha)?)2{_END}(?:\s+{_LENGTH})?|_wl2)"
    rf"|(?P<kb>k[-_ ]?(?:beta|β)(?:\s+{_LENGTH})?|_wl3)"
    rf"|(?P<mean>{_LENGTH}|(?<!/)\blambda(?![a-z])|(?<!/)λ|_wl\b|\bwvln\b|\blam\b"
    r"|k[-_ ]?(?:alpha|α)(?=\s*[\[(:=]))"
    r"|(?P<energy>\benergy)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|\.\d+)(?:[eEdD][-+]?\d+)?")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_FILLERS = {  # words that may stand between the name and the number
    "wavelength", "of", "is", "used", "mean", "average", "value", "in", "the", "x", "ray", "xray",
    "k", "alpha", "a", "radiation", "photon", "beam", "calibrated", "incident", "line", "cr", "fe",
    "co", "ni", "cu", "ga", "mo", "ag",
}  # fmt: skip
_UNITS = {  # to Å; negative for energies [keV]
    "m": 1e10, "meter": 1e10, "meters": 1e10, "metre": 1e10, "metres": 1e10, "nm": 10.0,
    "pm": 0.01, "å": 1.0, "ang": 1.0, "angstrom": 1.0, "angstroms": 1.0,
    "angström": 1.0, "ångström": 1.0, "ångstrom": 1.0, "ev": -1e-3, "kev": -1.0, "mev": -1e3,
}  # fmt: skip
_TUBE = re.compile(
    r"(?i:radiation|wave[-_ ]?length|source|anode(?:[-_ ]?material)?|target(?:[-_ ]?name)?|tube)"
    rf"[\"'\s:=,;()\[\]-]{{1,20}}({'|'.join(ANODES)})"
    r"(?:[-_ ]*((?i:k[-_ ]?(?:alpha|α|a|beta|β|b))[-_ ]?[12]?))?(?![a-zA-Zα-ω])"
)

_LINE = re.compile(
    rf"(?<!\w)({'|'.join(ANODES)})[-_ ]?((?i:k)[-_ ]?(?i:alpha|α|a)[-_ ]?[12]?)(?!\w)"
)


def find_wavelengths(text):
    """Make a `Radiation` of what a text states; None where it states no wavelength.

    Parameters
    ----------
    text : str
        Lines of a header.

    Warns
    -----
    DoubtfulWavelength
        When what it states cannot be right, or its unit cannot be told.
    """
    stated, tube = {}, None
    for line in text.splitlines():
        line = line[:_LONGEST]
        for key, value in _statements(line):
            if isnan(value):
                return None
            if key in stated and abs(stated[key] - value) > _SAME * value:
                _say(f"it states wavelengths that differ, {stated[key]:.6g} and {value:.6g} Å")
                return None
            stated.setdefault(key, value)
        tube = tube or _TUBE.search(line) or _LINE.search(line)
    energy = stated.pop("energy", None)
    first, second = stated.get("mean"), stated.get("ka1")
    if first and second and "ka2" not in stated and _APART < second / first - 1 < _DOUBLET:
        stated |= {"ka1": first, "ka2": second}  # "1.5406 (K-alpha 1), 1.5444 (K-alpha 2)"
    if stated.keys() & {"ka1", "mean"}:
        return lines_of_header(**stated)
    if energy is not None:  # of photons from elsewhere than a tube
        return lines_of_header(ka1=energy)
    return as_radiation(f"{tube[1]}{tube[2] or ''}") if tube else None


def _say(doubt):
    warnings.warn(doubt, DoubtfulWavelength, stacklevel=3)


def _statements(line):
    """Yield what it is and the value [Å] of every wavelength on a line."""
    keys = list(_KEYS.finditer(line))
    ends = [*(key.start() for key in keys[1:]), len(line)]
    for key, end in zip(keys, ends, strict=False):
        rest = line[key.end() : end]
        if (found := _value(key.lastgroup, rest)) is None:
            continue
        second = _second(rest, found) if key.lastgroup == "mean" else None
        if second is not None:
            yield "ka2", second
        yield "ka1" if second is not None else key.lastgroup, found


def _second(rest, first):
    """Read K-alpha 2 where it follows K-alpha 1; None where it does not."""
    later = (float(number.replace(",", ".").replace("D", "e")) for number in _NUMBER.findall(rest))
    return next((number for number in later if 0 < number / first - 1 < _DOUBLET), None)


def _value(kind, rest):
    """Read the number after its name [Å]; None where there is none or other words stand between.

    NaN where its unit cannot be told.
    """
    match = _NUMBER.search(rest)
    if match is None or match.start() > 40:
        return None
    before = [_small(word) for word in _WORD.findall(rest[: match.start()])]
    if any(word not in _FILLERS and word not in _UNITS for word in before):
        return None
    value = float(match[0].replace(",", ".").lower().replace("d", "e"))
    if kind == "ratio":
        return value
    after = re.match(r"[\s\"'\])(,;]*([^\W\d_]+)", rest[match.end() :])
    words = [_small(after[1]) if after else "", *reversed(before)]
    unit = next((_UNITS[word] for word in words if word in _UNITS), None)
    return _in_angstrom(kind, value, unit)


def _small(word):
    """In small letters but for the unit A, which is no article."""
    return "å" if word == "A" else word.lower()


def _in_angstrom(kind, value, unit):
    if value <= 0 or (kind == "energy" and (unit is None or unit > 0)):
        return None
    if unit is not None:
        return value * unit if unit > 0 else _PLANCK / (-unit * value)
    value, doubt = without_unit(value)
    if doubt:
        _say(doubt)
    return nan if doubt else value
