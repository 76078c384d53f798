"""Validation of the options of an ambiguity analysis."""

from numbers import Real

from xrdmatch.simulation import DiffractionSimulator

LARGEST_ANGLE = 160.0  # [degrees] beyond it the Lorentz factor is no longer sensible
LARGEST_CHANGE = 0.05  # of a cell
# From there on 76 to 90 % of imperfect patterns of one of two crystals are named right, where
# chance gives 50 %, and few with good odds: measured by examples/benchmarks/ambiguity.py.
THRESHOLDS = {"powder": 0.99, "zone_axis": 0.998}
DOUBT = 2.0  # times the difference that is tolerated: from there on crystals are told apart


def check_measurement(two_theta, fwhm, cell_change, severity):
    """Check what describes a measurement; a dict of it."""
    low, high = _check_range(two_theta)
    _check("fwhm is the width of lines [degrees]", fwhm, 0.001, 5.0, 0.1)
    _check("cell_change is the relative freedom of a cell", cell_change, 0.0, LARGEST_CHANGE, 0.01)
    _check("severity is that of the standard perturbation", severity, 0.0, 10.0, 1.0)
    options = {"two_theta": (low, high), "fwhm": float(fwhm), "cell_change": float(cell_change)}
    return options | {"severity": float(severity)}


def checked_simulator(simulator):
    """Check a simulator, the default one if None."""
    if not isinstance(simulator, DiffractionSimulator | None):
        raise TypeError(
            "Measurements are simulated by a DiffractionSimulator, or by the default one if None, "
            f"got {simulator!r}; write DiffractionSimulator('powder', 'CuKa'), for example."
        )
    return (DiffractionSimulator() if simulator is None else simulator).fit()


def check_threshold(threshold, geometry):
    """Check the similarity from which on crystals count as alike; that of the geometry if None."""
    if threshold is None:
        return THRESHOLDS[geometry]
    if not (isinstance(threshold, Real) and 0.5 <= threshold < 1):
        raise ValueError(
            "threshold is the similarity from which on crystals count as alike, at least 0.5 and "
            f"below 1, or None, got {threshold!r}; give 0.99, for example."
        )
    return float(threshold)


def told_apart(threshold):
    """Similarity below which crystals are told apart: twice the tolerated difference."""
    return 1 - DOUBT * (1 - threshold)


def _check_range(two_theta):
    try:
        low, high = (float(angle) for angle in two_theta)
    except (TypeError, ValueError):
        low = high = float("nan")
    if not 0 < low < high <= LARGEST_ANGLE:
        raise ValueError(
            f"two_theta is a range of rising angles above 0 and up to {LARGEST_ANGLE:.0f} degrees, "
            f"got {two_theta!r}; give (10, 80), for example."
        )
    return low, high


def _check(rule, value, least, most, example):
    if not (isinstance(value, Real) and least <= value <= most):
        raise ValueError(
            f"{rule}, from {least:g} to {most:g}, got {value!r}; give {example:g}, for example."
        )
