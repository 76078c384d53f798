"""The command `index` as a whole: what the library is for, the library, its calibration."""

from xrdmatch._commands.index import build_library, calibrate
from xrdmatch._commands.index_kinds import library_kind


def make_library(sources, output, *, radiation, spots, zones, n_jobs, cells, quiet, **learned):
    """Make a library of structures.

    Parameters
    ----------
    sources : list of str
        Files and folders of structures.
    output : Path
        Folder of the library.
    radiation : str or None
        What scans or pictures to come are taken with.
    spots : bool
        Whether it is for pictures of spots.
    zones : int or None
        Largest index of zone axes; these are for spots.
    n_jobs : int or None
        Number of processes.
    cells : {"measured", "computed", "mixed"}
        Of the calibration: where the structures' cells are from.
    quiet : bool
        Whether no progress bar is shown.
    **learned
        ``calibrate``: how many scans the calibration learns from; None leaves it out.

    Raises
    ------
    ValueError
        If no library can be made, or it has too few phases to learn from.
    """
    n_queries = learned["calibrate"]
    kind = library_kind(radiation, spots=spots, zones=zones, calibrate=n_queries is not None)
    build_library(sources, output, kind, n_jobs=n_jobs, verbose=not quiet)
    if n_queries is not None:
        calibrate(output, n_queries, cells, verbose=not quiet)
