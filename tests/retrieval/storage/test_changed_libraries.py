"""Libraries that grow and shrink are those that would have been made at once."""

from io import BytesIO

import numpy as np
import pytest

from xrdmatch import PatternMatcher
from xrdmatch.retrieval import (
    add_to_library,
    calibrate_library,
    library_card,
    library_remarks,
    load_library,
    remove_from_library,
    save_library,
    verify_library,
)

NAMES = [f"layer {i}" for i in range(40)]


@pytest.fixture(params=["nearest", "likelihood"])
def matcher(request):
    return PatternMatcher(comparison=request.param)


def content(path):
    """Everything that a library has in its data folder, by file."""
    folder = path / library_card(path)["data"]
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def assert_alike(path, other):
    """The same bytes, but for sums of floats, whose order depends on what is encoded together."""
    ours, theirs = content(path), content(other)
    assert [*ours] == [*theirs]
    for name, one in ours.items():
        if name.startswith("encoded-moments"):
            arrays = [np.load(BytesIO(content)) for content in (one, theirs[name])]
            np.testing.assert_allclose(*arrays, rtol=1e-4, atol=1e-6)
        else:
            assert one == theirs[name]


def save(matcher, layers, rows, path, remarks=None):
    structures, labels = [layers[i] for i in rows], [NAMES[i] for i in rows]
    save_library(matcher.set_gallery(structures, labels), path, remarks=remarks)


def test_added_entries_make_the_same_library(matcher, layers, tmp_path):
    remarks = [
        {"skipped": [["a", "broken"]]},
        {"skipped": [["b", "empty"]], "doubtful": [["c", "?"]]},
    ]
    save(matcher, layers, range(33), tmp_path / "grown", remarks[0])
    save(matcher, layers, range(33, 40), tmp_path / "new", remarks[1])
    add_to_library(tmp_path / "grown", tmp_path / "new")
    both = {"skipped": [["a", "broken"], ["b", "empty"]], "doubtful": [["c", "?"]]}
    save(matcher, layers, range(40), tmp_path / "at once", both)
    assert_alike(tmp_path / "grown", tmp_path / "at once")
    assert library_remarks(tmp_path / "grown") == both
    assert verify_library(tmp_path / "grown") == 40


def test_removed_entries_leave_the_same_library(matcher, layers, tmp_path):
    save(matcher, layers, range(40), tmp_path / "shrunk")
    remove_from_library(tmp_path / "shrunk", [NAMES[3], NAMES[39]])
    left = [i for i in range(40) if i not in (3, 39)]
    save(matcher, layers, left, tmp_path / "at once")
    assert_alike(tmp_path / "shrunk", tmp_path / "at once")


def test_an_open_library_still_reads_its_structures(layers, tmp_path):
    save(PatternMatcher(), layers, range(40), tmp_path / "library")
    opened = load_library(tmp_path / "library")
    remove_from_library(tmp_path / "library", NAMES[:39])
    assert opened.gallery_[17] == layers[17]
    assert len(load_library(tmp_path / "library").gallery_) == 1


def test_what_was_calibrated_no_longer_holds(layers, tmp_path):
    save(PatternMatcher(), layers, range(40), tmp_path / "library")
    calibrate_library(tmp_path / "library", n_queries=40, severity=0.5)
    with pytest.warns(UserWarning, match="no longer holds and is dropped; calibrate it anew"):
        remove_from_library(tmp_path / "library", [NAMES[0]])
    assert not hasattr(load_library(tmp_path / "library"), "calibration_")


def test_what_cannot_be_changed(layers, tmp_path):
    path = tmp_path / "library"
    save(PatternMatcher(), layers, range(5), path)
    save(PatternMatcher(), layers, range(4, 8), tmp_path / "overlapping")
    with pytest.raises(ValueError, match=r"got 1 that are in both, such as 'layer 4'; take"):
        add_to_library(path, tmp_path / "overlapping")
    with pytest.raises(ValueError, match=r"grows by another one, got .* twice"):
        add_to_library(path, path)
    with pytest.raises(ValueError, match=r"are in the library, got 'none such'; load_library"):
        remove_from_library(path, ["none such", NAMES[0]])
    with pytest.raises(ValueError, match="keeps at least one entry, got the labels of all 5"):
        remove_from_library(path, NAMES[:5])
    with pytest.raises(ValueError, match="There is no library"):
        remove_from_library(tmp_path / "none", NAMES[:1])
    assert not (tmp_path / "none").exists()
    np.testing.assert_array_equal(load_library(path).classes_, NAMES[:5])
