"""PANalytical XRDML."""

from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes, sigma_of_rate
from xrdmatch.io._scan_formats.markup import number, numbers, parse_xml, text
from xrdmatch.io._scan_formats.slits import say_variable_slits
from xrdmatch.io._wavelengths import lines_of_header, parts_doublet


def read_xrdml(content):
    """Yield ``(name, build)`` for every scan.

    Lines are those of ``usedWavelength``; only a monochromator crystal that parts them leaves
    K-alpha 1 alone, for ``intended="K-Alpha 1"`` is the line that d is computed with. Counts
    behind an attenuator are multiplied by its factor, and divided by counting times that vary.
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
    axis = scan.get("scanAxis", "")
    axes = {axis.get("axis"): axis for axis in points.findall("positions")}
    if "2Theta" not in axes:
        named = axis or ", ".join(filter(None, axes)) or "an unnamed axis"
        raise ValueError(f"it is a scan of {named}, not of 2 theta: it states no 2Theta positions")
    counts, sigma = _counts(points)
    two_theta = _positions(axes["2Theta"], len(counts))
    omega = _positions(axes["Omega"], len(counts)) if "Omega" in axes else None
    check_axes(axis, two_theta, omega)
    slit = measurement.find("incidentBeamPath/divergenceSlit")
    if slit is not None and slit.find("irradiatedLength") is not None:
        say_variable_slits(number(slit, "irradiatedLength"))
    return StatedScan(two_theta, counts, sigma, _radiation(measurement))


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
    times = points.findtext("countingTimes")
    if times and seconds is None:
        return _of_unequal_times(counts, factor, np.array(numbers(times, "counting times")))
    if "second" in element.get("unit", "") or element.get("unit") == "cps":
        return counts, sigma_of_rate(counts, seconds) if seconds else None
    if (factor == 1).all():
        return counts, None
    return counts, np.sqrt(np.maximum(counts * factor, factor**2))


def _of_unequal_times(counts, factor, seconds):
    """Divide counts by the time of each point where it varies."""
    if len(seconds) != len(counts):
        raise ValueError(f"it has {len(counts)} counts but {len(seconds)} counting times")
    seconds = seconds / seconds.max() if (seconds > 0).all() else np.ones(len(seconds))
    if np.ptp(seconds) == 0 and (factor == 1).all():
        return counts, None
    return counts / seconds, np.sqrt(np.maximum(counts * factor, factor**2)) / seconds


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
    return lines_of_header(
        number(used, "kAlpha1"),
        number(used, "kAlpha2"),
        number(used, "ratioKAlpha2KAlpha1"),
        kb=number(used, "kBeta"),
        intended=_intended(measurement, used.get("intended", "")),
    )


def _intended(measurement, stated):
    """Which lines reach the detector, whichever of them is meant for computing d."""
    for monochromator in measurement.iter("monochromator"):
        kind = f"{monochromator.get('name', '')} {monochromator.get('id', '')}".lower()
        if parts_doublet(monochromator.findtext("crystal")) or "johansson" in kind:
            return "K-Alpha 1"
    return stated if "beta" in stated.lower() else "K-Alpha"
