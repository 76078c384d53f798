"""Which scans are meant by files, folders and patterns on the command line."""

import re
import warnings
from pathlib import Path
from typing import NamedTuple

from xrdmatch.io import find_scan_files, list_scans


class ScanSource(NamedTuple):
    """One scan to be read.

    Parameters
    ----------
    path : Path
        Its file.
    scan : str or None
        Its name, where the file holds several.
    """

    path: Path
    scan: str | None = None

    def __str__(self):
        return str(self.path) if self.scan is None else f"{self.path} ({self.scan})"


def scan_sources(items, scan=None, *, series=False, **options):
    """List the scans of files, folders and patterns.

    Parameters
    ----------
    items : list of Path
        Files, folders with all that is below them, or patterns such as ``"*.xy"``.
    scan : str, default=None
        Which one, of files that hold several.
    series : bool, default=False
        Whether a single file stands for all scans that it holds.
    **options
        Of `list_scans`: ``wavelength``, ``radiation`` and ``axis``.

    Returns
    -------
    list of ScanSource
        In the order of the items; within a folder or pattern numbers count as numbers, so that
        scan 2 comes before scan 10. Of several files, each scan of each.

    Raises
    ------
    FileNotFoundError
        If a folder or pattern has no file.
    """
    files = [file for item in items for file in _in_order(find_scan_files(item)) or [item]]
    if scan is not None or (len(files) == 1 and not series):
        return [ScanSource(file, scan) for file in files]
    return [ScanSource(file, name) for file in files for name in _names(file, options)]


def _names(file, options):
    """Names of a file's scans; None for one, and for what cannot be read, which is said later."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            entries = list_scans(file, **options)
    except (ValueError, OSError):
        return [None]
    return [entry.name for entry in entries] if len(entries) > 1 else [None]


def _in_order(files):
    def parts(file):
        pieces = re.split(r"(\d+)", str(file))
        return [int(piece) if piece.isdecimal() else piece for piece in pieces]

    return sorted(files or [], key=parts)
