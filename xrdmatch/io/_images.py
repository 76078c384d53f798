"""Detector images from files."""

import os
import warnings
from numbers import Integral
from typing import Literal, overload

from xrdmatch.crystallography import Picture
from xrdmatch.io._image_assembly import read_frame, with_what_is_given
from xrdmatch.io._image_files import find_image_reader, image_path
from xrdmatch.io._image_remarks import kept_remarks

_MAX_REASON = 300  # characters


class ImageWarning(UserWarning):
    """An image was read, but something about it is off; the text names the file and what.

    See Also
    --------
    read_image : Read a detector image: a diffraction pattern of spots or rings, or a micrograph.
    """


@overload
def read_image(
    path: str | os.PathLike[str],
    scale: float | None = ...,
    space: str | None = ...,
    *,
    frame: Literal["all"],
    channel: str | int | None = ...,
    logarithmic: bool | None = ...,
) -> list[Picture]: ...
@overload
def read_image(
    path: str | os.PathLike[str],
    scale: float | None = ...,
    space: str | None = ...,
    *,
    frame: int | None = ...,
    channel: str | int | None = ...,
    logarithmic: bool | None = ...,
) -> Picture: ...


def read_image(path, scale=None, space=None, *, frame=None, channel=None, logarithmic=None):
    """Read a detector image: a diffraction pattern of spots or rings, or a micrograph.

    ===================================  ======================================================
    file                                 what is read
    ===================================  ======================================================
    ``.tif``, ``.tiff``                  numbers of any depth, integers and floats; pixel sizes
                                         of ImageJ, OME and Gatan
    ``.png``, ``.jpg``, ``.bmp``         grey pictures; what they state of print resolutions is
                                         no scale
    ``.dm3``, ``.dm4`` (Gatan),          every image with the calibration of its axes; of a
    ``.emd``, ``.hspy``, ``.mrc``,       ``.ser`` `space` has to say what its metres mean; a
    ``.blo`` (ASTAR), ``.ser`` (TIA)     ``.blo`` has none
    ===================================  ======================================================

    The first two rows need pillow and tifffile: ``pip install xrdmatch[io]``. The last needs
    RosettaSciIO: ``pip install xrdmatch[microscopy]``. It is licensed under the GPL-3, is no part
    of this package, and is imported only when such a file is read.

    Parameters
    ----------
    path : str or path-like
        The file.
    scale : float, optional
        Pixels for 1/Å [pixel Å] in reciprocal space, the size of a pixel [Å] in real space, in
        place of the header's. Where neither says it, it stays unknown; nothing is assumed.
    space : {"reciprocal", "real"}, optional
        Which of the two; the header's if None.
    frame : int or "all", optional
        Which picture of a file that holds several, by index, or a list of all.
    channel : {"red", "green", "blue", "mean"} or int, optional
        What to read of a picture in colour. Channels that are equal, or that differ by no more
        than 2 of 255 as rounding leaves them, need no choice.
    logarithmic : bool, optional
        Whether the numbers are logarithms of counts, where you know it. It is noted; the numbers
        stay as they are.

    Returns
    -------
    Picture or list of Picture
        A list with ``frame="all"``. Row 0 is the first in the file, on top as its header turns
        it. The keys of `metadata`:

        - ``"file"`` and ``"format"``;
        - ``"frame"`` and ``"n_frames"``: which picture of how many; ``"grid"``: how many along
          each axis, where they are in rows of a map, the last axis running fastest;
        - ``"bits"`` of a stored number: 8 mean 256 levels at most; ``"lossy"`` if it is a JPEG;
        - ``"colour"``: ``"grey"``, or what was made of several channels;
        - ``"logarithmic"``: True or False where the header's text or you say so, else None;
        - ``"pixel"``: the distance between pixels as the header states it, with its unit, which
          may be one that gives no scale, such as mrad; None where there is none.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file is empty, damaged, a folder or none of the above; when it holds several
        pictures and `frame` chooses none, or colours and `channel` chooses none; when its pixels
        are not square and no scale is given; when `scale` or `space` is none, or `scale` is given
        and neither the header nor `space` says what it means.
    ImportError
        When the library that reads the format is not installed.

    Warns
    -----
    ImageWarning
        When `scale`, `space` or `logarithmic` contradicts the header, and when something is
        missing in the file or was reduced.

    See Also
    --------
    xrdmatch.crystallography.Picture : What it returns.
    read_pattern : The same for powder scans.

    References
    ----------
    .. [1] RosettaSciIO, https://hyperspy.org/rosettasciio

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from PIL import Image
    >>> from xrdmatch.io import read_image
    >>> grey = Image.fromarray(np.eye(64, dtype=np.uint8))
    >>> with TemporaryDirectory() as folder:
    ...     grey.save(Path(folder, "spots.png"))
    ...     picture = read_image(Path(folder, "spots.png"), scale=40, space="reciprocal")
    >>> picture
    Picture(64 x 64 pixels, 40 pixels per 1/Å)
    >>> picture.metadata["bits"], picture.metadata["logarithmic"]
    (8, None)
    """
    path = image_path(path)
    with kept_remarks() as notes:
        builds = _attempt(path, _builds, path)
        chosen = _chosen(path, frame, len(builds))
        found = [_attempt(path, read_frame, builds[i], channel, scale, space) for i in chosen]
    pictures = []
    for i, (picture, stated) in zip(chosen, found, strict=True):
        facts = {"file": str(path), "frame": i, "n_frames": len(builds)}
        given = (scale, space, logarithmic)
        pictures.append(with_what_is_given(picture, stated, given, facts, notes))
    for note in dict.fromkeys(notes):
        warnings.warn(f"{path}: {note.rstrip('.')}.", ImageWarning, stacklevel=2)
    return pictures if frame == "all" else pictures[0]


def _attempt(path, function, *arguments):
    """Call a function; whatever a damaged file does to it, it is one sentence."""
    try:
        return function(*arguments)
    except (ImportError, PermissionError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".")[:_MAX_REASON]
        if not isinstance(error, ValueError):
            reason = f"it breaks off or is damaged ({type(error).__name__}: {reason})"
    # Here the error is gone, and with it the files that a reader has left open.
    raise ValueError(f"Cannot read {path}: {reason}.")


def _builds(path):
    builds = find_image_reader(path)(path)
    if not builds:
        raise ValueError("it holds no picture, or breaks off before it")
    return builds


def _chosen(path, frame, n_frames):
    """List the indices of the frames that are asked for."""
    if frame == "all" or (frame is None and n_frames == 1):
        return list(range(n_frames))
    if frame is None:
        raise ValueError(
            f"{path} holds {n_frames} pictures; choose one by frame=0 to {n_frames - 1}, or take "
            "them by frame='all'."
        )
    if not isinstance(frame, Integral) or frame not in range(-n_frames, n_frames):
        raise ValueError(
            f"{path} has no frame {frame!r}; it holds {n_frames}: choose an index from 0 to "
            f"{n_frames - 1}, or 'all'."
        )
    return [int(frame) % n_frames]
