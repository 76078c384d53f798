"""Spots from tables: where they are and how strong."""

import csv
import os
import re
from math import isfinite

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Radiation
from xrdmatch.io._image_files import image_path

_FARTHEST = 10.0  # [1/Å]; electrons give no spots beyond
_UNITS = {  # of the first column's name -> 1/Å for one of it; None: what the scale says
    r"px|pix|column|\bcol\b": None,
    r"nm": 0.1,
    r"å|angstrom|1/a\b|a\^?-1|a-1|^q|^g": 1.0,
}


def read_spots(
    path: str | os.PathLike[str],
    scale: float | None = None,
    radiation: Radiation | str | None = None,
) -> DiffractionPattern:
    r"""Read a table of spots: a row for each, with its place and its intensity.

    Columns are parted by commas, semicolons, tabs or blanks; the first three are x, y and the
    intensity, and others are left out. Lines that begin with # are, too. A line with names may
    stand above: ``x_px`` means pixels, ``qx [1/Å]`` and ``qx [1/nm]`` what they say.

    Parameters
    ----------
    path : str or path-like
        The file.
    scale : float, optional
        Pixels for 1/Å [pixel Å], where x and y are in pixels.
    radiation : Radiation or {"xray", "electron", "neutron"}, optional
        What the spots were measured with.

    Returns
    -------
    DiffractionPattern
        Of unknown orientation. x and y are counted from the direct beam, y upwards: where it is
        downwards, the pattern is seen mirrored.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such table, if x and y are in pixels and `scale` is not given, or in 1/Å and
        it is given.

    See Also
    --------
    read_image : Reads a picture of spots.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch.io import read_spots
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "spots.csv")
    ...     _ = path.write_text("x_px,y_px,intensity\n40,0,5\n0,30,2\n")
    ...     read_spots(path, scale=100.0)
    DiffractionPattern(2 spots, |q| <= 0.4 1/Å, orientation unknown)
    """
    path = image_path(path)
    name, rows = _table(path)
    unit = _unit(path, name, scale)
    q = rows[:, :2] * unit
    farthest = np.abs(q).max()
    if farthest > _FARTHEST:
        raise ValueError(
            f"Spots of {path} lie up to {farthest:.4g} 1/Å from the direct beam, where none are "
            "seen; give the pixels for 1/Å as scale if they are in pixels."
        )
    return DiffractionPattern(
        q,
        rows[:, 2],
        radiation=radiation,
        orientation="unknown",
    )


def _table(path):
    """Name of the first column, empty if it has none, and x, y and intensity, (n, 3)."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise ValueError(f"A table of spots has a row for each, got none in {path}.")
    cells = [_cells(line) for line in lines]
    header = _numbers(cells[0]) is None
    rows = [_numbers(row) for row in cells[header:]]
    if not rows or None in rows:
        number = header + 1 + (rows.index(None) if rows else 0)
        raise ValueError(
            "Rows of a table of spots begin with x, y and an intensity, got another one in row "
            f"{number} of {path}; mend or remove it."
        )
    return cells[0][0] if header else "", np.array(rows)


def _cells(line):
    """Take a line apart at what parts its columns."""
    parted = next((mark for mark in ";\t," if mark in line), None)
    return line.split() if parted is None else next(csv.reader([line], delimiter=parted))


def _numbers(cells):
    """First three cells as numbers; None where they are not."""
    try:
        numbers = [float(cell) for cell in cells[:3]]
    except ValueError:
        return None
    return numbers if len(numbers) == 3 and all(map(isfinite, numbers)) else None


def _unit(path, name, scale):
    """1/Å for one unit of x and y."""
    known = [unit for words, unit in _UNITS.items() if re.search(words, name.strip().lower())]
    if known and known[0] is not None and scale is not None:
        raise ValueError(
            f"A scale is for pixels, got one for {path}, whose columns are in 1/Å or 1/nm by "
            f"their name {name!r}; leave it out."
        )
    if scale is not None:
        if not (isfinite(scale) and scale > 0):
            raise ValueError(f"scale must be a positive number, got {scale!r}.")
        return 1 / scale
    if known and known[0] is None:
        raise ValueError(
            f"Spots in pixels need a scale, got none for {path}; give the pixels for 1/Å."
        )
    return known[0] if known else 1.0
