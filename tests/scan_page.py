"""A page to drop scans on, for tests: scans as files, and a stand-in for what answers."""

import io
from functools import lru_cache
from threading import Event

import numpy as np
from mixed_scans import known_structures, mixed_scan
from starlette.testclient import TestClient

from xrdmatch._commands.server.answering import Outcome
from xrdmatch._commands.server.app import make_app
from xrdmatch._commands.server.job_queue import JobQueue
from xrdmatch._commands.server.worker import NotAnsweredError
from xrdmatch.retrieval import make_powder_retriever, save_library

ADDRESS = "http://127.0.0.1:8080"
FACTS = {"name": "minerals", "n_structures": 7, "remark": ""}


@lru_cache
def scan_file(share=0.3):
    """Bytes of a scan of halite beside sylvite, in columns."""
    known = known_structures()
    scan = mixed_scan([known["NaCl"], known["KCl"]], [share, 1 - share])
    file = io.BytesIO()
    np.savetxt(file, np.column_stack([scan.two_theta, scan.counts]), fmt="%.3f %d")
    return file.getvalue()


def save_minerals(path):
    """Write a library of seven structures."""
    known = known_structures()
    save_library(make_powder_retriever().fit([*known.values()], labels=[*known]), path)


class QuickWorker:
    """Answers at once, or when `go` is set; remembers what it was asked."""

    def __init__(self):
        self.asked, self.go, self.n_ended, self.is_closed = [], Event(), 0, False
        self._given_up = False
        self.go.set()

    def ask(self, what, *question):
        self.asked.append((what, *question))
        self._given_up = False
        self.go.wait(10)
        if self._given_up or self.is_closed:
            raise NotAnsweredError("It was given up.")
        if what == "report":
            names = b", ".join(question[0]).decode()
            return Outcome("One report", f"<!doctype html><p>Report on {names}")
        (label, name), scan = question[:2]
        report = f"<!doctype html><p>Report on {len(scan.counts)} points"
        return Outcome(f"It is {name or label}", report, label.encode())

    def end(self):
        self.n_ended += 1
        self._given_up = True
        self.go.set()

    def close(self):
        self.is_closed = True
        self.go.set()


def client_of(app, **options):
    """A browser without a window."""
    return TestClient(app, base_url=ADDRESS, follow_redirects=False, **options)


def page_with(worker, facts=FACTS, **options):
    """The application around a worker, and its queue."""
    queue = JobQueue(worker)
    return make_app(queue, facts, **options), queue
