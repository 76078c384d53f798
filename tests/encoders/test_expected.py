"""The pattern of a moving crystal, against Monte Carlo and its limits."""

import math

import pytest
import torch

from xrdmatch.encoders import (
    SpotSums,
    bragg_survival,
    expected_pattern,
    gaussian_sum,
    intensity_moments,
    plane_waves,
    spot_sums,
)

HK = torch.tensor([[1, 0], [0, 1], [1, 1], [2, -1], [3, 2]], dtype=torch.float64)
AMPLITUDE = torch.tensor([[0.0, 0.0], [4.0, 2.0], [10.0, 6.0], [20.0, 9.0], [3.0, -1.0]]).double()
WIDTH = torch.tensor([[0.0, 0.0], [20.0, 3.0], [15.0, 2.0], [8.0, 1.0], [0.0, 0.0]]).double()
N_DRAWS = 20_000
SIGMAS = 5.0  # of the Monte Carlo's own error: 120 comparisons in all, chance of one in 14,000
ROUNDING = 1e-9  # where one atom's intensity does not fluctuate and the error is zero


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


@pytest.mark.parametrize("n_atoms", [1, 2, 3, 6, 12, 40])
@pytest.mark.parametrize("displacement", [0.05, 0.15])
def test_moments_are_those_of_many_thermal_states(crystals, n_atoms, displacement):
    crystal = crystals(1, n_atoms, torch.float64)
    drawn = drawn_intensities(crystal, displacement)
    mean, centred = drawn.mean(0), drawn - drawn.mean(0)
    variance, fourth = (centred**2).mean(0), (centred**4).mean(0)
    error_of_mean = (variance / N_DRAWS).sqrt()
    error_of_variance = ((fourth - variance**2).clamp_min(0) / N_DRAWS).sqrt()
    expected = moments(crystal, displacement)
    gap = (expected.mean[0] - mean).abs()
    assert (gap <= SIGMAS * error_of_mean + ROUNDING * mean).all()
    gap = (expected.deviation[0] ** 2 - variance).abs()
    assert (gap <= SIGMAS * error_of_variance + ROUNDING * mean**2).all()


@pytest.mark.parametrize("displacement", [0.0, 0.05, 0.15, 10.0])
def test_one_atom_has_one_intensity(crystals, displacement):
    """|F|^2 = f^2 in every state: nothing to interfere with, and no spread."""
    crystal = crystals(3, 1, torch.float64)
    expected = moments(crystal, displacement)
    alone = form_factors(crystal["numbers"], expected.q.norm(dim=2))[:, 0] ** 2
    torch.testing.assert_close(expected.mean, alone)
    assert (expected.deviation**2 <= ROUNDING * alone**2).all()


def test_two_atoms_by_hand():
    """I = f^2 (1 + cos phi): mean f^2 (1 + w cos), variance f^4 (E cos^2 - (w cos)^2)."""
    f, w, phase = 3.0, 0.6, torch.linspace(0, math.pi, 7, dtype=torch.float64)
    waves = torch.stack([torch.ones_like(phase), torch.exp(1j * phase)])[None]
    sums = spot_sums(torch.full((1, 2, 7), f).double(), waves, torch.tensor([2]))
    mean, variance = intensity_moments(sums, torch.tensor(w))
    torch.testing.assert_close(mean[0], f**2 * (1 + w * phase.cos()))
    square = (1 + w**4 * (2 * phase).cos()) / 2  # E cos^2, as cos(2 phase) fades by w^4
    torch.testing.assert_close(variance[0], f**4 * (square - (w * phase.cos()) ** 2))


def test_moments_do_not_depend_on_the_origin(crystals):
    crystal = crystals(2, 6, torch.float64)
    moved = {**crystal, "frac_coords": crystal["frac_coords"] + torch.tensor([0.31, -0.17, 0.4])}
    for plain, shifted in zip(moments(crystal, 0.08)[:5], moments(moved, 0.08)[:5], strict=True):
        torch.testing.assert_close(plain, shifted)


def test_sums_by_hand():
    """Two atoms in opposite phase and one in quadrature, on one spot."""
    size = torch.tensor([2.0, 1.0, 3.0]).double()
    waves = torch.tensor([1, -1, 1j]).to(torch.complex128)
    sums = spot_sums(size[None, :, None], waves[None, :, None], torch.tensor([4]))
    a = size / 2 * waves
    total, squares = a.sum(), (a**2).sum()
    by_hand = SpotSums(
        abs(total) ** 2,
        (size**2).sum() / 4,
        abs(squares) ** 2,
        (total.conj() ** 2 * squares).real,
        (total.conj() * (a * abs(a) ** 2).sum()).real,
        (size**4).sum() / 16,
    )
    for value, expected in zip(sums, by_hand, strict=True):
        torch.testing.assert_close(value, expected.reshape(1, 1))


def test_waves_and_survival_by_hand():
    xy = torch.tensor([[[0.0, 0.0], [0.5, 0.25]]]).double()
    q = torch.tensor([[[0.5, 0.0], [1.0, 2.0]]]).double()
    expected = torch.tensor([[[1, 1], [1j, 1]]]).to(torch.complex128)
    torch.testing.assert_close(plane_waves(xy, q), expected)
    survival = bragg_survival(torch.tensor([0.0, 1 / (2 * math.pi), 0.5]), 1.0)
    torch.testing.assert_close(survival, torch.tensor([1.0, math.exp(-1), math.exp(-(math.pi**2))]))


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
    """w = 0, a random walk: mean sum f^2 / N; its square less sum f^4 / N^2 is the variance."""
    crystal = crystals(2, 5, torch.float64)
    expected = moments(crystal, 10.0)
    length = expected.q.norm(dim=2)
    square = form_factors(crystal["numbers"], length) ** 2 / 5
    alone = square.sum(1)
    torch.testing.assert_close(expected.survival, torch.zeros_like(alone))
    torch.testing.assert_close(expected.mean, alone)
    torch.testing.assert_close(expected.deviation**2, alone**2 - (square**2).sum(1))


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
