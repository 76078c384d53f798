"""Scans of which all is known: pseudo-Voigt peaks of every line, drawn from Poisson's law."""

import numpy as np

from xrdmatch.crystallography import Scan, as_radiation

GRID = np.arange(15.0, 100.0, 0.02)


def line_angles(two_theta, radiation):
    """Angles of all lines, of peaks whose first line stands at `two_theta`: Bragg's law."""
    first = radiation.lines[0][0]
    sine = np.sin(np.radians(np.asarray(two_theta) / 2))
    return [
        (2 * np.degrees(np.arcsin(sine * wavelength / first)), weight)
        for wavelength, weight in radiation.lines
    ]


def pseudo_voigt(x, centre, fwhm, share):
    """Unit area."""
    u = (x - centre) / fwhm
    gauss = np.exp(-4 * np.log(2) * u**2) * np.sqrt(4 * np.log(2) / np.pi)
    return (share * 2 / np.pi / (1 + 4 * u**2) + (1 - share) * gauss) / fwhm


def ideal_counts(two_theta, areas, radiation, *, x=GRID, fwhm=0.12, share=0.4):
    """Peaks of these areas over all lines, without background and noise."""
    counts = np.zeros_like(x)
    total = sum(weight for _, weight in radiation.lines)
    for angles, weight in line_angles(two_theta, radiation):
        for angle, area in zip(np.atleast_1d(angles), areas, strict=True):
            counts += area * weight / total * pseudo_voigt(x, angle, fwhm, share)
    return counts


def noisy_scan(two_theta, areas, lines="CuKa", *, background=60.0, seed=0, **shape):
    radiation = as_radiation(lines)
    counts = ideal_counts(two_theta, areas, radiation, **shape) + background
    x = shape.get("x", GRID)
    return Scan(x, np.random.default_rng(seed).poisson(counts), radiation=radiation)
