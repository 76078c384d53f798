"""The report of `index`: size of the library, skipped and doubtful structures."""

from functools import partial

from xrdmatch.retrieval import library_card, library_remarks

N_NAMED = 20  # items that are said at once

say = partial(print, flush=True)


def report(path):
    """Say how large a library is, and the first that was skipped or is doubtful.

    Parameters
    ----------
    path : Path
        Folder of the library.
    """
    say(f"{library_card(path)['n_structures']} structures in the library {path}")
    for what, items in library_remarks(path).items():
        if items:
            say(f"{len(items)} {what}:")
        _list(items[:N_NAMED])
        if len(items) > N_NAMED:
            say(f"  and {len(items) - N_NAMED} more, all of `xrdmatch index --skipped {path}`")


def list_skipped(path):
    """Say everything that was skipped or is doubtful.

    Parameters
    ----------
    path : Path
        Folder of the library.
    """
    for what, items in library_remarks(path).items():
        say(f"{len(items)} {what}{':' if items else ''}")
        _list(items)


def _list(items):
    for item, reason in items:
        say(f"  {item}: {reason}")
