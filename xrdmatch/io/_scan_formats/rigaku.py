"""Rigaku: the text format .ras and the archive .rasx."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes, sigma_of_rate
from xrdmatch.io._axes import parse_axis
from xrdmatch.io._columns.damaged_lines import single_table
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.markup import Archive, number, parse_xml, text
from xrdmatch.io._wavelengths import lines_of_header

_HEADER_LINE = re.compile(r'^\*(\w+)\s+"(.*)"\s*$', re.MULTILINE)


def read_ras(content):
    """Yield ``(name, build)`` for every scan; counts are multiplied by the attenuator's factor."""
    blocks = decode(content).split("*RAS_HEADER_START")[1:]
    if not blocks:
        raise ValueError("the file breaks off before its first header")
    for i, block in enumerate(blocks):
        header = dict(_HEADER_LINE.findall(block))
        name = header.get("FILE_SAMPLE") or None
        yield (
            name if len(blocks) == 1 else f"{name or 'scan'}-{i}",
            partial(_build_ras, header, block),
        )


def _build_ras(header, block):
    _, start, rows = block.partition("*RAS_INT_START")
    rows, end, _ = rows.partition("*RAS_INT_END")
    if not start:
        raise ValueError("the file breaks off before its first count")
    if not end:
        warnings.warn("the file breaks off within its counts", stacklevel=2)
        rows = rows.rpartition("\n")[0]  # the last line may be half of one
    value = {key: _float(entry) for key, entry in header.items()}
    radiation = lines_of_header(
        value.get("HW_XG_WAVE_LENGTH_ALPHA1"),
        value.get("HW_XG_WAVE_LENGTH_ALPHA2"),
        kb=value.get("HW_XG_WAVE_LENGTH_BETA"),
        anode=header.get("HW_XG_TARGET_NAME"),
        intended=header.get("MEAS_COND_XG_WAVE_TYPE", ""),
    )
    speed, step = value.get("MEAS_SCAN_SPEED"), value.get("MEAS_SCAN_STEP")
    seconds = 60 * step / speed if speed and step else None  # from degrees a minute
    unit, n_points = header.get("MEAS_SCAN_UNIT_Y", "counts"), value.get("MEAS_DATA_COUNT") or 0
    return _build(rows, _axis(header), unit, seconds, radiation, n_points if end else 0)


def _axis(header):
    """Name of the axis: the instrument's own where it is known, for the shown one is translated."""
    names = [header.get(key) for key in ("MEAS_SCAN_AXIS_X_INTERNAL", "MEAS_SCAN_AXIS_X")]
    stated = [name for name in names if name]
    known = [name for name in stated if parse_axis(name) is not None]
    return next(iter(known + stated), "TwoTheta")


def read_rasx(content):
    """Yield ``(name, build)`` for every profile of the archive."""
    archive = Archive(content)
    profiles = [name for name in archive.names if re.search(r"Profile\d*\.txt$", name)]
    if not profiles:
        raise ValueError("the archive holds no profile: an image or a map, perhaps")
    for i, profile in enumerate(profiles):
        name = None if len(profiles) == 1 else f"profile-{i}"
        yield name, partial(_build_rasx, archive, profile)


def _build_rasx(archive, profile):
    """Read one profile with the conditions that stand beside it."""
    folder = profile.rpartition("/")[0]
    # The vendor's own spelling is without the first a of measurement.
    named = rf"{re.escape(folder)}/Mea?surementConditions\d*\.xml$"
    conditions = [name for name in archive.names if re.match(named, name)]
    rows = decode(archive.read(profile))
    if not conditions:
        return _build(rows, "TwoTheta", "counts", None, None)
    header = parse_xml(archive.read(conditions[0]))
    scan = header.find("ScanInformation")
    axis = text(scan, "AxisName") if scan is not None else "TwoTheta"
    unit = text(scan, "IntensityUnit") if scan is not None else "counts"
    return _build(rows, axis, unit, _seconds(scan), _radiation(header))


def _seconds(scan):
    speed, step = (number(scan, x) if scan is not None else None for x in ("Speed", "Step"))
    return 60 * step / speed if speed and step else None


def _radiation(header):
    tube = header.find("HWConfigurations/XrayGenerator")
    if tube is None:
        return None
    return lines_of_header(
        number(tube, "WavelengthKalpha1"),
        number(tube, "WavelengthKalpha2"),
        kb=number(tube, "WavelengthKbeta"),
        anode=text(tube, "TargetName"),
        intended={"Ka1": "K-Alpha 1", "Kb": "K-Beta"}.get(text(tube, "WaveType"), "K-Alpha"),
    )


def _build(rows, axis, unit, seconds, radiation, n_points=0):
    table = single_table(rows)
    if len(table) < n_points:
        warnings.warn(f"the file holds {len(table)} of {n_points:.0f} points", stacklevel=2)
    check_axes(axis, table[:, 0])
    factor = table[:, 2] if table.shape[1] > 2 else np.ones(len(table))
    counts, sigma = table[:, 1] * factor, None
    if "cps" in unit.lower() or "second" in unit.lower():
        sigma = sigma_of_rate(table[:, 1], seconds) * factor if seconds else None
    elif (factor != 1).any():
        sigma = np.sqrt(np.maximum(table[:, 1], 1)) * factor
    return StatedScan(table[:, 0], counts, sigma, radiation)


def _float(entry):
    try:
        return float(entry)
    except ValueError:
        return None
