"""Counts in rows below start, step and end, in the flavours of their programs."""

import numpy as np
import pytest
import scan_files as files

from xrdmatch.io import ScanWarning, read_pattern

X, Y = files.TWO_THETA, files.COUNTS
SIGMA = np.round(np.sqrt(Y), 2)
RANGE = f"{X[0]:.4f} {files.STEP:.4f} {X[-1]:.4f}"


def rows(values, width=10, separator=" ", form="{:8.10g}"):
    parts = [values[i : i + width] for i in range(0, len(values), width)]
    return "".join(separator.join(form.format(v) for v in part) + "\n" for part in parts)


def in_turn(width=10):
    pairs = zip(rows(Y, width).splitlines(), rows(SIGMA, width).splitlines(), strict=True)
    return "".join(f"{counts}\n{sigma}\n" for counts, sigma in pairs)


FLAVOURS = {  # text and uncertainties
    "FullProf": (f"  {RANGE}  sample at 10 K\n{rows(Y)}", None),
    "FullProf with remarks": (f"! Cu\n# more\n{RANGE}\n{rows(Y)}", None),
    "DBWS": (f"{X[0]:8.2f}{0.05:8.2f}{X[-1]:8.2f}  DBWS\n{rows(Y, 8, form='{:7.0f}.')}", None),
    "TOPAS": (f"/* several\n lines */\n{RANGE}\n{rows(Y, 8)}", None),
    "commas": (f"{RANGE.replace(' ', ',')}\n{rows(Y, 10, ',')}", None),
    "one a line": (f"{RANGE}\n{rows(Y, 1)}", None),
    "start, end, step": (f"{X[0]} {X[-1]:.4f} {files.STEP}\n{rows(Y)}", None),
    "start, step, number": (f"{X[0]} {files.STEP} {len(X)}\n{rows(Y)}", None),
    "keys": (f"start = {X[0]}\nstep size: {files.STEP}\nend = {X[-1]:.4f}\n{rows(Y)}", None),
    "PSI": (
        f"DMC, sample, T=10K\nlambda= 2.5666, T= 10.0\n {X[0]} {files.STEP} {X[-1]:.4f}  300000. ,"
        f" sample='X'\n{rows(Y)}{rows(SIGMA)}   Filelist='DMC: a.dat'\n",
        SIGMA,
    ),
    "rows of uncertainties in turn": (f"{RANGE}\n{in_turn()}", SIGMA),
    "ILL, counters and counts": (
        f"title\n{RANGE}\n" + rows(np.c_[np.full(len(Y), 4), Y].ravel(), 20, form="{:8.0f}"),
        np.sqrt(Y / 4),
    ),
    "Jade": (f"quartz\n{X[0]:.2f} 0.05 1.0 CU 1.54056 {X[-1]:.2f} {len(X)}\n{rows(Y, 8)}", None),
    "Sietronics": (
        f"SIETRONICS XRD SCAN\n{X[0]:.2f}\n{X[-1]:.2f}\n0.05\nCu\n1.54056\n1-1-1988\n0.6\nquartz\n"
        f"SCANDATA\n{rows(Y, 1, form='{:.0f}')}",
        None,
    ),
}


def read(folder, text, name="scan.dat", wavelength="CuKa", **options):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_pattern(path, wavelength=wavelength, **options)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.filterwarnings("ignore:.*was given and is used")
def test_counts_in_rows(tmp_path, flavour):
    text, sigma = FLAVOURS[flavour]
    scan = read(tmp_path, text)
    np.testing.assert_allclose(scan.two_theta, X, atol=1e-9)
    np.testing.assert_array_equal(scan.counts, Y)
    if sigma is None:
        assert scan.sigma is None
    else:
        np.testing.assert_allclose(scan.sigma, sigma, rtol=1e-9)


@pytest.mark.parametrize(("flavour", "line"), [("PSI", 2.5666), ("Jade", 1.54056)])
def test_the_wavelength_above_the_rows(tmp_path, flavour, line):
    scan = read(tmp_path, FLAVOURS[flavour][0], wavelength=None)
    assert scan.radiation.lines == ((line, 1.0),)


@pytest.mark.filterwarnings("ignore:.*(left out 1 of 121 points|points are missing)")
def test_a_damaged_count_is_left_out(tmp_path):
    text = f"{RANGE}\n{rows(Y)}".replace(f"{Y[14]:8.0f}", "      4x", 1)
    with pytest.warns(ScanWarning, match=r"1 of its counts are no numbers \('4x'\)"):
        scan = read(tmp_path, text)
    assert scan.n_points == len(X) - 1


def test_a_list_that_breaks_off(tmp_path):
    text = f"{RANGE}\n{rows(Y[:97])}"
    with pytest.warns(ScanWarning, match="holds 97 of 121 points"):
        np.testing.assert_array_equal(read(tmp_path, text).counts, Y[:97])


@pytest.mark.parametrize("lost", ["a count", "a row"])
def test_lost_counts_shift_nothing_in_silence(tmp_path, lost):
    lines = rows(Y).splitlines()
    lines[3] = lines[3].rpartition(" ")[0] if lost == "a count" else ""
    with pytest.raises(ValueError, match="but its range makes 121 points: some were lost"):
        read(tmp_path, "\n".join([RANGE, *lines]))


def test_a_table_is_no_list_of_counts(tmp_path):
    text = f"{RANGE}\n" + "".join(f"{x:.4f} {y:.0f}\n" for x, y in zip(X, Y, strict=True))
    with pytest.warns(ScanWarning, match=r"left out 1 of 122 lines"):
        np.testing.assert_array_equal(read(tmp_path, text).counts, Y)


# UXD ---------------------------------------------------------------------------------------------

UXD_HEAD = "; made by hand\n_SAMPLE='quartz'\n_WL1=1.5406\n_WL2=1.54439\n_WLRATIO=0.5\n"


def uxd_range(drive="COUPLED", marker="_2THETACOUNTS", body=None, more=""):
    head = f"; Data for range\n_DRIVE='{drive}'\n_STEPTIME=2.0\n_STEPSIZE={files.STEP}\n{more}"
    return f"{head}_START={X[0]}\n_2THETA={X[0]}\n{marker}\n{body or files.xy().decode()}"


@pytest.mark.parametrize("drive", ["COUPLED", "2THETA", "DETECTOR"])
def test_uxd(tmp_path, drive):
    scan = read(tmp_path, UXD_HEAD + uxd_range(drive), "a.uxd", wavelength=None)
    assert scan.name == "quartz"
    assert scan.radiation.lines == ((1.5406, 1.0), (1.54439, 0.5))
    np.testing.assert_array_equal(scan.counts, Y)


def test_uxd_counts_alone(tmp_path):
    text = UXD_HEAD + uxd_range(marker="_COUNTS", body=rows(Y, 8, "\t", "{:.0f}"))
    scan = read(tmp_path, text, "a.uxd", wavelength=None)
    np.testing.assert_allclose(scan.two_theta, X, atol=1e-9)
    np.testing.assert_array_equal(scan.counts, Y)


def test_uxd_rates(tmp_path):
    text = UXD_HEAD + uxd_range(marker="_CPS", body=rows(Y / 2, 8, "\t"))
    scan = read(tmp_path, text, "a.uxd", wavelength=None)
    np.testing.assert_allclose(scan.sigma, np.sqrt(Y) / 2)


@pytest.mark.parametrize("drive", ["THETA", "OMEGA", "PHI", "CHI", "X", "ROCKING"])
def test_uxd_of_other_drives(tmp_path, drive):
    with pytest.raises(ValueError, match=f"it is a scan of {drive}, not of 2 theta"):
        read(tmp_path, UXD_HEAD + uxd_range(drive), "a.uxd")


def test_uxd_of_two_ranges(tmp_path):
    text = UXD_HEAD + uxd_range() + uxd_range()
    with pytest.raises(ValueError, match=r"holds 2 scans \('range-1', 'range-2'\)"):
        read(tmp_path, text, "a.uxd", wavelength=None)
    text = UXD_HEAD + uxd_range("PHI") + uxd_range()
    assert read(tmp_path, text, "a.uxd", wavelength=None).name == "range-2"


def test_uxd_without_start(tmp_path):
    text = uxd_range(marker="_COUNTS", body=rows(Y)).replace("_STEPSIZE", "_OTHER")
    with pytest.raises(ValueError, match="states no start and step"):
        read(tmp_path, text, "a.uxd")


# Rigaku's ASCII ----------------------------------------------------------------------------------


def rigaku_ascii(axis="2theta/theta", n_groups=1, counts=Y, unit="counts"):
    group = (
        f"*BEGIN\n*GROUP = 0\n*START = {X[0]}\n*STOP = {X[-1]:.4f}\n*STEP = {files.STEP}\n"
        f"*SPEED = 6.0\n*YUNIT = {unit}\n*COUNT = {len(X)}\n{rows(counts, 4, ', ')}*END\n"
    )
    head = f"*TYPE = Raw\n*SAMPLE = quartz\n*SCAN_AXIS = {axis}\n*WAVE_LENGTH1 = 1.54056\n"
    return f"{head}*WAVE_LENGTH2 = 1.54439\n{group * n_groups}*EOF\n"


def test_rigaku_ascii(tmp_path):
    scan = read(tmp_path, rigaku_ascii(), "a.asc", wavelength=None)
    assert (scan.name, scan.radiation.lines) == ("quartz", ((1.54056, 1.0), (1.54439, 0.5)))
    np.testing.assert_allclose(scan.two_theta, X, atol=1e-9)
    np.testing.assert_array_equal(scan.counts, Y)
    scan = read(tmp_path, rigaku_ascii(counts=Y * 2, unit="cps"), "a.asc", wavelength=None)
    np.testing.assert_allclose(scan.sigma, np.sqrt(Y) * 2)  # half a second a step
    with pytest.raises(ValueError, match="a scan of omega, not of 2 theta"):
        read(tmp_path, rigaku_ascii("omega"), "a.asc")
    with pytest.raises(ValueError, match=r"holds 2 scans \('group-0', 'group-1'\)"):
        read(tmp_path, rigaku_ascii(n_groups=2), "a.asc", wavelength=None)


def test_rows_of_gsas_that_lost_a_count(tmp_path):
    for kind in ("STD", "ESD"):
        lines = files.gsas(kind).split(b"\n")
        lines[4] = lines[4][:-16] if kind == "ESD" else lines[4][:-8]
        with pytest.raises(ValueError, match="but its range makes 121 points: some were lost"):
            read(tmp_path, b"\n".join(lines), "a.gsas")


# The ILL's own formats, fields at fixed places that may touch ------------------------------------


def ill_rows(width, counts=Y):
    pairs = [f"{4:2d}{y:{width}.0f}" for y in counts]
    return "".join("".join(pairs[i : i + 10]) + "\n" for i in range(0, len(pairs), 10))


def d20(counts=Y):
    head = f"D20\nquartz at 10 K\n\n{100000:13.0f}{'':10}{X[0]:8.3f}{'':45}{files.STEP:9.3f}"
    return f"{head}{10:9.3f}{0:9.3f}{10:9.3f}\n{len(X):4d}\n{ill_rows(8, counts)}   -1000\n"


def d2b(counts=Y):
    head = f"quartz at 10 K\n{'':16}{files.STEP:8.3f}\n{X[0]:8.3f}\n{100000:8.0f}{100000:8.0f}\n"
    return f"{head}{ill_rows(6, counts)} 0 -1000\n  -10000\n"


@pytest.mark.parametrize("make", [d20, d2b])
def test_formats_of_the_ill(tmp_path, make):
    counts = Y.copy()
    counts[40] = 654321 if make is d2b else 7654321  # as wide as its field
    scan = read(tmp_path, make(counts))
    assert scan.name == "quartz at 10 K"
    np.testing.assert_allclose(scan.two_theta, X, atol=1e-9)
    np.testing.assert_array_equal(scan.counts, counts)
    np.testing.assert_allclose(scan.sigma, np.sqrt(counts / 4))


def test_a_row_of_the_ill_that_lost_a_count(tmp_path):
    lines = d20().split("\n")
    lines[8] = lines[8][:-10]
    with pytest.raises(ValueError, match="but its range makes 121 points: some were lost"):
        read(tmp_path, "\n".join(lines))
