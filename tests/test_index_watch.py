"""A watch over time and memory: what it stops, what it leaves, and that it leaves no trace."""

import os
import sys
import threading
import time

import numpy as np
import pytest

from xrdmatch._commands import index_watch
from xrdmatch._commands.index_limits import Limits
from xrdmatch._commands.index_watch import TooMuchError, Watch

resource = pytest.importorskip("resource")  # not on Windows
ON_LINUX = sys.platform == "linux"


def busy(seconds):
    """Use processor time; the sum says that it was all done."""
    end, n = time.process_time() + seconds, 0
    while time.process_time() < end:
        n += 1
    return n


@pytest.fixture
def watch():
    with Watch(Limits(max_seconds=0.3, max_memory=200)) as watch:
        yield watch


def test_what_is_short_is_done(watch):
    assert watch.run(sorted, [3, 1, 2]) == [1, 2, 3]
    assert watch.run(busy, 0.05) > 0


def test_what_takes_long_is_stopped_soon(watch):
    start = time.process_time()
    with pytest.raises(TooMuchError, match=r"^it takes more than 0\.3 s; --max-seconds gives it"):
        watch.run(busy, 60)
    assert time.process_time() - start < 5


def test_each_piece_has_time_of_its_own(watch):
    for _ in range(6):
        watch.run(busy, 0.1)


def test_sleep_is_no_processor_time(watch):
    watch.run(time.sleep, 0.8)


def test_what_is_caught_on_the_way_is_stopped_all_the_same(watch, monkeypatch):
    """Readers catch every Exception, and some code catches everything."""

    def stubborn():
        for _ in range(3):
            try:
                busy(60)
            except Exception:
                return "caught"
        return "done"

    def careless():
        try:
            busy(60)
        except BaseException:
            return busy(60)

    monkeypatch.setattr(index_watch, "ONCE_MORE", 0.2)
    for work in (stubborn, careless):
        with pytest.raises(TooMuchError):
            watch.run(work)


def test_nothing_arrives_late():
    """Work that ends just when its time does is done or stopped, and nothing happens after it."""
    outcomes = []
    with Watch(Limits(max_seconds=0.05, max_memory=200)) as watch:
        for i in range(40):
            try:
                outcomes.append(watch.run(busy, 0.03 + 0.002 * i) > 0)
            except TooMuchError:
                outcomes.append(False)
            busy(0.005)
    assert outcomes[0]
    assert not outcomes[-1]


def test_other_threads_than_the_first(watch):
    """Dask's workers do their work in such."""
    said = []

    def work():
        try:
            watch.run(busy, 60)
        except TooMuchError as error:
            said.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert len(said) == 1


@pytest.mark.skipif(not ON_LINUX, reason="memory is limited on Linux")
def test_what_takes_much_memory_is_stopped(watch):
    with pytest.raises(TooMuchError, match=r"^it takes more than 200 MB of memory; --max-memory"):
        watch.run(np.ones, 10**9)
    assert watch.run(np.ones, 10**6).sum() == 10**6

    def bit_by_bit():
        return [bytes(10**6) for _ in range(10**6)]

    with pytest.raises(TooMuchError, match="MB of memory"):
        watch.run(bit_by_bit)


def test_limits_of_the_process_are_as_they_were(watch):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    watch.run(sorted, [])
    for work, args in ((busy, (60,)), (np.ones, (10**9,)), (int, ("x",))):
        with pytest.raises(ValueError, match=r"takes|invalid"):
            watch.run(work, *args)
        assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_other_errors_pass(watch):
    with pytest.raises(ZeroDivisionError):
        watch.run(divmod, 1, 0)


def test_no_thread_is_left():
    before = threading.active_count()
    with Watch(Limits()):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Python 3.12 on
def test_in_a_process_that_was_forked(watch):
    """A new watch works there."""
    child = os.fork()
    if not child:
        with Watch(Limits(max_seconds=0.1)) as other:
            try:
                other.run(busy, 60)
            except TooMuchError:
                os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
