"""Scans in memory: columns, or another scan."""

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._scan_entries import ScanEntry, Wishes, contradiction


def read_arrays(arrays, wishes):
    """Make a `ScanEntry` of arrays or of another scan.

    Parameters
    ----------
    arrays : Scan, array of shape (n_points, 2 or 3), or tuple of arrays
        What `read_pattern` takes.
    wishes : Wishes
        What the user says of it.

    Raises
    ------
    ValueError
        When they make no scan.
    """
    stated = arrays if isinstance(arrays, Scan) else None
    if stated is not None and wishes == Wishes():
        return ScanEntry(stated.name, stated)
    if stated is not None:
        stated = StatedScan(stated.two_theta, stated.counts, stated.sigma, stated.radiation)
    else:
        columns = _columns(arrays)
        stated = StatedScan(*columns, *[None] * (4 - len(columns)), axis=None)
    radiation = wishes.settle(stated.radiation)
    try:
        made = stated.to_scan(radiation, wishes.axis)
    except ValueError as error:
        raise ValueError(f"Cannot make a scan of these arrays: {error}.") from None
    name = getattr(arrays, "name", None)
    note = contradiction(radiation, stated.radiation)
    scan = Scan(made.two_theta, made.counts, made.sigma, radiation, name)
    return ScanEntry(name, scan, notes=(note,) if note else ())


def _columns(arrays):
    try:
        if isinstance(arrays, tuple):
            columns = [np.asarray(column, dtype=float) for column in arrays]
        else:
            columns = [*np.atleast_1d(np.asarray(arrays, dtype=float).T)]
    except (TypeError, ValueError):
        columns = []
    if len(columns) not in (2, 3) or any(column.ndim != 1 for column in columns):
        raise ValueError(
            "A scan in memory has two or three columns, 2 theta, counts and sigma; got "
            f"{type(arrays).__name__} of shape {_shape(arrays)}; pass (two_theta, counts) as a "
            "tuple."
        )
    return columns


def _shape(arrays):
    if isinstance(arrays, tuple):
        return ", ".join(str(np.shape(column)) for column in arrays) or "()"
    return getattr(arrays, "shape", np.shape(arrays))
