"""The calculated profile of many candidates and its derivatives, by a few Fourier transforms."""

from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfft, rfftfreq
from scipy.sparse import csc_array

from xrdmatch.simulation import lorentz_polarization

LARGEST_SINE = 0.9995  # of theta: reflections beyond do not exist
SHORTEST = 1e-6  # [1/Å] in place of the length of padding


class Candidates(NamedTuple):
    """Candidates whose lattices have equally many free strains, at rest before a scan.

    Parameters
    ----------
    q : ndarray of shape (n, n_peaks, 3)
        Scattering vectors of the cells as given [1/Å].
    basis : ndarray of shape (n, n_strains, 3, 3)
        Output of `strain_basis`.
    area : ndarray of shape (n, n_lines, n_peaks)
        Intensities with the Lorentz-polarisation factor of each line, and its share; 0 where a
        peak is padding or cannot be reached.
    late : ndarray of shape (n, n_lines, n_peaks)
        Share of the width at the scan's end in a peak's; the rest is of that at its start.
    turned : ndarray of shape (n, n_peaks, n_strains - 1)
        ``q.T.q / q^2`` for the tensors of the basis that have no trace.
    """

    q: np.ndarray
    basis: np.ndarray
    area: np.ndarray
    late: np.ndarray
    turned: np.ndarray


def candidates_at_rest(q, strength, basis, query, monochromator=0.0):
    """Work out what strains of the cell hardly change, once for all iterations.

    Parameters
    ----------
    q : ndarray of shape (n, n_peaks, 3)
        Scattering vectors [1/Å].
    strength : ndarray of shape (n, n_peaks)
        ``m |F|^2`` in any unit; 0 where padded.
    basis : ndarray of shape (n, n_strains, 3, 3)
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
    length = _length(q)
    areas, late = [], []
    total = sum(weight for _, weight in query.radiation.lines)
    first, last = np.sin(np.radians(query.two_theta[[0, -1]] / 2)).tolist()
    for wavelength, weight in query.radiation.lines:
        sine = np.minimum(length * wavelength / 2, LARGEST_SINE)
        factor = lorentz_polarization(
            2 * sine / wavelength, wavelength, monochromator, query.radiation.kind
        )
        reached = length * wavelength / 2 < LARGEST_SINE
        areas.append(strength * factor * (weight / total) * reached)
        late.append(((sine - first) / (last - first)).clip(0, 1))
    along = q / length[..., None]
    turned = _products(along, basis[:, 1:], along)
    return Candidates(q, basis, np.stack(areas, 1), np.stack(late, 1), turned)


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

    place: np.ndarray  # grid point to the left, counted with the margin
    part: np.ndarray  # of the way to the point on the right
    height: np.ndarray  # area of the peak
    late: np.ndarray  # how much of it has the width of the scan's end
    by_position: np.ndarray  # derivatives of the angle, (n, ..., n_strains + 1)
    by_height: np.ndarray  # logarithmic derivatives of the area, (n, ..., n_strains)


def calculated(parameters, candidates, query):
    """Calculate profiles of scale 1, (n, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = _sticks(parameters, candidates, query, layout)
    spectra = _spectra(sticks, sticks.height[..., None], query)  # (n, 2, 1, n_frequencies)
    shapes, _ = _shapes(parameters, layout, query)
    return _back((spectra * shapes[:, :, None]).sum(1), query)[:, 0]


def calculated_with_slopes(parameters, candidates, query):
    """Calculate profiles (n, n_points) and their derivatives (n, n_parameters, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = _sticks(parameters, candidates, query, layout)
    height = sticks.height[..., None]
    by_height = np.concatenate([height, sticks.by_height * height], -1)
    spectra = _spectra(sticks, by_height, query)
    moved = _moved_spectra(sticks, sticks.by_position * height, query)
    spectra = np.concatenate([spectra, moved], 2)  # (n, 2, 1 + n_strains + n_strains + 1, n_freq)
    shapes, slopes = _shapes(parameters, layout, query)
    plain = (spectra * shapes[:, :, None]).sum(1)  # (n, ..., n_frequencies)
    by_width = spectra[:, :, 0] * slopes[:, :, 0]  # (n, 2, n_frequencies)
    by_eta = (spectra[:, :, 0] * slopes[:, :, 1]).sum(1, keepdims=True)
    profiles = _back(np.concatenate([plain, by_width, by_eta], 1), query)
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
    q = _length(v)  # (n, n_peaks)
    by_strain = -_products(candidates.q, candidates.basis, v) / q[..., None]
    half_square = (candidates.q**2).sum(-1) / 2
    exponent = (candidates.turned @ parameters[:, layout.texture, None])[..., 0]
    exponent = exponent - parameters[:, layout.b_iso, None] * half_square
    height = candidates.area * np.exp(exponent)[:, None]  # (n, n_lines, n_peaks)
    wavelengths = np.array([x for x, _ in query.radiation.lines], dtype=q.dtype)[:, None]
    sine = np.minimum(q[:, None] * wavelengths / 2, LARGEST_SINE)
    angle = np.degrees(2 * np.arcsin(sine)) + parameters[:, layout.zero, None, None]
    place = (angle - float(query.two_theta[0])) / query.step + query.n_margin
    left = np.floor(place)
    last = len(query.two_theta) + 2 * query.n_margin - 2
    height = height * ((left >= 0) & (left <= last))
    slope = np.degrees(wavelengths / np.sqrt(1 - sine**2))[..., None]  # of the angle by q
    by_position = np.concatenate([by_strain[:, None] * slope, np.ones_like(slope)], -1)
    by_height = np.concatenate([candidates.turned, -half_square[..., None]], -1)
    by_height = np.repeat(by_height, len(wavelengths), axis=0)
    flat = (left.clip(0, last).astype(np.int64), place - left, height, candidates.late)
    n, n_sticks = len(q), height[0].size
    slopes = (x.reshape(n, n_sticks, -1) for x in (by_position, by_height))
    return Sticks(*(x.reshape(n, n_sticks) for x in flat), *slopes)


def _tensor(coefficients, basis):
    """Sum tensors (n, n_strains, 3, 3) with coefficients (n, n_strains)."""
    return (coefficients[..., None, None] * basis).sum(1)


def _products(q, tensors, v):
    """Contract vectors (n, n_peaks, 3) with tensors from both sides; (n, n_peaks, n_tensors)."""
    return np.moveaxis((q[:, None] @ tensors * v[:, None]).sum(-1), 1, 2)


def _length(q):
    return np.maximum(np.sqrt((q**2).sum(-1)), SHORTEST)


def _spectra(sticks, values, query):
    """Transform sticks with values (n, n_sticks, n_values); (n, 2, n_values, n_frequencies)."""
    return _transformed(sticks, 1 - sticks.part, sticks.part, values, query)


def _moved_spectra(sticks, values, query):
    """Transform what moving the sticks changes; (n, 2, n_values, n_frequencies)."""
    one = np.full_like(sticks.part, 1 / query.step)
    return _transformed(sticks, -one, one, values, query)


def _transformed(sticks, left, right, values, query):
    """Drop shares of values on both neighbours on the grid, early and late widths apart."""
    n, n_sticks, n_values = values.shape
    early = 1 - sticks.late
    shares = np.stack([early * left, early * right, sticks.late * left, sticks.late * right], -1)
    start = 2 * query.n_fast * np.arange(n)[:, None]
    rows = (start + sticks.place)[..., None] + [0, 1, query.n_fast, query.n_fast + 1]
    ends = np.arange(0, rows.size + 1, rows.shape[-1])  # every stick is a column
    drop = csc_array((shares.ravel(), rows.ravel(), ends), (2 * n * query.n_fast, n * n_sticks))
    grid = drop @ values.reshape(-1, n_values)  # (n * 2 * n_fast, n_values)
    grid = grid.reshape(n, 2, query.n_fast, n_values).transpose(0, 1, 3, 2)
    return rfft(np.ascontiguousarray(grid))


def _shapes(parameters, layout, query):
    """Transform the peaks' shapes (n, 2, n_freq); with slopes by log width and eta."""
    frequency = rfftfreq(query.n_fast, d=query.step).astype(parameters.dtype)
    fwhm = np.exp(parameters[:, layout.widths, None])
    eta = parameters[:, layout.eta, None, None]
    square = (np.pi * frequency) ** 2 / (4 * np.log(2).item())
    blurred = np.exp(-square * query.blur**2)
    gauss = np.exp(-square * fwhm**2) * blurred
    lorentz = np.exp(-np.pi * frequency * fwhm) * blurred
    by_width = -2 * square * fwhm**2 * (1 - eta) * gauss - np.pi * frequency * fwhm * eta * lorentz
    return (1 - eta) * gauss + eta * lorentz, np.stack([by_width, lorentz - gauss], 2)


def _back(spectra, query):
    """Profiles on the grid, without its margins."""
    profiles = irfft(spectra, n=query.n_fast)
    return profiles[..., query.n_margin : query.n_margin + len(query.two_theta)]
