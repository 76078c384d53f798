"""What the page shows of several scans together."""

from xrdmatch.inspection._plot.phase_series import PhaseSeriesDisplay
from xrdmatch.inspection._report.picture_data import series_picture

MOST_CURVES = 240_000  # points of all curves of a page: 1.3 MB of text
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
    n_pictures, total = 0, 0
    for number in numbers:
        if (total + number) * FEWEST_POINTS > MOST_CURVES:
            break
        n_pictures, total = n_pictures + 1, total + number
    return MOST_CURVES // max(total, 1), n_pictures


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
