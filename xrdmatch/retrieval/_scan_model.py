"""The calculated profile of many candidates and its derivatives, by a few Fourier transforms."""

from typing import NamedTuple

import numpy as np
import torch

from xrdmatch.simulation import lorentz_polarization

LARGEST_SINE = 0.9995  # of theta: reflections beyond do not exist
SHORTEST = 1e-6  # [1/Å] in place of the length of padding


class Candidates(NamedTuple):
    """Candidates whose lattices have equally many free strains, at rest before a scan.

    Parameters
    ----------
    q : Tensor of shape (n, n_peaks, 3)
        Scattering vectors of the cells as given [1/Å].
    basis : Tensor of shape (n, n_strains, 3, 3)
        Output of `strain_basis`.
    area : Tensor of shape (n, n_lines, n_peaks)
        Intensities with the Lorentz-polarisation factor of each line, and its share; 0 where a
        peak is padding or cannot be reached.
    late : Tensor of shape (n, n_lines, n_peaks)
        Share of the width at the scan's end in a peak's; the rest is of that at its start.
    turned : Tensor of shape (n, n_peaks, n_strains - 1)
        ``q.T.q / q^2`` for the tensors of the basis that have no trace.
    """

    q: torch.Tensor
    basis: torch.Tensor
    area: torch.Tensor
    late: torch.Tensor
    turned: torch.Tensor


def candidates_at_rest(q, strength, basis, query, monochromator=0.0):
    """Work out what strains of the cell hardly change, once for all iterations.

    Parameters
    ----------
    q : Tensor of shape (n, n_peaks, 3)
        Scattering vectors [1/Å].
    strength : Tensor of shape (n, n_peaks)
        ``m |F|^2`` in any unit; 0 where padded.
    basis : Tensor of shape (n, n_strains, 3, 3)
        Output of `strain_basis`.
    query : ScanQuery
        The scan.
    monochromator : float, default=0.0
        As in `lorentz_polarization`.

    Returns
    -------
    Candidates
        The candidates.
    """
    length = q.norm(dim=-1).clamp_min(SHORTEST)
    areas, late = [], []
    total = sum(weight for _, weight in query.radiation.lines)
    first, last = np.sin(np.radians(query.two_theta[[0, -1]] / 2))
    for wavelength, weight in query.radiation.lines:
        sine = (length * wavelength / 2).clamp(max=LARGEST_SINE)
        factor = lorentz_polarization(
            2 * sine / wavelength, wavelength, monochromator, query.radiation.kind
        )
        reached = length * wavelength / 2 < LARGEST_SINE
        areas.append(strength * factor * (weight / total) * reached)
        late.append(((sine - first) / (last - first)).clamp(0, 1))
    along = q / length[..., None]
    turned = torch.einsum("npi,nbij,npj->npb", along, basis[:, 1:], along)
    return Candidates(q, basis, torch.stack(areas, 1), torch.stack(late, 1), turned)


class Layout(NamedTuple):
    """Which column of the parameters (n, n_parameters) is what, for so many strains."""

    n_strains: int

    @property
    def strain(self):
        """Coefficients of the basis, in reciprocal space: q becomes q (1 - strain)."""
        return slice(0, self.n_strains)

    @property
    def texture(self):
        """Coefficients of the tensor T in the factor exp(q.T.q / q^2), of trace 0."""
        return slice(self.n_strains, 2 * self.n_strains - 1)

    @property
    def zero(self):
        """Shift of all angles [degrees]."""
        return 2 * self.n_strains - 1

    @property
    def widths(self):
        """Logarithms of the full widths at both ends of the scan [degrees]."""
        return slice(2 * self.n_strains, 2 * self.n_strains + 2)

    @property
    def b_iso(self):
        """Debye-Waller factor on top of the candidate's own [Å^2]."""
        return 2 * self.n_strains + 2

    @property
    def eta(self):
        """Lorentzian share of the pseudo-Voigt."""
        return 2 * self.n_strains + 3

    @property
    def n_parameters(self):
        """How many there are."""
        return 2 * self.n_strains + 4


class Sticks(NamedTuple):
    """Peaks of all lines on the grid; all (n, n_lines * n_peaks), slopes with one axis more."""

    place: torch.Tensor  # grid point to the left, counted with the margin
    part: torch.Tensor  # of the way to the point on the right
    height: torch.Tensor  # area of the peak
    late: torch.Tensor  # how much of it has the width of the scan's end
    by_position: torch.Tensor  # derivatives of the angle, (n, ..., n_strains + 1)
    by_height: torch.Tensor  # logarithmic derivatives of the area, (n, ..., n_strains)


def calculated(parameters, candidates, query):
    """Calculate profiles of scale 1, (n, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = _sticks(parameters, candidates, query, layout)
    spectra = _spectra(sticks, sticks.height[..., None], None, query)  # (n, 2, 1, n_frequencies)
    shapes, _ = _shapes(parameters, layout, query)
    return _back((spectra * shapes[:, :, None]).sum(1), query)[:, 0]


def calculated_with_slopes(parameters, candidates, query):
    """Calculate profiles (n, n_points) and their derivatives (n, n_parameters, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = _sticks(parameters, candidates, query, layout)
    height = sticks.height[..., None]
    spectra = _spectra(sticks, height, sticks.by_height * height, query)
    moved = _moved_spectra(sticks, sticks.by_position * height, query)
    spectra = torch.cat([spectra, moved], dim=2)  # (n, 2, 1 + n_strains + n_strains + 1, n_freq)
    shapes, slopes = _shapes(parameters, layout, query)
    plain = (spectra * shapes[:, :, None]).sum(1)  # (n, ..., n_frequencies)
    by_width = spectra[:, :, 0] * slopes[:, :, 0]  # (n, 2, n_frequencies)
    by_eta = (spectra[:, :, 0] * slopes[:, :, 1]).sum(1, keepdim=True)
    profiles = _back(torch.cat([plain, by_width, by_eta], dim=1), query)
    return profiles[:, 0], profiles[:, _order(layout)]


def _order(layout):
    """Where the derivative of each parameter stands in the stack of profiles."""
    n = layout.n_strains
    texture, b_iso = list(range(1, n)), n
    strain, zero = list(range(n + 1, 2 * n + 1)), 2 * n + 1
    widths, eta = [2 * n + 2, 2 * n + 3], 2 * n + 4
    return [*strain, *texture, zero, *widths, b_iso, eta]


def _sticks(parameters, candidates, query, layout):
    """Where the peaks are, how high, and how that changes."""
    v = candidates.q - candidates.q @ _tensor(parameters[:, layout.strain], candidates.basis)
    q = v.norm(dim=-1).clamp_min(SHORTEST)  # (n, n_peaks)
    stretched = torch.einsum("npi,nbij,npj->npb", candidates.q, candidates.basis, v)
    by_strain = -stretched / q[..., None]  # (n, n_peaks, n_strains)
    half_square = (candidates.q**2).sum(-1) / 2
    exponent = (candidates.turned @ parameters[:, layout.texture, None])[..., 0]
    exponent = exponent - parameters[:, layout.b_iso, None] * half_square
    height = candidates.area * exponent.exp()[:, None]  # (n, n_lines, n_peaks)
    wavelengths = q.new_tensor([x for x, _ in query.radiation.lines])[:, None]
    sine = (q[:, None] * wavelengths / 2).clamp(max=LARGEST_SINE)
    angle = torch.rad2deg(2 * torch.arcsin(sine)) + parameters[:, layout.zero, None, None]
    place = (angle - float(query.two_theta[0])) / query.step + query.n_margin
    left = place.floor()
    last = len(query.two_theta) + 2 * query.n_margin - 2
    height = height * ((left >= 0) & (left <= last))
    slope = torch.rad2deg(wavelengths / (1 - sine**2).sqrt())[..., None]  # of the angle by q
    by_position = torch.cat([by_strain[:, None] * slope, torch.ones_like(slope)], -1)
    by_height = torch.cat([candidates.turned, -half_square[..., None]], -1)[:, None]
    by_height = by_height.expand(-1, len(wavelengths), -1, -1)
    flat = (left.clamp(0, last).long(), place - left, height, candidates.late)
    return Sticks(*(x.flatten(1) for x in flat), by_position.flatten(1, 2), by_height.flatten(1, 2))


def _tensor(coefficients, basis):
    return torch.einsum("nb,nbij->nij", coefficients, basis)


def _spectra(sticks, height, by_height, query):
    """Transform the sticks and what their heights change by; (n, 2, 1 + ..., n_freq)."""
    values = height if by_height is None else torch.cat([height, by_height], -1)
    part = sticks.part[..., None]
    return _transformed(sticks, values * (1 - part), values * part, query)


def _moved_spectra(sticks, by_position, query):
    """Transform what moving the sticks changes; (n, 2, ..., n_freq)."""
    values = by_position / query.step
    return _transformed(sticks, -values, values, query)


def _transformed(sticks, left, right, query):
    """Drop values on both neighbours on the grid, those of early and late width apart."""
    n, _, n_values = left.shape
    start = torch.arange(n)[:, None] * query.n_fast
    place = torch.cat([sticks.place, sticks.place + 1], 1)
    late = sticks.late[..., None]
    both = torch.cat([left, right], 1)
    shares = torch.cat([1 - late, late], -1).repeat(1, 2, 1)  # (n, 2 n_sticks, 2)
    values = (shares[..., None] * both[:, :, None]).flatten(2)  # (n, 2 n_sticks, 2 n_values)
    grid = left.new_zeros(n * query.n_fast, 2 * n_values)
    grid.index_add_(0, (start + place).flatten(), values.flatten(0, 1))
    grid = grid.view(n, query.n_fast, 2, n_values).permute(0, 2, 3, 1)
    return torch.fft.rfft(grid.contiguous())


def _shapes(parameters, layout, query):
    """Transform the peaks' shapes (n, 2, n_freq); with slopes by log width and eta."""
    frequency = torch.fft.rfftfreq(query.n_fast, d=query.step)
    fwhm = parameters[:, layout.widths, None].exp()
    eta = parameters[:, layout.eta, None, None]
    square = (np.pi * frequency) ** 2 / (4 * np.log(2))
    blurred = torch.exp(-square * query.blur**2)
    gauss = torch.exp(-square * fwhm**2) * blurred
    lorentz = torch.exp(-np.pi * frequency * fwhm) * blurred
    by_width = -2 * square * fwhm**2 * (1 - eta) * gauss - np.pi * frequency * fwhm * eta * lorentz
    return (1 - eta) * gauss + eta * lorentz, torch.stack([by_width, lorentz - gauss], 2)


def _back(spectra, query):
    """Profiles on the grid, without its margins."""
    profiles = torch.fft.irfft(spectra, n=query.n_fast)
    return profiles[..., query.n_margin : query.n_margin + len(query.two_theta)]
