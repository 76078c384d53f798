"""Columns: by their heading, else by what they can be; numbers however they are written."""

import numpy as np
import pytest
import scan_files as files

from xrdmatch.io import ScanWarning, read_pattern

X, Y = files.TWO_THETA, files.COUNTS
SIGMA = np.sqrt(Y)
D = 1.5406 / 2 / np.sin(np.radians(X / 2))
OTHER = Y[::-1]
BACKGROUND = 60 - (X - X[0]) / 2
NUMBERS = np.arange(len(X))


def table(*columns, separator=" ", heading=""):
    rows = zip(*columns, strict=True)
    body = "".join(separator.join(f"{value:.10g}" for value in row) + "\n" for row in rows)
    return (heading + "\n" if heading else "") + body


def read(folder, text, name="scan.txt", **options):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_pattern(path, wavelength="CuKa", **options)


def check(scan, counts=Y, sigma=None):
    np.testing.assert_allclose(scan.two_theta, X, atol=1e-6)
    np.testing.assert_allclose(scan.counts, counts, rtol=1e-6)
    if sigma is None:
        assert scan.sigma is None
    else:
        np.testing.assert_allclose(scan.sigma, sigma, rtol=1e-6)


NAMED = [  # heading, columns, separator, uncertainties
    ("2Theta,Intensity", (X, Y), ",", None),
    ("Intensity,2Theta", (Y, X), ",", None),
    ("No,2Theta,Intensity", (NUMBERS, X, Y), ",", None),
    (",2theta,counts", (NUMBERS, X, Y), ",", None),
    ("twotheta counts", (NUMBERS + 1, X, Y), " ", None),  # R names all columns but the first
    ("2theta d I_obs I_calc bkg", (X, D, Y, Y * 0.9, BACKGROUND), " ", None),
    ("2Theta\tYobs\tYcal\tYobs-Ycal\tBackg", (X, Y, Y * 0.9, Y * 0.1, BACKGROUND), "\t", None),
    ("Angle,TimePerStep,Intensity,ESD", (X, Y * 0 + 2, Y, SIGMA), ",", SIGMA),
    ("# 2theta(deg) I(a.u.) sigma", (X, Y, SIGMA), " ", SIGMA),
    ("2theta;err;counts", (X, SIGMA, Y), ";", SIGMA),
    ("q(1/A);2theta;I", (2 * np.pi / D, X, Y), ";", None),
    ("2theta\tsmoothed\traw", (X, OTHER, Y), "\t", None),
    ("#L Two Theta  Epoch  Seconds  Monitor  Detector", (X, NUMBERS, Y * 0, Y * 9, Y), " ", None),
    ("  2 Theta    Intensity", (X, Y), "  ", None),
    ("2Theta\tIntensity\ndeg\tcounts", (X, Y), "\t", None),
    ("2theta | I", (X, Y), " | ", None),
    ('"2theta" "counts"', (X, Y), " ", None),
    ("2theta,Normalized intensity", (X, Y), ",", None),
]


@pytest.mark.parametrize(("heading", "columns", "separator", "sigma"), NAMED, ids=str)
def test_columns_by_name(tmp_path, heading, columns, separator, sigma):
    check(read(tmp_path, table(*columns, separator=separator, heading=heading)), sigma=sigma)


def test_rows_with_dates(tmp_path):
    rows = zip(X, Y, strict=True)
    body = "".join(f"0 {x:.2f} {x + 1:.2f} {y:.0f} 07/07/2022 19:15:30\n" for x, y in rows)
    heading = "image twotheta twotheta_cuka intensity date time\n"
    check(read(tmp_path, heading + body))


UNNAMED = [  # columns, what is said, uncertainties
    ((X, Y, BACKGROUND), "column 3 is not used: it is no uncertainty of these", None),
    ((X, Y, OTHER), "column 3 is not used: it is no uncertainty of these", None),
    ((X, Y, Y * 0.95), "column 3 is not used: it is no uncertainty of these", None),
    ((X, D, Y), "column 1 for angles and column 3 for counts; column 2 is not used", None),
    ((NUMBERS, X, Y), "its first column numbers the rows", None),
    ((NUMBERS + 1, X, Y, SIGMA), "its first column numbers the rows", SIGMA),
    ((Y, X), "its counts stand before its angles", None),
]


@pytest.mark.parametrize(("columns", "message", "sigma"), UNNAMED, ids=[u[1] for u in UNNAMED])
def test_columns_by_their_look(tmp_path, columns, message, sigma):
    with pytest.warns(ScanWarning, match=message):
        scan = read(tmp_path, table(*columns))
    check(scan, sigma=sigma)


@pytest.mark.parametrize("scale", [1, 1e-3, 50])
@pytest.mark.parametrize("name", ["scan.xye", "scan.dat"])
def test_uncertainties_by_their_look(tmp_path, scale, name):
    check(read(tmp_path, table(X, Y * scale, SIGMA * scale), name), Y * scale, SIGMA * scale)


def test_a_background_in_an_xye_is_no_uncertainty(tmp_path):
    with pytest.warns(ScanWarning, match="it is no uncertainty"):
        check(read(tmp_path, table(X, Y, BACKGROUND), "scan.xye"))


def test_weak_counts_keep_their_uncertainties(tmp_path):
    counts = np.random.default_rng(0).poisson(1.2, len(X))
    sigma = np.sqrt(np.maximum(counts, 1))
    scan = read(tmp_path, table(X, counts, sigma), "scan.xye")
    np.testing.assert_allclose(scan.sigma, sigma)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (table(NUMBERS, Y), "numbers the rows from 0 on, and no column of angles is beside it"),
        (table(*np.divmod(NUMBERS[:120], 12) + X[:1][0], Y[:120]), "it is a map: its column 1"),
        (table(X, BACKGROUND, heading="2theta,background", separator=","), "named as counts: '2th"),
        (table(X, X, X, X, Y, heading="h k l 2theta I"), "a list of reflections, not a scan"),
        (table(X, Y, heading="Time(s) Counts"), r"named as 2 theta, the first is 'Time\(s\)'"),
        (table(10 * X, Y), "its axis reaches 260, and 2 theta lies from 0 to below 180"),
        (table(X, Y * 1e150), r"it has counts of .*e\+152, which no detector counts"),
        (table(X, Y * 1e-300), "nothing was measured"),
    ],
)
def test_what_is_no_table_of_a_scan(tmp_path, text, message):
    with pytest.raises(ValueError, match=rf"^Cannot read .*{message}.*\.$"):
        read(tmp_path, text)


def test_unequal_counting_times_are_divided_out(tmp_path):
    seconds = np.where(X < 23, 1.0, 4.0)
    text = table(X, seconds, Y * seconds, separator=",", heading="Angle,TimePerStep,Counts")
    with pytest.warns(ScanWarning, match="counted for unequal times; divided the counts by them"):
        check(read(tmp_path, text), Y, np.sqrt(Y * seconds) / seconds)


# Numbers -----------------------------------------------------------------------------------------


def thousands(mark, separator, decimal="."):
    rows = zip(X, 10 * Y, strict=True)
    lines = (f"{x:.3f}".replace(".", decimal) + separator + f"{y:,.0f}" for x, y in rows)
    return "\n".join(line.replace(",", mark) if decimal == "." else line for line in lines)


WRITTEN = {
    "tabs and blanks": table(X, Y, separator="\t   "),
    "decimal commas": table(X, Y * 10, separator=";").replace(".", ","),
    "decimal commas and blanks": table(X, Y * 10).replace(".", ","),
    "decimal commas quoted": "".join(
        f'"{x:.2f}","{10 * y:.1f}"\n'.replace(".", ",") for x, y in zip(X, Y, strict=True)
    ),
    "thousands by commas": thousands(",", "\t"),
    "thousands by commas, quoted": "\n".join(
        f'{x:.2f},"{10 * y:,.0f}"' for x, y in zip(X, Y, strict=True)
    ),
    "thousands by commas as cells": thousands(",", ","),
    "thousands by apostrophes": thousands("'", "\t"),
    "thousands by narrow blanks": thousands("\u202f", "\t"),
    "thousands by points": thousands(",", ";", "#").replace(",", ".").replace("#", ","),
    "quotes": "".join(f'"{x:.2f}","{10 * y:.0f}"\n' for x, y in zip(X, Y, strict=True)),
    "cells at the end": "".join(f"{x:.2f},{10 * y:.0f},,\n" for x, y in zip(X, Y, strict=True)),
    "Fortran": "".join(f"{x:.6e} {10 * y:.6e}\n" for x, y in zip(X, Y, strict=True)).replace(
        "e", "D"
    ),
    "old Macintosh": table(X, Y * 10).replace("\n", "\r"),
    "UTF-16": table(X, Y * 10).encode("utf-16"),
    "UTF-16 without a mark": table(X, Y * 10).encode("utf-16-le"),
    "Latin-1": b"# \xb02Th. Z\xe4hler\n" + table(X, Y * 10).encode(),
}
WRITTEN["tabs and blanks"] = table(X, Y * 10, separator="\t   ")


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.filterwarnings("ignore:.*its numbers have marks at thousands")
def test_numbers_however_written(tmp_path, way):
    check(read(tmp_path, WRITTEN[way]), 10 * Y)


def test_marks_at_thousands_are_said(tmp_path):
    with pytest.warns(ScanWarning, match=r"marks at thousands, as in \d,\d{3}\."):
        read(tmp_path, thousands(",", "\t"))


# Several scans -----------------------------------------------------------------------------------

BESIDE = {
    "named": (table(X, Y, X, OTHER, separator=",", heading="2Theta,A,2Theta,B"), ["A", "B"]),
    "unnamed": (table(X, Y, X + 0.01, OTHER), ["columns 1 and 2", "columns 3 and 4"]),
    "one axis": (table(X, Y, OTHER, separator=",", heading="2Theta,quartz,calcite"),
                 ["quartz", "calcite"]),
    "numbers": (table(X, Y, OTHER, separator=",", heading="2Theta,300,400"), ["300", "400"]),
    "phases": (table(X, Y, OTHER, separator=",", heading="2Theta,gamma-Al2O3,A-1"),
               ["gamma-Al2O3", "A-1"]),
    "stacked": (f"# first\n{table(X, Y)}# second\n{table(X, OTHER)}", ["first", "second"]),
    "stacked, untitled": (table(X, Y) + "\n" + table(X, OTHER), ["scan-0", "scan-1"]),
    "stacked, named": ("#S 1 ascan\n#L tth  I\n" + table(X, Y) + "#S 2 ascan\n#L tth  I\n"
                       + table(X, OTHER), ["S 1 ascan", "S 2 ascan"]),
    "overlapping": (table(X[:70], Y[:70]) + table(X[60:], Y[60:]), ["scan-0", "scan-1"]),
}  # fmt: skip


@pytest.mark.parametrize("way", BESIDE)
def test_several_scans_are_chosen_by_name(tmp_path, way):
    text, names = BESIDE[way]
    with pytest.raises(ValueError, match=rf"holds 2 scans \('{names[0]}', '{names[1]}'\); choose"):
        read(tmp_path, text)
    scans = read(tmp_path, text, scan="all")
    assert [scan.name for scan in scans] == names
    chosen = read(tmp_path, text, scan=names[1])
    np.testing.assert_array_equal(chosen.counts, scans[1].counts)
    if way not in ("overlapping",):
        check(scans[0])
        np.testing.assert_array_equal(chosen.counts, OTHER)


def test_ranges_that_go_on_are_one_scan(tmp_path):
    text = "# range 1\n" + table(X[:50], Y[:50]) + "# range 2\n" + table(X[50:], Y[50:])
    check(read(tmp_path, text))


def test_each_scan_has_its_own_heading(tmp_path):
    text = "# 2theta I\n" + table(X, Y) + "# omega I\n" + table(X, OTHER)
    check(read(tmp_path, text))
    with pytest.raises(ValueError, match=r"Cannot read scan .*: its axis is omega"):
        read(tmp_path, text, scan=1)


def test_a_list_of_peaks_beside_the_scan_is_said(tmp_path):
    text = table(X[:8], D[:8], Y[:8], heading="# peaks") + "# scan\n" + table(X, Y)
    with pytest.warns(ScanWarning, match=r"left out 8 rows of 3 numbers from line 2 on, apart"):
        check(read(tmp_path, text))


def test_a_point_that_towers_over_all_others_is_said(tmp_path):
    counts = Y.copy()
    counts[50] = 1e12
    with pytest.warns(ScanWarning, match=r"one point, at 22\.5 degrees, has 1e\+12 counts, the"):
        check(read(tmp_path, table(X, counts)), counts)
