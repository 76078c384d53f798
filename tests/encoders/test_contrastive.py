"""The pair of towers and its temperature."""

import pytest
import torch
from torch import nn

from xrdmatch.encoders import ContrastiveTowers, TowerPair


class Towers(nn.Module):
    """Two linear maps in place of towers."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(3, 2), nn.Linear(3, 2)

    def encode_structures(self, lattice):
        return self.left(lattice)

    def encode_patterns(self, points):
        return self.right(points)


def test_each_side_goes_through_its_own_tower():
    both = ContrastiveTowers(Towers())
    lattice, points = torch.randn(4, 3), torch.randn(4, 3)
    structures, patterns, _ = both({"lattice": lattice}, {"points": points})
    torch.testing.assert_close(structures, both.towers.left(lattice))
    torch.testing.assert_close(patterns, both.towers.right(points))


def scale_of(both):
    return both({"lattice": torch.zeros(1, 3)}, {"points": torch.zeros(1, 3)})[2]


def test_learned_temperature_starts_at_seven_hundredths():
    both = ContrastiveTowers(Towers())
    assert float(scale_of(both).detach()) == pytest.approx(1 / 0.07)
    assert "log_scale" in dict(both.named_parameters())


@pytest.mark.parametrize(("log_scale", "scale"), [(3.0, 20.0855), (50.0, 100.0), (4.6052, 100.0)])
def test_scale_is_clipped_at_one_hundred(log_scale, scale):
    both = ContrastiveTowers(Towers())
    with torch.no_grad():
        both.log_scale.fill_(log_scale)
    assert float(scale_of(both).detach()) == pytest.approx(scale, rel=1e-4)


@pytest.mark.parametrize("temperature", [1, 0.05, 1.0])
def test_fixed_temperature_is_no_parameter(temperature):
    both = ContrastiveTowers(Towers(), temperature)
    assert float(scale_of(both)) == pytest.approx(1 / temperature)
    assert "log_scale" not in dict(both.named_parameters())
    assert "log_scale" in both.state_dict()  # it travels with the weights


def test_two_towers_that_share_nothing():
    first, second = Towers(), Towers()
    pair = TowerPair(first, second)
    x = torch.randn(4, 3)
    assert torch.equal(pair.encode_structures(lattice=x), first.left(x))
    assert torch.equal(pair.encode_patterns(points=x), second.right(x))


def test_embeddings_of_two_lengths_are_refused():
    pair = TowerPair(Towers(), Towers())
    pair.pattern_tower.right = nn.Linear(3, 5)
    with pytest.raises(
        ValueError, match=r"got \(4, 2\) for structures and \(4, 5\) for patterns; b"
    ):
        ContrastiveTowers(pair)({"lattice": torch.randn(4, 3)}, {"points": torch.randn(4, 3)})
