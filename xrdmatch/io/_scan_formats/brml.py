"""Bruker BRML: an archive of XML."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes, sigma_of_rate
from xrdmatch.io._scan_formats.markup import Archive, number, numbers, parse_xml, text
from xrdmatch.io._scan_formats.slits import say_variable_slits
from xrdmatch.io._wavelengths import lines_of_header, parts_doublet

_AXES = "ScanInformation/ScanAxes/ScanAxisInfo"
_SAME_TIME = 0.02  # relative, by which counting times may differ


def read_brml(content):
    """Yield ``(name, build)`` for every scan of the archive."""
    archive = Archive(content)
    members = sorted(
        (name for name in archive.names if re.search(r"RawData\d+\.xml$", name)),
        key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)],
    )
    if not members:
        raise ValueError("the archive holds no measured data, only a plan of a measurement")
    for member in members:
        root = parse_xml(archive.read(member))
        routes = root.findall("DataRoutes/DataRoute")
        # What the software has worked out from the measurement stands beside it.
        measured = [route for route in routes if route.get("RouteFlag") == "Measured"] or routes
        if not measured:
            raise ValueError(f"{member} in the archive holds no data")
        for i, route in enumerate(measured):
            whole = len(members) == 1 and len(measured) == 1
            name = _sample_name(root) if whole else f"{member.rpartition('/')[2][:-4]}-{i}"
            yield name, partial(_build, root, route)


def _sample_name(root):
    for item in root.iter("InfoItem"):
        if item.get("Name") == "SampleName":
            return item.get("Value") or None
    return None


def _build(root, route):
    rows = [numbers(datum.text, "data") for datum in route.findall("Datum")]
    if not rows:
        raise ValueError("the scan has no data here: a map, or an image kept elsewhere")
    if len({len(row) for row in rows}) > 1:
        raise ValueError("its points have unequally many numbers")
    table = np.array(rows)
    columns = _columns(route, table.shape[1])
    axes = [axis.get("AxisId") for axis in route.findall(_AXES)]
    if "TwoTheta" not in columns or np.ptp(table[:, columns["TwoTheta"]]) == 0:
        raise ValueError(f"it is a scan of {', '.join(map(str, axes)) or '?'}, not of 2 theta")
    two_theta = table[:, columns["TwoTheta"]]
    omega = table[:, columns["Theta"]] if "Theta" in columns else None
    check_axes("TwoTheta", two_theta, omega)
    _say_slits(root)
    counts, sigma = _of_one_time(table[:, columns["counts"]], table, columns.get("MeasuredTime"))
    return StatedScan(two_theta, counts, sigma, _radiation(root))


def _of_one_time(counts, table, column):
    """Divide counts by the time of each point where it varies."""
    seconds = np.ones(1) if column is None else table[:, column]
    if not (seconds > 0).all() or np.ptp(seconds) < _SAME_TIME * seconds.max():
        return counts, None
    warnings.warn(
        "its points were counted for unequal times; divided the counts by them", stacklevel=2
    )
    return counts / seconds, sigma_of_rate(counts / seconds, seconds)


def _say_slits(root):
    """Warn of a slit of the incident beam that follows the angle."""
    for optic in root.findall(".//PrimaryTracks//InfoData"):
        mode = optic.get("Mode", "").lower()
        follows = any(word in mode for word in ("illum", "irradi", "variable", "length"))
        lengths = [child for child in optic if re.search("Illumin|Irradi", child.tag)]
        if "slit" in (_kind(optic) or "").lower() and (follows or lengths):
            say_variable_slits(number(lengths[0], ".") if lengths else None)
            return


def _columns(route, width):
    """Which column is what: axes by name, and the first counter as ``counts``."""
    columns = {}
    for view in route.findall("DataViews/RawDataView"):
        start = int(view.get("Start", 0))
        for i, field in enumerate(view.iter("FieldDefinitions")):
            columns.setdefault(field.get("AxisId") or field.get("FieldName"), start + i)
        if "Recorded" in (_kind(view) or ""):
            if view.get("Length", "1") != "1":
                raise ValueError("each point is a whole image; integrate it first")
            columns.setdefault("counts", start)
    if not columns:  # older files: time, factor, the axes in their order, counts
        columns = {axis.get("AxisId"): 2 + i for i, axis in enumerate(route.findall(_AXES))}
    columns.setdefault("counts", width - 1)
    for view in route.findall("DataViews/RawDataView[@LogicName='MeasuredTime']"):
        columns["MeasuredTime"] = int(view.get("Start", 0))
    if max(columns.values()) >= width:
        raise ValueError(f"its points have {width} numbers, fewer than its header says")
    return columns


def _kind(view):
    return next((value for key, value in view.attrib.items() if key.endswith("type")), None)


def _radiation(root):
    tube = root.find(".//PrimaryTracks//Tube")
    tube = root.find(".//Tube") if tube is None else tube
    if tube is None:
        return None
    crystals = [x.text for x in root.findall(".//PrimaryTracks//CrystalMaterial")]
    return lines_of_header(
        number(tube, "WaveLengthAlpha1"),
        number(tube, "WaveLengthAlpha2"),
        number(tube, "WaveLengthRatio"),
        kb=number(tube, "WaveLengthBeta"),
        mean=number(tube, "WaveLengthAverage"),
        anode=text(tube, "TubeMaterial"),
        intended="K-Alpha 1" if any(map(parts_doublet, crystals)) else "",
    )
