"""The door for scans: every format tells the same scan, and what is none is said in a sentence."""

import os
import re
import warnings
from typing import Literal, get_overloads, get_type_hints

import numpy as np
import pytest
import scan_files as files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrdmatch.crystallography import Radiation, Scan, as_radiation
from xrdmatch.io import ScanWarning, read_pattern
from xrdmatch.io._scan_formats.bruker_raw import read_bruker_raw

DOUBLET = ((files.KA1, 1.0), (files.KA2, 0.5))
ENDINGS = pytest.mark.parametrize("ending", files.FILES)


def save(folder, ending, content=None):
    path = folder / f"quartz{ending}"
    path.write_bytes(files.FILES[ending]() if content is None else content)
    return path


def read(path, ending, **options):
    wavelength = DOUBLET if ending in files.WITHOUT_LINES else None
    return read_pattern(path, wavelength and Radiation("xray", wavelength), **options)


def scan_or_sentence(path, ending):
    """What reading gives, or the text of the one kind of error it may end in."""
    try:
        return read(path, ending), ""
    except ValueError as error:
        return None, str(error)


@ENDINGS
def test_every_format_tells_the_same_scan(tmp_path, ending):
    scan = read(save(tmp_path, ending), ending)
    assert type(scan) is Scan
    np.testing.assert_allclose(scan.two_theta, files.TWO_THETA, atol=1e-9)
    np.testing.assert_allclose(scan.counts, files.COUNTS, atol=1e-6)
    named = as_radiation("CuKa").lines if ending == ".txt" else DOUBLET
    np.testing.assert_allclose(scan.radiation.lines, named, atol=1e-9)
    assert scan.name.lower().startswith("quartz")
    if ending in files.WITH_SIGMA:
        np.testing.assert_allclose(scan.sigma, files.SIGMA, atol=0.51)
    else:
        assert scan.sigma is None


@ENDINGS
def test_the_content_decides_not_the_name(tmp_path, ending):
    path = save(tmp_path, ending)
    other = path.rename(tmp_path / "renamed.dat")
    scan = read(other, ending)
    np.testing.assert_allclose(scan.counts, files.COUNTS, atol=1e-6)


@ENDINGS
def test_without_lines_they_must_be_given(tmp_path, ending):
    path = save(tmp_path, ending)
    if ending not in files.WITHOUT_LINES:
        assert read_pattern(path).radiation.lines
        return
    with pytest.raises(ValueError, match=r"needs its wavelength, and .* states none; give it as"):
        read_pattern(path)


@ENDINGS
def test_cut_off_anywhere(tmp_path, ending):
    """A sentence, or an honest shorter scan; of formats that promise points, with a warning."""
    content = files.FILES[ending]()
    for tenth in range(10):
        check_cut_off(tmp_path, ending, content, tenth)


def check_cut_off(folder, ending, content, tenth):
    path = save(folder, ending, content[: len(content) * tenth // 10])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scan, said = scan_or_sentence(path, ending)
    if scan is None:
        assert re.fullmatch(r"(Cannot read|A powder scan needs) .*\.", said)
        return
    n = scan.n_points
    np.testing.assert_allclose(scan.two_theta[: n - 1], files.TWO_THETA[: n - 1], atol=1e-9)
    np.testing.assert_allclose(scan.counts[: n - 1], files.COUNTS[: n - 1], atol=1e-6)
    assert n < files.N_POINTS
    if ending not in (".xy", ".xye", ".csv", ".txt", "-points.cif"):
        assert {entry.category for entry in caught} == {ScanWarning}


@ENDINGS
def test_damaged_bytes_never_surprise(tmp_path, ending):
    for seed in range(5):
        check_damaged(tmp_path, ending, np.random.default_rng(seed))


def check_damaged(folder, ending, rng):
    content = bytearray(files.FILES[ending]())
    for place in rng.integers(0, len(content), 20):
        content[place] = rng.integers(256)
    path = save(folder, ending, bytes(content))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scan, said = scan_or_sentence(path, ending)
    assert type(scan) is Scan or said.endswith(".")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xy", b"", "the file is empty"),
        ("a.raw", bytes(500), "the file is empty"),
        ("a.xy", b"Dear colleague, here is the scan.\n", "no rows of angle and counts"),
        ("a.xy", b"\x07\0\x01" * 99, "binary file of no format"),
        ("a.xrdml", files.xy(), r"called \.xrdml but holds something else"),
        ("a.xrdml", b"<html><body>Log in</body></html>", "XML or HTML but no XRDML"),
        ("a.tif", b"II*\0" + bytes(99), r"an image \(TIFF\); integrate it"),
        ("a.blo", b"IMGBLO\2\1" + bytes(99), r"an image \(ASTAR\); .*identify-spots"),
        ("a.dm3", b"\0\0\0\3" + bytes(99), r"an image \(Gatan\); .*identify-spots"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(9), "an HDF5 file"),
        ("a.raw", b"RAW2" + bytes(999), "version before 3; export"),
        ("a.raw", b"FI\0\0" + bytes(99), "Rigaku's binary"),
        ("a.rasx", files.archive({"notes.txt": "x"}), r"archive of something else .*notes\.txt"),
        ("a.brml", files.archive({"Experiment0/DataContainer.xml": "<a/>"}), "no measured data"),
        ("a.cif", b"data_x\n_cell_length_a 4.0\n", "no measured pattern .* read_structures"),
        ("a.gsas", files.gsas("FXYE", "SLOG 1000 2000 0.001"), "time-of-flight"),
        ("a.gsas", files.gsas("ALT"), "type ALT, which is not read"),
        ("a.txt", b"q (1/nm), I\n" + files.xy(), r"its axis is q \(1/nm\), not 2 theta"),
        ("a.xy", b"10 5\n11 5\n12 5\n13 5\n14 5\n", "all its counts are the same"),
        ("a.xrdml", files.xrdml(files.xrdml_scan(axis="Omega")), "a scan of Omega, not of 2 theta"),
        ("a.xrdml", files.xrdml(files.xrdml_scan(omega=14.0)), "omega is 4.00 degrees off half"),
        ("a.xrdml", files.xrdml(files.xrdml_scan(kind="Area measurement")), "scans of a map"),
        ("a.xrdml", files.xrdml("<comment/>"), "no scan: the measurement was not run"),
        ("a.ras", files.ras(axis="Omega"), "a scan of Omega, not of 2 theta"),
        ("a.rasx", files.rasx(axis="Phi"), "a scan of Phi, not of 2 theta"),
        ("a.brml", files.brml(files.brml_route(offset=-3.0)), "omega is 3.00 degrees off half"),
        ("a.raw", files.raw4(kind="Rocking Curve"), "a scan of Rocking Curve, not of 2 theta"),
        ("a.raw", files.raw4(theta=14.0), "omega is 4.00 degrees off half"),
        ("a.raw", files.raw3(kind=5), "a scan of Phi, not of 2 theta"),
    ],
    ids=str,
)
def test_what_is_no_powder_scan_is_said(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"^Cannot read .*{message}.*\.$"):
        read_pattern(path, wavelength="CuKa")


def test_entities_are_not_expanded(tmp_path):
    bomb = b'<!DOCTYPE a [<!ENTITY x "%s">]><xrdMeasurements>&x;</xrdMeasurements>' % (b"x" * 99)
    path = save(tmp_path, ".xrdml", bomb)
    with pytest.raises(ValueError, match="declares a document type"):
        read_pattern(path)


def test_a_missing_file():
    with pytest.raises(FileNotFoundError, match=r"There is no file 'nowhere\.xy' as seen from"):
        read_pattern("nowhere.xy")


# Several scans in one file -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "content", "names"),
    [
        (".xrdml", files.xrdml(*[files.xrdml_scan()] * 2), ["Gonio-0", "Gonio-1"]),
        (".ras", files.ras(n_scans=2), ["quartz-0", "quartz-1"]),
        (".brml", files.brml(n_files=2), ["RawData0-0", "RawData1-0"]),
        (".raw", files.raw3(n_ranges=2), ["range-0", "range-1"]),
    ],
)
def test_several_scans(tmp_path, ending, content, names):
    path = save(tmp_path, ending, content)
    with pytest.raises(ValueError, match=rf"holds 2 scans \('{names[0]}', .*scan='all'"):
        read_pattern(path)
    assert [scan.name for scan in read_pattern(path, scan="all")] == names
    assert read_pattern(path, scan=names[1]).name == names[1]
    assert read_pattern(path, scan=-1).name == names[1]
    for wrong in ("third", 2):
        with pytest.raises(ValueError, match=rf"has no scan {wrong!r}; it holds 2"):
            read_pattern(path, scan=wrong)


def test_the_only_powder_scan_among_others(tmp_path):
    content = files.xrdml(files.xrdml_scan(axis="Omega"), files.xrdml_scan())
    path = save(tmp_path, ".xrdml", content)
    assert read_pattern(path).name == "Gonio-1"
    with pytest.raises(
        ValueError, match=r"Cannot read scan 'Omega-0' of .*: it is a scan of Omega"
    ):
        read_pattern(path, scan=0)
    with pytest.warns(ScanWarning, match=r"left out scan 'Omega-0' \(it is a scan of Omega"):
        assert [scan.name for scan in read_pattern(path, scan="all")] == ["Gonio-1"]


def test_a_type_checker_sees_one_scan_for_one_path():
    hints = [get_type_hints(overload) for overload in get_overloads(read_pattern)]
    assert [hint["return"] for hint in hints] == [list[Scan], list[Scan], Scan]
    assert [hint["scan"] for hint in hints] == [Literal["all"], Literal["all"], str | int | None]


# Lines and counts --------------------------------------------------------------------------------


def test_a_given_wavelength_comes_first(tmp_path):
    path = save(tmp_path, ".xrdml")
    assert read_pattern(path, wavelength="CuKa1").radiation == as_radiation("CuKa1")
    with pytest.warns(ScanWarning, match=r"states 1\.5419 Å, but 0\.70\d+ Å was given"):
        assert read_pattern(path, wavelength=0.7093).radiation.lines == ((0.7093, 1.0),)
    with pytest.raises(ValueError, match="wavelength must name a line such as 'CuKa'"):
        read_pattern(path, wavelength="neutron")


def test_a_germanium_monochromator_leaves_one_line(tmp_path):
    optics = "<monochromator><crystal>{}</crystal></monochromator>"
    for crystal, lines in (("Ge", DOUBLET[:1]), ("Graphite", DOUBLET)):
        content = files.xrdml(files.xrdml_scan(optics=optics.format(crystal)))
        assert read_pattern(save(tmp_path, ".xrdml", content)).radiation.lines == lines
    assert (
        read_pattern(save(tmp_path, ".rasx", files.rasx(wave="Ka1"))).radiation.lines
        == (DOUBLET[:1])
    )


def test_attenuation_is_undone(tmp_path):
    factors = np.where(files.COUNTS > 500, 100.0, 1.0)
    data = f"<beamAttenuationFactors>{files.joined(factors)}</beamAttenuationFactors>"
    data += f'<counts unit="counts">{files.joined(files.COUNTS)}</counts>'
    scan = read_pattern(save(tmp_path, ".xrdml", files.xrdml(files.xrdml_scan(data=data))))
    np.testing.assert_allclose(scan.counts, files.COUNTS * factors)
    np.testing.assert_allclose(scan.sigma, files.SIGMA * factors)
    scan = read_pattern(save(tmp_path, ".ras", files.ras(factor=4.0)))
    np.testing.assert_allclose(scan.counts, files.COUNTS)
    np.testing.assert_allclose(scan.sigma, 2 * files.SIGMA, rtol=1e-4)


def test_rates_have_the_uncertainty_of_their_counts(tmp_path):
    scan = read_pattern(save(tmp_path, ".ras", files.ras(unit="cps")))  # half a second a step
    np.testing.assert_allclose(scan.sigma, np.sqrt(files.COUNTS * 0.5) / 0.5)


# Columns -----------------------------------------------------------------------------------------

ANGLES = st.lists(st.integers(1, 17_000_000), min_size=5, max_size=40, unique=True)
SEPARATORS = st.sampled_from([" ", "\t", "  ", ",", ", ", ";", " ; "])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    angles=ANGLES,
    seed=st.integers(0, 2**16),
    separator=SEPARATORS,
    newline=st.sampled_from(["\n", "\r\n"]),
    head=st.sampled_from(["", "# a comment\n", "2theta counts\n", "/* run 3 */\n", "! x\n\n"]),
    falling=st.booleans(),
    comma=st.booleans(),
)
def test_columns_round_trip(tmp_path, angles, seed, separator, newline, head, falling, comma):
    two_theta = np.sort(angles)[:: -1 if falling else 1] / 1e5
    counts = np.random.default_rng(seed).integers(0, 10**6, len(angles)).astype(float)
    counts[0] += 10**6
    rows = [f"{x:.5f}{separator}{y:.1f}" for x, y in zip(two_theta, counts, strict=True)]
    if comma and "," not in separator:
        rows = [row.replace(".", ",") for row in rows]
    path = tmp_path / "scan.dat"
    path.write_bytes((head + "\n".join(rows) + "\n").replace("\n", newline).encode())
    scan = read_pattern(path, wavelength="CuKa")
    order = np.argsort(two_theta)
    np.testing.assert_allclose(scan.two_theta, two_theta[order], atol=1e-9)
    np.testing.assert_allclose(scan.counts, counts[order])


def test_points_that_cannot_be_used(tmp_path):
    path = tmp_path / "scan.xye"
    rows = "-0.1 5 1\n0.0 7 0\n0.1 nan 1\n0.2 4 2\n0.2 6 2\n0.3 9 3\n"
    path.write_text(rows)
    with pytest.warns(ScanWarning) as caught:
        scan = read_pattern(path, wavelength=0.4)
    told = " ".join(str(entry.message) for entry in caught)
    assert "left out 2 of 6 points" in told
    assert "1 angles occur twice; took the mean" in told
    assert scan.two_theta.tolist() == [0.0, 0.2, 0.3]
    assert scan.counts.tolist() == [7, 5, 9]
    assert scan.sigma.tolist() == [2, 2, 3]  # 0 is no uncertainty: the smallest of the others


def test_a_third_column_that_is_no_uncertainty(tmp_path):
    rows = zip(files.TWO_THETA, files.COUNTS, files.SIGMA, strict=True)
    body = "".join(f"{x:.3f},{y:.0f},{z:.3f}\n" for x, y, z in rows)
    for head, known in (("angle,counts,fitted\n", False), ("angle,counts,esd\n", True)):
        path = tmp_path / "scan.csv"
        path.write_text(head + body)
        assert (read_pattern(path, wavelength="CuKa").sigma is not None) is known


def test_scans_in_memory():
    arrays = files.TWO_THETA, files.COUNTS
    scan = read_pattern(arrays, wavelength="CuKa")
    assert scan.radiation == as_radiation("CuKa")
    np.testing.assert_array_equal(scan.counts, files.COUNTS)
    table = np.column_stack([*arrays, files.SIGMA])
    np.testing.assert_array_equal(read_pattern(table, wavelength=0.7).sigma, files.SIGMA)
    assert read_pattern(scan) is scan
    assert read_pattern(scan, scan="all") == [scan]
    with pytest.raises(ValueError, match="needs its wavelength, and the scan in memory states no"):
        read_pattern(arrays)
    for wrong, shape in (
        (np.ones((121, 5)), r"\(121, 5\)"),
        ((files.COUNTS,), r"\(121,\)"),
        ((1.0, 2.0), r"\(\), \(\)"),
        (7, r"\(\)"),
    ):
        with pytest.raises(ValueError, match=rf"two or three columns.* of shape {shape}; pass"):
            read_pattern(wrong, wavelength=0.7)
    with pytest.raises(ValueError, match="Cannot make a scan of these arrays: it has 121 angles"):
        read_pattern((files.TWO_THETA, files.COUNTS[1:]), wavelength=0.7)


# Files as instruments wrote them -----------------------------------------------------------------

CU_BRUKER = ((1.5406, 1.0), (1.54439, 0.5))
CU_PANALYTICAL = ((1.540598, 1.0), (1.544426, 0.5))
MEASURED = {  # first and last angle, points, first and highest count, lines; read from the bytes
    "JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx": (
        (3.0, 60.0, 2851, 2589, 34423),
        ((1.540593, 1.0), (1.544414, 0.5)),
    ),
    "Scan_C1.xrdml": ((5.00475563, 124.99166689, 7181, 374, 24224), CU_PANALYTICAL),
    "TiO2.raw": ((10.0, 10 + 1646 * 0.03647700, 1647, 557, 11493), CU_BRUKER),
    "TiOF.brml": ((9.998839261, 60.012776015, 2469, 4471, 8170), CU_BRUKER),
    # Behind two germanium crystals: its strongest reflection has no second line beside it.
    "m54313_om2th_10.xrdml": ((26.025, 79.995, 1800, 0, 1877 * 188), CU_PANALYTICAL[:1]),
    "example_bmb.xye": ((0.5, 1.0731031250, 575, 662.407183, 662.407183), ((0.414581, 1.0),)),
    "example_mac.xye": ((0.0, 0.598, 599, 11.632, 480.363), None),
}


@pytest.mark.parametrize("name", MEASURED)
def test_measured_files(shared_data, name):
    (first, last, n_points, first_count, most), lines = MEASURED[name]
    path = shared_data / "measured" / "raw" / name
    if lines is None:
        with pytest.raises(ValueError, match="needs its wavelength"):
            read_pattern(path)
    scan = read_pattern(path) if lines else read_pattern(path, wavelength=0.8)
    np.testing.assert_allclose(scan.two_theta[[0, -1]], [first, last], atol=1e-5)
    assert scan.n_points == n_points
    np.testing.assert_allclose([scan.counts[0], scan.counts.max()], [first_count, most], rtol=1e-6)
    np.testing.assert_allclose(scan.radiation.lines, lines or ((0.8, 1.0),), atol=1e-7)


def test_measured_file_that_is_no_powder_scan(shared_data):
    path = shared_data / "measured" / "raw" / "23-012-AG_2thomegascan_long.brml"
    with pytest.raises(ValueError, match=r"omega is 3\.97 degrees off half of 2 theta"):
        read_pattern(path)


def test_every_measured_file_is_stated_here(shared_data):
    there = set(os.listdir(shared_data / "measured" / "raw"))
    assert there == {*MEASURED, "23-012-AG_2thomegascan_long.brml"}


def test_measured_patterns_in_columns(shared_data):
    """As numpy reads them."""
    paths = sorted((shared_data / "measured" / "patterns").glob("*.xy"))
    assert len(paths) == 143
    for path in paths[::4]:
        scan = read_pattern(path, wavelength="CuKa")
        table = np.loadtxt(path)
        np.testing.assert_array_equal(np.column_stack([scan.two_theta, scan.counts]), table[:, :2])


def test_a_range_without_length_is_read_once():
    """A damaged header: the range that follows would begin where this one does."""
    content = bytearray(files.raw3())
    content[12:16] = (1 << 20).to_bytes(4, "little")  # ranges
    for at in (712, 716, 712 + 252, 712 + 256):  # lengths of header, points, a point, and more
        content[at : at + 4] = bytes(4)
    with pytest.warns(UserWarning, match="one of its ranges has no length"):
        assert len([*read_bruker_raw(bytes(content))]) == 1
