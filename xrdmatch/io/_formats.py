"""Which reader opens which scan: by what a file holds first, by its ending second."""

import re
from functools import partial

from xrdmatch.io._brml import read_brml
from xrdmatch.io._bruker_raw import read_bruker_raw
from xrdmatch.io._columns import read_columns
from xrdmatch.io._gsas import is_gsas, read_gsas
from xrdmatch.io._markup import Archive
from xrdmatch.io._powder_cif import read_powder_cif
from xrdmatch.io._rigaku import read_ras, read_rasx
from xrdmatch.io._text import decode
from xrdmatch.io._udf import read_udf
from xrdmatch.io._xrdml import read_xrdml

_HEAD = 4000  # bytes at which a format shows
_IMAGE = "it is an image ({}); integrate it to a scan first, with pyFAI for instance"
_REFUSED = {
    b"II*\0": _IMAGE.format("TIFF"),
    b"MM\0*": _IMAGE.format("TIFF"),
    b"\x89PNG": _IMAGE.format("PNG"),
    b"\xff\xd8\xff": _IMAGE.format("JPEG"),
    b"###CBF": _IMAGE.format("CBF"),
    b"\x89HDF": "it is an HDF5 file; export the scan as .xy",
    b"%PDF": "it is a PDF; export the scan as .xy",
    b"FI\0\0": "it is Rigaku's binary .raw; export it as .ras or .rasx",
    b"RAW_": "it is STOE's binary .raw; export it as .xy",
    b"HR-XRDScan": "it is Philips' binary .rd; export it as .udf or .xrdml",
}


def find_scan_reader(content, suffix=""):
    """Return the reader of a file.

    Parameters
    ----------
    content : bytes
        The file.
    suffix : str, default=""
        Its ending in lower case, such as ``".xy"``.

    Returns
    -------
    callable
        Takes the content and yields ``(name, build)`` pairs; ``build()`` makes the scan or raises.

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
    if content.startswith((b"RAW1.01", b"RAW4.00", b"RAW2", b"RAW ")):
        return read_bruker_raw
    if content.startswith(b"PK"):
        return _archive_reader(content)
    return _text_reader(decode(content), suffix)


def _archive_reader(content):
    names = Archive(content).names
    if any(re.search(r"Profile\d*\.txt$", name) or name == "root.xml" for name in names):
        return read_rasx
    if any(name.endswith("DataContainer.xml") or "RawData" in name for name in names):
        return read_brml
    shown = ", ".join(names[:3])
    raise ValueError(f"it is an archive of something else than a scan ({shown}, ...)")


def _text_reader(text, suffix):
    head = text[:_HEAD].lstrip("\ufeff").lstrip()
    if head.startswith("<"):
        if "<xrdMeasurement" in text[: 10 * _HEAD]:
            return read_xrdml
        raise ValueError("it is XML or HTML but no XRDML; save the scan itself, not a page on it")
    if head.startswith("*RAS_"):
        return read_ras
    if is_gsas(text):
        return read_gsas
    if re.search(r"^\s*RawScan\b", text, re.MULTILINE) or head.startswith("SampleIdent"):
        return read_udf
    if re.search(r"^data_\S*\s*$", text[: 50 * _HEAD], re.MULTILINE | re.IGNORECASE):
        return read_powder_cif
    if head.startswith("{"):
        raise ValueError("it is JSON or an EDF image, not a scan")
    _check_ending(suffix)
    return partial(read_columns, suffix=suffix)


def _check_ending(suffix):
    """Refuse what its ending calls a vendor's file but whose content is none."""
    if suffix in (".xrdml", ".rasx", ".ras", ".brml"):
        raise ValueError(f"it is called {suffix} but holds something else or only a part of it")
