"""Where scans lie: in wrappers, folders and archives; and what is off in them, said."""

import bz2
import gzip
import lzma
import re

import numpy as np
import pytest
import scan_files as files

from xrdmatch.crystallography import Scan
from xrdmatch.io import ScanWarning, _decoding, list_scans, read_pattern

WRAPPERS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zip": lambda content: files.archive({"folder/scan.xy": content}),
}


@pytest.mark.parametrize("ending", WRAPPERS)
@pytest.mark.parametrize("inner", [".xy", ".xrdml", ".ras", "-4.raw"])
def test_wrapped_files(tmp_path, inner, ending):
    path = tmp_path / f"quartz{inner}{ending}"
    path.write_bytes(WRAPPERS[ending](files.FILES[inner]()))
    scan = read_pattern(path, wavelength="CuKa")
    np.testing.assert_array_equal(scan.counts, files.COUNTS)
    if inner == ".xy":
        assert scan.name == ("scan" if ending == ".zip" else "quartz")


def test_a_zip_that_a_macintosh_made(tmp_path):
    members = {"quartz.xy": files.xy(), "__MACOSX/._quartz.xy": bytes(120)}
    path = tmp_path / "run.zip"
    path.write_bytes(files.archive(members))
    assert read_pattern(path, wavelength="CuKa").name == "quartz"


def test_an_xye_keeps_its_ending_in_a_wrapper(tmp_path):
    counts = np.random.default_rng(0).poisson(1.2, files.N_POINTS)
    sigma = np.sqrt(np.maximum(counts, 1))
    rows = zip(files.TWO_THETA, counts, sigma, strict=True)
    path = tmp_path / "quartz.xye.gz"
    path.write_bytes(gzip.compress("".join(f"{x:.3f} {y} {s}\n" for x, y, s in rows).encode()))
    np.testing.assert_allclose(read_pattern(path, wavelength="CuKa").sigma, sigma)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.xy.gz",
            gzip.compress(files.xy(), mtime=0)[:60],
            "is compressed and cannot be unpacked",
        ),
        ("a.zip", files.archive({"a.xy": "1", "b.xy": "2"}), "an archive of .*; unpack it first"),
        (
            "a.xlsx",
            files.archive({"a.xml": "", "xl/workbook.xml": ""}),
            "a spreadsheet of Excel",
        ),
        ("a.ods", files.archive({"mimetype": "", "content.xml": ""}), "of LibreOffice; save the"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old Excel .*; save the sheet"),
        (
            "a.nxs",
            b"\x89HDF\r\n\x1a\n" + bytes(9),
            "an HDF5 file, of NeXus perhaps; export",
        ),
        ("a.npy", b"\x93NUMPY" + bytes(99), "a NumPy array; load it and pass"),
        ("a.7z", b"7z\xbc\xaf'\x1c" + bytes(99), "a 7z archive; unpack it first"),
    ],
)
def test_wrappers_that_are_not_opened_say_what_to_do(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"^Cannot read .*{message}.*\.$"):
        read_pattern(path)


def test_what_swells_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_decoding, "_MAX_BYTES", 1000)
    path = tmp_path / "a.xy.gz"
    path.write_bytes(gzip.compress(bytes(10_000)))
    with pytest.raises(ValueError, match="holds more than"):
        read_pattern(path)


def test_control_bytes_in_a_title(tmp_path):
    title, rest = files.gsas("STD").split(b"\n", 1)
    path = tmp_path / "quartz.gsas"
    path.write_bytes(title[:7] + b"\0\x02" + title[9:] + b"\n" + rest)
    assert read_pattern(path, wavelength="CuKa").n_points == files.N_POINTS


# Folders -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run2").mkdir()
    (tmp_path / "a.xy").write_bytes(files.xy())
    (tmp_path / "b.xrdml").write_bytes(files.xrdml())
    (tmp_path / "run2" / "c.ras").write_bytes(files.ras(n_scans=2))
    (tmp_path / "notes.txt").write_text("nothing but words")
    (tmp_path / ".hidden.xy").write_text("")
    return tmp_path


def test_a_folder_gives_what_can_be_read_and_names_the_rest(folder):
    with pytest.warns(ScanWarning) as caught:
        scans = read_pattern(folder, wavelength="CuKa")
    assert [scan.name for scan in scans] == ["a", "quartz"]
    told = " ".join(str(entry.message) for entry in caught)
    assert re.search(r"Left out: Cannot read .*notes\.txt: it holds no scan", told)
    assert re.search(r"Left out: .*c\.ras holds 2 scans .*choose one", told)
    assert "hidden" not in told


@pytest.mark.filterwarnings("ignore:Left out")
def test_all_scans_of_a_folder(folder):
    scans = read_pattern(str(folder), wavelength="CuKa", scan="all")
    assert [scan.name for scan in scans] == ["a", "quartz", "quartz-0", "quartz-1"]


def test_a_pattern_of_names(folder):
    assert [scan.name for scan in read_pattern(folder / "*.xrdml")] == ["quartz"]
    scans = read_pattern(f"{folder}/**/*.ras", scan="all")
    assert len(scans) == 2
    with pytest.raises(FileNotFoundError, match=r"There are no files in '.*\*\.brml' as seen from"):
        read_pattern(folder / "*.brml")


@pytest.mark.filterwarnings("ignore:Left out")
def test_a_list_of_files_and_folders(folder):
    scans = read_pattern([folder / "a.xy", str(folder)], wavelength="CuKa")
    assert [scan.name for scan in scans] == ["a", "a", "quartz"]


def test_a_name_that_looks_like_a_pattern(tmp_path):
    path = tmp_path / "scan[1].xy"
    path.write_bytes(files.xy())
    assert isinstance(read_pattern(path, wavelength="CuKa"), Scan)


def test_a_folder_without_a_scan(tmp_path):
    with pytest.raises(FileNotFoundError, match="There are no files in"):
        read_pattern(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing but words")
    with pytest.raises(ValueError, match=r"None of the 1 files could be read\. The first: Cannot"):
        read_pattern(tmp_path)


# What is understood ------------------------------------------------------------------------------


def test_the_entries_of_a_file(tmp_path):
    path = tmp_path / "scan.xrdml"
    path.write_bytes(files.xrdml(files.xrdml_scan(axis="Omega"), files.xrdml_scan()))
    bad, good = list_scans(path)
    assert (bad.name, bad.scan, bad.reason) == (
        "Omega-0",
        None,
        "it is a scan of Omega, not of 2 theta",
    )
    assert (good.name, good.scan.n_points, good.reason) == ("Gonio-1", files.N_POINTS, "")


def test_entries_need_no_wavelength(tmp_path):
    path = tmp_path / "scan.xy"
    path.write_bytes(b"# wavelength 0.15406\n" + files.xy())
    (entry,) = list_scans(path)
    assert (entry.name, entry.scan.radiation) == ("scan", None)
    assert "Cu K-alpha if it is in nm" in entry.doubt
    assert entry.doubt in entry.notes


# Slits and times ---------------------------------------------------------------------------------


def test_a_variable_slit_is_said(tmp_path):
    slit = '<divergenceSlit><irradiatedLength unit="mm">10.0</irradiatedLength></divergenceSlit>'
    path = tmp_path / "scan.xrdml"
    path.write_bytes(files.xrdml(files.xrdml_scan(optics=slit)))
    with pytest.warns(ScanWarning, match=r"variable divergence slit that keeps 10 mm in the beam"):
        read_pattern(path)
    fixed = '<divergenceSlit><angle unit="deg">0.5</angle></divergenceSlit>'
    path.write_bytes(files.xrdml(files.xrdml_scan(optics=fixed)))
    read_pattern(path)


def test_a_variable_slit_in_text_is_said(tmp_path):
    path = tmp_path / "scan.csv"
    path.write_bytes(b"Divergence slit type,Automatic\n" + files.csv())
    with pytest.warns(ScanWarning, match="with a variable divergence slit: against a fixed slit"):
        read_pattern(path)


@pytest.mark.parametrize(("mode", "said"), [("SampleIllumination", True), ("Slitwidth", False)])
def test_a_variable_slit_in_a_brml(tmp_path, recwarn, mode, said):
    optic = f'<InfoData xsi:type="VarSlitInfoData" Mode="{mode}"/></PrimaryTracks>'
    path = tmp_path / "scan.brml"
    path.write_bytes(files.brml(more=optic))
    read_pattern(path)
    assert [entry.category for entry in recwarn] == [ScanWarning] * said


def test_unequal_counting_times_in_an_xrdml(tmp_path):
    seconds = np.where(files.TWO_THETA < 23, 1.0, 4.0)
    data = f'<countingTimes unit="seconds">{files.joined(seconds)}</countingTimes>'
    data += f'<counts unit="counts">{files.joined(files.COUNTS * seconds)}</counts>'
    content = files.xrdml(files.xrdml_scan(data=data)).replace(
        b'<commonCountingTime unit="seconds">2.0</commonCountingTime>', b""
    )
    path = tmp_path / "scan.xrdml"
    path.write_bytes(content)
    scan = read_pattern(path)
    np.testing.assert_allclose(scan.counts / scan.counts[0], files.COUNTS / files.COUNTS[0])
    np.testing.assert_allclose(scan.counts / scan.sigma, np.sqrt(files.COUNTS * seconds))
