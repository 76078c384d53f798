"""Simulate and compare: the distance spelled out, and what it finds."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator, PatternMatcher, PatternPointCloud
from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.retrieval._comparison.nearest_spots import spot_library
from xrdmatch.simulation import perturb_patterns

LIKELIHOOD_ROUNDING = 2e-3  # of log likelihoods of several hundred, in single precision
ROUNDING = 1e-6  # of distances up to 50; the point cloud's floor moves the weakest intensities


def naive_distance(points, pattern):
    """The docstring of `PatternMatcher`, one spot at a time."""
    indices = {tuple(hkl[:2]): i for i, hkl in enumerate(pattern.hkl.tolist())}
    for (h, k), i in list(indices.items()):
        indices.setdefault((-h, -k), i)
    reciprocal, *_ = np.linalg.lstsq(pattern.hkl[:, :2].astype(float), pattern.q, rcond=None)
    intensity = pattern.intensity / pattern.intensity.mean()
    mean = np.mean([np.exp(level) for _, _, level in points])
    total, seen = 0.0, set()
    for x, y, level in points:
        q = np.array([x, y])
        hk = np.rint(q @ np.linalg.inv(reciprocal))
        key = tuple(hk.astype(int).tolist())
        if key not in indices:
            total += 25.0
            continue
        seen |= {key, (-key[0], -key[1])}
        gap = np.linalg.norm(q - hk @ reciprocal)
        ratio = np.log(np.exp(level) / mean + 0.7) - np.log(intensity[indices[key]] + 0.7)
        cost = gap**2 / (0.01**2 + (0.03 * np.linalg.norm(q)) ** 2) + (ratio / 0.3) ** 2
        total += min(cost, 25.0)
    reach = max(np.hypot(x, y) for x, y, _ in points)
    within = {
        hk: intensity[i]
        for hk, i in indices.items()
        if np.linalg.norm(np.array(hk) @ reciprocal) <= reach
    }
    missing = sum(value for hk, value in within.items() if hk not in seen)
    return total / len(points) + 25.0 * missing / max(sum(within.values()), 1e-12)


@pytest.mark.parametrize(
    "simulator",
    [
        DiffractionSimulator(),
        DiffractionSimulator(q_max=1.2),
        DiffractionSimulator(hk_max=2, friedel_half=True),
        DiffractionSimulator(sort_lattice=False, radiation="electron"),
    ],
    ids=["default", "q_max", "half of few", "unsorted"],
)
def test_distance_is_the_naive_one(layers, simulator):
    """Of queries with a wider, a narrower and the same range, whatever the cells' sizes."""
    gallery = simulator.transform(layers)
    library = spot_library(gallery)
    queries = perturb_patterns(layers[::8], 1.5, random_state=1)
    queries += DiffractionSimulator(hk_max=1).transform(layers[:2])
    for points in PatternPointCloud().transform(queries):
        points = points[np.isfinite(points[:, 2])]
        expected = [naive_distance(points, pattern) for pattern in gallery]
        np.testing.assert_allclose(library.distances_of(points), expected, atol=ROUNDING)


def test_a_pattern_is_nowhere_from_itself(layers, patterns, matcher):
    distances, indices = matcher.kneighbors(patterns, 1)
    assert distances.max() < 1e-5  # intensities below the point cloud's floor are raised to it
    assert distances.min() >= 0
    np.testing.assert_array_equal(indices[:, 0], np.arange(40))


def test_half_a_pattern_is_as_good_where_mates_are_equal(layers, patterns, matcher):
    half = DiffractionSimulator(friedel_half=True).transform(layers)
    np.testing.assert_allclose(
        matcher.kneighbors(half, 40)[0], matcher.kneighbors(patterns, 40)[0], atol=ROUNDING
    )


def test_the_unit_of_intensity_and_the_order_do_not_matter(imperfect, matcher):
    expected = matcher.kneighbors(imperfect, 40)
    rng = np.random.default_rng(0)
    other = []
    for pattern in imperfect:
        order = rng.permutation(pattern.n_peaks)
        other.append(np.column_stack([pattern.q, 3.7 * pattern.intensity])[order])
    np.testing.assert_allclose(matcher.kneighbors(other, 40)[0], expected[0], atol=ROUNDING)


def test_an_additional_spot_costs_its_share(layers, patterns, matcher):
    """One faint spot more than 84, where no lattice point of the truth is."""
    pattern = patterns[0]
    stray = np.array([[0.5 * pattern.q[0, 0] + 1e-3, 0.5 * pattern.q[0, 1], 1e-12]])
    rows = np.column_stack([pattern.q, pattern.intensity])
    distance = matcher.kneighbors(np.concatenate([rows, stray]), 1)[0][0, 0]
    assert 0 < distance <= 25 / 85 + 0.01


def test_missing_intensity_costs_its_share(layers, patterns, matcher):
    """Without its strongest pair a pattern is off by that pair's share of the intensity."""
    matcher.set_gallery(layers[:1])
    pattern = patterns[0]
    keep = pattern.intensity < pattern.intensity.max() * (1 - 1e-9)
    share = pattern.intensity[~keep].sum() / pattern.intensity.sum()
    rows = np.column_stack([pattern.q, pattern.intensity])[keep]
    (points,) = PatternPointCloud().transform([rows])
    distance = matcher.kneighbors(rows, 1)[0][0, 0]
    assert distance > 25 * share
    assert distance == pytest.approx(naive_distance(points, pattern), abs=ROUNDING)


def test_shipped_layers_among_decoys():
    """Clean queries are right by construction; perturbed ones stay far above chance, 1 in 283."""
    layers = load_monolayers()
    gallery = [*layers, *make_monolayers(200, random_state=3)]
    matcher = PatternMatcher().fit(gallery)
    truth = np.arange(len(layers))
    clean = matcher.kneighbors(DiffractionSimulator().transform(layers), 2)
    alone = clean[0][:, 1] > 1e-4  # entries without an equal in the gallery
    assert alone.mean() > 0.95
    np.testing.assert_array_equal(clean[1][alone, 0], truth[alone])
    assert (clean[0][:, 0] < 1e-5).all()
    perturbed = matcher.predict(perturb_patterns(layers, random_state=0), k=10)
    assert (perturbed[:, 0] == truth).mean() > 0.4
    assert (perturbed == truth[:, None]).any(1).mean() > 0.75


def test_nothing_is_trained(layers, patterns):
    """Patterns are counted, never looked at: wrong ones change nothing."""
    with_them = PatternMatcher().fit(layers, patterns[::-1])
    without = PatternMatcher().fit(layers)
    for ours, theirs in zip(
        with_them.kneighbors(patterns), without.kneighbors(patterns), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_galleries_of_different_range_join(layers, imperfect):
    """With q_max large cells have more spots than small ones."""
    simulator = DiffractionSimulator(q_max=1.5)
    order = np.argsort([-layer.lattice.b for layer in layers], kind="stable")
    ordered = [layers[i] for i in order]
    whole = PatternMatcher(simulator).fit(ordered)
    for cut in (5, 35):
        joined = PatternMatcher(simulator).fit(ordered[cut:]).add_to_gallery(ordered[:cut])
        np.testing.assert_allclose(
            joined.kneighbors(imperfect, 40)[0], whole.kneighbors(imperfect, 40)[0], atol=ROUNDING
        )


def test_pattern_transformer_is_used(layers, imperfect, matcher):
    before = matcher.kneighbors(imperfect, 40)[0]
    matcher.set_params(pattern_transformer=PatternPointCloud(max_points=5))
    assert np.abs(matcher.kneighbors(imperfect, 40)[0] - before).max() > 1


def test_one_row_of_spots_is_too_little(layers):
    narrow = layers[0].copy()
    narrow.lattice = [[2.5, 0, 0], [0, 6, 0], [0, 0, 20]]
    with pytest.raises(ValueError, match=r"spots in two directions, got one row of spots; raise"):
        PatternMatcher(DiffractionSimulator(q_max=0.3)).fit([narrow])


def test_structures_in_the_place_of_patterns(layers):
    with pytest.raises(TypeError, match="A pattern is due here, got a Structure; simulate it"):
        PatternMatcher().fit(layers, layers)


# comparison="likelihood" -----------------------------------------------------------------------


@pytest.mark.parametrize("comparison", ["farthest", None, 1, ["nearest"]])
def test_unknown_comparison(layers, comparison):
    with pytest.raises(
        ValueError, match=r"comparison must be one of 'auto', 'nearest', 'likelihood', .*; pick one"
    ):
        PatternMatcher(comparison=comparison).fit(layers[:2])


def test_the_likelihood_beats_the_nearest_pattern():
    """Every sixth shipped layer, perturbed, among all and among decoys."""
    layers = load_monolayers()
    gallery = [*layers, *make_monolayers(40, random_state=3)]
    chosen = np.arange(0, len(layers), 6)
    queries = perturb_patterns([layers[i] for i in chosen], random_state=0)
    nearest, likelihood = (
        PatternMatcher(comparison=c).fit(gallery).predict(queries, k=10)
        for c in ("nearest", "likelihood")
    )
    hits = [(found[:, 0] == chosen).mean() for found in (nearest, likelihood)]
    assert hits[1] > hits[0] + 0.05
    assert (likelihood == chosen[:, None]).any(1).mean() > 0.9


def test_the_likelihood_of_clean_patterns(layers, patterns):
    """Each is its own best answer, on log odds that leave no doubt."""
    matcher = PatternMatcher(comparison="likelihood").fit(layers)
    distances, indices = matcher.kneighbors(patterns[:10], 2)
    np.testing.assert_array_equal(indices[:, 0], np.arange(10))
    assert (np.diff(distances) > 3).all()


def test_galleries_of_the_likelihood_join(layers, imperfect):
    """Also where small cells alone have fewer indices within q_max."""
    ordered = sorted(layers, key=lambda layer: max(layer.lattice.abc[:2]))
    queries = imperfect[:6]
    for simulator in (None, DiffractionSimulator(q_max=1.2)):
        whole = PatternMatcher(simulator, comparison="likelihood").fit(ordered)
        joined = PatternMatcher(simulator, comparison="likelihood").fit(ordered[:8])
        few = joined.kneighbors(queries, 8)
        joined.add_to_gallery(ordered[8:])
        distances, indices = joined.kneighbors(queries, 40)
        expected, order = whole.kneighbors(queries, 40)
        np.testing.assert_allclose(distances, expected, atol=LIKELIHOOD_ROUNDING)
        np.testing.assert_array_equal(indices, order)
        inside = distances[indices < 8].reshape(6, 8)
        np.testing.assert_allclose(few[0], inside, atol=LIKELIHOOD_ROUNDING)
        joined.set_gallery(ordered[:8])
        np.testing.assert_allclose(joined.kneighbors(queries, 8)[0], few[0])


def test_the_likelihood_knows_no_paper_intensities(layers):
    simulator = DiffractionSimulator(intensity="paper", wavelength=1.54)
    with pytest.raises(ValueError, match="kinematic intensities, got a simulator with intensity="):
        PatternMatcher(simulator, comparison="likelihood").fit(layers[:2])


def test_a_range_without_a_spot_is_refused_by_either(layers):
    for comparison in ("nearest", "likelihood"):
        with pytest.raises(ValueError, match=r"must reach a layer's first spot, got q_max=0\.05"):
            PatternMatcher(DiffractionSimulator(q_max=0.05), comparison=comparison).fit(layers[:2])


def test_another_comparison_needs_the_gallery_anew(layers, patterns):
    matcher = PatternMatcher().fit(layers[:5]).set_params(comparison="likelihood")
    with pytest.raises(ValueError, match=r"encoded for, got another one, comparison='likelihood'"):
        matcher.predict(patterns[:1])
    assert matcher.set_gallery(layers[:5]).predict(patterns[:1]).tolist() == [0]
