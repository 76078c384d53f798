"""Damaged scans: lines are left out and named; whatever comes ends in a scan or a sentence."""

import warnings

import numpy as np
import pytest
import scan_files as files

from xrdmatch.io import ScanWarning, read_pattern
from xrdmatch.io._columns.runs import split_runs

TABLES = {  # what stands in columns, one point a line
    ".xy": files.xy,
    ".xye": files.xye,
    ".csv": files.csv,
    ".txt": files.txt,
    ".ras": files.ras,
    ".fxye": files.gsas,
    "-points.cif": lambda: files.cif("points"),
    ".uxd": lambda: b"_DRIVE='COUPLED'\n_WL1=1.5406\n_START=20\n_2THETACOUNTS\n" + files.xy(),
}
DAMAGES = {
    "a letter": lambda line: line.replace(b"0", b"O", 1),
    "garbage": lambda line: b"@@ garbage @@",
    "cut in half": lambda line: line[: len(line) // 2],
    "a blank in a number": lambda line: line.strip()[:3] + b" " + line.strip()[3:],
    "a control byte": lambda line: line.strip()[:4] + b"\0" + line.strip()[5:],
    "a digit too many": lambda line: line.replace(b"2", b"29", 1),
    "a digit lost": lambda line: line.replace(b"2", b"", 1),
    "a comma for the point": lambda line: line.replace(b".", b",", 1),
    "a column too many": lambda line: line.rstrip() + b" 7",
    "no number": lambda line: b"***",
    "a minus": lambda line: b"-" + line.lstrip(),
    "not a number": lambda line: line[:8] + b" nan",
}


def places(lines):
    """First row, second, two in the midst, and the last, by their indices."""
    rows = [i for i, line in enumerate(lines) if line.strip()[:2].isdigit() and b"." in line[:12]]
    first, last = rows[0], rows[-1]
    return first, first + 1, (2 * first + last) // 3, (first + last) // 2, last


def points(scan):
    return {*zip(np.round(scan.two_theta, 4), np.round(scan.counts), strict=True)}


TRUTH = {*zip(np.round(files.TWO_THETA, 4), files.COUNTS, strict=True)}


def scan_or_sentence(path):
    try:
        return read_pattern(path, wavelength="CuKa"), ""
    except ValueError as error:
        return None, str(error)


def read(folder, ending, content):
    """The scan, or None where a sentence refused it, and what was warned of."""
    path = folder / f"scan{ending}"
    path.write_bytes(content)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scan, said = scan_or_sentence(path)
    assert scan is not None or (said.endswith(".") and str(path) in said)
    assert all(issubclass(entry.category, ScanWarning) for entry in caught)
    return scan, caught


def one_line_damaged(kind):
    """Every damage of one kind: the ending, the content, the line's index."""
    for ending, make in TABLES.items():
        lines = make().split(b"\n")
        for place in places(lines):
            damaged = DAMAGES[kind](lines[place])
            if damaged != lines[place]:
                yield ending, b"\n".join([*lines[:place], damaged, *lines[place + 1 :]]), place


@pytest.mark.parametrize("kind", DAMAGES)
def test_one_damaged_line_costs_one_point_and_is_said(tmp_path, kind):
    """Twelve damages at five places of eight files: 480, of which some leave the line as it is."""
    for ending, content, place in one_line_damaged(kind):
        scan, caught = read(tmp_path, ending, content)
        if scan is None:
            assert ending == "-points.cif"  # whose parser stops at the first fault
            continue
        lost = TRUTH - points(scan)
        altered = points(scan) - TRUTH  # a digit of the counts, which nobody can see
        assert len(lost) <= 2, (ending, place)
        assert caught or len(lost) == len(altered), (ending, place)


@pytest.mark.parametrize("ending", [".xy", ".xye", ".csv", ".ras", ".fxye", ".uxd"])
def test_lines_joined_swapped_or_missing_are_said(tmp_path, ending):
    lines = TABLES[ending]().split(b"\n")
    i = places(lines)[2]
    joined = [*lines[:i], lines[i].rstrip() + lines[i + 1], *lines[i + 2 :]]
    swapped = [*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]
    missing = [*lines[:i], *lines[i + 1 :]]
    emptied = [*lines[:i], b"", *lines[i + 1 :]]
    commented = [*lines[:i], b"#" + lines[i], *lines[i + 1 :]]
    for damaged in (joined, swapped, missing, emptied, commented):
        scan, caught = read(tmp_path, ending, b"\n".join(damaged))
        assert len(TRUTH - points(scan)) in (1, 2)
        assert caught


@pytest.mark.filterwarnings("ignore:.*points are missing")
def test_the_damaged_lines_are_named(tmp_path):
    lines = files.xy().split(b"\n")
    lines[60] = b"23.00OO 55"
    with pytest.warns(ScanWarning, match=r"left out 1 of 121 lines, .* \(line 61: '23\.00OO 55'\)"):
        read_pattern(write(tmp_path, b"\n".join(lines)), wavelength="CuKa")


def write(folder, content):
    path = folder / "scan.xy"
    path.write_bytes(content)
    return path


def test_every_tenth_line_is_left_out_and_every_third_refused(tmp_path):
    lines = files.xy().split(b"\n")
    tenth = [b"x y" if i % 10 == 5 else line for i, line in enumerate(lines)]
    scan, caught = read(tmp_path, ".xy", b"\n".join(tenth))
    assert scan.n_points == files.N_POINTS - 12
    assert any("left out 12 of 121 lines" in str(entry.message) for entry in caught)
    third = [b"x y" if i % 3 == 1 else line for i, line in enumerate(lines)]
    with pytest.raises(
        ValueError, match=r"40 of the 121 lines of its columns are no rows of 2 num"
    ):
        read_pattern(write(tmp_path, b"\n".join(third)), wavelength="CuKa")


@pytest.mark.parametrize(
    ("x", "runs", "strays"),
    [
        ([1, 2, 3, 4, 5, 6], [[0, 1, 2, 3, 4, 5]], []),
        ([6, 5, 4, 3, 2, 1], [[0, 1, 2, 3, 4, 5]], []),
        ([1, 2, 30, 4, 5, 6, 7], [[0, 1, 3, 4, 5, 6]], [2]),
        ([1, 2, 3, 0, 5, 6, 7], [[0, 1, 2, 4, 5, 6]], [3]),
        ([90, 2, 3, 4, 5, 6, 7], [[1, 2, 3, 4, 5, 6]], [0]),
        ([1, 2, 3, 4, 5, 6, 0], [[0, 1, 2, 3, 4, 5]], [6]),
        ([1, 2, 2, 3, 4, 5], [[0, 1, 2, 3, 4, 5]], []),
        ([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]], []),
    ],
)
def test_runs(x, runs, strays):
    found, stray = split_runs(np.array(x, float))
    assert [run.tolist() for run in found] == runs
    assert stray.tolist() == strays


def test_no_run():
    with pytest.raises(ValueError, match=r"go up and down \(6 runs\)"):
        split_runs(np.array([1.0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]))


def test_a_negative_step_is_refused(tmp_path):
    content = bytearray(files.raw3())
    at = 712 + 176
    content[at : at + 8] = np.float64(-0.05).tobytes()
    path = tmp_path / "scan.raw"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"starts at 20 with steps of -0\.05 degrees"):
        read_pattern(path)


def test_an_encoding_that_nobody_knows(tmp_path):
    path = tmp_path / "scan.xrdml"
    path.write_bytes(files.xrdml().replace(b"UTF-8", b"UTF-99"))
    with pytest.raises(ValueError, match=r"its XML is in an encoding that nobody knows \(.*UTF-99"):
        read_pattern(path)


LONG = {  # texts of n repetitions that naive patterns take quadratic time for
    "blank lines": lambda n: "\n" * n,
    "words of a wavelength": lambda n: "# " + "wavelength " * n,
    "lines of wavelengths": lambda n: "# wavelength\n" * n,
    "open comments": lambda n: "/*\n" * n,
    "commas": lambda n: "," * n,
    "quotes": lambda n: '"' * n,
    "brackets": lambda n: "(" * n + " I",
    "damaged rows": lambda n: "".join(f"{i / 1e4:.4f} 5x\n" for i in range(n // 10)),
}


@pytest.mark.parametrize("kind", LONG)
def test_long_headers_take_no_long_time(tmp_path, kind):
    """A quadratic reader would need minutes."""
    path = write(tmp_path, LONG[kind](100_000).encode() + b"\n" + files.xy())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScanWarning)
        scan, said = scan_or_sentence(path)
    assert scan is not None or "lines of its columns are no rows" in said


def mutated(content, rng):
    """Cut, bytes altered, doubled, or lines in another order."""
    content = bytearray(content)
    kind = rng.integers(5)
    i, j = sorted(rng.integers(0, len(content), 2))
    if kind == 0:
        return bytes(content[:j])
    if kind == 1:
        return bytes(content[:i] + content[j:])
    if kind == 2:
        return bytes(content[:j] + content[i:])
    if kind == 3:
        lines = bytes(content).split(b"\n")
        rng.shuffle(lines)
        return b"\n".join(lines)
    for place in rng.integers(0, len(content), rng.integers(1, 30)):
        content[place] = rng.integers(256)
    return bytes(content)


@pytest.mark.parametrize(
    "n_each", [3, pytest.param(240, marks=pytest.mark.slow)], ids=["few", "thousands"]
)
def test_mutated_scans_end_in_results_or_a_sentence(tmp_path, n_each):
    """Of 21 files each; 240 make 5,040."""
    contents = {**files.FILES, **{f"-in{ending}": make for ending, make in TABLES.items()}}
    rng = np.random.default_rng(12)
    assert 240 * len(contents) >= 5000
    for ending, make in contents.items():
        content = make()
        for _ in range(n_each):
            scan, _ = read(tmp_path, ending, mutated(content, rng))
            assert scan is None or np.isfinite(scan.counts).all()


@pytest.mark.parametrize(
    "head",
    [
        "No. of points,121\n[Points]\nAngle,I",
        "# number of points = 121",
        "title\n2-Theta (deg)\nCounts\n  121",
    ],
)
def test_fewer_points_than_promised(tmp_path, head):
    rows = files.xy()
    if "," in head:
        rows = rows.replace(b" ", b",")
    scan, caught = read(tmp_path, ".chi", head.encode() + b"\n" + rows)
    assert (scan.n_points, caught) == (files.N_POINTS, [])
    with pytest.warns(ScanWarning, match="the file holds 120 of 121 points"):
        read_pattern(write(tmp_path, head.encode() + b"\n" + rows[len("20.0000 56\n") :]), "CuKa")


def test_fewer_points_than_a_ras_promises(tmp_path):
    stated = b'*MEAS_DATA_COUNT "121"\r\n*MEAS_SCAN_SPEED'
    content = files.ras().replace(b"*MEAS_SCAN_SPEED", stated)
    scan, caught = read(tmp_path, ".ras", content)
    assert (scan.n_points, caught) == (files.N_POINTS, [])
    scan, caught = read(tmp_path, ".ras", content.replace(b"20.0000 56.0000 1.0000\r\r\n", b""))
    assert "holds 120 of 121 points" in str(caught[0].message)
