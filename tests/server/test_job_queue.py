"""The queue: in order, one at a time, none lost, and ended with all that belongs to it."""

import threading
import time

import numpy as np
import pytest
from scan_page import QuickWorker

from xrdmatch._commands.server.job_queue import JobQueue
from xrdmatch._commands.server.jobs import Job
from xrdmatch.crystallography import Scan

SCAN = Scan(np.arange(20.0, 30.0), np.ones(10), radiation="CuKa")


@pytest.fixture
def worker():
    return QuickWorker()


@pytest.fixture
def queue(worker):
    queue = JobQueue(worker)
    yield queue
    queue.close()


def wait_until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def jobs(queue, *labels):
    added = [Job(label, ("answer", (label, None), SCAN)) for label in labels]
    for job in added:
        queue.add(job)
    return added


def test_jobs_are_answered_in_their_order(queue, worker):
    added = jobs(queue, *"abc")
    wait_until(lambda: added[-1].state == "answered")
    assert [source[0] for _, source, *_ in worker.asked] == [*"abc"]
    assert [job.message for job in added] == ["It is a", "It is b", "It is c"]
    assert all("Report on 10 points" in job.report for job in added)
    assert all(job.question == () for job in added)


def test_jobs_before_are_counted(queue, worker):
    worker.go.clear()
    added = jobs(queue, *"abc")
    wait_until(lambda: added[0].state == "answering")
    assert [queue.n_before(job) for job in added] == [0, 1, 2]
    assert [job.is_open for job in added] == [True] * 3


def test_what_takes_little_time_comes_first(queue, worker):
    worker.go.clear()
    first, second = jobs(queue, *"ab")
    wait_until(lambda: first.state == "answering")
    quick = Job("all", ("report", [b"a"]))
    queue.add(quick, first=True)
    assert [queue.n_before(job) for job in (quick, second)] == [1, 2]


def test_a_waiting_job_is_removed_and_no_other_is_touched(queue, worker):
    worker.go.clear()
    first, second, third = jobs(queue, *"abc")
    wait_until(lambda: first.state == "answering")
    queue.remove(second)
    worker.go.set()
    wait_until(lambda: third.state == "answered")
    assert first.state == "answered"
    assert second.state == "waiting"
    assert worker.n_ended == 0


def test_a_job_that_is_being_answered_is_given_up(queue, worker):
    worker.go.clear()
    first, second = jobs(queue, *"ab")
    wait_until(lambda: first.state == "answering")
    queue.remove(first)
    wait_until(lambda: second.state == "answered")
    assert first.state == "failed"
    assert worker.n_ended == 1


def test_a_fault_of_one_scan_stops_no_other(queue, worker, monkeypatch):
    answer = worker.ask

    def ask(what, source, *rest):
        if source[0] == "a":
            raise ZeroDivisionError("by zero")
        return answer(what, source, *rest)

    monkeypatch.setattr(worker, "ask", ask)
    first, second = jobs(queue, *"ab")
    wait_until(lambda: second.state == "answered")
    assert (first.state, first.message) == ("failed", "ZeroDivisionError: by zero.")


def test_the_end_leaves_no_thread(worker):
    before = threading.active_count()
    queue = JobQueue(worker)
    worker.go.clear()
    first, second = jobs(queue, *"ab")
    wait_until(lambda: first.state == "answering")
    queue.close()
    assert threading.active_count() == before
    assert worker.is_closed
    assert second.state == "waiting"
