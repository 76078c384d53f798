"""Files within limits: slow entries are left out, and what can be read after them is read."""

import time
from pathlib import Path

import pytest
from pymatgen.core import Structure

from xrdmatch._commands import index_reading
from xrdmatch._commands.index_limits import Limits
from xrdmatch._commands.index_reading import read_within_limits
from xrdmatch._commands.index_watch import Watch
from xrdmatch.io import SkippedStructure

TOO_LONG = "it takes more than 0.2 s; --max-seconds gives it more"


def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.fixture
def read(monkeypatch):
    """Read a made-up file of five entries, of which some are slow, or its opening is."""

    def read(name, slow=(), slow_opening=False, start=0):
        def stream(files, begin):
            busy(60 if slow_opening else 0)
            for i in range(begin[1], 5):
                busy(60 if i in slow else 0)
                yield (0, i), i

        monkeypatch.setattr(index_reading, "stream_structures", stream)
        with Watch(Limits(max_seconds=0.2)) as watch:
            outcomes = list(read_within_limits(Path(name), start, watch))
        return [
            (i, (o.item, o.reason) if isinstance(o, SkippedStructure) else o) for i, o in outcomes
        ]

    return read


def test_a_slow_entry_is_named_and_those_after_it_are_read(read):
    slow = (1, ("a.json, entry 1", TOO_LONG))
    assert read("a.json", slow=[1]) == [(0, 0), slow, (2, 2), (3, 3), (4, 4)]
    assert read("a.json", slow=[1], start=1) == [slow, (2, 2), (3, 3), (4, 4)]


def test_where_nothing_is_read_after_it_the_rest_is_left_out(read):
    found = read("a.json", slow=[1, 2, 3])
    assert found == [
        (0, 0),
        (1, ("a.json, entry 1", TOO_LONG)),
        (2, ("a.json, from entry 2 on", TOO_LONG)),
    ]
    assert read("a.json", slow_opening=True) == [
        (0, ("a.json, entry 0", TOO_LONG)),
        (1, ("a.json, from entry 1 on", TOO_LONG)),
    ]


def test_files_for_a_few_structures_are_left_out_from_there_on(read):
    assert read("a.cif", slow=[0]) == [(0, ("a.cif", TOO_LONG))]
    assert read("a.cif", slow=[2])[2:] == [(2, ("a.cif, from entry 2 on", TOO_LONG))]


def test_a_reader_without_memory_names_the_way_out(tmp_path, monkeypatch):
    def no_memory(files, begin):
        yield (0, 0), SkippedStructure("a.cif", "MemoryError: Unable to allocate 16 GiB")

    monkeypatch.setattr(index_reading, "stream_structures", no_memory)
    with Watch(Limits()) as watch:
        ((_, outcome),) = read_within_limits(tmp_path / "a.cif", 0, watch)
    assert outcome == SkippedStructure("a.cif", Limits().reason_of_memory)


def test_real_files_are_read_as_ever(tmp_path):
    Structure.from_prototype("bcc", ["Fe"], a=2.87).to(filename=str(tmp_path / "Fe.cif"))
    with Watch(Limits()) as watch:
        ((entry, iron),) = read_within_limits(tmp_path / "Fe.cif", 0, watch)
    assert (entry, iron.formula) == (0, "Fe2")
