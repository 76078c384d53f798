"""Features of a spot's position: one for both mates, different for all else."""

import torch

from xrdmatch.encoders._fourier import SpotFeatures, friedel_invariant


def test_coordinates_by_hand():
    """An angle of 30 degrees becomes 60, the length stays."""
    q = torch.tensor([[3**0.5 / 2, 0.5], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    expected = [[0.5, 3**0.5 / 2, 1.0], [2.0, 0.0, 2.0], [-2.0, 0.0, 2.0], [0.0, 0.0, 0.0]]
    torch.testing.assert_close(friedel_invariant(q), torch.tensor(expected))


def test_mates_have_exactly_the_same_features():
    q = torch.randn(4, 20, 2)
    features = SpotFeatures()
    assert features(q).shape == (4, 20, features.n_features)
    assert torch.equal(features(q), features(-q))


def test_other_spots_have_other_features():
    """On a grid of one half of the plane no two spots are alike."""
    x = torch.arange(0.1, 2.4, 0.1)
    y = torch.arange(-2.35, 2.4, 0.1)
    q = torch.cartesian_prod(x, y)
    gaps = torch.pdist(SpotFeatures()(q[None])[0])
    assert gaps.min() > 0.1


def test_no_seam_where_a_spot_flips_to_its_mate():
    """Just left and just right of the axis are neighbours, once a mate stands for one."""
    right, left = torch.tensor([[[1e-4, 1.0]]]), torch.tensor([[[1e-4, -1.0]]])
    gap = (SpotFeatures()(right) - SpotFeatures()(left)).abs().max()
    assert gap < 0.02  # 2 * 1e-4 1/Å at the steepest octave, 2 pi / 5 * 32 per 1/Å
