"""Decoding of file bytes: compression and text encoding."""

import bz2
import codecs
import gzip
import lzma
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

_MAX_BYTES = 2**28  # of what is unwrapped: a small file may be made to swell beyond any memory
_OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
_WRAPPERS = (".gz", ".bz2", ".xz", ".zip")
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)

_MARKS = {  # UTF-32 first: its mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HEAD = 4096  # bytes by which UTF-16 without its mark is told
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r"})
_BLANKED = dict.fromkeys(_CONTROLS, " ")
_FEW = 3  # control bytes that any text may have; beyond, one in fifty


def read_text(path):
    """Read a text file, unwrapped where it is compressed.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is binary, or the wrapper is damaged or holds too much.
    """
    return decode(unwrap(path.read_bytes(), path.name)[0])


def unwrap(content, name=""):
    """Take a file out of its .gz, .bz2, .xz, or .zip of one file; others stay as they are.

    Parameters
    ----------
    content : bytes
        The file; its first bytes tell the wrapper.
    name : str, default=""
        How the file is called.

    Returns
    -------
    content : bytes
        What was wrapped.
    name : str
        Its own name, such as ``"scan.xy"`` for ``"scan.xy.gz"``.

    Raises
    ------
    ValueError
        When the wrapper is damaged, or holds more than 256 MiB.
    """
    try:
        if content.startswith(b"PK\3\4"):
            return _only_member(content, name)
        for magic, opener in _OPENERS.items():
            if content.startswith(magic):
                with opener(BytesIO(content)) as file:
                    return _bounded(file), bare_name(name)
    except _DAMAGED as error:
        raise ValueError(f"it is compressed and cannot be unpacked ({error})") from error
    return content, name


def bare_name(name):
    """Name of what a wrapper holds: ``"iron.cif"`` for ``"iron.cif.gz"``."""
    path = PurePath(name)
    return path.stem if path.suffix.lower() in _WRAPPERS else name


def bare_stem(path):
    """Name of a file without its ending and its wrapper's: ``"iron"`` for ``"iron.cif.gz"``."""
    return PurePath(bare_name(path.name)).stem


def _only_member(content, name):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = [member for member in archive.infolist() if not _is_beside(member)]
        if len(members) != 1:  # a format of its own, such as .rasx, or a bundle
            return content, name
        with archive.open(members[0]) as file:
            return _bounded(file), PurePath(members[0].filename).name


def _is_beside(member):
    """Whether a member is a folder, or what a Macintosh keeps beside each file."""
    return member.is_dir() or member.filename.startswith("__MACOSX/")


def _bounded(file):
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError(
            f"it is compressed and holds more than {_MAX_BYTES >> 20} MiB; unpack it first"
        )
    return content


def decode(content):
    """Decode a text file.

    A byte-order mark decides, else zeros in every second byte tell UTF-16, else it is UTF-8, or
    Latin-1 where it is no valid UTF-8. Control characters become blanks.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is binary.
    """
    encoding = next((e for mark, e in _MARKS.items() if content.startswith(mark)), None)
    encoding = encoding or _utf16_without_mark(content[:_HEAD])
    if encoding:
        return content.decode(encoding, errors="replace").translate(_BLANKED)
    content = content.rstrip(b"\0\x1a")  # DOS filled up the last record
    if (n_controls := _n_controls(content)) > _FEW + len(content) // 50:
        raise ValueError("it is a binary file of no format that is read here")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.translate(_BLANKED) if n_controls else text


def _utf16_without_mark(head):
    """Name of the encoding where nearly every second byte is zero and the others are not."""
    zeros = [head[parity::2].count(0) for parity in (0, 1)]
    half = len(head) // 2
    if half and max(zeros) > 0.8 * half and min(zeros) < 0.05 * half:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None


def _n_controls(content):
    return len(content) - len(content.translate(None, delete=_CONTROLS))
