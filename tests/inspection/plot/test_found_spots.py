"""Displays of spots that were found, and of maps: what is drawn and where."""

import numpy as np
import pytest
from spot_pictures import draw
from turned_patterns import SIMULATOR, placed, placement_of

from xrdmatch import PatternMatcher, PhysicsReranker
from xrdmatch.inspection import SpotMapDisplay, SpotsDisplay
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.retrieval import SpotMap


@pytest.fixture(scope="module")
def reranker(layers):
    return PhysicsReranker(PatternMatcher(SIMULATOR, orientation="unknown").fit(layers[:10]))


@pytest.fixture(scope="module")
def pattern(layers):
    return placed(SIMULATOR.transform(layers[2:3])[0], placement_of(33.0, True))


def test_spots_of_a_picture_are_drawn_where_they_are():
    picture = draw(seed=0).picture
    found = SpotFinder().find(picture)
    display = SpotsDisplay.from_picture(picture, found).plot()
    drawn = np.concatenate([marks.get_offsets() for marks in display.found_])
    assert len(drawn) == len(found.pixels)
    assert display.candidate_ is None
    assert display.ax_.figure is display.figure_


def test_a_candidate_covers_the_spots_that_it_explains(reranker, pattern):
    fits = reranker.refine(pattern, 3)
    display = SpotsDisplay.from_pattern(pattern, fits, reranker).plot()
    drawn = np.concatenate([marks.get_offsets() for marks in display.found_])
    centres = np.array(
        [path.get_extents().get_points().mean(0) for path in display.candidate_.get_paths()]
    )
    gaps = np.linalg.norm(drawn[:, None] - centres, axis=2).min(1)
    assert np.median(gaps) < 0.01  # [1/Å]


def test_fits_need_their_retriever(reranker, pattern):
    fits = reranker.refine(pattern, 3)
    with pytest.raises(ValueError, match="retriever"):
        SpotsDisplay.from_pattern(pattern, fits)
    with pytest.raises(ValueError, match="candidate"):
        SpotsDisplay.from_pattern(pattern, fits, reranker, candidate=99)


def test_a_map_has_a_pixel_for_each_place_and_a_file(reranker, pattern, tmp_path):
    found = SpotMap(reranker).fit([pattern] * 6, shape=(2, 3))
    display = SpotMapDisplay.from_estimator(found, 5.0).plot()
    (image,) = display.ax_.get_images()
    assert image.get_array().shape[:2] == (2, 3)
    display.save(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 1000
