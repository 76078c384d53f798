"""PANalytical XRDML."""

from functools import partial

import numpy as np

from xrdmatch.io._assembly import (
    assemble_scan,
    check_axes,
    lines_of_header,
    parts_doublet,
    sigma_of_rate,
)
from xrdmatch.io._markup import number, numbers, parse_xml, text


def read_xrdml(content):
    """Yield ``(name, build)`` for every scan.

    Lines are those of ``usedWavelength``; behind a germanium or silicon monochromator only
    K-alpha 1. Counts behind an attenuator are multiplied by its factor.
    """
    root = parse_xml(content)
    measurements = root.findall("xrdMeasurement")
    scans = [
        (measurement, scan) for measurement in measurements for scan in measurement.iter("scan")
    ]
    if not scans:
        raise ValueError("the file holds no scan: the measurement was not run or not saved")
    sample = text(root, "sample/id") or text(root, "sample/name")
    for i, (measurement, scan) in enumerate(scans):
        name = sample or None if len(scans) == 1 else f"{scan.get('scanAxis', 'scan')}-{i}"
        yield name, partial(_build, measurement, scan, len(scans))


def _build(measurement, scan, n_scans):
    kind = measurement.get("measurementType", "")
    if "area" in kind.lower():
        raise ValueError(f"it is one of the {n_scans} scans of a map ({kind})")
    points = scan.find("dataPoints")
    if points is None:
        raise ValueError("the scan has no data points: it was not measured")
    counts, sigma = _counts(points)
    axes = {axis.get("axis"): axis for axis in points.findall("positions")}
    if "2Theta" not in axes:
        raise ValueError("the scan states no 2Theta positions")
    two_theta = _positions(axes["2Theta"], len(counts))
    omega = _positions(axes["Omega"], len(counts)) if "Omega" in axes else None
    check_axes(scan.get("scanAxis", ""), two_theta, omega)
    return assemble_scan(two_theta, counts, sigma, _radiation(measurement))


def _counts(points):
    """Read counts, attenuation undone, and uncertainties where these are not their roots."""
    for tag in ("intensities", "counts"):
        if (element := points.find(tag)) is not None:
            break
    else:
        raise ValueError("the scan has no intensities")
    counts = np.array(numbers(element.text, "intensities"))
    factors = points.findtext("beamAttenuationFactors")
    factor = np.array(numbers(factors, "attenuation factors")) if factors else np.ones(1)
    if factor.size not in (1, counts.size):
        raise ValueError(f"it has {counts.size} counts but {factor.size} attenuation factors")
    if tag == "counts":
        counts = counts * factor
    seconds = number(points, "commonCountingTime")
    if "second" in element.get("unit", "") or element.get("unit") == "cps":
        return counts, sigma_of_rate(counts, seconds) if seconds else None
    if (factor == 1).all():
        return counts, None
    return counts, np.sqrt(np.maximum(counts * factor, factor**2))


def _positions(axis, n_points):
    """Positions of an axis that is stepped evenly, listed point by point, or at rest."""
    if (listed := axis.findtext("listPositions")) is not None:
        positions = np.array(numbers(listed, "positions"))
        if len(positions) != n_points:
            raise ValueError(f"it has {len(positions)} positions but {n_points} counts")
        return positions
    rest = number(axis, "commonPosition")
    start, end = number(axis, "startPosition", rest), number(axis, "endPosition", rest)
    if start is None or end is None:
        raise ValueError(f"the positions of {axis.get('axis')} are not stated")
    return np.linspace(start, end, n_points)


def _radiation(measurement):
    used = measurement.find("usedWavelength")
    if used is None:
        return lines_of_header(anode=text(measurement, ".//anodeMaterial"))
    crystals = measurement.findall("incidentBeamPath//monochromator/crystal")
    alone = any(parts_doublet(crystal.text) for crystal in crystals)
    return lines_of_header(
        number(used, "kAlpha1"),
        number(used, "kAlpha2"),
        number(used, "ratioKAlpha2KAlpha1"),
        kb=number(used, "kBeta"),
        intended="K-Alpha 1" if alone else used.get("intended", ""),
    )
