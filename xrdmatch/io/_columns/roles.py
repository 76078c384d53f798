"""Roles of columns (angles, counts, uncertainties), from their names or values."""

import warnings
from dataclasses import dataclass

from xrdmatch.io._axes import Axis, plain
from xrdmatch.io._columns.shapes import Shapes

_POSITIONS = ("x", "pos", "pos.", "position", "x axis", "xaxis", "abscissa", "x-axis")


@dataclass(frozen=True)
class Choice:
    """The columns of one scan, by their indices.

    Parameters
    ----------
    x, counts : int
        Positions along the axis, and counts.
    sigma, seconds : int, optional
        Uncertainties of the counts, and for how long each point was counted.
    axis : Axis, optional
        What its name says of the axis.
    name : str, optional
        How the scan is called where several stand side by side.
    """

    x: int
    counts: int
    sigma: int | None = None
    seconds: int | None = None
    axis: Axis | None = None
    name: str | None = None


def choose_by_names(columns, asked=None):
    """Choose columns by the heading.

    Parameters
    ----------
    columns : list of Column
        What the heading says.
    asked : str, optional
        The axis that the user wants.

    Returns
    -------
    list of Choice
        One for each scan that stands there.

    Raises
    ------
    ValueError
        When no column is named as an axis or none as counts.
    """
    axes = [i for i, column in enumerate(columns) if column.role == "axis"]
    wanted = [i for i in axes if _fits(columns[i].axis, asked)]
    is_position = columns[0].role is None and plain(columns[0].name) in _POSITIONS
    if not wanted and not (is_position and asked is None):
        wanted = axes[:1]
    if not wanted:
        wanted = [_unnamed_axis(columns, asked)]
    columns = [_demoted(column) if i not in wanted else column for i, column in enumerate(columns)]
    parts = _side_by_side(columns, wanted)
    choices = [choice for x, part in parts for choice in _choices(columns, x, part)]
    if len(choices) < 2:
        return [Choice(**{**vars(choice), "name": None}) for choice in choices]
    return choices


def _demoted(column):
    """Take a name such as "gamma-Al2O3" beside an axis for a sample's."""
    is_other = column.role == "axis" and column.axis.kind == "other"
    return type(column)(column.name, None) if is_other else column


def _fits(axis, asked):
    return axis.is_two_theta if asked is None else axis.option == asked


def _unnamed_axis(columns, asked):
    """Index of the column that is the axis although its name names none."""
    free = [i for i, column in enumerate(columns) if column.role is None]
    if columns[0].role == "unused" or not free:
        name = columns[0].name
        raise ValueError(f"none of its columns is named as 2 theta, the first is {name!r}")
    name = columns[free[0]].name
    if asked is None and plain(name) not in _POSITIONS:
        warnings.warn(f"took the column {name!r} for 2 theta in degrees", stacklevel=2)
    columns[free[0]] = type(columns[0])(name, "axis")
    return free[0]


def _side_by_side(columns, wanted):
    """Pair every axis with the columns that belong to it."""
    ends = [*wanted[1:], len(columns)]
    parts = [(x, range(x + 1, end)) for x, end in zip(wanted, ends, strict=True)]
    counted = ("counts", "processed", None)
    if len(parts) > 1 and all(any(columns[i].role in counted for i in part) for _, part in parts):
        return parts
    return [(wanted[0], range(len(columns)))]


def _choices(columns, x, part):
    """Choose counts among the columns of one axis; each is a scan."""
    counts = [i for i in part if columns[i].role == "counts"]
    counts = [i for i in counts if "cps" not in plain(columns[i].name)] or counts
    for role in (None, "processed"):
        counts = counts or [i for i in part if columns[i].role == role]
    if not counts:
        names = ", ".join(repr(column.name) for column in columns)
        raise ValueError(f"none of its columns is named as counts: {names}")
    seconds = next((i for i in part if columns[i].role == "seconds"), None)
    for i, end in zip(counts, [*counts[1:], max(part) + 1], strict=True):
        near = part if len(counts) == 1 else range(i, end)
        sigma = next((j for j in near if columns[j].role == "sigma"), None)
        yield Choice(x, i, sigma, seconds, columns[x].axis, columns[i].name)


def choose_by_shape(table, suffix=""):
    """Choose columns that have no names by what they can be.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        The numbers.
    suffix : str, default=""
        The file's ending: in ``.xye`` the third column is the uncertainty.

    Returns
    -------
    list of Choice

    Raises
    ------
    ValueError
        When the first column numbers the rows and no other rises.
    """
    shapes = Shapes(table)
    columns = shapes.without_row_numbers()
    for period in (2, 3):
        if shapes.repeats(columns, period):
            starts = columns[::period]
            third = [i + 2 if period == 3 else None for i in starts]
            return [
                Choice(i, i + 1, sigma, name=f"columns {i + 1} and {i + 2}")
                for i, sigma in zip(starts, third, strict=True)
            ]
    if len(columns) > 3 and not any(map(shapes.is_axis, columns)):
        raise ValueError(
            f"its rows of {len(columns)} numbers are of counts without angles, or of a map; write "
            "start, step and end above them, or export columns of angle and counts"
        )
    x = shapes.axis(columns)
    shapes.check_no_map(columns[0], x)
    rest = [i for i in columns if i != x]
    counts = next((i for i in rest if not shapes.follows(i, x)), rest[0])
    after = [i for i in rest if i > counts]
    sigma = after[0] if after and shapes.is_sigma(after[0], counts, suffix == ".xye") else None
    _say_choice(columns, x, counts, sigma)
    return [Choice(x, counts, sigma)]


def _say_choice(columns, x, counts, sigma):
    """Warn where columns are left over, or stand in another order than angle, counts, sigma."""
    left = [i for i in columns if i not in (x, counts, sigma)]
    if left:
        used = f"took column {x + 1} for angles and column {counts + 1} for counts"
        unused = ", ".join(str(i + 1) for i in left)
        reason = "it is no uncertainty of these" if left == [2] else "nothing says what it holds"
        warnings.warn(f"{used}; column {unused} is not used: {reason}", stacklevel=3)
    elif x > counts:
        warnings.warn("its counts stand before its angles", stacklevel=3)
