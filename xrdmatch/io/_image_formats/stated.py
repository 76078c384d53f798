"""Facts that an image file states, not yet interpreted."""

from dataclasses import dataclass, field

import numpy as np

METRES = "m or 1/m"  # a unit that the file does not tell apart


@dataclass(frozen=True)
class PixelAxis:
    """How far it is from one pixel to the next along one axis, as the header has it."""

    size: float
    unit: str

    def __str__(self):
        return f"{self.size:.6g} {self.unit}".strip()


@dataclass(frozen=True)
class StatedImage:
    """One image of a file.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns) or (n_rows, n_columns, n_channels)
        The stored numbers; of four channels, or of two, the last one is opacity.
    bits : int
        Of each stored number.
    pixel : tuple of two PixelAxis, optional
        From row to row, and from column to column.
    description : str
        Free text of the header.
    facts : dict
        What else is known, for the picture's metadata.
    """

    values: np.ndarray
    bits: int
    pixel: tuple | None = None
    description: str = ""
    facts: dict = field(default_factory=dict)
