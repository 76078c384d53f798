"""Powder scans from files."""

import os
import warnings
from numbers import Integral
from pathlib import Path
from typing import Any, Literal, overload

from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.io._scan_arrays import read_arrays
from xrdmatch.io._scan_entries import ScanWarning, UnreadableScanError, Wishes, read_entries
from xrdmatch.io._scan_files import find_scan_files, scan_files


@overload
def read_pattern(
    path: Any,
    wavelength: str | float | Radiation | None = ...,
    *,
    scan: Literal["all"],
    axis: str | None = ...,
    radiation: str | None = ...,
) -> list[Scan]: ...
@overload
def read_pattern(
    path: Any,
    wavelength: str | float | Radiation | None,
    scan: Literal["all"],
    *,
    axis: str | None = ...,
    radiation: str | None = ...,
) -> list[Scan]: ...
@overload
def read_pattern(
    path: Any,
    wavelength: str | float | Radiation | None = ...,
    scan: str | int | None = ...,
    *,
    axis: str | None = ...,
    radiation: str | None = ...,
) -> Scan: ...


def read_pattern(path, wavelength=None, scan=None, *, axis=None, radiation=None):
    """Read a powder scan as the instrument wrote it.

    ===================================  ======================================================
    file                                 what is read
    ===================================  ======================================================
    ``.xrdml`` (PANalytical)             every scan of 2 theta; attenuation undone
    ``.rasx``, ``.ras``, ``.asc``        every profile (Rigaku); attenuation undone
    ``.brml``, ``.uxd`` (Bruker)         every measured data route and range; the first counter
    ``.raw`` (Bruker, from version 3)    every range
    ``.udf`` (Philips)                   the scan
    ``.gsas``, ``.fxye``, ``.XRA``       every bank of angles: FXYE, FXY, ESD and STD
    ``.cif``                             every block with ``_pd_meas_`` or ``_pd_proc_`` counts
    ``.dat``, ``.xdd``, ``.cpi``, ...    start, step and end, then counts in rows
    ``.xy``, ``.xye``, ``.csv``,         columns: what their heading says; without one, 2 theta
    ``.txt``, ``.dat``, ``.chi``, ...    in degrees, counts and, where it can be one, sigma
    ===================================  ======================================================

    The format is found from what the file holds; its ending decides only where that leaves a
    choice. Text may be UTF-8, UTF-16 or Latin-1; ``.gz``, ``.bz2``, ``.xz`` and a ``.zip`` of one
    file are unpacked.

    Parameters
    ----------
    path : str, path-like, list of these, Scan, array of shape (n_points, 2 or 3), tuple of arrays
        A file; a folder, searched with all below it, a pattern such as ``"run1/*.xy"``, or a list
        of these; or a scan in memory: columns, or (two_theta, counts) or (two_theta, counts,
        sigma).
    wavelength : str, float or Radiation, optional
        What the scan was taken with, as `xrdmatch.crystallography.as_radiation` accepts it:
        ``"CuKa"`` for the doublet, ``"CuKa1"``, or one line [Å]. Needed where the file states
        none, for nothing is assumed; in place of the file's lines where it does.
    scan : str, int or "all", optional
        Which scan of a file that holds several: by name, by index, or all of them. Without it
        a file must hold only one that can be read.
    axis : {"q", "d", "radians", "theta"}, optional
        What the axis of the file is if not 2 theta in degrees; it is converted, with the wavelength
        where it is needed. q means 2 pi / d, as files have it, in 1/Å unless the file says 1/nm or
        leaves 2 pi out; d is in Å unless the file says nm; radians are those of 2 theta; theta is
        in degrees unless the file says radians.
    radiation : {"xray", "neutron", "electron"}, optional
        What was diffracted, where the file does not say it: X-rays if None.

    Returns
    -------
    Scan or list of Scan
        A list with ``scan="all"``, for a folder, a pattern or a list (write ``scan="all"`` with
        these so that a type checker sees it, too). Counts are as the file has them, with `sigma`
        where these are not plain counts or the file states it. The name is the sample's in the
        file, or the file's without its ending.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file holds no powder scan (it is empty, cut off, a map, a scan of omega, an
        image), several of which none was chosen, another axis than 2 theta in degrees, or no
        wavelength. Of a folder, when none of its files can be read.

    Warns
    -----
    ScanWarning
        When lines or points were left out, columns were told by their look, the file breaks off,
        its slits follow the angle, or the wavelength given contradicts it; and for each file of a
        folder that could not be read.

    See Also
    --------
    list_scans : What a file holds, without choosing.

    Notes
    -----
    A header that states one wavelength which is a tube's mean of K-alpha 1 and 2, for example
    1.5418 Å, is read as the doublet. Only a monochromator of germanium, silicon or quartz leaves
    K-alpha 1 alone, whatever line the file intends for computing d.

    Examples
    --------
    >>> from xrdmatch.io import read_pattern
    >>> read_pattern(([20.0, 20.1, 20.2], [7, 40, 9]), wavelength="CuKa")
    Scan(3 points, 20 to 20.2 degrees, 1.54059 + 1.54443 Å)
    """
    wishes = Wishes(wavelength, radiation, axis)
    if _are_paths(path):
        return _read_files([file for item in path for file in scan_files(item)], wishes, scan)
    if isinstance(path, str | os.PathLike):
        files = find_scan_files(path)
        if files is not None:
            return _read_files(files, wishes, scan)
        path = Path(path).expanduser()
        return _chosen(read_entries(path, wishes), path, scan)
    entry = read_arrays(path, wishes)
    found = _said(entry, "the scan in memory")
    return [found] if scan == "all" else found


def _are_paths(items):
    if not isinstance(items, list) or not items:
        return False
    return all(isinstance(item, str | os.PathLike) for item in items)


def _read_files(files, wishes, scan):
    """Read what can be read of many files; name the rest."""
    scans, failed = [], []
    for path in files:
        try:
            found = _chosen(read_entries(path, wishes), path, scan)
        except (ValueError, OSError) as error:
            failed.append(str(error))
        else:
            scans += found if isinstance(found, list) else [found]
    if not scans:
        raise ValueError(f"None of the {len(files)} files could be read. The first: {failed[0]}")
    for text in failed:
        warnings.warn(f"Left out: {text}", ScanWarning, stacklevel=3)
    return scans


def _chosen(entries, path, scan):
    good = [entry for entry in entries if entry.scan is not None]
    if scan is not None and scan != "all":
        return _said(_one(entries, path, scan), path)
    if not good:
        raise UnreadableScanError(path, entries[0].reason)
    if scan == "all":
        for entry in entries:
            if entry.scan is None:
                text = f"{path}: left out scan {entry.name!r} ({entry.reason})."
                warnings.warn(text, ScanWarning, stacklevel=3)
        return [_said(entry, path) for entry in good]
    if len(good) > 1:
        names = ", ".join(repr(entry.name) for entry in good[:8])
        raise ValueError(
            f"{path} holds {len(good)} scans ({names}{', ...' if len(good) > 8 else ''}); choose "
            "one by scan=<name or index> (--scan <name>), or take them by scan='all'."
        )
    return _said(good[0], path)


def _one(entries, path, scan):
    """Entry of a name or an index."""
    if isinstance(scan, Integral) and -len(entries) <= scan < len(entries):
        entry = entries[scan]
    else:
        entry = next((entry for entry in entries if entry.name == scan), None)
    if entry is None:
        names = ", ".join(repr(entry.name) for entry in entries[:8])
        raise ValueError(
            f"{path} has no scan {scan!r}; it holds {len(entries)}: {names}; choose one of these."
        )
    if entry.scan is None:
        raise ValueError(f"Cannot read scan {entry.name!r} of {path}: {entry.reason}.")
    return entry


def _said(entry, path):
    """Return the scan of an entry and say what is off in it."""
    found = _with_lines(entry, str(path))
    for note in entry.notes:
        warnings.warn(f"{path}: {note}.", ScanWarning, stacklevel=4)
    return found


def _with_lines(entry, source):
    if entry.scan.radiation is None:
        states = f"none that can be used: {entry.doubt}" if entry.doubt else "none"
        raise ValueError(
            f"A powder scan needs its wavelength, and {source} states {states}; give it as "
            "wavelength='CuKa' (--wavelength CuKa), another tube's line, or in Å."
        )
    return entry.scan
