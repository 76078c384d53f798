"""Copies of this process that are killed at one of their file events."""

import os
import signal
import sys

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}


def in_a_copy(do, folder, kill_at=None):
    """Call a function in a copy of this process.

    Parameters
    ----------
    do : callable
        Without arguments.
    folder : Path
        Where file events count.
    kill_at : int, default=None
        The event, from 1 on, before which the copy is killed; none if None.

    Returns
    -------
    code : int
        0 where the function has returned, 1 where it has raised, -9 where it was killed.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        _watch(folder, kill_at)
        do()
        os._exit(0)
    except BaseException:
        os._exit(1)


def _watch(folder, kill_at):
    n = 0

    def hook(event, args):
        nonlocal n
        if event in EVENTS and any(str(arg).startswith(str(folder)) for arg in args):
            n += 1
            if n == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
