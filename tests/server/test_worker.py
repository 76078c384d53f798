"""The process that answers: its answers, its mistakes, and that it ends."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from mixed_scans import known_structures, mixed_scan
from scan_page import FACTS, save_minerals

from xrdmatch._commands.server.worker import NotAnsweredError, Worker
from xrdmatch.crystallography import Scan

SALT = "salt.xy", None
ASKED = {"phases": None, "known": {}}
RANKED = {"phases": 1, "known": {}}
READING = {"wavelength": "CuKa"}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "minerals"
    save_minerals(path)
    return path


@pytest.fixture(scope="module")
def opened(library):
    worker = Worker(library)
    yield worker, worker.open()
    worker.close()


@pytest.fixture(scope="module")
def scan():
    known = known_structures()
    return mixed_scan([known["NaCl"], known["KCl"]], [0.3, 0.7], name="salt.xy")


def process_of(worker):
    return worker._process


def test_the_library_is_opened_once(opened):
    worker, facts = opened
    assert facts == FACTS
    assert process_of(worker).is_alive()


def test_phases_are_found_and_reported(opened, scan):
    outcome = opened[0].ask("answer", SALT, scan, ASKED, READING)
    assert outcome.headline.startswith("69.")
    assert "% KCl (Fm-3m)" in outcome.headline
    assert "% NaCl (Fm-3m)" in outcome.headline
    assert "NaCl" in outcome.report
    assert "salt.xy" in outcome.report


def test_one_report_of_several_scans(opened, scan):
    ask = opened[0].ask
    same = ask("answer", SALT, scan, ASKED, READING)
    other = ask("answer", ("two.cif", "hot"), scan, RANKED, {})
    outcome = ask("report", [same.answered, other.answered])
    assert outcome.headline == "One report of 2 scans"
    assert len(outcome.report) < 3_000_000
    assert "not the same for all scans" in outcome.report
    assert "Of some scans: The wavelength is what was given, CuKa." in outcome.report


def test_candidates_are_ranked_where_one_phase_is_asked_for(opened, scan):
    outcome = opened[0].ask(
        "answer", SALT, scan, RANKED | {"known": {"elements": "Na,Cl"}}, READING
    )
    assert outcome.headline.startswith("Nearest: NaCl (Fm-3m); R_wp ")


def test_a_scan_that_cannot_be_answered_ends_in_a_sentence(opened, scan):
    with pytest.raises(NotAnsweredError, match="No structure of the library is made of Au only"):
        opened[0].ask("answer", SALT, scan, RANKED | {"known": {"elements": "Au"}}, READING)
    flat = Scan(np.arange(20.0, 22.0, 0.1), np.zeros(20), radiation="CuKa")
    with pytest.raises(NotAnsweredError, match=r"\w"):
        opened[0].ask("answer", ("flat.xy", None), flat, ASKED, READING)
    assert opened[0].ask("answer", SALT, scan, ASKED, READING).report


def test_a_process_that_ended_is_said(opened, scan):
    worker, _ = opened
    os.kill(process_of(worker).pid, signal.SIGKILL)
    process_of(worker).join()
    with pytest.raises(NotAnsweredError, match=r"ended before it was done, .* ask again"):
        worker.ask("answer", SALT, scan, ASKED, READING)
    assert process_of(worker) is None


def test_a_library_that_vanished_is_said_and_nothing_else_is_lost(opened, library, scan):
    worker, _ = opened
    worker.end()
    library.rename(library.with_name("elsewhere"))
    with pytest.raises(NotAnsweredError, match="minerals"):
        worker.ask("answer", SALT, scan, ASKED, READING)
    assert process_of(worker) is None
    library.with_name("elsewhere").rename(library)
    assert worker.ask("answer", SALT, scan, ASKED, READING).report


def test_what_is_asked_for_is_given_up_at_the_end(opened, scan):
    worker, said = opened[0], []
    pid = process_of(worker).pid
    os.kill(pid, signal.SIGSTOP)  # busy for ever

    def ask():
        with pytest.raises(NotAnsweredError) as error:
            worker.ask("answer", SALT, scan, ASKED, READING)
        said.append(str(error.value))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.1)
    worker.close()
    thread.join(10)
    assert len(said) == 1
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(NotAnsweredError, match="The server is ending"):
        worker.ask("answer", SALT, scan, ASKED, READING)
