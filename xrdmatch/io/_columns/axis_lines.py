"""Axis named in the header lines of a column file."""

import re
from dataclasses import replace

from xrdmatch.io._axes import parse_axis, plain

_FARTHEST = 60  # lines above the rows that are searched
_LONGEST = 400  # characters of a line that are looked at
_PARTED = r"[\w ]{0,12}[\"']?\s*[:=,;\t]\s*[\"']?\s*([^\"'\n]+)"
_AXIS = re.compile(
    rf"^(?:x|scan|abscissa)?[-_ ]?(?:axis|label|abscissa){_PARTED}|^(?:drive|xlabel){_PARTED}"
    r"|\bscan[-_ ]?(?:type|axis)\s*[:=,;\t]\s*[\"']?([^\"',;\t\n]+)",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"^(?:x|axis|abscissa)?[-_ ]?units?(?:[-_ ]?(?:of )?x)?\b{_PARTED}", re.I)
_NAMES = re.compile(r"2-?\s?theta|2θ|q|energy|channel|radius|tof|d-?spacing", re.IGNORECASE)
_VAGUE = re.compile(r"^(?:angles?|pos(?:ition)?\.?|x)\b")


def find_axis(lines, named):
    """Tell the axis by its column's name and by the lines above.

    Parameters
    ----------
    lines : list of Line
        What stands above the rows.
    named : Axis or None
        What the name of the column says.

    Returns
    -------
    Axis or None
        A line that names the scan's axis decides where the column's name is missing or as vague as
        "Angle", and one that states the unit where that has none.
    """
    axis = named
    if named is None or (named.is_two_theta and _VAGUE.match(plain(named.label))):
        axis = find_axis_line(lines) or named
    unit = _first(lines, _UNIT)
    if unit is None:
        return axis
    if axis is None:
        return parse_axis(f"x ({unit})") or parse_axis(unit) or _in_radians(unit)
    if axis.is_two_theta and "deg" not in plain(axis.label):
        return _in_radians(unit) or axis
    return axis


def find_axis_line(lines):
    """Find a line that names the axis alone, such as the second of a .chi file.

    Parameters
    ----------
    lines : list of Line
        What stands above the rows.

    Returns
    -------
    Axis or None
    """
    for line in lines[: -_FARTHEST - 1 : -1]:
        text = line.text[:_LONGEST].lstrip("#!%;'/* ")
        stated = _AXIS.search(text)
        name = next(filter(None, stated.groups())) if stated else text if _is_label(text) else ""
        if name and (axis := parse_axis(name.strip())) is not None:
            return axis
    return None


def _first(lines, pattern):
    for line in lines[: -_FARTHEST - 1 : -1]:
        if match := pattern.search(line.text[:_LONGEST].lstrip("#!%;'/* ")):
            return match[1].strip()
    return None


def _in_radians(unit):
    axis = parse_axis(f"angle ({unit})")
    is_other = axis is not None and axis.kind == "two_theta" and not axis.is_two_theta
    return replace(axis, label=f"2 theta in {unit}") if is_other else None


def _is_label(text):
    """Whether a line is no more than a name with its unit."""
    unit = re.search(r"[(\[][^)\]]*[)\]]\s*$", text)
    is_short = "=" not in text and len(text.split()) <= (5 if unit else 3)
    return is_short and bool(unit or _NAMES.fullmatch(text))
