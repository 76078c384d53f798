"""CIF with a measured powder pattern."""

import warnings
from functools import partial

import gemmi
import numpy as np

from xrdmatch.crystallography import Radiation
from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._axes import TWO_THETA, parse_axis
from xrdmatch.io._decoding import decode
from xrdmatch.io._wavelengths import are_possible, lines_of_number

_AXES = ("_pd_meas_2theta_scan", "_pd_proc_2theta_corrected", "_pd_meas_2theta_corrected")
_OTHER_AXES = {"_pd_proc_d_spacing": "d (Å)", "_pd_proc_recip_len_Q": "q (1/Å)"}
_RANGES = ("_pd_meas_2theta_range_", "_pd_proc_2theta_range_")
_COUNTS = (
    "_pd_meas_counts_total",
    "_pd_meas_intensity_total",
    "_pd_meas_counts_net",
    "_pd_meas_intensity_net",
    "_pd_proc_intensity_total",
    "_pd_proc_intensity_net",
)
_SIGMA = ("_pd_meas_counts_total_su", "_pd_meas_intensity_total_su", "_pd_proc_intensity_total_su")
_PROBES = {"neutron": "neutron", "electron": "electron"}


def read_powder_cif(content):
    """Yield ``(name, build)`` for every data block that has a measured pattern."""
    try:
        document = gemmi.cif.read_string(decode(content))
    except (ValueError, RuntimeError) as error:
        raise ValueError(f"the CIF breaks off or is damaged ({error})") from None
    blocks = [block for block in document if _first(block, _COUNTS)]
    if not blocks:
        raise ValueError(
            "the CIF holds no measured pattern (no _pd_meas_ or _pd_proc_ counts); if it holds a "
            "structure, read it with read_structures"
        )
    for block in blocks:
        yield block.name or None, partial(_build, block, document)


def _first(block, tags):
    """Name of the first of the tags that the block has a column of, None without one."""
    return next((tag for tag in tags if len(block.find_values(tag)) > 1), None)


def _build(block, document):
    tag = _first(block, _COUNTS)
    counts, sigma = _column(block, tag)
    axis = _first(block, _AXES)
    _check_number(block, len(counts))
    other = None if axis else _first(block, _OTHER_AXES)
    x = _column(block, axis or other)[0] if axis or other else _range(block, len(counts))
    if stated := _first(block, _SIGMA):
        sigma = _column(block, stated)[0]
    named = parse_axis(_OTHER_AXES[other]) if other else TWO_THETA
    return StatedScan(x, counts, sigma, _radiation(block, document), named)


def _check_number(block, n_points):
    """Warn where the block states another number of points than it has."""
    for tag in ("_pd_meas_number_of_points", "_pd_proc_number_of_points"):
        stated = gemmi.cif.as_number(block.find_value(tag) or "?")
        if stated > n_points:
            warnings.warn(f"the file holds {n_points} of {stated:.0f} points", stacklevel=2)
            return


def _column(block, tag):
    """Values and, where they are written as 12.3(4), their uncertainties."""
    words = [word.strip("'\"") for word in block.find_values(tag)]
    values = np.array([gemmi.cif.as_number(word) for word in words])
    if not any("(" in word for word in words):
        return values, None
    return values, np.array([_uncertainty(word) for word in words])


def _uncertainty(word):
    digits, _, last = word.partition("(")
    decimals = len(digits.partition(".")[2])
    return float(last.rstrip(")") or 0) / 10**decimals if last.rstrip(")").isdigit() else 0.0


def _range(block, n_points):
    for prefix in _RANGES:
        ends = [gemmi.cif.as_number(block.find_value(prefix + x) or "?") for x in ("min", "max")]
        if np.isfinite(ends).all():
            step = gemmi.cif.as_number(block.find_value(prefix + "inc") or "?")
            n_stated = round((ends[1] - ends[0]) / step) + 1 if step > 0 else n_points
            if n_stated != n_points:
                raise ValueError(f"it has {n_points} counts, but its range makes {n_stated} points")
            return np.linspace(*ends, n_points)
    raise ValueError("the block has counts but no 2 theta; time-of-flight scans are not read")


def _radiation(block, document):
    """Lines of the block, or of another one of the file where the block states none."""
    for source in (block, *document):
        wavelengths = source.find_values("_diffrn_radiation_wavelength")
        values = [gemmi.cif.as_number(word) for word in wavelengths]
        values = [value for value in values if value > 0]
        if values:
            return _lines(values, source) if are_possible(values) else None
    return None


def _lines(values, source):
    probe = (source.find_value("_diffrn_radiation_probe") or "").strip("'\"").lower()
    kind = _PROBES.get(probe, "xray")
    if len(values) == 1:
        lines = lines_of_number(values[0]).lines if kind == "xray" else ((values[0], 1.0),)
        return Radiation(kind, lines)
    weights = [
        gemmi.cif.as_number(x) for x in source.find_values("_diffrn_radiation_wavelength_wt")
    ]
    if len(weights) != len(values) or not all(weight > 0 for weight in weights):
        weights = [1.0, 0.5] if len(values) == 2 else [1.0] * len(values)
    return Radiation(kind, tuple(zip(values, weights, strict=True)))
