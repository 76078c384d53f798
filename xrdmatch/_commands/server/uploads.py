"""Scans of uploaded files.

The name that is sent is a label and never part of a path: readers get a private file with a name of
ours, which is gone when they are done.
"""

import os
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from xrdmatch._commands.scan_files import check_wavelength
from xrdmatch.crystallography import Scan
from xrdmatch.io import list_scans
from xrdmatch.preprocessing import check_domain

NEEDS_WAVELENGTH = "The file states no wavelength; say what the scan was taken with."
LONGEST_LABEL = 100  # characters
# Endings that readers know, so that no other text of a request becomes part of a file's name.
ENDINGS = (
    *(".xrdml", ".rasx", ".ras", ".asc", ".brml", ".uxd", ".raw", ".udf", ".gsas", ".fxye", ".xra"),
    *(".cif", ".dat", ".xdd", ".cpi", ".xy", ".xye", ".csv", ".txt", ".chi"),
    *(".gz", ".bz2", ".xz", ".zip"),
)


@dataclass(frozen=True, eq=False)
class UploadedScan:
    """One scan of an upload, or why there is none.

    Parameters
    ----------
    source : tuple of str and (str or None)
        How its file is called, and which scan of it this is where it holds several.
    scan : Scan or None
        The scan.
    notes : tuple of str
        What is off in it.
    reason : str
        Why there is none; empty where there is one.
    needs_wavelength : bool
        Whether that is all that is missing.
    """

    source: tuple
    scan: Scan | None = None
    notes: tuple = ()
    reason: str = ""
    needs_wavelength: bool = False

    @property
    def label(self):
        """How the page calls it."""
        file, name = self.source
        return file if name is None else f"{file} ({name})"


def as_label(name):
    r"""Make a label of the name of a file that was sent, without folders and control characters.

    Parameters
    ----------
    name : str or None
        What was sent.

    Returns
    -------
    str
        The label.

    Examples
    --------
    >>> from xrdmatch._commands.server.uploads import as_label
    >>> as_label("../../etc/passwd"), as_label(r"C:\scans\a.xy"), as_label("")
    ('passwd', 'a.xy', 'scan')
    """
    last = re.split(r"[/\\]", name or "")[-1]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[-LONGEST_LABEL:] or "scan"


def read_upload(label, content, reading):
    """Read the scans of a file that was sent.

    Parameters
    ----------
    label : str
        How it is called.
    content : bytes
        The file.
    reading : dict
        Options of `list_scans`: ``wavelength``, ``radiation`` and ``axis``.

    Returns
    -------
    list of UploadedScan
        Each scan of the file; one without a scan where it cannot be read.
    """
    with _private_file(label, content) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            entries = list_scans(path, **reading)
            stated = _stated(path, reading, len(entries))
        except (ValueError, OSError) as error:
            return [UploadedScan((label, None), reason=str(error).replace(str(path), label))]
    sources = [(label, entry.name if len(entries) > 1 else None) for entry in entries]
    return [_checked(*one, reading) for one in zip(sources, entries, stated, strict=True)]


def _stated(path, reading, n_scans):
    """Wavelengths [Å] that a file states of its scans, where others are given."""
    if reading.get("wavelength") is None:
        return [None] * n_scans
    scans = [entry.scan for entry in list_scans(path, axis=reading.get("axis"))]
    lines = [None if scan is None else scan.radiation for scan in scans]
    return [found.wavelength if found is not None and found.lines else None for found in lines]


def _checked(source, entry, stated, reading):
    """Make what the page knows of one entry of a file."""
    is_given = reading.get("wavelength") is not None
    if entry.scan is None:
        missing = not is_given and "wavelength" in entry.reason
        return UploadedScan(source, None, entry.notes, _sentence(entry.reason), missing)
    if entry.scan.radiation is None:
        return UploadedScan(source, None, entry.notes, NEEDS_WAVELENGTH, True)
    try:
        if is_given:
            check_wavelength(source[0], entry.scan, stated)
    except ValueError as error:
        return UploadedScan(source, reason=str(error))
    scan = _renamed(entry.scan, source[1] or source[0])
    return UploadedScan(source, scan, (*entry.notes, *_remarks(scan)))


def _renamed(scan, name):
    return Scan(scan.two_theta, scan.counts, scan.sigma, scan.radiation, name)


def _remarks(scan):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        check_domain(scan)
    return [" ".join(str(entry.message).split()) for entry in caught]


@contextmanager
def _private_file(label, content):
    """Write a file that only this user can read, and remove it."""
    ending = PurePath(label).suffix.lower()
    with TemporaryDirectory(prefix="xrdmatch-") as folder:
        path = Path(folder, f"scan{ending if ending in ENDINGS else ''}")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        yield path


def _sentence(reason):
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
