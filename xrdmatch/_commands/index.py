"""The command `index`: a library is made, grows, shrinks, is calibrated and verified."""

import sys
import warnings
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from xrdmatch._commands.index_parts import UNFINISHED, UnfinishedWork
from xrdmatch._commands.index_report import report, say
from xrdmatch.crystallography import NothingLeftError
from xrdmatch.retrieval import (
    add_to_library,
    calibrate_library,
    join_libraries,
    library_card,
    load_library,
    only_writer,
    remove_from_library,
    verify_library,
)

OURS = (".lock", UNFINISHED, "library.json.unfinished", "data-")  # what a killed run may leave


def build_library(task, path):
    """Read structures, encode them for scans or pictures, and write a library.

    Parameters
    ----------
    task : IndexTask
        What is read, and what the library is for.
    path : Path
        Folder of the library. Finished parts are kept in it, so that the same call goes on where
        it was stopped.

    Raises
    ------
    ValueError
        If there is nothing to read, `path` holds a library of something else, another process is
        writing there, or it cannot be written.
    """
    if _is_complete(path, task.origin):
        say(f"The library {path} is complete and its files have not changed: nothing to do.")
        return
    with _writing(path):
        work = UnfinishedWork(path, task.origin)
        work.begin()
        folders, remarks = task.finish(work)
        about = {"origin": task.origin, "files": len(task.files), "made_for": task.kind.facts}
        join_libraries(folders, path, about=about, remarks=remarks)
        work.remove()
    report(path)


def grow_library(task, path):
    """Read structures and append them to a library.

    An entry whose label is there already is skipped and named.

    Parameters
    ----------
    task : IndexTask
        What is read, and what the library is for.
    path : Path
        Folder of the library.

    Raises
    ------
    ValueError
        As in `build_library`; also if the library was made for something else.
    """
    made_for = library_card(path)["about"].get("made_for", task.kind.facts)
    if made_for != task.kind.facts:
        raise ValueError(
            "A library grows by what it was made for, got other --radiation, --spots or --zones "
            f"than those of {str(path)!r}; give the same."
        )
    with _writing(path):
        work = UnfinishedWork(path, f"added: {task.origin}")
        work.begin()
        folders, remarks = task.finish(work, set(load_library(path).classes_.tolist()))
        join_libraries(folders, work.addition, remarks=remarks)
        add_to_library(path, work.addition)
        work.remove()
    report(path)


def shrink_library(labels, path):
    """Take entries out of a library.

    Parameters
    ----------
    labels : list of str
        Labels of the entries.
    path : Path
        Folder of the library.

    Raises
    ------
    ValueError
        If a label is not there, or nothing would be left.
    """
    library_card(path)
    with _writing(path):
        known = load_library(path).classes_
        remove_from_library(path, [type(known.tolist()[0])(label) for label in labels])
    say(f"{library_card(path)['n_structures']} structures in the library {path}")


def calibrate(path, n_queries, cells, *, verbose=True):
    """Learn how sure the answers of a library are, and keep that with it.

    Parameters
    ----------
    path : Path
        Folder of the library.
    n_queries : int
        How many scans are simulated.
    cells : {"measured", "computed", "mixed"}
        Where the structures' cells are from.
    verbose : bool, default=True
        Whether to show a progress bar.

    Raises
    ------
    ValueError
        If the library has too few phases to learn from.
    """
    say(f"Learning from {n_queries} simulated scans how sure answers are.")
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)
        calibrated = calibrate_library(path, n_queries=n_queries, cells=cells, verbose=int(verbose))
    say(calibrated.calibration_)


def verify(path):
    """Say whether every file of a library is as it was written.

    Parameters
    ----------
    path : Path
        Folder of the library.

    Returns
    -------
    int
        0 if so, else 1.
    """
    try:
        n_entries = verify_library(path)
    except (ValueError, OSError) as error:
        print(f"xrdmatch index: {error}", file=sys.stderr)
        return 1
    say(f"The library {path} is sound: {n_entries} structures, every file as it was written.")
    return 0


@contextmanager
def _writing(path):
    """Hold a library, and say in one sentence what kept it from being written."""
    is_new = not path.exists()
    try:
        with only_writer(path):
            yield
    except KeyboardInterrupt:
        print("Finished parts are kept: run the same command again to go on.", file=sys.stderr)
        raise
    except OSError as error:
        raise ValueError(
            f"A library is written into a folder that stays and has room, got {error} for "
            f"{str(path)!r}; mend that and run the same command again: what is finished is kept."
        ) from error
    except NothingLeftError:
        if is_new:
            _remove_empty(path)
        raise


def _remove_empty(path):
    for file in path.iterdir():
        file.unlink()
    path.rmdir()


def _is_complete(path, origin):
    """Tell whether the library of these files is there; an error where something else is."""
    if not path.exists() or (path.is_dir() and all(map(_is_ours, path.iterdir()))):
        return False
    try:
        found = library_card(path)["about"].get("origin")
    except ValueError as error:
        raise ValueError(
            f"A library goes into a folder of its own, got {str(path)!r}, where something else is "
            f"({error}); name another folder."
        ) from error
    if found != origin:
        raise ValueError(
            f"There is a library at {str(path)!r} already, made of other files or of files that "
            "have changed since; remove it, name another folder, or let it grow with --add-to."
        )
    UnfinishedWork(path, origin).remove()  # left by a run that was killed at its very end
    return True


def _is_ours(item):
    return item.name.startswith(OURS)
