"""Time and memory of one structure: work that takes more of either is given up."""

import ctypes
import os
import threading
from math import inf
from time import process_time

try:
    import resource
except ImportError:  # Windows
    resource = None

LOOK_EVERY = 0.05  # [s]
ONCE_MORE = 1.0  # [s] of processor time after which work that goes on is stopped again
MEGABYTE = 1_000_000
PAGES, LONGEST = "/proc/self/statm", 200  # what the process has; bytes that say so
_ONE_AT_A_TIME = threading.RLock()  # what is measured belongs to the whole process


class TooMuchError(ValueError):
    """A structure takes more time or memory than it may."""


class _OutOfTime(BaseException):
    """Raised in the thread whose work takes too long; readers must not take it for theirs."""


class Watch:
    """Lets pieces of work have so much time and memory each.

    Time is processor time of the process, so that a machine that is busy or asleep changes
    nothing. A thread looks at it and raises an exception in the one that works: a signal would
    reach the main thread only, and the workers of Dask, and joblib where it reads ahead, work in
    others. It arrives between two steps of Python; a library underneath that never returns is
    not stopped. Memory is what the process may have on top of what it has (``RLIMIT_DATA``), so
    that a single huge array is refused before it fills the machine. Where ``/proc`` does not
    say what that is, elsewhere than on Linux, memory has no limit.

    Parameters
    ----------
    limits : Limits
        What each piece may take.

    Examples
    --------
    >>> from xrdmatch._commands.index_limits import Limits
    >>> from xrdmatch._commands.index_watch import Watch
    >>> with Watch(Limits(max_seconds=5, max_memory=100)) as watch:
    ...     watch.run(len, "Fe")
    ...     watch.run(bytearray, 10**9)
    Traceback (most recent call last):
    ...
    xrdmatch._commands.index_watch.TooMuchError: it takes more than 100 MB of memory; ...
    """

    def __init__(self, limits):
        self.limits = limits
        self._ended, self._lock = threading.Event(), threading.Lock()
        self._deadline, self._worker = inf, None

    def __enter__(self):
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def run(self, work, *args):
        """Do a piece of work.

        Parameters
        ----------
        work : callable
            What is to be done.
        *args
            Its arguments.

        Returns
        -------
        object
            What it returns.

        Raises
        ------
        TooMuchError
            If it takes more time or memory than it may.
        """
        with _ONE_AT_A_TIME:
            before = _data_limit()
            try:
                return self._limited(work, args)
            except _OutOfTime:
                reason = self.limits.reason_of_time
            except MemoryError:
                reason = self.limits.reason_of_memory
            finally:
                self._disarm()  # again, if time ran out while it was done
                _set_data_limit(before)
        raise TooMuchError(reason)  # here the frames of the work, and what they held, are gone

    def _limited(self, work, args):
        _allow_data(self.limits.max_memory * MEGABYTE)
        with self._lock:
            self._worker = threading.get_ident()
            self._deadline = process_time() + self.limits.max_seconds
        try:
            return work(*args)
        finally:
            self._disarm()

    def _disarm(self):
        with self._lock:
            self._deadline = inf
            _raise_in(threading.get_ident(), None)  # what has not arrived yet never does

    def _look(self):
        while not self._ended.wait(LOOK_EVERY):
            with self._lock:
                if process_time() > self._deadline:
                    self._deadline = process_time() + ONCE_MORE  # in case that it gets lost
                    _raise_in(self._worker, _OutOfTime)


def _raise_in(thread, kind):
    """Raise an exception in a thread when it takes its next step; None takes it back."""
    what = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


def _data_limit():
    return resource and resource.getrlimit(resource.RLIMIT_DATA)


def _set_data_limit(limit):
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, limit)


def _allow_data(more):
    """Let the process have `more` bytes on top of what it has, if that is less than it may."""
    if not resource or not os.path.exists(PAGES):
        return
    with open(PAGES, "rb", buffering=0) as pages:  # as quick as it gets: asked for each structure
        now = int(pages.read(LONGEST).split()[5]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bounded = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    _set_data_limit((min([now + more, *bounded]), hard))
