"""Many scans one after the other: a bad one is named at the end and stops no other."""

from functools import partial

from xrdmatch._commands.answers import Answer

MISTAKES = (ValueError, TypeError, OSError)  # of a scan, said in one sentence

say = partial(print, flush=True)


def answer_all(sources, answer, tell):
    """Answer scan after scan.

    Parameters
    ----------
    sources : list of ScanSource
        The scans.
    answer : function of (ScanSource, list of Answer)
        Gives the `Answer` of a scan, where those before are known.
    tell : function of Answer
        Prints it.

    Yields
    ------
    Answer
        Of each scan, those that failed included.
    """
    before = []
    for i, source in enumerate(sources, start=1):
        say(f"[{i}/{len(sources)}] {source}")
        try:
            found = answer(source, before)
            tell(found)
        except MISTAKES as error:
            found = Answer(source, error=str(error))
            say(f"not answered: {error}")
        say()
        before.append(found)
        yield found


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
