"""Selection of readers for scan files: by content, then by ending."""

import re
from functools import partial

from xrdmatch.io._columns.columns import read_columns
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.brml import read_brml
from xrdmatch.io._scan_formats.bruker_raw import read_bruker_raw
from xrdmatch.io._scan_formats.count_rows import find_count_rows, read_count_rows
from xrdmatch.io._scan_formats.gsas import is_gsas, read_gsas
from xrdmatch.io._scan_formats.ill import is_ill, read_ill
from xrdmatch.io._scan_formats.markup import Archive
from xrdmatch.io._scan_formats.powder_cif import read_powder_cif
from xrdmatch.io._scan_formats.rigaku import read_ras, read_rasx
from xrdmatch.io._scan_formats.rigaku_ascii import is_rigaku_ascii, read_rigaku_ascii
from xrdmatch.io._scan_formats.udf import read_udf
from xrdmatch.io._scan_formats.uxd import is_uxd, read_uxd
from xrdmatch.io._scan_formats.xrdml import read_xrdml

_HEAD = 4000  # bytes at which a format shows
_IMAGE = (
    "it is an image ({}); integrate it to a scan first, with pyFAI for instance, or name its spots "
    "with `xrdmatch identify-spots`"
)
_SHEET = "it is a spreadsheet of {}; save the sheet with the scan as .csv"
_REFUSED = {
    b"II*\0": _IMAGE.format("TIFF"),
    b"MM\0*": _IMAGE.format("TIFF"),
    b"\x89PNG": _IMAGE.format("PNG"),
    b"\xff\xd8\xff": _IMAGE.format("JPEG"),
    b"###CBF": _IMAGE.format("CBF"),
    b"IMGBLO": _IMAGE.format("ASTAR"),
    b"\0\0\0\3": _IMAGE.format("Gatan"),
    b"\0\0\0\4": _IMAGE.format("Gatan"),
    b"\x89HDF": "it is an HDF5 file, of NeXus perhaps; export the integrated scan in it, 2 "
    "theta and counts, as .xy",
    b"%PDF": "it is a PDF; export the scan as .xy",
    b"\xd0\xcf\x11\xe0": _SHEET.format("old Excel or another Office document"),
    b"\x93NUMPY": "it is a NumPy array; load it and pass (two_theta, counts), or export .xy",
    b"PAR1": "it is a Parquet table; export the scan as .csv",
    b"7z\xbc\xaf": "it is a 7z archive; unpack it first",
    b"Rar!": "it is a RAR archive; unpack it first",
    b"\x28\xb5\x2f\xfd": "it is compressed by zstd; unpack it first",
    b"FI\0\0": "it is Rigaku's binary .raw; export it as .ras or .rasx",
    b"RAW_": "it is STOE's binary .raw; export it as .xy",
    b"HR-XRDScan": "it is Philips' binary .rd; export it as .udf or .xrdml",
}
_DOCUMENTS = {
    "xl/workbook": _SHEET.format("Excel"),
    "content.xml": _SHEET.format("LibreOffice"),
    "word/document": "it is a Word document; export the scan as .xy",
    ".npy": "it is an archive of NumPy arrays; load it and pass (two_theta, counts)",
}


def find_scan_reader(content, suffix="", axis=None):
    """Return the reader of a file.

    Parameters
    ----------
    content : bytes
        The file, out of its wrapper.
    suffix : str, default=""
        Its ending in lower case, such as ``".xy"``.
    axis : str, optional
        The axis that the user asks for.

    Returns
    -------
    callable
        Takes the content and yields ``(name, build)`` pairs; ``build()`` makes a `StatedScan` or
        raises.

    Raises
    ------
    ValueError
        When the file is empty or of a kind that holds no scan.
    """
    if not content.strip(b"\0\r\n\t "):
        raise ValueError("the file is empty")
    for magic, reason in _REFUSED.items():
        if content.startswith(magic):
            raise ValueError(reason)
    if content[257:262] == b"ustar":
        raise ValueError("it is a tar archive; unpack it first")
    if content.startswith((b"RAW1.01", b"RAW4.00", b"RAW2", b"RAW ")):
        return read_bruker_raw
    if content.startswith(b"PK"):
        return _archive_reader(content)
    return _text_reader(decode(content), suffix, axis)


def _archive_reader(content):
    names = Archive(content).names
    if any(re.search(r"Profile\d*\.txt$", name) or name == "root.xml" for name in names):
        return read_rasx
    if any(name.endswith("DataContainer.xml") or "RawData" in name for name in names):
        return read_brml
    for part, reason in _DOCUMENTS.items():
        if any(part in name for name in names):
            raise ValueError(reason)
    shown = ", ".join(names[:3])
    raise ValueError(
        f"it is an archive of something else than a scan ({shown}, ...); unpack it first"
    )


def _text_reader(text, suffix, axis):
    head = text[:_HEAD].lstrip("\ufeff").lstrip()
    if head.startswith("<"):
        if "<xrdMeasurement" in text[: 10 * _HEAD]:
            return read_xrdml
        raise ValueError("it is XML or HTML but no XRDML; save the scan itself, not a page on it")
    if head.startswith("{"):
        raise ValueError("it is JSON or an EDF image, not a scan")
    for is_this, reader in _TEXTS:
        if is_this(text):
            return reader
    _check_ending(suffix)
    if (found := find_count_rows(text)) is not None:
        return partial(read_count_rows, found)
    return partial(read_columns, suffix=suffix, axis=axis)


def _is_ras(text):
    return text[:_HEAD].lstrip("\ufeff \t\r\n").startswith("*RAS_")


def _is_udf(text):
    start = text[:_HEAD].lstrip().startswith("SampleIdent")
    return start or re.search(r"^[ \t]*RawScan\b", text, re.MULTILINE) is not None


def _is_cif(text):
    head = text[: 50 * _HEAD]
    return re.search(r"^data_\S*[ \t\r]*$", head, re.MULTILINE | re.IGNORECASE) is not None


_TEXTS = (
    (_is_ras, read_ras),
    (is_gsas, read_gsas),
    (_is_udf, read_udf),
    (_is_cif, read_powder_cif),
    (is_uxd, read_uxd),
    (is_rigaku_ascii, read_rigaku_ascii),
    (is_ill, read_ill),
)


def _check_ending(suffix):
    """Refuse what its ending calls a vendor's file but whose content is none."""
    if suffix in (".xrdml", ".rasx", ".ras", ".brml"):
        raise ValueError(f"it is called {suffix} but holds something else or only a part of it")
