"""Portions of work when a library is made: files, or structures of large files."""

from itertools import groupby

from xrdmatch.io import ONE_BY_ONE, stream_structures

PART = 500  # files or structures that are done, and kept, together: what a kill costs at most


def portions(files, start):
    """Yield what is done together, and the place that follows.

    Files that hold one structure or a few are read by whoever gets the portion. Those that may
    hold many are read here, one structure after the other.

    Parameters
    ----------
    files : list of Path
        All files, in their order.
    start : tuple of (int, int)
        Where to begin: index of the file, and of the entry within it.

    Yields
    ------
    items : list of Path, or of Structure and SkippedStructure
        Files to be read, or what was read.
    following : tuple of (int, int)
        Where the next portion begins.
    """
    first, entry = start
    rest = list(enumerate(files))[first:]
    for many, group in groupby(rest, lambda item: _holds_many(item[1])):
        group = list(group)
        begin = (0, entry if group[0][0] == first else 0)
        yield from (_read(group, begin) if many else _listed(group))


def _holds_many(file):
    return file.suffix.lower() in ONE_BY_ONE


def _listed(group):
    for at in range(0, len(group), PART):
        chunk = group[at : at + PART]
        yield [file for _, file in chunk], (chunk[-1][0] + 1, 0)


def _read(group, begin):
    offset, outcomes, following = group[0][0], [], None
    for place, outcome in stream_structures([file for _, file in group], begin):
        outcomes.append(outcome)
        following = place[0] + offset, place[1] + 1
        if len(outcomes) == PART:
            yield outcomes, following
            outcomes = []
    if outcomes:
        yield outcomes, following
