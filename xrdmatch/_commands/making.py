"""The command `index` as a whole: which of its tasks is asked for, and the calibration."""

from dataclasses import fields

from xrdmatch._commands.index import (
    build_library,
    calibrate,
    grow_library,
    shrink_library,
    verify,
)
from xrdmatch._commands.index_kinds import library_kind
from xrdmatch._commands.index_limits import Limits
from xrdmatch._commands.index_report import list_skipped
from xrdmatch._commands.index_task import IndexTask


def make_library(sources, *, output, add_to, remove_from, verify_at, skipped_of, **asked):
    """Make a library of structures, change one, or look at one.

    Parameters
    ----------
    sources : list of str
        Files and folders of structures; labels where entries are removed.
    output, add_to, remove_from, verify_at, skipped_of : Path or None
        Folder of the library, by what is done with it; one is given.
    **asked
        The options of `index`: ``radiation``, ``spots``, ``zones``, ``n_jobs``, ``scheduler``,
        ``max_atoms``, ``max_reflections``, ``max_seconds``, ``max_memory``, ``calibrate``,
        ``cells`` and ``quiet``.

    Returns
    -------
    int
        The exit code: 1 if a library that was to be verified is damaged.

    Raises
    ------
    ValueError
        If no library can be made, it has too few phases to learn from, or sources are missing or
        too many.
    """
    looked_at = verify_at or skipped_of
    if bool(sources) == bool(looked_at):
        raise ValueError(
            f"{'--verify and --skipped take' if looked_at else 'A library is made of'} "
            f"{'no' if looked_at else 'at least one'} PATH, got "
            f"{' '.join(sources) or 'none'}; {'leave it out' if looked_at else 'name some'}."
        )
    if looked_at:
        return verify(verify_at) if verify_at else list_skipped(skipped_of)
    if remove_from:
        return shrink_library(sources, remove_from)
    _make(sources, output, add_to, **asked)
    return 0


def _make(sources, output, add_to, *, radiation, spots, zones, n_jobs, cells, quiet, **more):
    n_queries = more["calibrate"]
    kind = library_kind(radiation, spots=spots, zones=zones, calibrate=n_queries is not None)
    limits = Limits(**{field.name: more[field.name] for field in fields(Limits)})
    task = IndexTask(sources, kind, limits, n_jobs, not quiet, more["scheduler"])
    if add_to:
        grow_library(task, add_to)
    else:
        build_library(task, output)
    if n_queries is not None:
        calibrate(output or add_to, n_queries, cells, verbose=not quiet)
