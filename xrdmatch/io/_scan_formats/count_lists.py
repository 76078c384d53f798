"""Counts that stand in rows, without their angles."""

import re
import warnings

import numpy as np

_PARTED = re.compile(r"[\s,;]+")
_FEW = 0.05  # of the counts may be damaged


def read_count_list(lines, n_points=None):
    """Read all numbers of some lines, in their order.

    Parameters
    ----------
    lines : list of str
        Rows of counts that blanks, commas, tabs or semicolons part.
    n_points : int, optional
        How many there should be.

    Returns
    -------
    ndarray of shape (n_counts,)
        NaN where something else than a number stands.

    Raises
    ------
    ValueError
        When a row in the midst has lost counts, so that nobody knows the angles of the others, or
        too much is damaged.

    Warns
    -----
    UserWarning
        When words were left out, or there are fewer counts than promised.
    """
    rows = [[word for word in _PARTED.split(line) if word] for line in lines]
    counts = np.array([_number(word) for row in rows for word in row])
    if not len(counts):
        raise ValueError("the file breaks off before its first counts")
    bad = [word for row in rows for word in row if np.isnan(_number(word))]
    if len(bad) > _FEW * len(counts):
        raise ValueError(f"its counts hold something else than numbers ({bad[0][:40]!r})")
    if bad:
        warnings.warn(
            f"{len(bad)} of its counts are no numbers ({', '.join(map(repr, bad[:3]))})",
            stacklevel=2,
        )
    if n_points is not None:
        check_rows([len(row) for row in rows if row], n_points)
    return counts


def check_rows(widths, n_points, filled=False):
    """Refuse rows that hold too few or too many counts unless they only break off.

    Parameters
    ----------
    widths : list of int
        How many counts each row has.
    n_points : int
        How many there should be.
    filled : bool, default=False
        Whether the last row is filled up, with zeros.

    Raises
    ------
    ValueError
        When counts were lost or added in the midst, so that nobody knows the angles of the others.
    """
    n_counts, width = sum(widths), widths[0]
    spare = width - 1 if filled else 0
    even = all(other == width for other in widths[:-1]) and widths[-1] <= width
    if n_points <= n_counts <= n_points + spare and (even or not filled):
        return
    ends_as_due = (widths[-1] - n_points) % width == 0 or (filled and widths[-1] == width)
    if not even or width == 1 or n_counts > n_points + 1 or (n_counts < n_points and ends_as_due):
        raise ValueError(
            f"it has {n_counts} counts, but its range makes {n_points} points: some were lost or "
            "joined, and the angles of the others with them"
        )
    warnings.warn(f"the file holds {n_counts} of {n_points} points", stacklevel=3)


def _number(word):
    try:
        return float(word) if "_" not in word else np.nan
    except ValueError:
        return np.nan


def points_of_range(start, step, end):
    """Return how many points a range has.

    Raises
    ------
    ValueError
        When it makes no sense.
    """
    if not (np.isfinite([start, step, end]).all() and step > 0 and start < end):
        raise ValueError(f"its range is stated as {start:g} to {end:g} by steps of {step:g}")
    if (end - start) / step > 1e7:
        raise ValueError(f"its range is stated as {start:g} to {end:g} by steps of {step:g}")
    return round((end - start) / step) + 1
