"""Entries of files, each within limits of time and memory."""

from xrdmatch._commands.index_watch import TooMuchError
from xrdmatch.io import ONE_BY_ONE, SkippedStructure, stream_structures

NO_MEMORY = "MemoryError"  # how readers begin to say so


def holds_many(file):
    """Tell whether a file may hold so many structures that it is never read as a whole."""
    return file.suffix.lower() in ONE_BY_ONE


def read_within_limits(file, start, watch):
    """Yield the index and the outcome of each entry of a file.

    Where an entry of a file of many takes too much, the next one is read; where nothing can be
    read after it either, or the file is one for a few structures, its rest is left out.

    Parameters
    ----------
    file : Path
        The file.
    start : int
        First entry that is read.
    watch : Watch
        Says how much each may take.

    Yields
    ------
    entry : int
        Its index.
    outcome : Structure or SkippedStructure
        What was read, or why it was not.
    """
    refused = None
    while True:
        stream = stream_structures([file], (0, start))
        try:
            while found := watch.run(next, stream, None):
                (_, entry), outcome = found
                start = entry + 1
                yield entry, _with_way_out(outcome, watch.limits)
            return
        except TooMuchError as error:
            reason = str(error)
        goes_on = holds_many(file) and start != refused
        yield start, SkippedStructure(_named(file, start, alone=goes_on), reason)
        if not goes_on:
            return
        start = refused = start + 1


def _named(file, entry, *, alone):
    if alone:
        return f"{file}, entry {entry}"
    return f"{file}, from entry {entry} on" if entry else str(file)


def _with_way_out(outcome, limits):
    """Say of what a reader had no memory for how it gets more."""
    if isinstance(outcome, SkippedStructure) and outcome.reason.startswith(NO_MEMORY):
        return SkippedStructure(outcome.item, limits.reason_of_memory)
    return outcome
