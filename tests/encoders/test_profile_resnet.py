"""The tower of vectors."""

import pytest
import torch

from xrdmatch.encoders import ProfileResNet


@pytest.mark.parametrize("length", [4, 30, 140, 850, 3500])
def test_any_length_becomes_unit_vectors(length):
    tower = ProfileResNet(length=length, channels=8, n_layers=1, embedding_dim=24).eval()
    found = tower.encode_patterns(torch.rand(3, 2, length))
    assert found.shape == (3, 24)
    torch.testing.assert_close(found.norm(dim=1), torch.ones(3))


def test_the_size_of_the_default_is_the_papers():
    assert 1e6 < sum(p.numel() for p in ProfileResNet().parameters()) < 4e6


def test_where_a_peak_lies_matters():
    torch.manual_seed(0)
    tower = ProfileResNet(channels=16, n_layers=1, embedding_dim=24).eval()
    profile = torch.zeros(2, 2, 140)
    profile[0, 0, 40] = profile[1, 0, 41] = 1
    first, second = tower.encode_patterns(profile)
    assert (first - second).abs().max() > 1e-3


def test_rows_are_independent():
    tower = ProfileResNet(channels=8, n_layers=1, embedding_dim=24).eval()
    profile = torch.rand(4, 2, 140)
    torch.testing.assert_close(
        tower.encode_patterns(profile)[2:3], tower.encode_patterns(profile[2:3])
    )


def test_another_length_is_refused():
    with pytest.raises(ValueError, match="reads vectors of 140 bins, got 150; give BinnedPattern"):
        ProfileResNet().encode_patterns(torch.rand(1, 2, 150))


def test_too_few_bins_are_refused():
    with pytest.raises(ValueError, match="length must be at least 4, got 3; 140 is usual"):
        ProfileResNet(length=3)
