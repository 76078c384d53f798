"""HTML representation of a scan for notebooks."""

import numpy as np

from xrdmatch.crystallography._notebook_html import drawing_and_facts

_WIDTH, _HEIGHT = 480, 90  # pixels


def scan_to_html(scan):
    """Draw a `Scan` as a table with its profile above.

    Parameters
    ----------
    scan : Scan

    Returns
    -------
    str
        HTML with an SVG, without scripts.
    """
    radiation = scan.radiation
    lines = " + ".join(f"{x:.6g} Å" for x, _ in radiation.lines) if radiation else ""
    facts = {
        "2θ": f"{scan.two_theta[0]:.6g}° to {scan.two_theta[-1]:.6g}°, step {scan.step:.4g}°",
        "points": f"{scan.n_points}",
        "counts": f"{scan.counts.min():.6g} to {scan.counts.max():.6g}",
        "uncertainties": "as the file states them" if scan.sigma is not None else "not stated",
        "radiation": f"{radiation.kind}, {lines}" if lines else "wavelength unknown",
    }
    return drawing_and_facts(scan.name or "Scan", _profile(scan), facts)


def _profile(scan):
    """Draw the highest count of each pixel along the angles."""
    x = (scan.two_theta - scan.two_theta[0]) / np.ptp(scan.two_theta)
    y = (scan.counts - scan.counts.min()) / (np.ptp(scan.counts) or 1.0)
    pixel = np.minimum((x * _WIDTH).astype(int), _WIDTH - 1)
    starts = np.flatnonzero(np.r_[True, np.diff(pixel) > 0])
    heights = _HEIGHT * (1 - np.maximum.reduceat(y, starts))
    points = " ".join(f"{i},{h:.1f}" for i, h in zip(pixel[starts], heights, strict=True))
    line = f'<polyline points="{points}" fill="none" stroke="currentColor"/>'
    box = f'width="{_WIDTH}" height="{_HEIGHT + 2}" viewBox="0 -1 {_WIDTH} {_HEIGHT + 2}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{line}</svg>'
