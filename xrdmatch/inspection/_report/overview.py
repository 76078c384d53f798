"""Overview of several scans in a report."""

import numpy as np

from xrdmatch.inspection._plot.phase_series import PhaseSeriesDisplay
from xrdmatch.inspection._report.picture_data import series_picture

# A page is at most 3 MB, of which the script that draws has 1.4.
BYTES = 1_350_000  # of tables and curves
OF_TABLES = 4000  # of them for the tables of each scan
LEAST = 500_000  # for curves, however many tables there are
OF_POINT = 3  # bytes of a point of a curve, two of them as base64
FEWEST_POINTS = 300  # of a curve that still shows its scan


def points_of_curves(numbers):
    """Share the points that a page may have among its curves.

    Parameters
    ----------
    numbers : list of n_scans int
        How many curves there are of each scan.

    Returns
    -------
    n_points : int
        At most so many points of each curve.
    n_pictures : int
        So many scans have pictures; fewer than all where there are very many.
    """
    room = max(BYTES - OF_TABLES * len(numbers), LEAST) // OF_POINT
    totals = np.cumsum(numbers)
    n_pictures = int(np.searchsorted(totals * FEWEST_POINTS, room, side="right"))
    return room // max(int(totals[max(n_pictures, 1) - 1]), 1), n_pictures


def overview(scans, *, series):
    """Put together what the page shows of all scans.

    Parameters
    ----------
    scans : list of ReportedScan
        The scans.
    series : bool
        Whether they are one series.

    Returns
    -------
    dict
        What the template ``overview.html`` names.
    """
    found = [one.found for one in scans]
    drawn = series and any(one is not None and one.n_phases for one in found)
    display = PhaseSeriesDisplay.from_decompositions(found) if drawn else None
    return {
        "rows": [_row(one) for one in scans],
        "n_failed": sum(bool(one.error) for one in scans),
        "picture": None if display is None else series_picture(display),
    }


def _row(scan):
    """Numbers of one scan in the table of all."""
    row = {"r_wp": "", "unexplained": ""}
    if scan.found is not None:
        row["r_wp"] = f"{100 * scan.found.r_wp:.1f}"
        row["unexplained"] = f"{100 * scan.found.unexplained.share:.1f}"
    elif scan.candidates:
        row["r_wp"] = f"{scan.candidates[0].r_wp:.1f}"
    return row
