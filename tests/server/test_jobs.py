"""Sessions: secrets, room for scans, and who makes room."""

import pytest

from xrdmatch._commands.server import jobs
from xrdmatch._commands.server.answering import Outcome
from xrdmatch._commands.server.jobs import Job, Session, Sessions, TooManyError


def test_each_session_has_its_own_secret():
    sessions = Sessions()
    first, second = sessions.open(), sessions.open()
    assert first != second
    assert len(first) >= 32
    assert sessions.find(first) is not sessions.find(second)
    assert sessions.find("guessed") is None
    assert sessions.find("") is None


def test_a_session_has_room_for_so_many_scans(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_SCANS", 2)
    session = Session()
    session.check_room(2)
    with pytest.raises(TooManyError, match=r"At most 2 scans are kept .* 3 more .* be 3; remove"):
        session.check_room(3)


def test_sessions_without_scans_make_room(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_SESSIONS", 2)
    sessions = Sessions()
    kept, empty = sessions.open(), sessions.open()
    job = Job("a")
    sessions.find(kept).jobs[job.id] = job
    third = sessions.open()
    assert sessions.find(empty) is None
    assert sessions.find(kept).jobs == {job.id: job}
    sessions.find(third).jobs[job.id] = job
    with pytest.raises(TooManyError, match=r"at most 2 browsers; start another"):
        sessions.open()


def test_sessions_that_are_long_gone_make_room(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_SESSIONS", 1)
    sessions = Sessions()
    old = sessions.open()
    sessions.find(old).jobs["a"] = Job("a")
    sessions.find(old).seen -= jobs.KEPT + 1
    new = next(iter([sessions.open()]))
    assert sessions.find(old) is None
    assert sessions.find(new) is not None


def test_a_report_is_kept_as_it_is():
    job = Job("a")
    assert job.report == ""
    job.begin()
    job.end(Outcome("It is a", "<p>Å" * 1000, b"answer"))
    assert job.report == "<p>Å" * 1000
    assert (job.state, job.message, job.answered) == ("answered", "It is a", b"answer")
    assert job.seconds >= 0
