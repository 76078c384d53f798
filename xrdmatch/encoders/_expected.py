"""Expected diffraction pattern of a structure with displaced atoms."""

import math
from typing import NamedTuple

import torch


class SpotSums(NamedTuple):
    """Sums over a crystal's atoms for every spot, real, each of shape (..., n_spots).

    With a_j = f_j exp(2 pi i q.r_j) / sqrt(N). They do not depend on the origin, and the moments
    of the intensity follow from them for every strength of motion.

    See Also
    --------
    spot_sums : Sum over the atoms what the moments of their spots need.
    intensity_moments : Mean and variance of the intensity of spots whose atoms move independently.
    """

    bragg: torch.Tensor  # |sum a|^2: the intensity without motion
    diffuse: torch.Tensor  # sum |a|^2: every atom for itself
    doubled: torch.Tensor  # |sum a^2|^2
    along: torch.Tensor  # Re(conj(sum a)^2 sum a^2)
    third: torch.Tensor  # Re(conj(sum a) sum a |a|^2)
    fourth: torch.Tensor  # sum |a|^4


class ExpectedPattern(NamedTuple):
    """Moments of the intensities of a moving crystal, each of shape (B, n_spots).

    See Also
    --------
    expected_pattern
        Mean and spread of ``|F|^2 / N`` when every atom moves by N(0, displacement) per axis.
    """

    q: torch.Tensor  # (B, n_spots, 2) [1/Å]
    mean: torch.Tensor
    deviation: torch.Tensor
    bragg: torch.Tensor
    survival: torch.Tensor  # w, the share of the Bragg intensity that motion leaves
    waves: torch.Tensor  # exp(2 pi i q.r_j), (B, n_sites, n_spots)


def expected_pattern(xy, numbers, lattice, hk, form_factors, displacement):
    """Mean and spread of ``|F|^2 / N`` when every atom moves by N(0, displacement) per axis.

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

    See Also
    --------
    spot_sums : Sum over the atoms what the moments of their spots need.
    intensity_moments : Mean and variance of the intensity of spots whose atoms move independently.
    """
    q = hk @ torch.linalg.inv(lattice).transpose(1, 2)  # (B, n_spots, 2)
    length = q.norm(dim=2)
    n_atoms = (numbers > 0).sum(1).clamp_min(1)
    waves = plane_waves(xy, q)
    sums = spot_sums(form_factors(numbers, length), waves, n_atoms)
    survival = bragg_survival(length, displacement)
    mean, variance = intensity_moments(sums, survival)
    return ExpectedPattern(q, mean, variance.sqrt(), sums.bragg, survival, waves)


def plane_waves(xy, q):
    """exp(2 pi i q.r) for positions (B, n_sites, 2) [Å] and q (B, n_spots, 2) [1/Å].

    See Also
    --------
    spot_sums : Sum over the atoms what the moments of their spots need.
    """
    phases = 2 * math.pi * xy @ q.transpose(1, 2)  # (B, n_sites, n_spots)
    return torch.complex(phases.cos(), phases.sin())


def bragg_survival(length, displacement):
    """Share w of the Bragg intensity at ``|q|`` [1/Å] that displacements [Å] leave.

    See Also
    --------
    intensity_moments : Mean and variance of the intensity of spots whose atoms move independently.
    """
    return torch.exp(-((2 * math.pi * length * displacement) ** 2))


def spot_sums(factors, waves, n_atoms):
    """Sum over the atoms what the moments of their spots need.

    Parameters
    ----------
    factors : Tensor of shape (B, n_sites, n_spots)
        Form factors, times the occupancy, zero where padded.
    waves : Tensor of shape (B, n_sites, n_spots)
        Output of `plane_waves`.
    n_atoms : Tensor of shape (B,)
        Atoms in the cell.

    Returns
    -------
    SpotSums
        The sums, each of shape (B, n_spots).

    See Also
    --------
    SpotSums : Sums over a crystal's atoms for every spot, real, each of shape (..., n_spots).
    intensity_moments : Mean and variance of the intensity of spots whose atoms move independently.
    """
    size = factors / n_atoms.sqrt()[:, None, None]
    wave = size * waves
    first, second, third = wave.sum(1), (wave**2).sum(1), (wave * size**2).sum(1)
    return SpotSums(
        first.abs() ** 2,
        (size**2).sum(1),
        second.abs() ** 2,
        (first.conj() ** 2 * second).real,
        (first.conj() * third).real,
        (size**4).sum(1),
    )


def intensity_moments(sums, survival):
    """Mean and variance of the intensity of spots whose atoms move independently.

    The displacements are Gaussian with the same spread along every axis; then both moments are
    exact, for any number of atoms. With w the survival,
    ``mean = w bragg + (1 - w) diffuse`` and
    ``variance = (1-w)^2 diffuse^2 + (w^2-w)^2 doubled + 2 w (1-w) diffuse bragg
    + 2 w (w^2-w) along - 4 w (1-w)^2 third - (1-w)^4 fourth``. The last two terms, from the third
    and fourth cumulants of one atom's wave, vanish for many atoms and make the variance of a
    single atom zero.

    Parameters
    ----------
    sums : SpotSums
        Sums over the atoms.
    survival : Tensor
        w, output of `bragg_survival`, in a shape that broadcasts against the sums.

    Returns
    -------
    mean, variance : Tensor
        The moments.

    See Also
    --------
    spot_sums : Sum over the atoms what the moments of their spots need.
    bragg_survival : Share w of the Bragg intensity at ``|q|`` [1/Å] that displacements [Å] leave.
    """
    w, lost = survival, 1 - survival
    mean = w * sums.bragg + lost * sums.diffuse
    mixed = 2 * w * lost * (sums.diffuse * sums.bragg - w * sums.along)
    gaussian = lost**2 * (sums.diffuse**2 + w**2 * sums.doubled) + mixed
    bounded = 4 * w * lost**2 * sums.third + lost**4 * sums.fourth
    return mean, (gaussian - bounded).clamp_min(0)


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

    See Also
    --------
    xrdmatch.crystallography.form_factor_table
        Return the Gaussian coefficients of the form factors of all elements.
    """
    quarter = (length**2 / -4)[:, None]
    terms = zip(amplitude[numbers].unbind(-1), width[numbers].unbind(-1), strict=True)
    return sum(a[..., None] * torch.exp(b[..., None] * quarter) for a, b in terms)
