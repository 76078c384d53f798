"""Scans that commands are given, and what is to be said about them."""

import sys
import warnings

from xrdmatch.io import read_pattern
from xrdmatch.preprocessing import check_domain


def read_scan(path, **options):
    """Read one scan, and say on standard error what is odd about it.

    Parameters
    ----------
    path : Path
        The file.
    **options
        Of `read_pattern`: ``wavelength``, ``radiation``, ``scan`` and ``axis``.

    Returns
    -------
    Scan
        The scan.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        measured = read_pattern(path, **options)
        check_domain(measured)
    for text in dict.fromkeys(str(entry.message) for entry in caught):
        print(f"note: {' '.join(text.split())}", file=sys.stderr)
    return measured
