"""Reading of the scans of a command, with remarks on them."""

import sys
import warnings

from xrdmatch.io import list_scans, read_pattern
from xrdmatch.preprocessing import check_domain

SAME = 2e-3  # relative, between wavelengths that are one: K-alpha 1 to a tube's mean is less
POSSIBLE = (0.01, 30.0)  # [Å] from hard X-rays to cold neutrons
SHORTEST = 0.15  # [Å] spacing of planes below which no powder shows a line


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
        If it cannot be read, or not with the wavelength that is given.
    """
    return read_noted_scan(path, **options)[0]


def read_noted_scan(path, **options):
    """Read one scan as `read_scan` does, and return what is odd about it too.

    Parameters
    ----------
    path : Path
        The file.
    **options
        Of `read_pattern`.

    Returns
    -------
    scan : Scan
        The scan.
    notes : tuple of str
        Sentences.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        measured = read_pattern(path, **options)
        _check_wavelength(path, measured, options)
        check_domain(measured)
    notes = tuple(dict.fromkeys(" ".join(str(entry.message).split()) for entry in caught))
    for text in notes:
        print(f"note: {text}", file=sys.stderr)
    return measured, notes


def _check_wavelength(path, scan, options):
    if options.get("wavelength") is not None:
        check_wavelength(path, scan, _stated(path, options))


def check_wavelength(source, scan, stated=None):
    """Refuse a given wavelength that the file contradicts, or that no scan is taken with.

    Parameters
    ----------
    source : Path or str
        Where the scan stands.
    scan : Scan
        The scan, with the wavelength that is given.
    stated : float, default=None
        What its file states [Å].

    Raises
    ------
    ValueError
        If it is refused.
    """
    length = scan.radiation.wavelength
    if not POSSIBLE[0] <= length <= POSSIBLE[1]:
        raise ValueError(
            f"Scans are taken with {POSSIBLE[0]} to {POSSIBLE[1]:.0f} Å, got --wavelength "
            f"{length:.6g}; give it in Å, as 1.5406 for copper."
        )
    if scan.q[-1] > 1 / SHORTEST:
        raise ValueError(
            f"With {length:.6g} Å the scan would reach planes {1 / scan.q[-1]:.2g} Å apart, where "
            "no powder has lines; check --wavelength, which is in Å."
        )
    if stated is not None and abs(length / stated - 1) > SAME:
        raise ValueError(
            f"{source} states {stated:.6g} Å, and --wavelength gives {length:.6g} Å; leave it out, "
            "or export the scan as two columns if the file is wrong."
        )


def _stated(path, options):
    """Wavelength [Å] that the file states of a scan; None where it states none."""
    entries = list_scans(path, axis=options.get("axis"))
    name = options.get("scan")
    for entry in entries:
        if entry.scan is not None and name in (None, entry.name):
            radiation = entry.scan.radiation
            return radiation.wavelength if radiation is not None and radiation.lines else None
    return None
