"""The pattern of a moving crystal, against Monte Carlo and its limits."""

import math

import pytest
import torch

from xrdmatch.encoders import expected_pattern
from xrdmatch.encoders._expected import gaussian_sum

HK = torch.tensor([[1, 0], [0, 1], [1, 1], [2, -1], [3, 2]], dtype=torch.float64)
AMPLITUDE = torch.tensor([[0.0, 0.0], [4.0, 2.0], [10.0, 6.0], [20.0, 9.0], [3.0, -1.0]]).double()
WIDTH = torch.tensor([[0.0, 0.0], [20.0, 3.0], [15.0, 2.0], [8.0, 1.0], [0.0, 0.0]]).double()
N_DRAWS = 40_000
SIGMAS = 5.0  # of the Monte Carlo's own error: 25 comparisons a case, chance of one in 70,000


def form_factors(numbers, length):
    return gaussian_sum(numbers, length, AMPLITUDE, WIDTH)


def moments(crystal, displacement):
    xy = (crystal["frac_coords"] @ crystal["lattice"])[..., :2]
    return expected_pattern(
        xy, crystal["numbers"], crystal["lattice"][:, :2, :2], HK, form_factors, displacement
    )


def drawn_intensities(crystal, displacement, n_draws=N_DRAWS):
    """|F|^2 / N of one crystal in many thermal states, (n_draws, n_spots), from the definition."""
    xy = (crystal["frac_coords"][0] @ crystal["lattice"][0])[:, :2]
    q = HK @ torch.linalg.inv(crystal["lattice"][0, :2, :2]).T
    f = form_factors(crystal["numbers"], q.norm(dim=1)[None])[0]  # (n_sites, n_spots)
    moved = xy + displacement * torch.randn(n_draws, *xy.shape, dtype=torch.float64)
    waves = torch.exp(2j * math.pi * (moved @ q.T))  # (n_draws, n_sites, n_spots)
    return (f * waves).sum(1).abs() ** 2 / len(xy)


@pytest.mark.parametrize("n_atoms", [1, 3, 8])
@pytest.mark.parametrize("displacement", [0.05, 0.15])
def test_mean_is_that_of_many_thermal_states(crystals, n_atoms, displacement):
    crystal = crystals(1, n_atoms, torch.float64)
    drawn = drawn_intensities(crystal, displacement)
    error = drawn.std(0) / math.sqrt(N_DRAWS)
    gap = (moments(crystal, displacement).mean[0] - drawn.mean(0)).abs()
    assert (gap <= SIGMAS * error + 1e-9 * drawn.mean(0)).all()


def variance_and_error(drawn):
    """Sample variance, and the error of it from the fourth moment."""
    centred = drawn - drawn.mean(0)
    variance = (centred**2).mean(0)
    spread = ((centred**4).mean(0) - variance**2).clamp_min(0).sqrt()
    return variance, spread / math.sqrt(len(drawn))


@pytest.mark.parametrize("displacement", [0.05, 0.15])
def test_variance_of_many_atoms_is_that_of_many_thermal_states(crystals, displacement):
    """The sum over 40 atoms is Gaussian but for a few per cent of its variance."""
    crystal = crystals(1, 40, torch.float64)
    drawn = drawn_intensities(crystal, displacement, n_draws=8_000)
    variance, error = variance_and_error(drawn)
    expected = moments(crystal, displacement).deviation[0] ** 2
    assert ((expected - variance).abs() <= SIGMAS * error + 0.08 * variance).all()


@pytest.mark.parametrize("n_atoms", [1, 2, 3, 6])
def test_variance_of_few_atoms_is_never_too_small(crystals, n_atoms):
    """The bounded waves of a few atoms spread less than the Gaussian with their moments."""
    for _ in range(5):
        crystal = crystals(1, n_atoms, torch.float64)
        variance, error = variance_and_error(drawn_intensities(crystal, 0.15))
        expected = moments(crystal, 0.15).deviation[0] ** 2
        assert (expected >= variance - SIGMAS * error - 1e-9).all()


def test_one_atom_has_one_intensity_which_the_gaussian_overstates(crystals):
    """|F|^2 = f^2 in every state: true spread zero, while the second moments say otherwise."""
    crystal = crystals(1, 1, torch.float64)
    drawn = drawn_intensities(crystal, 0.15, n_draws=100)
    expected = moments(crystal, 0.15)
    torch.testing.assert_close(drawn, expected.mean.expand(100, -1))
    w = expected.survival[0]
    ratio = expected.deviation[0] ** 2 / expected.mean[0] ** 2
    torch.testing.assert_close(ratio, (1 - w**2) ** 2)


def test_without_motion_only_bragg_scattering_is_left(crystals):
    crystal = crystals(3, 6, torch.float64)
    expected = moments(crystal, 0.0)
    still = torch.stack(
        [
            drawn_intensities({name: x[i : i + 1] for name, x in crystal.items()}, 0.0, 1)[0]
            for i in range(3)
        ]
    )
    torch.testing.assert_close(expected.mean, still)
    torch.testing.assert_close(expected.bragg, still)
    torch.testing.assert_close(expected.survival, torch.ones_like(still))
    assert expected.deviation.abs().max() < 1e-6


def test_when_nothing_survives_atoms_scatter_each_for_itself(crystals):
    """w = 0: a mean of sum f^2 / N, spread exponentially."""
    crystal = crystals(2, 5, torch.float64)
    expected = moments(crystal, 10.0)
    length = expected.q.norm(dim=2)
    alone = (form_factors(crystal["numbers"], length) ** 2).sum(1) / 5
    torch.testing.assert_close(expected.survival, torch.zeros_like(alone))
    torch.testing.assert_close(expected.mean, alone)
    torch.testing.assert_close(expected.deviation, alone)


def test_survival_and_positions_by_hand(crystals):
    crystal = crystals(2, 3, torch.float64)
    expected = moments(crystal, 0.08)
    reciprocal = torch.linalg.inv(crystal["lattice"])[:, :2, :2].transpose(1, 2)
    torch.testing.assert_close(expected.q, HK @ reciprocal)
    length = expected.q.norm(dim=2)
    torch.testing.assert_close(expected.survival, torch.exp(-((2 * math.pi * 0.08 * length) ** 2)))


def test_padding_does_not_matter(crystals):
    crystal = crystals(2, 4, torch.float64)
    padded = {
        "lattice": crystal["lattice"],
        "frac_coords": torch.nn.functional.pad(crystal["frac_coords"], (0, 0, 0, 3)),
        "numbers": torch.nn.functional.pad(crystal["numbers"], (0, 3)),
    }
    for plain, wider in zip(moments(crystal, 0.08)[:5], moments(padded, 0.08)[:5], strict=True):
        torch.testing.assert_close(plain, wider)


def test_gaussian_sum_by_hand():
    length = torch.tensor([[0.0, 2.0]]).double()
    values = gaussian_sum(torch.tensor([[0, 1]]), length, AMPLITUDE, WIDTH)
    expected = [[[0.0, 0.0], [6.0, 4 * math.exp(-20) + 2 * math.exp(-3)]]]
    torch.testing.assert_close(values, torch.tensor(expected).double())
