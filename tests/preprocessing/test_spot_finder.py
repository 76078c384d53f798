"""Spots found in pictures: all that were drawn, nothing else, and where the centre is."""

import numpy as np
import pytest
from spot_pictures import draw, gaussians

from xrdmatch.crystallography import Picture
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.preprocessing._spot_finding.pixels import clean_pixels

CLOSE = 0.5  # pixels between a spot and where it was drawn
CENTRE = 0.1  # pixels
CASES = {
    "plain": {},
    "narrow": {"width": 1.0},
    "wide": {"width": 3.5, "basis": ((33, 3), (-5, 39)), "shape": (300, 300), "centre": (150, 140)},
    "behind a stop": {"stop": True, "beam": 0},
    "far from the middle": {"stop": True, "beam": 0, "centre": (60, 140), "shape": (256, 256)},
    "no beam": {"beam": 0},
    "flat": {"beam": 0, "halo": (0, 40)},
    "hot pixels": {"hot": 400},
    "rings": {"rings": ((40, 30), (57, 15))},
    "dim": {"strength": 3e3},
    "dense": {"basis": ((11, 1), (-3, 13)), "width": 1.5, "shape": (150, 150), "centre": (73, 77)},
}


def nearest(found, drawn):
    """Distance of each drawn spot from the nearest found one, and which that is."""
    gap = np.linalg.norm(drawn[:, None] - found, axis=2)
    return gap.min(1), gap.argmin(1)


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def case(request):
    drawn = draw(3, **CASES[request.param])
    return drawn, SpotFinder().find(drawn.picture)


def test_every_spot_that_can_be_seen_is_found(case):
    drawn, found = case
    gap, _ = nearest(found.pixels, drawn.pixels)
    assert (gap < CLOSE).mean() > 0.93  # hot pixels and a stop's edge take some
    assert np.median(gap) < CLOSE / 2


def test_nothing_else_is_found(case):
    """What lies on no point of the drawn lattice was never drawn."""
    drawn, found = case
    hk = (found.pixels - drawn.centre) @ np.linalg.inv(drawn.basis)
    off = np.linalg.norm((hk - np.rint(hk)) @ drawn.basis, axis=1)
    assert (off > 2).sum() <= 1


def test_centre_and_lattice(case):
    drawn, found = case
    assert np.linalg.norm(found.centre - drawn.centre) < CENTRE
    change = found.lattice @ np.linalg.inv(drawn.basis)
    np.testing.assert_allclose(change, np.rint(change), atol=0.01)
    assert abs(np.linalg.det(change)) == pytest.approx(1, abs=0.01)
    assert found.n_lattices == 1
    np.testing.assert_allclose(
        found.centre + found.indices[found.is_on_lattice] @ found.lattice,
        found.pixels[found.is_on_lattice],
        atol=2,
    )


def test_intensities_and_their_errors(case):
    drawn, found = case
    gap, at = nearest(found.pixels, drawn.pixels)
    seen = gap < CLOSE
    error = found.intensity[at[seen]] - drawn.intensity[seen]
    assert np.median(np.abs(error) / drawn.intensity[seen]) < 0.1
    assert 0.4 < 1.48 * np.median(np.abs(error / found.sigma[at[seen]])) < 1.6


def few_spots(width, ground, beam=0.0, shape=(160, 160)):
    """Eight bright spots on dark ground around a direct beam, and where they are."""
    hk = np.array([(h, k) for h in (-1, 0, 1) for k in (-1, 0, 1) if h or k])
    places = [82.4, 78.7] + hk * max(14.0, 8 * width) @ [[0.96, 0.28], [-0.3, 1.1]]
    heights = 1e4 * np.exp(0.3 * np.random.default_rng(1).standard_normal(8))
    volumes = 2 * np.pi * width**2 * np.append(heights, beam)
    mean = ground + gaussians(shape, [*places, (82.4, 78.7)], volumes, width)
    return Picture(np.random.default_rng(0).poisson(mean)), places


@pytest.mark.parametrize("ground", [0.0, 1.0, 50.0])
@pytest.mark.parametrize("width", [0.8, 1.5, 3.0, 5.0])
def test_a_few_bright_spots_on_dark_ground(width, ground):
    """However wide they are: noise is not what spots themselves add to a filtered picture."""
    picture, places = few_spots(width, ground)
    found = SpotFinder().find(picture)
    gap, _ = nearest(found.pixels, places)
    assert gap.max() < 0.1 * width
    assert len(found.pixels) == 8
    assert found.width == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize("width", [0.8, 1.5, 3.0])
def test_flanks_of_strong_spots_are_no_hot_pixels(width):
    counts = few_spots(width, 50.0)[0].counts.copy()
    assert clean_pixels(counts).is_good.all()
    counts[10:150:20, 5] = 2000  # seven that are
    np.testing.assert_array_equal(np.argwhere(~clean_pixels(counts).is_good)[:, 1], [5] * 7)


def test_a_wide_direct_beam():
    found = SpotFinder().find(few_spots(5.0, 1.0, beam=1e5)[0])
    np.testing.assert_allclose(found.centre, [82.4, 78.7], atol=0.5)


def test_the_pattern_is_the_spots_in_its_own_frame():
    drawn = draw(0)
    found = SpotFinder(radiation="electron").find(drawn.picture.with_scale(50.0, "reciprocal"))
    pattern = found.pattern
    np.testing.assert_allclose(pattern.q, (found.pixels - found.centre) * [1, -1] / 50, atol=1e-12)
    np.testing.assert_allclose(found.to_pixels(pattern.q), found.pixels, atol=1e-9)
    np.testing.assert_array_equal(pattern.sigma, found.sigma)
    assert (pattern.orientation, pattern.unit) == ("unknown", "1/Å")
    assert pattern.radiation.kind == "electron"
    assert pattern.scale_error == 0.03
    assert pattern.centre_error == pytest.approx(found.centre_error / 50)
    assert (np.diff(found.intensity) <= 0).all()


def test_without_a_scale_q_is_in_pixels():
    (pattern,) = SpotFinder().transform([draw(0).picture])
    assert (pattern.unit, pattern.scale_error) == ("pixel", 0.0)


@pytest.mark.parametrize(("given", "stated", "expected"), [(0.01, 0.02, 0.01), (None, 0.02, 0.02)])
def test_how_surely_the_scale_is_known(given, stated, expected):
    counts = draw(0).picture.counts
    picture = Picture(counts, 50.0, "reciprocal", {"scale_error": stated})
    assert SpotFinder(scale_error=given).transform([picture])[0].scale_error == expected


def test_a_picture_moved_by_whole_pixels_and_in_another_unit():
    drawn = draw(1)
    first = SpotFinder().find(drawn.picture)
    moved = SpotFinder().find(Picture(7.5 * drawn.picture.counts[4:, 2:]))
    same, at = nearest(moved.pixels + np.array([2, 4]), first.pixels)
    kept = same < 0.05
    assert kept.mean() > 0.9  # near the cut rim spots are lost
    ratio = moved.intensity[at[kept]] / first.intensity[kept]
    np.testing.assert_allclose(ratio, 7.5, rtol=0.02)


def test_pixels_that_were_not_measured():
    drawn = draw(0)
    counts = drawn.picture.counts.copy()
    counts[60:80, 120:140] = np.nan
    found = SpotFinder().find(Picture(counts))
    inside = ((drawn.pixels > [118, 58]) & (drawn.pixels < [142, 82])).all(1)
    gap, _ = nearest(found.pixels, drawn.pixels)
    assert (gap[~inside] < CLOSE).mean() > 0.93
    assert np.linalg.norm(found.centre - drawn.centre) < CENTRE


def test_two_crystals_are_two_lattices():
    drawn = draw(0, second=((2.37, 21.93), (27.31, -6.11)))
    found = SpotFinder().find(drawn.picture)
    assert found.n_lattices == 2
    assert any("Lattices overlap" in remark for remark in found.remarks)
    assert np.linalg.norm(found.centre - drawn.centre) < CENTRE


def test_saturated_spots_are_said():
    found = SpotFinder().find(draw(0, saturation=400).picture)
    assert any("spots are saturated at 400" in remark for remark in found.remarks)


def test_hot_pixels_and_a_stop_are_said():
    found = SpotFinder().find(draw(0, hot=300, stop=True, beam=0).picture)
    assert any("pixels that stand out alone" in remark for remark in found.remarks)
    assert any("beam stop hides" in remark for remark in found.remarks)


def test_a_centre_that_is_told():
    drawn = draw(0, beam=0)
    found = SpotFinder(centre=drawn.centre).find(drawn.picture)
    np.testing.assert_array_equal(found.centre, drawn.centre)
    assert found.centre_error == 0


def one_row():
    return draw(0, basis=((22.0, 3.0), (-300.0, 900.0))).picture


def test_one_row_of_spots_has_no_lattice():
    found = SpotFinder().find(one_row())
    assert found.lattice is None
    assert found.n_lattices == 0
    assert any("No lattice of the spots was found" in remark for remark in found.remarks)


def noise(shape=(120, 120)):
    return np.random.default_rng(0).poisson(20.0, shape)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (Picture(np.ones((60, 60))), "has pixels that differ, got 1 everywhere; check the file"),
        (Picture(noise((8, 8))), "at least 16 pixels a side, got 8 x 8; take the whole frame"),
        (Picture(noise()), "no.* stands out of the noise.*check that it is a diffraction pattern"),
        (
            draw(0, spots=False, rings=((40, 60), (57, 40))).picture,
            r"shows rings, of radii 40, 57 pixels, and no spots; .*calibrate_picture",
        ),
        (Picture(noise(), 0.3, "real"), "a diffraction pattern is due, got Picture.* real space"),
    ],
)
def test_pictures_without_spots(picture, message):
    with pytest.raises(ValueError, match=message):
        SpotFinder().find(picture)
    with pytest.raises(ValueError, match=f"^Picture 1: .*{message}"):
        SpotFinder().transform([draw(0).picture, picture])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_significance": 0}, "min_significance must be positive, got 0; 5.0 is usual"),
        ({"width": -1}, r"width must be positive \[pixels\], got -1; None measures it"),
        ({"centre": 3}, r"centre must be a column and a row \[pixels\], or None, got 3"),
        ({"scale_error": 2}, "scale_error must be a relative error from 0 to 1, or None, got 2"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        SpotFinder(**options).fit()


def test_what_is_no_picture():
    with pytest.raises(TypeError, match=r"sought in a Picture, got ndarray; make one with Pict"):
        SpotFinder().find(noise())
