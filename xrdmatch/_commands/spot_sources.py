"""Pictures and tables of spots that a command line names."""

import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Picture
from xrdmatch.io import IMAGE_ENDINGS, read_image, read_spots
from xrdmatch.preprocessing import FoundSpots, SpotFinder, find_lattices


@dataclass(frozen=True, eq=False)
class SeenSpots:
    """Spots of one picture or table.

    Parameters
    ----------
    pattern : DiffractionPattern
        The spots [1/Å].
    lattice : ndarray of shape (2, 2) or None
        Rows: vectors that span their lattice [1/Å].
    remarks : list of str
        What is to be known about them.
    picture : Picture or None
        Where they were found.
    found : FoundSpots or None
        What was found.
    """

    pattern: DiffractionPattern
    lattice: np.ndarray | None
    remarks: list
    picture: Picture | None = None
    found: FoundSpots | None = None


class Frames(Sequence):
    """The pictures of a file, each read when it is asked for.

    Parameters
    ----------
    path : Path
        The file.
    scale : float or None
        Pixels for 1/Å.
    first : Picture
        Its first picture.
    """

    def __init__(self, path, scale, first):
        self.path, self.scale, self.first = path, scale, first

    def __len__(self):
        return self.first.metadata["n_frames"]

    def __getitem__(self, i):
        if not 0 <= i < len(self):
            raise IndexError(f"There are {len(self)} pictures, got position {i}.")
        if i == 0:
            return self.first
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # said of the first
            return _read(self.path, self.scale, i)


def open_picture(path, scale, frame=None):
    """Read a picture, or the pictures of a file that holds several.

    Parameters
    ----------
    path : Path
        The file.
    scale : float or None
        Pixels for 1/Å; the header's if None.
    frame : int, default=None
        Which one, of a file that holds several.

    Returns
    -------
    Picture or Frames
        With a scale.

    Raises
    ------
    ValueError
        If it cannot be read, or neither the header nor you say its scale.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        picture = _read(path, scale, frame or 0)
    for text in dict.fromkeys(str(entry.message) for entry in caught):
        print(f"note: {' '.join(text.split())}", file=sys.stderr)
    if picture.scale is None:
        raise ValueError(
            f"A picture of spots needs a scale, and {path} states none; give the pixels for 1/Å "
            "with --scale, as xrdmatch.refinement.calibrate_picture measures them."
        )
    several = frame is None and picture.metadata["n_frames"] > 1
    return Frames(path, scale, picture) if several else picture


def _read(path, scale, frame):
    return read_image(path, scale, None if scale is None else "reciprocal", frame=frame)


def is_table(path):
    """Tell whether a file is a table of spots: its ending is none of a picture's."""
    return path.suffix.lower() not in IMAGE_ENDINGS


def spots_of_table(path, scale, scale_error, radiation):
    """Read a table of spots; arguments as those of `spots_of_picture`."""
    pattern = read_spots(path, scale, radiation)
    if scale_error is not None:
        pattern = replace(pattern, scale_error=scale_error)
    lattice = next(iter(find_lattices(pattern.q, 1)), None)
    return SeenSpots(pattern, None if lattice is None else lattice.basis, [])


def spots_of_picture(picture, scale_error, radiation):
    """Find the spots of a picture.

    Parameters
    ----------
    picture : Picture
        With a scale.
    scale_error : float or None
        Relative standard error of the scale.
    radiation : str or Radiation
        What it was taken with.

    Returns
    -------
    SeenSpots
        The spots.
    """
    found = SpotFinder(scale_error=scale_error, radiation=radiation).find(picture)
    lattice = None if found.lattice is None else found.lattice / picture.scale
    return SeenSpots(found.pattern, lattice, list(found.remarks), picture, found)
