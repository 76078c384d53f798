"""What is written is read: any crystal, pattern and scan, through files of several formats."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from xrdmatch.io import read_pattern, read_spots, read_structures

EXAMPLES = settings(max_examples=25, deadline=None)


def through_a_file(name, content, read):
    """Write a file and read it, without a warning; None where the reader says one sentence."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder, name)
        path.write_text(content, encoding="utf-8")
        try:
            return read(path)
        except ValueError as error:
            said = str(error)
    assert said.endswith(".")
    assert "\n" not in said
    return None


@EXAMPLES
@given(
    strategies.structures(),
    st.sampled_from([("a.json", "json"), ("a.vasp", "poscar"), ("a.cif", "cif")]),
)
def test_a_crystal(crystal, file):
    name, fmt = file
    if fmt == "poscar":
        crystal = crystal.get_sorted_structure()
    (read,) = through_a_file(name, crystal.to(fmt=fmt), read_structures)
    np.testing.assert_allclose(read.lattice.abc, crystal.lattice.abc, atol=1e-4)
    np.testing.assert_allclose(read.lattice.angles, crystal.lattice.angles, atol=1e-3)
    assert read.composition == crystal.composition
    assert same_distances(read, crystal)


def same_distances(a, b):
    """Tell whether all distances are the same, which no order of sites changes."""
    a, b = (np.sort(crystal.distance_matrix, axis=None) for crystal in (a, b))
    return np.allclose(a, b, atol=1e-3)


@EXAMPLES
@given(strategies.scans(max_points=300))
def test_a_scan(scan):
    """Every digit comes back, or one sentence says why the file is no scan."""
    rows = np.column_stack([scan.two_theta, scan.counts]).tolist()
    lines = [f"{x!r} {y!r}" for x, y in rows]
    read = through_a_file("a.xy", "\n".join(lines), read_pattern)
    if read is None:
        return
    np.testing.assert_array_equal(read.two_theta, scan.two_theta)
    np.testing.assert_array_equal(read.counts, scan.counts)


@EXAMPLES
@given(strategies.patterns(2))
def test_a_pattern(pattern):
    rows = np.column_stack([pattern.q, pattern.intensity]).tolist()
    lines = ["qx,qy,intensity", *(",".join(map(repr, row)) for row in rows)]
    read = through_a_file("spots.csv", "\n".join(lines), read_spots)
    if read is None:
        return
    np.testing.assert_array_equal(read.q, pattern.q)
    np.testing.assert_array_equal(read.intensity, pattern.intensity)
