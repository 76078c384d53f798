"""Selection of readers for image files: by content, then by ending."""

import os
from pathlib import Path

from xrdmatch.io._image_formats.microscopy import MICROSCOPY, read_microscopy
from xrdmatch.io._image_formats.raster import read_raster
from xrdmatch.io._image_formats.tiff import read_tiff

# A reader takes a Path and lists functions; each makes the `StatedImage` of one frame.
_STARTS = {
    b"II*\0": read_tiff,
    b"MM\0*": read_tiff,
    b"II+\0": read_tiff,
    b"MM\0+": read_tiff,
    b"\x89PNG\r\n\x1a\n": read_raster,
    b"\xff\xd8\xff": read_raster,
    b"BM": read_raster,
}
_READERS = {
    **dict.fromkeys((".tif", ".tiff"), read_tiff),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".bmp"), read_raster),
    **dict.fromkeys(MICROSCOPY, read_microscopy),
}
IMAGE_ENDINGS = tuple(_READERS)  # of files' names


def find_image_reader(path):
    """Return the reader of an image.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        When it is empty, of another kind, or not what it is called.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise ValueError("the file is empty")
    suffix = path.suffix.lower()
    if suffix in MICROSCOPY:
        return read_microscopy
    reader = next((reader for start, reader in _STARTS.items() if head.startswith(start)), None)
    if reader is not None:
        return reader
    if suffix in _READERS:
        raise ValueError(f"it is called {suffix} but holds something else or only a part of it")
    raise ValueError(
        f"files called *{suffix} have no reader, only these have: {', '.join(_READERS)}; export "
        "it as TIFF"
    )


def image_path(path):
    """Return the path of one existing file.

    Raises
    ------
    TypeError
        When it is no path.
    FileNotFoundError
        When there is no such file.
    ValueError
        When it is a folder.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(
            f"A picture is read from the path of one file, got {type(path).__name__}; make one of "
            "an array by Picture(counts)."
        )
    path = Path(path).expanduser()
    if path.is_dir():
        raise ValueError(
            f"A picture is one file, and {os.fspath(path)!r} is a folder; name a file."
        )
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {os.fspath(path)!r} as seen from {os.getcwd()!r}; check the path."
        )
    return path
