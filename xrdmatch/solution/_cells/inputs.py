"""Checks of a cell finder's options and inputs."""

from numbers import Integral, Real

import numpy as np
from pymatgen.core import Composition, DummySpecies

from xrdmatch.crystallography import DiffractionPattern, Scan
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.solution._cells.bravais import KINDS
from xrdmatch.solution._cells.lines import scan_lines, stick_lines

FEWEST_PEAKS, MOST_PEAKS = 3, 32

_WHOLE = {"n_cells": (1, 1000), "n_peaks": (FEWEST_PEAKS, MOST_PEAKS), "max_unexplained": (0, 32)}
_NUMBERS = {
    "max_volume": (8.0, 100_000.0, " Å^3"),
    "zero_shift": (0.0, 1.0, " degrees"),
    "time_limit": (0.0, np.inf, " s"),
}


def check_options(finder):
    """Raise ValueError if an option of a `CellFinder` is out of its range."""
    for name, (low, high) in _WHOLE.items():
        value = getattr(finder, name)
        if not (isinstance(value, Integral) and low <= value <= high):
            raise ValueError(
                f"{name} must be a whole number from {low} to {high}, got {value!r}; leave it out "
                "for the usual one."
            )
    for name, (low, high, unit) in _NUMBERS.items():
        value = getattr(finder, name)
        if not (isinstance(value, Real) and low <= value <= high):
            raise ValueError(
                f"{name} must be a number from {low:g} to {high:g}{unit}, got {value!r}; leave it "
                "out for the usual one."
            )
    systems(finder)


def systems(finder):
    """List the crystal systems that a `CellFinder` tries, in order."""
    if finder.crystal_systems is None:
        return list(KINDS)
    chosen = finder.crystal_systems
    chosen = [chosen] if isinstance(chosen, str) else list(chosen)
    unknown = [name for name in chosen if name not in KINDS]
    if unknown or not chosen:
        raise ValueError(
            f"crystal_systems are among {', '.join(map(repr, KINDS))}, got {chosen}; leave them "
            "out for all."
        )
    return [name for name in KINDS if name in chosen]


def formula(composition):
    """Read a formula; None where there is none."""
    if composition is None:
        return None
    try:
        read = Composition(composition)
    except (ValueError, TypeError, KeyError):
        read = Composition()
    if not read or any(isinstance(kind, DummySpecies) for kind in read):
        raise ValueError(
            f"A formula consists of elements and numbers, got {composition!r}; write 'BaTiO3', "
            "for example, or leave it out."
        )
    return read


def lines_of(pattern, n_peaks, peak_finder=None):
    """First lines of a scan or a powder pattern, at least three."""
    if not isinstance(pattern, Scan | DiffractionPattern):
        raise TypeError(
            f"Cells are found for a Scan or a DiffractionPattern, got {type(pattern).__name__}; "
            "read a scan with xrdmatch.io.read_pattern."
        )
    wavelength = _wavelength(pattern)
    if isinstance(pattern, Scan):
        found = (PeakFinder() if peak_finder is None else peak_finder).find(pattern)
        lines = scan_lines(found, wavelength, n_peaks)
    else:
        lines = stick_lines(pattern, wavelength, n_peaks)
    if len(lines) < FEWEST_PEAKS:
        raise ValueError(
            f"A cell is found from at least {FEWEST_PEAKS} peaks, got {len(lines)}; measure more "
            "of the pattern, or lower the peak finder's min_significance."
        )
    return lines


def _wavelength(pattern):
    """Wavelength of the strongest line [Å]."""
    if isinstance(pattern, DiffractionPattern) and pattern.n_dimensions != 1:
        raise ValueError(
            "Cells are found from the peaks of a powder, with one component of q, got "
            f"{pattern.n_dimensions} components; use refinement for spots of a known crystal."
        )
    if pattern.radiation is None or not pattern.radiation.lines:
        raise ValueError(
            "A zero shift shifts angles, which need the wavelength, got a pattern without; give "
            "radiation='CuKa' or what it was taken with."
        )
    return max(pattern.radiation.lines, key=lambda line: line[1])[0]
