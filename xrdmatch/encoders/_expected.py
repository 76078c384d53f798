"""The pattern that a structure is expected to give when its atoms move."""

import math
from typing import NamedTuple

import torch


class ExpectedPattern(NamedTuple):
    """Moments of the intensities of a moving crystal, each of shape (B, n_spots)."""

    q: torch.Tensor  # (B, n_spots, 2) [1/Å]
    mean: torch.Tensor
    deviation: torch.Tensor
    bragg: torch.Tensor
    survival: torch.Tensor  # w, the share of the Bragg intensity that motion leaves
    waves: torch.Tensor  # exp(2 pi i q.r_j), (B, n_sites, n_spots)


def expected_pattern(xy, numbers, lattice, hk, form_factors, displacement):
    """Mean and spread of ``|F|^2 / N`` when every atom moves by N(0, displacement) per axis.

    With F~ = F / sqrt(N), w = exp(-(2 pi q)^2 u^2), mu = F~ sqrt(w),
    C = (1 - w) sum_j f_j^2 / N and P = (w^2 - w) sum_j f_j^2 exp(4 pi i q.r_j) / N:
    mean ``|mu|^2 + C``, variance ``C^2 + |P|^2 + 2 C |mu|^2 + 2 Re(conj(mu)^2 P)``, Gaussian
    underneath.

    Parameters
    ----------
    xy : Tensor of shape (B, n_sites, 2)
        In-plane Cartesian positions [Å].
    numbers : Tensor of int, shape (B, n_sites)
        Atomic numbers, 0 where padded.
    lattice : Tensor of shape (B, 2, 2)
        In-plane row vectors [Å].
    hk : Tensor of shape (n_spots, 2)
        Miller indices.
    form_factors : callable
        Maps numbers (B, n_sites) and ``|q|`` (B, n_spots) to (B, n_sites, n_spots), zero for 0.
    displacement : float
        Root mean square displacement u per axis [Å].

    Returns
    -------
    ExpectedPattern
        The moments.
    """
    q = hk @ torch.linalg.inv(lattice).transpose(1, 2)  # (B, n_spots, 2)
    length = q.norm(dim=2)
    phases = 2 * math.pi * xy @ q.transpose(1, 2)  # (B, n_sites, n_spots)
    waves = torch.complex(phases.cos(), phases.sin())
    n_atoms = (numbers > 0).sum(1).clamp_min(1)[:, None]
    factors = form_factors(numbers, length)
    survival = torch.exp(-((2 * math.pi * length * displacement) ** 2))
    root = (factors * waves).sum(1) / n_atoms.sqrt()
    diffuse = (factors**2).sum(1) / n_atoms
    doubled = ((factors * waves) ** 2).sum(1) / n_atoms
    mean, variance = _moments(root, diffuse, doubled, survival)
    deviation = variance.clamp_min(0).sqrt()
    return ExpectedPattern(q, mean, deviation, root.abs() ** 2, survival, waves)


def _moments(root, diffuse, doubled, survival):
    """Mean and variance of the intensity of one spot."""
    mu = root * survival.sqrt()
    c = (1 - survival) * diffuse
    p = (survival**2 - survival) * doubled
    bragg = mu.abs() ** 2
    variance = c**2 + p.abs() ** 2 + 2 * c * bragg + 2 * (mu.conj() ** 2 * p).real
    return bragg + c, variance


def gaussian_sum(numbers, length, amplitude, width):
    """Form factors sum_i amplitude_i exp(-width_i q^2 / 4); shape (B, n_sites, n_spots).

    Parameters
    ----------
    numbers : Tensor of int, shape (B, n_sites)
        Atomic numbers.
    length : Tensor of shape (B, n_spots)
        Length of the scattering vectors [1/Å].
    amplitude, width : Tensor of shape (n_elements, n_gaussians)
        Coefficients by atomic number; widths in Å^2.

    Returns
    -------
    Tensor of shape (B, n_sites, n_spots)
        The form factors.
    """
    quarter = (length**2 / -4)[:, None]
    terms = zip(amplitude[numbers].unbind(-1), width[numbers].unbind(-1), strict=True)
    return sum(a[..., None] * torch.exp(b[..., None] * quarter) for a, b in terms)
