"""Towers for powders: what matters in a set of peaks and what does not."""

import math

import pytest
import torch

from xrdmatch.encoders import PeakSetTowers
from xrdmatch.encoders._peak_set import N_BINS, N_TOKENS, OFFSET, PeakHistogram

Q_MAX = 0.95
SAME = 1e-5  # single precision


@pytest.fixture
def towers():
    towers = PeakSetTowers(q_max=Q_MAX, n_layers=2, n_heads=2, embedding_dim=16)
    return towers.requires_grad_(False).eval()


@pytest.fixture
def points():
    """Four powders of ten peaks, the strongest first."""
    q = 0.1 + 0.8 * torch.rand(4, 10)
    log_intensity = -6 * torch.rand(4, 10).sort(1).values
    ends = torch.tensor([0.06, 0.92]).expand(4, 10, 2)
    return torch.cat([torch.stack([q, log_intensity], -1), ends], -1)


def assert_same(ours, theirs):
    torch.testing.assert_close(ours, theirs, atol=SAME, rtol=0)


def test_embeddings_are_unit_vectors(towers, points):
    for embeddings in (towers.encode_patterns(points), towers.encode_structures(points[..., :2])):
        assert embeddings.shape == (4, 16)
        assert_same(embeddings.norm(dim=1), torch.ones(4))


def test_the_order_of_peaks_does_not_matter(towers, points):
    shuffled = points[:, torch.randperm(10)]
    assert_same(towers.encode_patterns(shuffled), towers.encode_patterns(points))


def test_padding_does_not_matter(towers, points):
    padding = points[:, :5].clone()
    padding[..., :2] = torch.nan
    padded = torch.cat([points, padding], 1)
    assert_same(towers.encode_patterns(padded), towers.encode_patterns(points))
    peaks = padded[..., :2]
    assert_same(towers.encode_structures(peaks), towers.encode_structures(points[..., :2]))


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_positions_intensities_and_the_range_matter(towers, points, column):
    changed = points.clone()
    changed[..., column] = 0.9 * changed[..., column]
    gaps = (towers.encode_patterns(changed) - towers.encode_patterns(points)).norm(dim=1)
    assert (gaps > 1e-3).all()


def test_both_sides_are_read_alike(towers, points):
    """A powder measured over all that the structures have is its structure."""
    points[..., 2:] = torch.tensor([0.0, Q_MAX])
    assert_same(towers.encode_patterns(points), towers.encode_structures(points[..., :2]))


def test_peaks_beyond_the_strongest_still_count(towers):
    q = torch.linspace(0.1, 0.9, N_TOKENS + 20)
    points = torch.stack([q, torch.linspace(0, -3, len(q)), 0.05 + 0 * q, 0.95 + 0 * q], -1)[None]
    fewer = points[:, :N_TOKENS]
    assert_same(towers.pattern_tokens(points)[0], towers.pattern_tokens(fewer)[0])
    assert (towers.encode_patterns(points) - towers.encode_patterns(fewer)).norm() > 1e-3


def test_a_powder_without_peaks_has_an_embedding(towers, points):
    points[1, :, :2] = torch.nan
    embeddings = towers.encode_patterns(points)
    assert torch.isfinite(embeddings).all()
    keep = [0, 2, 3]
    assert_same(embeddings[keep], towers.encode_patterns(points[keep]))


def test_weights_are_between_the_peaks_there_are(towers, points):
    points[0, 7:, :2] = torch.nan
    for maps in (towers.pattern_weights(points), towers.structure_weights(points[..., :2])):
        assert len(maps) == 2
        assert maps[0].shape == (4, 2, 10, 10)
        assert_same(maps[1].sum(-1), torch.ones(4, 2, 10))
        assert not maps[0][0, :, :, 7:].any()


def test_nothing_in_nothing_out(towers, points):
    assert towers.encode_patterns(points[:0]).shape == (0, 16)
    assert towers.encode_structures(points[:0, :, :2]).shape == (0, 16)


def test_a_histogram_by_hand():
    """One peak of amplitude 1/2 makes one hump of that area, times twice the blur, at its q."""
    histogram = PeakHistogram(Q_MAX)
    log_intensity = torch.tensor([[2 * math.log(0.5)]])
    ends = torch.tensor([[0.2, 0.6]])
    found = histogram(torch.tensor([[0.3]]), log_intensity, torch.tensor([[True]]), ends)
    amplitude, level, seen = found.view(3, N_BINS)
    assert amplitude.sum() == pytest.approx(0.5 * 3, rel=1e-4)
    assert level.sum() == pytest.approx((1 + 2 * math.log(0.5) / 7) * 3, rel=1e-4)
    width = (histogram.edges[1:] - histogram.edges[:-1]).max().item()
    assert histogram.edges[amplitude.argmax()].item() == pytest.approx(0.3, abs=width)
    assert histogram.edges[0].item() == pytest.approx(0.0, abs=1e-6)
    assert histogram.edges[-1].item() == pytest.approx(Q_MAX, abs=1e-5)
    measured = histogram.edges[seen > 0]
    assert (measured.min() >= 0.2, measured.max() <= 0.6) == (True, True)
    assert seen.sum().item() == pytest.approx(
        (N_BINS - 1) * math.log(0.7 / 0.3) / math.log((Q_MAX + OFFSET) / OFFSET), abs=1
    )
