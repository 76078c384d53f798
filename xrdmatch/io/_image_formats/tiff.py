"""TIFF, of whatever depth, by tifffile; where that lacks a codec, by Pillow."""

from functools import cache, partial

import numpy as np

from xrdmatch.io._image_formats.raster import stored_values, turned
from xrdmatch.io._image_formats.stated import StatedImage
from xrdmatch.io._image_formats.tiff_pixel import pixel_of_tiff

_WHITE_IS_ZERO, _PALETTE = 0, 3  # photometric interpretations
_OTHER_COLOURS = range(5, 11)  # those that are neither grey nor RGB nor a palette
_ORIENTATION = 274  # tag
_LARGEST = 2**31  # bytes unpacked, of one stack
_MOST_SQUEEZED = 1100  # deflate makes of zeros one in 1,032; beyond, the header is wrong


def read_tiff(path):
    """List the functions that make a `StatedImage` of each frame of each series."""
    with _import_tifffile().TiffFile(path) as file:
        kept = _series(file)
        grids = [_grid(file.series[k]) for k in kept]
    loads = [cache(partial(_load, path, k)) for k in kept]
    return [
        partial(_build, load, grid, i)
        for load, grid in zip(loads, grids, strict=True)
        for i in range(int(np.prod(grid)))
    ]


def _series(file):
    """Positions of the series that are no thumbnails of others."""
    whole = [k for k, series in enumerate(file.series) if not series.keyframe.is_reduced]
    return whole or list(range(len(file.series)))


def _grid(series):
    """Numbers of frames along each axis that is neither rows, columns nor channels."""
    if not {"Y", "X"} <= set(series.axes):
        raise ValueError(f"it holds no rows and columns but the axes {series.axes}")
    pairs = zip(series.axes, series.shape, strict=True)
    return tuple(n for axis, n in pairs if axis not in "YXS")


def _build(load, grid, i):
    stack, common = load()
    facts = {"format": "TIFF", **({"grid": grid} if len(grid) > 1 else {})}
    return StatedImage(stack[i], **common, facts=facts)


def _load(path, k):
    """Read one series whole: its frames, and what they have in common."""
    with _import_tifffile().TiffFile(path) as file:
        series = file.series[k]
        _check_size(series, path.stat().st_size)
        values = _decoded(series)
        if values is None:
            stack = _stack_by_pillow(path, series)
        else:
            stack = _upright(_shown(_framed(values, series.axes), file, series), series)
        common = {
            "bits": series.keyframe.bitspersample,
            "pixel": pixel_of_tiff(file, k),
            "description": series.keyframe.description or "",
        }
    return stack, common


def _check_size(series, n_bytes):
    """Refuse what would take all memory, or minutes of filling up what is not there."""
    if series.nbytes > _LARGEST:
        raise ValueError(
            f"its {series.nbytes:,} bytes of pixels are more than the {_LARGEST:,} that are read "
            "at once; save the frames that you want apart"
        )
    page = series.keyframe
    if series.nbytes > _MOST_SQUEEZED * n_bytes or len(page.dataoffsets) < np.prod(page.chunked):
        raise ValueError(
            f"it breaks off or is damaged: its header promises {series.nbytes:,} bytes of pixels"
        )


def _decoded(series):
    """Read the numbers of a series; None where tifffile does not know how."""
    if series.keyframe.photometric in _OTHER_COLOURS:
        return None
    try:
        return series.asarray()
    except (ValueError, ImportError) as error:
        if isinstance(error, ImportError) or "imagecodecs" in str(error):
            return None
        raise


def _framed(values, axes):
    """Bring a series into the shape (n_frames, n_rows, n_columns[, n_channels])."""
    last = [axes.index(axis) for axis in ("YXS" if "S" in axes else "YX")]
    values = np.moveaxis(values, last, range(-len(last), 0))
    return values.reshape(-1, *values.shape[-len(last) :])


def _shown(stack, file, series):
    """Undo what the header says of the numbers: white at zero, or a palette.

    A palette of ImageJ is left aside: it colours the display of what was counted.
    """
    page = series.keyframe
    if page.photometric == _WHITE_IS_ZERO and stack.dtype.kind in "ub":
        return 2**page.bitspersample - 1 - stack
    if page.photometric == _PALETTE and page.colormap is not None and not file.is_imagej:
        return np.moveaxis(page.colormap[:, stack], 0, -1)
    return stack


def _upright(stack, series):
    tag = series.keyframe.tags.get(_ORIENTATION)
    return stack if tag is None else np.stack([turned(image, tag.value) for image in stack])


def _stack_by_pillow(path, series):
    """Read the frames by Pillow, which itself turns them and undoes white at zero to 8 bits."""
    from PIL import Image

    try:
        with Image.open(path, formats=["TIFF"]) as image:
            stack = np.stack([_page(image, page.index) for page in series.pages])
    except OSError as error:
        name = getattr(series.keyframe.compression, "name", series.keyframe.compression)
        raise ValueError(
            f"its compression, {name}, cannot be undone here ({error}); save it without one, or "
            "install imagecodecs"
        ) from None
    inverted = series.keyframe.photometric == _WHITE_IS_ZERO and stack.dtype == np.uint16
    return np.iinfo(np.uint16).max - stack if inverted else stack


def _page(image, index):
    image.seek(index)
    return stored_values(image)[0]


def _import_tifffile():
    try:
        import tifffile
    except ImportError as error:
        raise ImportError(
            "reading TIFF files needs tifffile; install it with `pip install xrdmatch[io]`"
        ) from error
    return tifffile
