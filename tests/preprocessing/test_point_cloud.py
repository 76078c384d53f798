"""A pattern as points: order, Friedel pairs, floor, strongest, padding, what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator, PatternPointCloud
from xrdmatch.datasets import load_monolayers
from xrdmatch.simulation import perturb_patterns, to_image

PIXEL = 1 / 40  # 1/Å


def points_of(*patterns, **options):
    return PatternPointCloud(**options).fit_transform(list(patterns))


def random_pattern(seed, n_spots=30):
    rng = np.random.default_rng(seed)
    return DiffractionPattern(rng.uniform(-2, 2, (n_spots, 2)), rng.exponential(5, n_spots))


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    max_points=st.sampled_from([None, 5]),
    merge_friedel=st.booleans(),
)
def test_the_order_of_spots_does_not_matter(seed, max_points, merge_friedel):
    rng = np.random.default_rng(seed)
    q = rng.uniform(-2, 2, (12, 2)).round(3)
    q, intensity = np.concatenate([q, -q]), np.tile(rng.integers(1, 4, 12), 2)  # many are equal
    order = rng.permutation(24)
    given_order, mixed = (
        DiffractionPattern(q, intensity),
        DiffractionPattern(q[order], intensity[order]),
    )
    both = points_of(given_order, mixed, max_points=max_points, merge_friedel=merge_friedel)
    np.testing.assert_allclose(both[0], both[1], atol=1e-12)


def test_friedel_pairs_by_hand():
    """One pair with a noisy mate, one pair in the lower half, one spot alone, one on the axis."""
    spots = [
        [0.4, 0.1, 100.0],
        [-0.402, -0.1, 80.0],
        [-0.3, 0.6, 10.0],
        [0.3, -0.6, 30.0],
        [-0.7, 0.2, 9.0],
        [0.0, -0.5, 45.0],
    ]
    expected = [
        [0.0, 0.5, np.log(45 / 90)],
        [0.3, -0.6, np.log(20 / 90)],
        [0.401, 0.1, 0.0],
        [0.7, -0.2, np.log(9 / 90)],
    ]
    np.testing.assert_allclose(points_of(spots)[0], expected, atol=1e-12)


def test_spots_that_are_no_mates_stay_two():
    """0.01 1/Å apart is more than a mate's position may be off."""
    assert points_of([[0.4, 0.1, 1.0], [-0.41, -0.1, 1.0]]).shape == (1, 2, 3)
    assert points_of([[0.4, 0.1, 1.0], [-0.402, -0.1, 1.0]]).shape == (1, 1, 3)


def test_a_third_spot_near_a_pair_is_no_mate():
    points = points_of([[0.4, 0.1, 2.0], [-0.4, -0.1, 4.0], [-0.403, -0.1, 9.0]])[0]
    expected = [[0.4, 0.1, np.log(3 / 9)], [0.403, 0.1, 0.0]]
    np.testing.assert_allclose(points, expected, atol=1e-12)


def test_without_merging_every_spot_stays_where_it_is():
    points = points_of([[0.4, 0.1, 2.0], [-0.4, -0.1, 4.0]], merge_friedel=False)[0]
    np.testing.assert_allclose(points, [[-0.4, -0.1, 0.0], [0.4, 0.1, np.log(0.5)]])


def test_a_simulated_pattern_has_half_as_many_points_as_spots():
    (pattern,) = DiffractionSimulator().transform(load_monolayers()[:1])
    half = DiffractionSimulator(friedel_half=True).transform(load_monolayers()[:1])
    np.testing.assert_allclose(points_of(pattern), points_of(*half), atol=1e-9)
    assert points_of(pattern).shape == (1, pattern.n_peaks // 2, 3)


@pytest.mark.parametrize("floor", [1e-5, 0.01])
def test_floor(floor):
    points = points_of([[0.4, 0.0, 1e9], [0.5, 0.0, 1.0], [0.6, 0.0, 0.0]], intensity_floor=floor)
    np.testing.assert_allclose(points[0, :, 2], [0.0, np.log(floor), np.log(floor)])


def test_the_unit_of_the_intensities_does_not_matter():
    pattern = random_pattern(3)
    other = DiffractionPattern(pattern.q, 7.3 * pattern.intensity)
    np.testing.assert_allclose(*points_of(pattern, other), atol=1e-12)


def test_extinct_patterns_lie_on_the_floor():
    np.testing.assert_allclose(points_of([[0.4, 0.1, 0.0]])[0], [[0.4, 0.1, np.log(1e-5)]])


def test_the_strongest_stay():
    pattern = random_pattern(4)
    points = points_of(pattern, max_points=7)[0]
    strongest = np.sort(np.log(pattern.intensity / pattern.intensity.max()))[-7:]
    np.testing.assert_allclose(np.sort(points[:, 2]), strongest)
    everything = points_of(pattern)[0]
    assert {*map(tuple, points.round(9))} <= {*map(tuple, everything.round(9))}


def test_shorter_patterns_are_padded_with_nan():
    short, long = [[0.4, 0.1, 1.0]], [[0.4, 0.1, 1.0], [0.5, 0.0, 2.0], [0.7, 0.2, 1.0]]
    points = points_of(short, long)
    assert points.shape == (2, 3, 3)
    assert np.isfinite(points).all(2).sum(1).tolist() == [1, 3]
    assert np.isnan(points[0, 1:]).all()
    np.testing.assert_allclose(points[0, :1], points_of(short)[0])


def test_patterns_in_any_form():
    pattern = DiffractionPattern([[0.4, 0.1], [0.0, 0.75]], [2.0, 1.0])
    rows = np.column_stack([pattern.q, pattern.intensity])
    forms = [pattern, rows, rows.tolist(), to_image(pattern)]
    points = points_of(*forms, image_scale=40.0)
    for other in points[1:]:
        np.testing.assert_allclose(other, points[0], atol=0.02)  # a pixel is 0.025 1/Å
    for single in forms[:2]:
        np.testing.assert_allclose(PatternPointCloud().transform(single), points[:1])


def test_pictures_of_another_scale_and_of_plain_intensities():
    pattern = DiffractionPattern([[0.4, 0.1], [0.0, 0.75]], [2.0, 1.0])
    image = to_image(pattern, scale=80.0, log=False)
    points = points_of(image, image_scale=80.0, image_log=False)
    np.testing.assert_allclose(points, points_of(pattern), atol=0.01)


def test_arrays_of_spots_give_what_patterns_give():
    """`transform_spots`, which training uses, and `transform` are the same."""
    patterns = perturb_patterns(load_monolayers()[:5], random_state=0)
    q = np.full((5, 200, 2), np.nan)
    intensity = np.full((5, 200), np.nan)
    for i, pattern in enumerate(patterns):
        q[i, : pattern.n_peaks], intensity[i, : pattern.n_peaks] = pattern.q, pattern.intensity
    cloud = PatternPointCloud()
    np.testing.assert_array_equal(cloud.transform_spots(q, intensity), cloud.transform(patterns))


def test_a_pattern_does_not_depend_on_its_company():
    patterns = [random_pattern(seed, n_spots) for seed, n_spots in enumerate([5, 40, 17])]
    together = points_of(*patterns)
    for row, pattern in zip(together, patterns, strict=True):
        alone = points_of(pattern)[0]
        np.testing.assert_array_equal(row[: len(alone)], alone)


def test_nothing_in_nothing_out():
    assert points_of().shape == (0, 1, 3)


def test_powder_peaks_are_refused():
    powder = DiffractionPattern([[0.3], [0.5]], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"two components of q, got a .* with 1 \(powder\); "):
        points_of(powder)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0.4, 0.1, np.nan]], "Intensities must be finite, got NaN"),
        ([[0.4, 0.1, -1.0]], "Intensities must not be negative, got -1"),
        ([[0.4, np.inf, 1.0]], "positions must be finite, got NaN or infinity"),
        ("pattern.csv", r"must be a DiffractionPattern, rows of .* or a picture, got str; make"),
        ([[0.4, 0.1, 1.0], [0.4]], r"rows of \(q_x, q_y, intensity\) or a picture, got list"),
    ],
)
def test_what_is_no_pattern(rows, message):
    with pytest.raises((TypeError, ValueError), match=message):
        points_of(rows)


def test_structures_and_tokens_are_refused():
    layer = Structure(Lattice.cubic(20), ["C"], [[0, 0, 0]])
    tokens = CrystalTokenizer().transform([layer])
    for structures, kind in (
        ([layer], "Structure"),
        (layer, "Structure"),
        (tokens, "crystal tokens"),
    ):
        with pytest.raises(TypeError, match=rf"A pattern is due here, got .*{kind}; simulate it"):
            PatternPointCloud().transform(structures)


@pytest.mark.parametrize("floor", [0.0, 1.0, -1.0, np.nan, "low"])
def test_floor_that_is_no_share(floor):
    with pytest.raises(ValueError, match=r"intensity_floor must lie between 0 and 1 .*1e-5 keeps"):
        PatternPointCloud(floor).fit()


@pytest.mark.parametrize("max_points", [0, 2.5, "many"])
def test_max_points_that_is_no_count(max_points):
    with pytest.raises(ValueError, match=r"max_points must be a whole .* or None, got .*; None"):
        PatternPointCloud(max_points=max_points).fit()
