"""The overlap of two Gamma densities against an integral."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from xrdmatch.inspection._ambiguity.gamma_overlap import FLOOR, LEAST, overlap


def arrays(*rows):
    return tuple(np.array([row], dtype=float) for row in rows)


@pytest.mark.parametrize(("mean", "spread", "other"), [(1.0, 0.3, 0.5), (1.0, 1.0, 0.2)])
def test_as_the_integral(mean, spread, other):
    """Of two spots the second, and the scale, are the same for both, as it varies so little."""
    means, others = [mean, 1e3], [mean, 1e3]
    deviations, other_deviations = [spread, 1e-3], [other, 1e-3]
    moments = [
        arrays(m, np.square(d)) for m, d in ((means, deviations), (others, other_deviations))
    ]
    found = overlap(*moments, np.ones((1, 2), dtype=bool), 0.0)[0]
    unit = np.mean(means)
    densities = [_density(mean / unit, d / unit) for d in (spread, other)]
    whole, _ = quad(lambda x: np.sqrt(densities[0].pdf(x) * densities[1].pdf(x)), 0, 20 / unit * 10)
    assert found == pytest.approx(np.sqrt(whole), rel=1e-3)


def _density(mean, deviation):
    variance = deviation**2 + FLOOR**2
    return gamma((mean + FLOOR) ** 2 / variance, scale=variance / (mean + FLOOR))


def test_what_must_not_change_it():
    rng = np.random.default_rng(0)
    (first, second), judged = rng.uniform(0.1, 1, (2, 2, 1, 9)), np.ones((1, 9), dtype=bool)
    found = overlap(first, second, judged, 0.1)
    assert 0 < found[0] < 1
    assert overlap(first, first, judged, 0.1)[0] == pytest.approx(1)
    assert overlap(second, first, judged, 0.1) == pytest.approx(found)
    scaled = second[0] * 7, second[1] * 49
    assert overlap(first, scaled, judged, 0.1) == pytest.approx(found)
    unseen = [np.concatenate([x, np.full_like(x, 5.0)], axis=-1) for x in (first, second)]
    judged = np.concatenate([judged, ~judged], axis=1)
    assert overlap(*unseen, judged, 0.1) == pytest.approx(found)


def test_noise_makes_alike():
    first, second = arrays([1, 2, 3], [0, 0, 0]), arrays([3, 2, 1], [0, 0, 0])
    judged = np.ones((1, 3), dtype=bool)
    found = [overlap(first, second, judged, noise)[0] for noise in (0.1, 0.5, 2.0)]
    assert (np.diff(found) > 0).all()
    assert found[0] == pytest.approx(LEAST ** (2 / 3), rel=0.01)  # the middle spot agrees


def test_no_spot_counts():
    moments = arrays([1.0], [0.1])
    assert np.isnan(overlap(moments, moments, np.zeros((1, 1), dtype=bool), 0.1)[0])
