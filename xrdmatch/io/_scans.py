"""The door for powder scans."""

import os
import warnings
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from pathlib import Path

import numpy as np

from xrdmatch.crystallography import Radiation, Scan, as_radiation
from xrdmatch.io._assembly import assemble_scan
from xrdmatch.io._formats import find_scan_reader

_LARGEST_FILE = 500_000_000  # bytes
_MAX_REASON = 300  # characters
_DISAGREE = 2e-3  # relative, between a wavelength that is given and the file's: Kα1 to mean is less


class ScanWarning(UserWarning):
    """A scan was read, but not as its file promises; the text names the file and what is off."""


@dataclass(frozen=True)
class _Entry:
    """One scan of a file: the scan, or why there is none."""

    name: str | None
    scan: Scan | None
    reason: str = ""


def read_pattern(path, wavelength=None, scan=None):
    """Read a powder scan as the instrument wrote it.

    ===================================  ======================================================
    file                                 what is read
    ===================================  ======================================================
    ``.xrdml`` (PANalytical)             every scan of 2 theta; attenuation undone
    ``.rasx``, ``.ras`` (Rigaku)         every profile; attenuation undone
    ``.brml`` (Bruker)                   every measured data route; the first counter
    ``.raw`` (Bruker, from version 3)    every range
    ``.udf`` (Philips)                   the scan
    ``.gsas``, ``.fxye``, ``.XRA``       every bank of angles: FXYE, FXY, ESD and STD
    ``.cif``                             every block with ``_pd_meas_`` or ``_pd_proc_`` counts
    ``.xy``, ``.xye``, ``.csv``,         the longest run of rows: 2 theta in degrees, counts
    ``.txt``, ``.dat``, ``.uxd``, ...    and, in a third column, their uncertainty
    ===================================  ======================================================

    The format is found from what the file holds; its ending decides only where that leaves a
    choice.

    Parameters
    ----------
    path : str, path-like, Scan, array of shape (n_points, 2 or 3), or tuple of arrays
        A file, or a scan in memory: columns, or (two_theta, counts) or (two_theta, counts, sigma).
    wavelength : str, float or Radiation, optional
        What the scan was taken with, as `xrdmatch.crystallography.as_radiation` accepts it:
        ``"CuKa"`` for the doublet, ``"CuKa1"``, or one line [Å]. Needed where the file states
        none, for nothing is assumed; in place of the file's lines where it does.
    scan : str, int or "all", optional
        Which scan of a file that holds several: by name, by index, or all of them. Without it
        a file must hold only one that can be read.

    Returns
    -------
    Scan or list of Scan
        A list with ``scan="all"``. Counts are as the file has them, with `sigma` where these are
        not plain counts or the file states it. The name is the sample's in the file, or
        the file's without its ending.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file holds no powder scan (it is empty, cut off, a map, a scan of omega, an
        image), several of which none was chosen, or no wavelength.

    Warns
    -----
    ScanWarning
        When the file breaks off, points were left out, or the wavelength given contradicts it.

    Notes
    -----
    A header that states one wavelength which is a tube's mean of K-alpha 1 and 2 (1.5418 Å, say)
    is read as the doublet; behind a germanium or silicon monochromator there is K-alpha 1 only,
    whatever the tube's lines.

    Examples
    --------
    >>> from xrdmatch.io import read_pattern
    >>> read_pattern(([20.0, 20.1, 20.2], [7, 40, 9]), wavelength="CuKa")
    Scan(3 points, 20 to 20.2 degrees, 1.54059 + 1.54443 Å)
    """
    if isinstance(path, str | os.PathLike):
        path = Path(path).expanduser()
        return _chosen(_read_file(path), path, wavelength, scan)
    found = path if isinstance(path, Scan) else _from_arrays(path)
    found = _with_lines(found, wavelength, "the scan in memory")
    return [found] if scan == "all" else found


def _from_arrays(arrays):
    try:
        if isinstance(arrays, tuple):
            columns = [np.asarray(column, dtype=float) for column in arrays]
        else:
            columns = np.atleast_1d(np.asarray(arrays, dtype=float).T)
    except (TypeError, ValueError):
        columns = ()
    if len(columns) not in (2, 3) or any(column.ndim != 1 for column in columns):
        raise ValueError(
            "A scan in memory has two or three columns, 2 theta, counts and sigma; got "
            f"{type(arrays).__name__} of shape {_shape(arrays)}; pass (two_theta, counts) as a "
            "tuple."
        )
    try:
        return assemble_scan(*columns)
    except ValueError as error:
        raise ValueError(f"Cannot make a scan of these arrays: {_reason(error)}.") from None


def _shape(arrays):
    if isinstance(arrays, tuple):
        return ", ".join(str(np.shape(column)) for column in arrays) or "()"
    return getattr(arrays, "shape", np.shape(arrays))


def _read_file(path):
    """Every entry of a file, remarks of its reader re-issued with the file's name."""
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {os.fspath(path)!r} as seen from {os.getcwd()!r}; check the path."
        )
    if path.stat().st_size > _LARGEST_FILE:
        raise ValueError(f"Cannot read {path}: it has more than {_LARGEST_FILE:,} bytes.")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        entries = _entries(path)
    for remark in dict.fromkeys(str(entry.message) for entry in caught):
        warnings.warn(f"{path}: {remark}.", ScanWarning, stacklevel=3)
    return entries


def _entries(path):
    try:
        content = path.read_bytes()
        pairs = list(find_scan_reader(content, path.suffix.lower())(content))
    except Exception as error:  # whatever a damaged file does to a reader, it is one sentence
        raise ValueError(f"Cannot read {path}: {_reason(error)}.") from None
    alone = len(pairs) == 1
    return [
        _attempt(name if name or alone else f"scan-{i}", b) for i, (name, b) in enumerate(pairs)
    ]


def _attempt(name, build):
    try:
        return _Entry(name, build())
    except Exception as error:  # one bad scan never sinks the others of its file
        return _Entry(name, None, _reason(error))


def _reason(error):
    reason = " ".join(str(error).split()).rstrip(".")[:_MAX_REASON]
    return reason if isinstance(error, ValueError) else f"{type(error).__name__}: {reason}"


def _chosen(entries, path, wavelength, scan):
    finish = partial(_finished, path=path, wavelength=wavelength)
    good = [entry for entry in entries if entry.scan is not None]
    if scan is not None and scan != "all":
        return finish(_one(entries, path, scan))
    if not good:
        raise ValueError(f"Cannot read {path}: {entries[0].reason}.")
    if scan == "all":
        for entry in entries:
            if entry.scan is None:
                text = f"{path}: left out scan {entry.name!r} ({entry.reason})."
                warnings.warn(text, ScanWarning, stacklevel=3)
        return [finish(entry) for entry in good]
    if len(good) > 1:
        names = ", ".join(repr(entry.name) for entry in good[:8])
        raise ValueError(
            f"{path} holds {len(good)} scans ({names}{', ...' if len(good) > 8 else ''}); choose "
            "one by scan=<name or index> or take them by scan='all'."
        )
    return finish(good[0])


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


def _finished(entry, path, wavelength):
    found = _with_lines(entry.scan, wavelength, str(path))
    name = entry.name or path.stem
    return Scan(found.two_theta, found.counts, found.sigma, found.radiation, name)


def _with_lines(scan, wavelength, source):
    if wavelength is None:
        if scan.radiation is None or not scan.radiation.lines:
            raise ValueError(
                f"A powder scan needs its wavelength, and {source} states none; give it as "
                "wavelength='CuKa', another tube's line, or in Å."
            )
        return scan
    given = as_radiation(wavelength)
    if not given.lines:
        raise ValueError(
            f"wavelength must name a line such as 'CuKa' or be a number in Å, got {wavelength!r}."
        )
    _compare(given, scan.radiation, source)
    return Scan(scan.two_theta, scan.counts, scan.sigma, given, scan.name)


def _compare(given, stated: Radiation | None, source):
    if stated is None or not stated.lines:
        return
    if abs(given.wavelength / stated.wavelength - 1) > _DISAGREE:
        text = (
            f"{source} states {stated.wavelength:.5g} Å, but {given.wavelength:.5g} Å was given "
            "and is used."
        )
        warnings.warn(text, ScanWarning, stacklevel=2)
