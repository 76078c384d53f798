"""Damaged files of all formats: a result, or one sentence, soon and in little memory.

`--fuzz N` asks for N files, in parts of 400, each a test; those of the seeds are always the same.
A file that fails is kept, and its path is said.
"""

import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path

import cif_files
import image_files
import numpy as np
import pytest
import scan_files
from mutations import mutated
from pymatgen.core import Lattice, Structure

from xrdmatch.io import list_scans, read_image, read_spots, read_structures

SECONDS = 3
MEGABYTES = 500
MISTAKES = (ValueError, OSError, ImportError)
PART = 400  # files of one test


def salt():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], sites)


def seeds():
    """Files of all formats, by name, and what reads them."""
    scans = {
        "a.xy": scan_files.xy(), "a.xye": scan_files.xye(), "a.csv": scan_files.csv(),
        "a.txt": scan_files.txt(), "a.xrdml": scan_files.xrdml(scan_files.xrdml_scan()),
        "a.ras": scan_files.ras(), "a.rasx": scan_files.rasx(), "a.brml": scan_files.brml(),
        "4.raw": scan_files.raw4(), "3.raw": scan_files.raw3(), "a.gsas": scan_files.gsas(),
        "a.udf": scan_files.udf(), "powder.cif": scan_files.cif(),
    }  # fmt: skip
    crystal = salt()
    structures = {
        "salt.cif": crystal.to(fmt="cif"),
        "small.cif": cif_files.cif_text(["Na 0 0 0", "Cl 0.5 0.5 0.5"], cif_files.P1),
        "POSCAR": crystal.to(fmt="poscar"),
        "salt.json": crystal.to(fmt="json"),
        "salt.xyz": '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3\n'
        "Na 0 0 0\nCl 2 2 2\n",
    }
    images = {
        "a.tif": image_files.tiff(),
        "a.png": image_files.pillow("PNG", image_files.COUNTS),
        "a.bmp": image_files.pillow("BMP", image_files.BYTES),
    }
    rows = np.random.default_rng(0).uniform(0.1, 1, (9, 3))
    tables = {"spots.csv": "\n".join(",".join(map(str, row)) for row in rows)}
    kinds = ((scans, list_scans), (structures, read_structures), (images, read_image))
    return [
        (name, content if isinstance(content, bytes) else content.encode("utf-8"), read)
        for files, read in (*kinds, (tables, read_spots))
        for name, content in files.items()
    ]


def read_once(folder, name, content, read):
    """Read a file; what is wrong with how that ended, or an empty text."""
    path = folder / name
    path.write_bytes(content)
    before, start = new_peak(), time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UserWarning)  # ours
            warnings.simplefilter("ignore", DeprecationWarning)
            read(path)
    except MISTAKES as error:
        said = str(error)
        if "\n" in said or len(said) > 2000 or not said:
            return f"no sentence: {said[:300]!r}"
        if "MemoryError" in said:
            return f"too much memory: {said[:300]!r}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return too_much(time.process_time() - start, peak() - before)


def too_much(seconds, megabytes):
    """What a file took more of than is needed, or an empty text."""
    if megabytes > MEGABYTES:
        return f"took {megabytes:.0f} MB"
    return f"took {seconds:.1f} s" if seconds > SECONDS else ""


def new_peak():
    """Forget the largest memory that this process has had, and say what it has now [MB]."""
    with suppress(OSError):  # elsewhere than on Linux peaks only rise
        Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak():
    """The largest memory of this process [MB]; 0 where it is not told."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0)


@pytest.fixture(autouse=True)
def _bounded_memory():
    """A file that asks for gigabytes is told that there are none, so that it ends no run."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (8 << 30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def pytest_generate_tests(metafunc):
    if "first" in metafunc.fixturenames:
        n = metafunc.config.getoption("--fuzz") or PART
        metafunc.parametrize(("first", "last"), [(i, min(i + PART, n)) for i in range(0, n, PART)])


def test_mutated_files_end_well(tmp_path, first, last):
    files, failed = seeds(), []
    for i in range(first, last):
        rng = np.random.default_rng(i)
        name, content, read = files[i % len(files)]
        damaged = mutated(content, rng)
        fault = read_once(tmp_path, name, damaged, read)
        if fault:
            kept = Path(tempfile.mkdtemp(prefix="xrdmatch-fuzz-")) / name
            kept.write_bytes(damaged)
            failed.append(f"{kept} (number {i}): {fault}")
    assert not failed, "\n".join([f"{len(failed)} of {last - first} files:", *failed[:40]])


def test_seeds_are_read(tmp_path):
    """What is damaged is whole before."""
    for name, content, read in seeds():
        assert read_once(tmp_path, name, content, read) == ""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert read(tmp_path / name), name


def test_a_file_that_takes_much_memory_is_found(tmp_path):
    def read(path):
        return bytearray(600 << 20)

    assert "MB" in read_once(tmp_path, "a.xy", b"", read)
    assert read_once(tmp_path, "a.xy", b"", lambda path: path.read_bytes()) == ""


def test_mutations_repeat():
    content = b"1 2\n3 4\n"
    first, again = (mutated(content, np.random.default_rng(5)) for _ in range(2))
    assert first == again
    assert len({mutated(content, np.random.default_rng(i)) for i in range(50)}) > 30
