"""The queue: one scan after the other, answered by one process."""

from collections import deque
from threading import Condition, Thread

from xrdmatch._commands.server.worker import NotAnsweredError


class JobQueue:
    """Jobs in the order in which they came, whoever asked.

    Parameters
    ----------
    worker : Worker
        What answers them.
    """

    def __init__(self, worker):
        self._worker, self._waiting, self._current = worker, deque(), None
        self._changed, self._is_closed = Condition(), False
        self._thread = Thread(target=self._answer_all, name="xrdmatch-queue", daemon=True)
        self._thread.start()

    def add(self, job, *, first=False):
        """Put a job at the end, or before all others where it takes little time."""
        with self._changed:
            (self._waiting.appendleft if first else self._waiting.append)(job)
            self._changed.notify()

    def n_before(self, job):
        """Count the jobs that are answered before a waiting one."""
        with self._changed:
            waiting, is_busy = [*self._waiting], self._current is not None
        return waiting.index(job) + is_busy if job in waiting else 0

    def remove(self, job):
        """Take a job out; one that is being answered is given up."""
        with self._changed:  # so that no next job begins before the process has ended
            if job in self._waiting:
                self._waiting.remove(job)
            if self._current is job:
                self._worker.end()

    def close(self):
        """Give up all jobs, and end the thread and the process."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify()
        self._worker.close()
        self._thread.join()

    def _answer_all(self):
        while (job := self._next()) is not None:
            try:
                job.end(self._worker.ask(*job.question))
            except NotAnsweredError as error:
                job.fail(str(error))
            except Exception as error:  # the queue goes on whatever happens to one scan
                job.fail(f"{type(error).__name__}: {error}.")
            with self._changed:
                self._current = None

    def _next(self):
        """Wait for the next job; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            if self._is_closed:
                return None
            self._current = self._waiting.popleft()
            self._current.begin()
            return self._current
