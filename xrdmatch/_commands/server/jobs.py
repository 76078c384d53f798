"""Jobs and sessions: queued scans, and the browsers that sent them."""

import secrets
import time
import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

WAITING, ANSWERING, ANSWERED = "waiting", "answering", "answered"
FAILED, INCOMPLETE = "failed", "incomplete"
MOST_SCANS = 200  # of one session
MOST_SESSIONS = 200
KEPT = 7 * 24 * 3600.0  # [s] after the last visit


class TooManyError(ValueError):
    """More than the server keeps at a time; the text says what to do."""


class Upload(NamedTuple):
    """A file, to be read again.

    Parameters
    ----------
    content : bytes
        The file.
    reading : dict
        How it was read: options of `list_scans`.
    asked : dict
        What is asked of it, as `Question` takes it.
    """

    content: bytes
    reading: dict
    asked: dict


@dataclass(eq=False)
class Job:
    """A question, mostly about one scan, and its answer.

    Parameters
    ----------
    label : str
        How its file was called.
    question : tuple
        What `Worker.ask` takes; empty where there is nothing to ask, and when it is answered.
    state : str
        ``"waiting"``, ``"answering"``, ``"answered"``, ``"failed"``, or ``"incomplete"`` where the
        wavelength is missing.
    message : str
        The answer in one line, or why there is none.
    notes : tuple of str
        What is off in the scan.
    upload : Upload or None
        The file, as long as it may be read again with a wavelength.
    id : str
        What the page calls it by; nobody guesses it.
    began, seconds : float
        When an answer was begun, and how long it took [s].
    answered : bytes
        What a report of several scans takes of the answer.
    """

    label: str
    question: tuple = ()
    state: str = WAITING
    message: str = ""
    notes: tuple = ()
    upload: Upload | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    began: float = 0.0
    seconds: float = 0.0
    answered: bytes = b""
    _report: bytes = b""

    @property
    def is_open(self):
        """Whether an answer is still to come."""
        return self.state in (WAITING, ANSWERING)

    @property
    def report(self):
        """The report, kept compressed."""
        return zlib.decompress(self._report).decode() if self._report else ""

    def begin(self):
        """Say that it is worked on."""
        self.state, self.began = ANSWERING, time.monotonic()

    def end(self, outcome):
        """Keep an answer."""
        self._report = zlib.compress(outcome.report.encode())
        self.answered = outcome.answered
        self._close(ANSWERED, outcome.headline)

    def fail(self, reason):
        """Keep why there is no answer."""
        self._close(FAILED, reason)

    def _close(self, state, message):
        self.seconds = time.monotonic() - self.began
        self.question, self.message, self.state = (), message, state


class Session:
    """The scans of one browser, which no other one sees.

    Attributes
    ----------
    jobs : dict of str to Job
        By their ids, in the order in which they came.
    seen : float
        When it was last visited [s].
    """

    def __init__(self):
        self.jobs, self.seen = {}, time.monotonic()

    def check_room(self, n_scans=1):
        """Refuse more scans than are kept."""
        if len(self.jobs) + n_scans > MOST_SCANS:
            raise TooManyError(
                f"At most {MOST_SCANS} scans are kept at a time, and with {n_scans} more there "
                f"would be {len(self.jobs) + n_scans}; remove some that are answered."
            )


class Sessions:
    """All sessions, each found by a secret that only its browser has."""

    def __init__(self):
        self._by_token = {}

    def __iter__(self):
        return iter(self._by_token.values())

    def find(self, token):
        """Return the session of a secret, None where there is none."""
        session = self._by_token.get(token)
        if session is not None:
            session.seen = time.monotonic()
        return session

    def open(self):
        """Open a session; those without scans, and those not visited for a week, make room.

        Returns
        -------
        str
            Its secret.

        Raises
        ------
        TooManyError
            If all that are kept hold scans.
        """
        if len(self._by_token) >= MOST_SESSIONS:
            self._make_room()
        token = secrets.token_urlsafe(32)
        self._by_token[token] = Session()
        return token

    def _make_room(self):
        now = time.monotonic()
        keep = {
            token: session
            for token, session in self._by_token.items()
            if session.jobs and now - session.seen < KEPT
        }
        if len(keep) >= MOST_SESSIONS:
            raise TooManyError(
                f"The server keeps the scans of at most {MOST_SESSIONS} browsers; start another "
                "one at another --port."
            )
        self._by_token = keep
