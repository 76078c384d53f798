"""Portions of work when a library is made: files, or structures of large files."""

from itertools import groupby

from xrdmatch._commands.index_reading import holds_many, read_within_limits
from xrdmatch._commands.index_watch import Watch

PART = 500  # files or structures that are done, and kept, together: what a kill costs at most


def portions(files, start, limits):
    """Yield what is done together, and the place that follows.

    Files that hold one structure or a few are read by whoever gets the portion. Those that may
    hold many are read here, one structure after the other.

    Parameters
    ----------
    files : list of Path
        All files, in their order.
    start : tuple of (int, int)
        Where to begin: index of the file, and of the entry within it.
    limits : Limits
        What each structure that is read here may take.

    Yields
    ------
    items : list of Path, or of Structure and SkippedStructure
        Files to be read, or what was read.
    following : tuple of (int, int)
        Where the next portion begins.
    """
    first, entry = start
    rest = list(enumerate(files))[first:]
    for many, group in groupby(rest, lambda item: holds_many(item[1])):
        group = list(group)
        begin = entry if group[0][0] == first else 0
        yield from (_read(group, begin, limits) if many else _listed(group))


def _listed(group):
    for at in range(0, len(group), PART):
        chunk = group[at : at + PART]
        yield [file for _, file in chunk], (chunk[-1][0] + 1, 0)


def _read(group, begin, limits):
    outcomes, following = [], None
    with Watch(limits) as watch:
        for i, file in group:
            for entry, outcome in read_within_limits(file, begin, watch):
                outcomes.append(outcome)
                following = i, entry + 1
                if len(outcomes) == PART:
                    yield outcomes, following
                    outcomes = []
            begin = 0
    if outcomes:
        yield outcomes, following
