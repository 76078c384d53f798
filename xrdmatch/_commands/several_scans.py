"""Many scans: a bad one is named at the end and stops no other."""

from dataclasses import replace
from functools import partial

from xrdmatch._commands.quietly import MISTAKES

say = partial(print, flush=True)


def tell_all(sources, answers, tell):
    """Print answer after answer.

    Parameters
    ----------
    sources : list of ScanSource
        The scans.
    answers : iterable of Answer
        In their order, each worked out when it is asked for.
    tell : function of Answer
        Prints it.

    Yields
    ------
    Answer
        Of each scan, those that failed included.
    """
    answers = iter(answers)
    for i, source in enumerate(sources, start=1):
        say(f"[{i}/{len(sources)}] {source}")
        found = _told(next(answers), tell)
        if found.error:
            say(f"not answered: {found.error}")
        say()
        yield found


def _told(answer, tell):
    """Print an answer; what cannot be printed has failed."""
    if not answer.error:
        try:
            tell(answer)
        except MISTAKES as error:
            return replace(answer, error=str(error))
    return answer


def failures(answers):
    """Name the scans that failed, and say the exit code: 1 where there are some, else 0.

    Parameters
    ----------
    answers : list of Answer
        Of all scans.

    Returns
    -------
    int
        Exit code of the command.

    Raises
    ------
    ValueError
        If no scan was answered at all.
    """
    failed = [one for one in answers if one.error]
    if len(failed) == len(answers):
        raise ValueError(
            f"None of {len(answers)} scans was answered; the first of them: {failed[0].error}"
        )
    if failed:
        say(f"{len(failed)} of {len(answers)} scans were not answered:")
        for one in failed:
            say(f"  {one.source}")
    return int(bool(failed))
