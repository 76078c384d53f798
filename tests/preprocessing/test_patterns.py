"""What counts as a pattern, and what as a list of them."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from spot_pictures import draw

from xrdmatch import CrystalTokenizer, DiffractionPattern, PatternPointCloud
from xrdmatch.crystallography import Picture
from xrdmatch.preprocessing import SpotFinder, are_patterns, as_pattern, as_patterns, as_query
from xrdmatch.simulation import to_image

PATTERN = DiffractionPattern([[0.5, 0.0], [0.0, 0.5]], [1.0, 2.0])
ROWS = np.array([[0.5, 0.0, 1.0], [0.0, 0.5, 2.0]])
IMAGE = to_image(PATTERN)
PICTURE = draw(0).picture.with_scale(60.0, "reciprocal")
LAYER = Structure(Lattice.cubic(20), ["C"], [[0, 0, 0]])
TOKENS = CrystalTokenizer().transform([LAYER])


def test_a_pattern_stays_the_object_that_it_is():
    assert as_pattern(PATTERN) is PATTERN
    assert as_patterns([PATTERN])[0] is PATTERN


@pytest.mark.parametrize("rows", [ROWS, ROWS.tolist(), tuple(map(tuple, ROWS))])
def test_rows_of_three_numbers(rows):
    pattern = as_pattern(rows)
    np.testing.assert_array_equal(pattern.q, ROWS[:, :2])
    np.testing.assert_array_equal(pattern.intensity, ROWS[:, 2])


def test_three_columns():
    pattern = as_pattern(tuple(np.array(ROWS, dtype=float).T))
    np.testing.assert_array_equal(np.column_stack([pattern.q, pattern.intensity]), ROWS)


def test_pictures_are_read_by_the_scale_they_have():
    np.testing.assert_allclose(
        np.sort(as_pattern(IMAGE, 40.0).q, 0), [[0, 0], [0.5, 0.5]], atol=1e-6
    )
    np.testing.assert_allclose(
        np.sort(as_pattern(IMAGE, 80.0).q, 0), [[0, 0], [0.25] * 2], atol=1e-6
    )


@pytest.mark.parametrize(
    ("patterns", "n_patterns"),
    [
        (PATTERN, 1),
        (ROWS, 1),
        (IMAGE, 1),
        ([PATTERN, ROWS, IMAGE], 3),
        (np.stack([IMAGE, IMAGE]), 2),
        (np.array([PATTERN, PATTERN], dtype=object), 2),
        ((PATTERN, PATTERN), 2),
        ([], 0),
    ],
)
def test_one_or_many(patterns, n_patterns):
    assert [p.n_peaks for p in as_patterns(patterns, 40.0)] == [2] * n_patterns


@pytest.mark.parametrize("item", [LAYER, TOKENS])
def test_structures_are_no_patterns(item):
    with pytest.raises(TypeError, match=r"A pattern is due here, got .* structures first and patt"):
        as_pattern(item)
    with pytest.raises(TypeError, match="A pattern is due here"):
        as_patterns(item)


@pytest.mark.parametrize("item", ["a.csv", None, [1.0, 2.0], np.zeros((2, 2, 2)), [[1.0], "x"]])
def test_what_is_no_pattern_at_all(item):
    with pytest.raises(TypeError, match=r"or a picture, got \w+; make one with DiffractionPatt"):
        as_pattern(item)


@pytest.mark.parametrize(
    "queries",
    [
        PATTERN,
        [PATTERN, PATTERN],
        (PATTERN, PATTERN),
        [(PATTERN, PATTERN), PATTERN],
        [ROWS],
        [ROWS.tolist()],
        IMAGE,
        PICTURE,
        [PICTURE, PATTERN],
        np.stack([IMAGE, IMAGE]),
        np.array([PATTERN, PATTERN], dtype=object),
    ],
)
def test_queries_are_told_from_structures(queries):
    assert are_patterns(queries)


@pytest.mark.parametrize(
    "structures", [LAYER, [LAYER], (LAYER,), TOKENS, [], TOKENS[:0], [PATTERN, LAYER], None]
)
def test_structures_are_told_from_queries(structures):
    assert not are_patterns(structures)


@pytest.mark.parametrize("read", [as_pattern, as_query, lambda p: as_patterns(p)[0]])
def test_a_picture_goes_through_the_spot_finder(read):
    expected = SpotFinder().find(PICTURE).pattern
    found = read(PICTURE)
    np.testing.assert_array_equal(found.q, expected.q)
    assert (found.orientation, found.unit) == ("unknown", "1/Å")


@pytest.mark.parametrize("read", [as_pattern, as_query, PatternPointCloud().transform])
def test_an_array_that_is_a_picture_needs_its_scale(read):
    with pytest.raises(
        ValueError, match=r"shape \(201, 201\) is a picture, .* image_scale=<pixels"
    ):
        read(IMAGE)


def test_a_picture_without_scale_is_a_pattern_in_pixels_and_no_query():
    picture = Picture(PICTURE.counts)
    assert as_pattern(picture).unit == "pixel"
    with pytest.raises(
        ValueError, match=r"compared in 1/Å, got Diff.* pixels; give the picture its"
    ):
        PatternPointCloud().transform([picture])


def test_a_micrograph_is_no_pattern():
    with pytest.raises(ValueError, match=r"a diffraction pattern is due, got Picture.* real space"):
        as_pattern(Picture(PICTURE.counts, 0.2, "real"))
