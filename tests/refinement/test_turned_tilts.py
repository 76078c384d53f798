"""Tilted patterns: sums against the simulator, what they tell, what must not change them."""

import numpy as np
import pytest
import torch

from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternMatcher
from xrdmatch.encoders import SpotSums, bragg_survival, intensity_moments
from xrdmatch.refinement._spot_table import spot_table
from xrdmatch.refinement._turned_tilts import tilted_sums
from xrdmatch.simulation import check_settings

SIMULATOR = DiffractionSimulator(radiation="electron", q_max=1.2)
TILT = (20.0, 35.0)


def turned(angle, mirror=1):
    c, s = np.cos(angle), np.sin(angle)
    return np.diag([1.0, mirror]) @ np.array([[c, s], [-s, c]])


def seen(pattern, turn):
    """A pattern in another frame; heights stay."""
    q = np.column_stack([pattern.q[:, :2] @ turn, pattern.q[:, 2:]])
    return DiffractionPattern(q, pattern.intensity, radiation="electron", orientation="unknown")


@pytest.fixture(scope="module")
def flat(layers):
    return SIMULATOR.transform(layers)


@pytest.fixture(scope="module")
def tilted(layers):
    return DiffractionSimulator(radiation="electron", q_max=1.2, tilt=TILT).transform(layers)


def test_sums_are_those_of_the_simulated_spots(layers, tilted):
    table = spot_table(layers, check_settings(SIMULATOR))
    for entry, pattern in enumerate(tilted[:10]):
        hk = np.rint(pattern.q[:, :2] @ np.linalg.inv(table.reciprocal[entry])).astype(int)
        sums, length = tilted_sums(table, np.array([entry]), hk[None], pattern.q[None, :, 2])
        parts = SpotSums(*torch.as_tensor(sums).unbind(-1))
        mean, _ = intensity_moments(parts, bragg_survival(torch.as_tensor(length), 0.0))
        np.testing.assert_allclose(length[0], np.linalg.norm(pattern.q, axis=1), atol=1e-6)
        ratio = mean.numpy()[0] * table.unit[entry] / pattern.intensity
        strong = pattern.intensity > 1e-3 * pattern.intensity.max()
        np.testing.assert_allclose(ratio[strong], 1.0, rtol=2e-3)


@pytest.mark.parametrize("mirror", [1, -1])
def test_pairs_find_their_layer_in_any_frame(layers, flat, tilted, mirror):
    matcher = PatternMatcher(SIMULATOR, orientation="unknown").fit(layers)
    turns = [turned(angle, mirror) for angle in np.linspace(0, 6, 12)]
    queries = [(seen(flat[i], turn), seen(tilted[i], turn)) for i, turn in enumerate(turns)]
    assert (matcher.predict(queries) == np.arange(12)).mean() >= 11 / 12


def test_half_a_turn_changes_nothing(layers, flat, tilted):
    """Spots of an untilted pattern do not tell it, so the tilted one may be seen either way."""
    matcher = PatternMatcher(SIMULATOR, orientation="unknown").fit(layers)
    first = [(seen(flat[3], np.eye(2)), seen(tilted[3], np.eye(2)))]
    other = [(seen(flat[3], -np.eye(2)), seen(tilted[3], -np.eye(2)))]
    np.testing.assert_allclose(
        matcher.kneighbors(first, 5)[0], matcher.kneighbors(other, 5)[0], atol=0.05
    )


def test_a_tilted_pattern_alone_is_refused(layers, tilted):
    matcher = PatternMatcher(SIMULATOR, orientation="unknown").fit(layers)
    with pytest.raises(ValueError, match="needs an untilted one of the same crystal, got none"):
        matcher.predict([tilted[0]])
