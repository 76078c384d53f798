"""Images as programs write them, as bytes; every one holds `COUNTS` or a part of it."""

import io
import struct

import numpy as np

COUNTS = np.random.default_rng(3).integers(1, 4000, (20, 24)).astype(np.uint16)
BYTES = (COUNTS // 16).astype(np.uint8)


def pillow(kind, values, **options):
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(values).save(file, kind, **options)
    return file.getvalue()


def tiff(values=COUNTS, **options):
    import tifffile

    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def imagej(size, unit, values=COUNTS, **metadata):
    """One pixel is `size` units wide, as ImageJ writes it: pixels for a unit."""
    metadata = {"unit": unit, **metadata}
    return tiff(values, imagej=True, resolution=(1 / size, 1 / size), metadata=metadata)


def ome(size, unit, size_y=None, values=COUNTS):
    sizes = {"PhysicalSizeX": size, "PhysicalSizeY": size_y or size}
    units = {} if unit is None else {f"PhysicalSize{x}Unit": unit for x in "XY"}
    return tiff(values, ome=True, metadata={**sizes, **units})


def gatan_tiff(size, unit):
    """The tags by which DigitalMicrograph and HyperSpy say what a pixel is."""
    units = [(code, "s", 0, unit, True) for code in (65003, 65004)]
    sizes = [(code, "d", 1, size, True) for code in (65009, 65010)]
    return tiff(extratags=[*units, *sizes])


# Gatan's .dm3: a tree of tags, the structure big-endian, the numbers little-endian ----------------

_CODES = {"h": 2, "i": 3, "H": 4, "I": 5, "f": 6, "d": 7}


def _named(name, kind, content):
    return struct.pack(">bH", kind, len(name)) + name.encode() + content


def _tag(name, value):
    if isinstance(value, dict):
        return _named(name, 20, _group(value))
    if isinstance(value, str):
        value = np.frombuffer(value.encode("utf-16-le"), np.uint16)
    if isinstance(value, np.ndarray):
        info, data = (20, _CODES[value.dtype.char], value.size), value.tobytes()
    else:
        code = "f" if isinstance(value, float) else "I"
        info, data = (_CODES[code],), struct.pack(f"<{code}", value)
    return _named(name, 21, b"%%%%" + struct.pack(f">{1 + len(info)}I", len(info), *info) + data)


def _group(tags):
    inside = b"".join(_tag("" if name.isdigit() else name, value) for name, value in tags.items())
    return struct.pack(">bbI", 1, 0, len(tags)) + inside


def dm3(size=0.2, unit="nm", values=COUNTS):
    """Two pixels of the thumbnail come first, as in every such file."""
    axis = {"Origin": 0.0, "Scale": float(size), "Units": unit}
    shape = dict(enumerate(values.shape[::-1]))
    image = {
        "Calibrations": {
            "Brightness": {"Origin": 0.0, "Scale": 1.0, "Units": ""},
            "Dimension": {str(i): axis for i in shape},
        },
        "Data": values.ravel(),
        "DataType": 10,
        "Dimensions": {str(i): int(n) for i, n in shape.items()},
        "PixelDepth": 2,
    }
    entry = {"ImageData": image, "ImageTags": {}, "Name": "detector"}
    tags = _group({"ImageList": {"0": entry}})
    return struct.pack(">III", 3, len(tags), 1) + tags + bytes(8)


def mrc(size=2.5, values=COUNTS):
    """A cell of `size` Å times the number of pixels along each axis."""
    stack = values.reshape(-1, *values.shape[-2:])
    n_frames, n_rows, n_columns = stack.shape
    head = struct.pack("<10i", n_columns, n_rows, n_frames, 6, 0, 0, 0, n_columns, n_rows, n_frames)
    head += struct.pack("<3f", size * n_columns, size * n_rows, size * n_frames)
    head = head.ljust(208, b"\0") + b"MAP \x44\x44\0\0"
    return head.ljust(1024, b"\0") + stack.tobytes()


def ser(size=2e-11, values=COUNTS):
    """TIA's series of one image, `size` m or 1/m a pixel."""
    n_rows, n_columns = values.shape
    dimension = struct.pack("<IddIII", 1, 0.0, 1.0, 0, 0, 0)
    offsets_at = 30 + len(dimension)
    data_at = offsets_at + 8
    element = struct.pack("<ddIddIHII", 0.0, size, 0, 0.0, size, 0, 2, n_columns, n_rows)
    content = element + values[::-1].tobytes()  # the lowest row first
    numbers = (0x4949, 0x0197, 0x0210, 0x4122, 0x4152, 1, 1, offsets_at, 1)
    offsets = struct.pack("<II", data_at, data_at + len(content))
    time = struct.pack("<HHI", 0x4152, 0, 0)
    return struct.pack("<3H6I", *numbers) + dimension + offsets + content + time


def blo(frames, n_columns):
    """ASTAR's map of square patterns, each behind six bytes; 50 pixels of the camera are 1 cm."""
    n_frames, size = frames.shape[:2]
    second = 0x1000 + n_frames
    shape = (size, 0, n_columns, n_frames // n_columns, 0)
    head = b"IMGBLO" + struct.pack("<H3I5H", 0x0102, 0x1000, second, 131141, *shape)
    head += struct.pack("<ddIHId", 12.8, 12.8, 200_000, 5000, 2000, 43000.5)
    blocks = b"".join(
        struct.pack("<HI", 0x55AA, i) + frame.astype(np.uint8).tobytes()
        for i, frame in enumerate(frames)
    )
    return head.ljust(0x1000, b"\0") + bytes(n_frames) + blocks


FILES = {
    ".tif": tiff,
    "-deflated.tif": lambda: tiff(compression="zlib", rowsperstrip=8),
    "-tiled.tif": lambda: tiff(tile=(16, 16)),
    "-lzw.tif": lambda: pillow("TIFF", COUNTS, compression="tiff_lzw"),
    "-imagej.tif": lambda: imagej(0.02, "nm"),
    "-ome.tif": lambda: ome(0.02, "nm"),
    ".png": lambda: pillow("PNG", COUNTS),
    ".jpg": lambda: pillow("JPEG", BYTES),
    ".bmp": lambda: pillow("BMP", BYTES),
}
MICROSCOPY = {".dm3": dm3, ".mrc": mrc, ".ser": ser, ".blo": lambda: blo(BYTES[None, :20, :20], 1)}
