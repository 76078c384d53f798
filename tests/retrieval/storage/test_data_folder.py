"""A library that is written is the old one or the new one, whenever it is interrupted."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from xrdmatch import PatternMatcher
from xrdmatch.retrieval import load_library, save_library, verify_library
from xrdmatch.retrieval._storage.data_folder import only_writer

EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree")
HOLD = """
import sys, time
from pathlib import Path
from xrdmatch.retrieval._storage.data_folder import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


class Interrupted(BaseException):
    """What a kill is, as far as Python sees it."""


class Interruption:
    """Stops what happens in a folder at its n-th file event."""

    def __init__(self):
        self.folder, self.n = None, 0
        sys.addaudithook(self._hook)

    def _hook(self, event, args):
        if self.folder is None or event not in EVENTS:
            return
        if any(str(arg).startswith(str(self.folder)) for arg in args):
            self.n -= 1
            if self.n == 0:
                self.folder = None
                raise Interrupted

    def at(self, folder, n):
        self.folder, self.n = folder, n


INTERRUPTION = Interruption()  # hooks cannot be taken away again


@pytest.mark.parametrize("there", [True, False])
def test_interrupted_at_every_file_event(layers, tmp_path, there):
    old, new = PatternMatcher().set_gallery(layers[:3]), PatternMatcher().set_gallery(layers[3:7])
    path, n, ended = tmp_path / "library", 0, False
    while not ended:
        n += 1
        shutil.rmtree(path, ignore_errors=True)
        if there:
            save_library(old, path)
        INTERRUPTION.at(path, n)
        try:
            save_library(new, path)
            ended = True
        except Interrupted:
            pass
        INTERRUPTION.at(None, 0)
        if there or ended or (path / "library.json").exists():
            assert verify_library(path) in (3, 4)
        save_library(new, path)
        assert verify_library(path) == 4
        assert len([*path.iterdir()]) == 3  # the card, its data and the lock
    assert n > 15


def test_a_full_disk_leaves_the_old_library(layers, tmp_path, monkeypatch):
    path = tmp_path / "library"
    save_library(PatternMatcher().set_gallery(layers[:3]), path)

    def full(*args, **settings):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        with pytest.raises(OSError, match="No space left"):
            save_library(PatternMatcher().set_gallery(layers[:9]), path)
    assert verify_library(path) == 3
    assert len(load_library(path).gallery_) == 3


def test_one_writer_at_a_time(layers, tmp_path):
    path = tmp_path / "library"
    save_library(PatternMatcher().set_gallery(layers[:3]), path)
    command = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match=r"One process at a time .* wait until it has ended"):
            save_library(PatternMatcher().set_gallery(layers[:5]), path)
        assert len(load_library(path).gallery_) == 3
        os.kill(other.pid, signal.SIGKILL)
    end = time.monotonic() + 5  # a lock dies with its process
    while time.monotonic() < end:
        try:
            save_library(PatternMatcher().set_gallery(layers[:5]), path)
            break
        except ValueError:
            time.sleep(0.05)
    assert verify_library(path) == 5


def test_a_writer_may_hold_it_twice(tmp_path):
    with only_writer(tmp_path), only_writer(tmp_path):
        pass
    with only_writer(tmp_path):
        pass
