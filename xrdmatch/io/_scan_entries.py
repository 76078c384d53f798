"""Listing of the scans in a file, with what is wrong with each."""

import os
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from xrdmatch.crystallography import Radiation, Scan, as_radiation
from xrdmatch.io._axes import ASKED
from xrdmatch.io._decoding import unwrap
from xrdmatch.io._formats import find_scan_reader
from xrdmatch.io._wavelengths import DoubtfulWavelength

_ARCHIVES = (".rasx", ".brml")  # zip archives themselves, of one member or many
_LARGEST_FILE = 200_000_000  # bytes; ten million points, which take some GB to read
_MAX_REASON = 300  # characters
_DISAGREE = 2e-3  # relative, between a wavelength that is given and the file's: Kα1 to mean is less


class ScanWarning(UserWarning):
    """A scan was read, but not as its file promises; the text names the file and what is off.

    See Also
    --------
    read_pattern : Read a powder scan as the instrument wrote it.
    """


class UnreadableScanError(ValueError):
    """A file from which no scan can be read.

    Parameters
    ----------
    path : Path
        The file.
    reason : str
        Why.

    See Also
    --------
    read_pattern : Read a powder scan as the instrument wrote it.
    list_scans : List what a file holds, without choosing among it.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self):
        return f"Cannot read {self.path}: {self.reason}."


@dataclass(frozen=True)
class ScanEntry:
    """One scan of a file, or why it could not be read.

    Parameters
    ----------
    name : str or None
        How it is chosen among several; None for the only one where the file does not name it.
    scan : Scan or None
        The scan, without `radiation` where neither the file nor the user states it.
    reason : str
        Why there is none; empty otherwise.
    axis : str
        What the file calls its axis; empty where it names none.
    notes : tuple of str
        What is off in it all the same: points left out, a contradiction, a variable slit.
    doubt : str
        Why the wavelength that the file states is not believed; mostly empty.

    See Also
    --------
    list_scans : List what a file holds, without choosing among it.
    read_pattern : Read a powder scan as the instrument wrote it.
    """

    name: str | None
    scan: Scan | None
    reason: str = ""
    axis: str = ""
    notes: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class Wishes:
    """What the user says of a scan: see `read_pattern`."""

    wavelength: object = None
    radiation: str | None = None
    axis: str | None = None

    def __post_init__(self):
        if self.axis is not None and self.axis not in ASKED:
            raise ValueError(
                f"axis must be one of {', '.join(map(repr, ASKED))}, or left out for 2 theta in "
                f"degrees; got {self.axis!r}."
            )
        if self.radiation is not None:
            as_radiation(self.radiation)
        if self.wavelength is not None and not as_radiation(self.wavelength).lines:
            raise ValueError(
                "wavelength must name a line such as 'CuKa' or be a number in Å, got "
                f"{self.wavelength!r}."
            )

    def settle(self, stated):
        """Return the `Radiation` of a scan, of which the file states one or None."""
        found = stated if self.wavelength is None else as_radiation(self.wavelength)
        if found is None or not found.lines:
            return None
        kind = self.radiation or _kind(self.wavelength, stated)
        return Radiation(kind, found.lines if kind == "xray" else ((found.wavelength, 1.0),))


def _kind(wavelength, stated):
    if isinstance(wavelength, Radiation):
        return wavelength.kind
    return "xray" if stated is None else stated.kind


def contradiction(given, stated):
    """Say that a wavelength is given in place of another one; None where they agree."""
    if given is None or stated is None or not stated.lines:
        return None
    if abs(given.wavelength / stated.wavelength - 1) <= _DISAGREE:
        return None
    return f"states {stated.wavelength:.5g} Å, but {given.wavelength:.5g} Å was given and is used"


def list_scans(
    path: str | os.PathLike[str],
    wavelength: str | float | Radiation | None = None,
    *,
    radiation: str | None = None,
    axis: str | None = None,
) -> list[ScanEntry]:
    r"""List what a file holds, without choosing among it.

    Parameters
    ----------
    path : str or path-like
        The file.
    wavelength, radiation, axis : optional
        As in `read_pattern`.

    Returns
    -------
    list of ScanEntry
        Scans in the order of the file. Those without a wavelength are listed too.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file as a whole cannot be read.

    See Also
    --------
    read_pattern : Reads the one that is meant.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch.io import list_scans
    >>> rows = "".join(f"{20 + i / 10} {50 + i % 7}\n" for i in range(30))
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "quartz.xy").write_text(rows)
    ...     list_scans(Path(folder, "quartz.xy"))[0].scan
    Scan('quartz', 30 points, 20 to 22.9 degrees, wavelength unknown)
    """
    return read_entries(Path(path).expanduser(), Wishes(wavelength, radiation, axis))


def read_entries(path, wishes):
    """Read every entry of a file; names of files stand in the errors and nowhere else."""
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file {os.fspath(path)!r} as seen from {os.getcwd()!r}; check the path."
        )
    if path.stat().st_size > _LARGEST_FILE:
        raise UnreadableScanError(path, f"it has more than {_LARGEST_FILE:,} bytes")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            content, name = path.read_bytes(), path.name
            if path.suffix.lower() not in _ARCHIVES:
                content, name = unwrap(content, name)
            reader = find_scan_reader(content, Path(name).suffix.lower(), wishes.axis)
            pairs = list(reader(content))
        except Exception as error:  # whatever a damaged file does to a reader, it is one sentence
            raise UnreadableScanError(path, _reason(error)) from None
    common, stem = _texts(caught), Path(name).stem
    names = _names([name for name, _ in pairs], stem)
    return [_attempt(n, build, wishes, common) for n, (_, build) in zip(names, pairs, strict=True)]


def _names(names, stem):
    """Make the names of several scans different; a single one is called as the file."""
    if len(names) == 1:
        return [names[0] or stem]
    named = [name or f"scan-{i}" for i, name in enumerate(names)]
    often, seen = Counter(named), Counter()
    for i, name in enumerate(named):
        if often[name] > 1:
            seen[name] += 1
            named[i] = f"{name}-{seen[name]}"
    return named


def _attempt(name, build, wishes, common):
    """Make one scan; a bad one never sinks the others of its file."""
    scan, reason, axis, note = None, "", "", None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            stated = build()
            axis = stated.axis.label if stated.axis else ""
            radiation = wishes.settle(stated.radiation)
            note = contradiction(radiation, stated.radiation)
            made = stated.to_scan(radiation, wishes.axis)
            scan = Scan(made.two_theta, made.counts, made.sigma, made.radiation, name)
        except Exception as error:
            reason = _reason(error)
    doubts = [str(entry.message) for entry in caught if entry.category is DoubtfulWavelength]
    notes = dict.fromkeys([*common, *([note] if note else []), *_texts(caught)])
    return ScanEntry(name, scan, reason, axis, tuple(notes), doubts[0] if doubts else "")


def _texts(caught):
    return [str(entry.message).rstrip(".") for entry in caught]


def _reason(error):
    reason = " ".join(str(error).split()).rstrip(".")[:_MAX_REASON]
    return reason if isinstance(error, ValueError) else f"{type(error).__name__}: {reason}"
