"""One process that keeps the library open and answers questions, one after the other.

A process, because an answer takes seconds of pure computing: the page stays quick meanwhile, a scan
can be given up, and a crash ends one answer and not the server.
"""

import signal
import traceback
from multiprocessing import get_context
from threading import Lock

from xrdmatch._commands import server

MISTAKES = (ValueError, TypeError, OSError, ImportError)  # said in one sentence
ENDED = "The process that answers ended before it was done, out of memory perhaps; ask again."
GRACE = 2.0  # [s] until a process that was asked to end is made to


class NotAnsweredError(ValueError):
    """There is no answer; the text says why."""


class Worker:
    """A process that answers questions.

    Parameters
    ----------
    library : Path or None
        What `index` made; None for the shipped standards.
    instrument : Path or None
        What `calibrate` wrote of the diffractometer.
    """

    def __init__(self, library, instrument=None):
        self._opened_with = library, instrument
        self._process = self._connection = None
        self._lock, self._is_closed = Lock(), False

    def open(self):
        """Start the process where there is none, and wait until the library is open.

        Returns
        -------
        dict
            Facts on the library.

        Raises
        ------
        NotAnsweredError
            If the library cannot be read.
        """
        self._start()
        try:
            return self._receive()
        except NotAnsweredError:
            self.end()
            raise

    def ask(self, what, *question):
        """Answer a question; the process is started anew where it has ended.

        Parameters
        ----------
        what : {"answer", "report"}
            Which method of `Answering` it is for.
        *question
            What that takes.

        Returns
        -------
        Outcome
            The answer.

        Raises
        ------
        NotAnsweredError
            If the scan cannot be answered, the library is gone, or the process ended.
        """
        if self._process is None:
            self.open()
        try:
            self._connection.send((what, *question))
        except (OSError, AttributeError):  # it ended while it was idle
            self.end()
            raise NotAnsweredError(ENDED) from None
        return self._receive()

    def end(self):
        """End the process at once; whoever waits for its answer is told."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.join(GRACE)
            if process.is_alive():
                process.kill()
                process.join()

    def close(self):
        """End the process for good."""
        self._is_closed = True
        self.end()

    def _start(self):
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        process = context.Process(
            target=_answer_all, args=(theirs, *self._opened_with), daemon=True
        )
        with self._lock:
            if self._is_closed:
                raise NotAnsweredError("The server is ending.")
            process.start()
            self._process = process
        theirs.close()

    def _receive(self):
        try:
            is_answer, content = self._connection.recv()
        except (EOFError, OSError):
            self.end()
            raise NotAnsweredError(ENDED) from None
        if not is_answer:
            raise NotAnsweredError(content)
        return content


def _answer_all(connection, *opened_with):
    """Open the library and answer until the other end of the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this one
    try:
        answering = server.answering.Answering(*opened_with)
        connection.send((True, answering.facts))
        while True:
            connection.send(_reply(answering, connection.recv()))
    except MISTAKES as error:
        _say_why(connection, error)
    except EOFError:
        return


def _reply(answering, question):
    """Answer one question, or say in one sentence why there is no answer."""
    what, *given = question
    try:
        return True, getattr(answering, what)(*given)
    except MISTAKES as error:
        return False, str(error)
    except Exception as error:  # a fault of ours ends one answer and not the rest
        traceback.print_exc()
        return False, f"{type(error).__name__}: {error}; the server's terminal says where."


def _say_why(connection, error):
    try:
        connection.send((False, str(error)))
    except OSError:
        return
