"""Uploads: a name is a label, a file is private and short-lived, and what is off is said."""

import gzip
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from scan_page import scan_file

from xrdmatch._commands.server import uploads
from xrdmatch._commands.server.uploads import as_label, read_upload

Q_FILE = b"# q (1/A), counts\n" + b"".join(
    b"%.3f %d\n" % (1 + i / 50, 90 + i % 7) for i in range(100)
)
TWO = "".join(
    f"data_{name}\n_diffrn_radiation_wavelength 1.5406\nloop_\n_pd_meas_2theta_scan\n"
    "_pd_meas_counts_total\n" + "".join(f"{20 + i / 10:.1f} {90 + i}\n" for i in range(50))
    for name in ("cold", "hot")
).encode()


@pytest.fixture(autouse=True)
def private(tmp_path, monkeypatch):
    """Where private files are made; nothing stays there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("quartz.xy", "quartz.xy"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        (r"C:\scans\quartz.xy", "quartz.xy"),
        ("..", ".."),
        ("a\0b\n.xy", "ab.xy"),
        ("", "scan"),
        (None, "scan"),
        ("folder/", "scan"),
        ("x" * 500 + ".xy", "x" * 97 + ".xy"),
    ],
)
def test_a_name_becomes_a_label(name, label):
    assert as_label(name) == label


@pytest.mark.parametrize(
    "name", ["..", "quartz.xy", "a.<b>", "x" * 300, "con.XYE", ". .", "~", "$HOME", "a.sh;ls"]
)
def test_no_part_of_a_name_is_part_of_a_path_but_known_endings(name, monkeypatch, private):
    seen = []

    def remember(path, **reading):
        seen.append(path)
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
        return []

    monkeypatch.setattr(uploads, "list_scans", remember)
    read_upload(name, b"content", {})
    assert seen[0].parent.parent == private
    assert seen[0].name in {"scan", *(f"scan{ending}" for ending in uploads.ENDINGS)}


def test_a_scan_is_read_and_called_as_its_file():
    (found,) = read_upload("salt.xy", scan_file(), {"wavelength": "CuKa"})
    assert (found.label, found.scan.name, found.reason) == ("salt.xy", "salt.xy", "")
    columns = np.loadtxt(scan_file().decode().splitlines())
    np.testing.assert_array_equal(found.scan.counts, columns[:, 1])


def test_a_compressed_scan_is_read_too():
    (found,) = read_upload("salt.xy.gz", gzip.compress(scan_file()), {"wavelength": "CuKa"})
    assert found.scan.n_points == len(scan_file().splitlines())


def test_each_scan_of_a_file_is_found():
    found = read_upload("both.cif", TWO, {})
    assert [one.label for one in found] == ["both.cif (cold)", "both.cif (hot)"]
    assert all(one.scan.radiation.wavelength == 1.5406 for one in found)


def test_a_missing_wavelength_is_asked_for():
    (found,) = read_upload("salt.xy", scan_file(), {})
    assert found.needs_wavelength
    assert found.scan is None
    assert "states no wavelength" in found.reason


def test_it_is_asked_for_where_an_axis_needs_it():
    (found,) = read_upload("q.txt", Q_FILE, {"axis": "q"})
    assert found.needs_wavelength
    (found,) = read_upload("q.txt", Q_FILE, {"axis": "q", "wavelength": "CuKa"})
    assert found.scan is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "salt.xy: the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "it is an image .PNG.; integrate it"),
        (b"%PDF-1.7" + bytes(50), "it is a PDF; export the scan"),
        (bytes(range(256)) * 20, "Cannot read salt.xy: "),
        (b"#!/bin/sh\nrm -rf /\n", "Cannot read salt.xy: it holds no scan"),
    ],
)
def test_what_is_no_scan_is_said_of_its_label(content, reason, private):
    (found,) = read_upload("salt.xy", content, {"wavelength": "CuKa"})
    assert found.scan is None
    assert not found.needs_wavelength
    assert re.search(reason, found.reason)
    assert str(private) not in found.reason


def test_a_wavelength_that_the_file_contradicts_is_refused():
    first, second = read_upload("both.cif", TWO, {"wavelength": "MoKa"})
    assert "both.cif states 1.5406 Å" in first.reason
    assert first.notes == ()
    assert second.scan is None


def test_an_impossible_wavelength_is_refused():
    (found,) = read_upload("salt.xy", scan_file(), {"wavelength": 1540.6})
    assert "Scans are taken with 0.01 to 30 Å" in found.reason


def test_the_private_file_is_gone_after_a_fault(monkeypatch):
    def fail(path, **reading):
        assert Path(path).is_file()
        raise RuntimeError("a fault")

    monkeypatch.setattr(uploads, "list_scans", fail)
    with pytest.raises(RuntimeError, match="a fault"):
        read_upload("salt.xy", b"content", {})
