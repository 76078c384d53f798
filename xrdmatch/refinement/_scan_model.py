"""The calculated profile of many candidates and its derivatives, by a few Fourier transforms."""

from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfftfreq

from xrdmatch.refinement._scan_sticks import (
    LARGEST_SINE,
    lengths,
    products,
    stick_slopes,
    sticks_of,
    transformed,
)
from xrdmatch.simulation import lorentz_polarization


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

    def taken(self, rows):
        """Take some of the candidates."""
        return Candidates(*(values[rows] for values in self))


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
    length = lengths(q)
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
    turned = products(along, basis[:, 1:], along)
    area, late = (np.stack(values, 1).astype(q.dtype) for values in (areas, late))
    return Candidates(q, basis, area, late, turned)


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


def calculated(parameters, candidates, query):
    """Calculate profiles of scale 1, (n, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = sticks_of(parameters, candidates, query, layout)
    spectra = transformed(sticks, sticks.height[..., None], [False], query)
    gauss, lorentz, *_ = _shapes(parameters, layout, query)
    eta = parameters[:, layout.eta, None, None]
    return _back(_mixed(spectra, (1 - eta) * gauss + eta * lorentz), query)[:, 0]


def calculated_with_slopes(parameters, candidates, query):
    """Calculate profiles (n, n_points) and their derivatives (n, n_parameters, n_points)."""
    layout = Layout(candidates.basis.shape[1])
    sticks = sticks_of(parameters, candidates, query, layout)
    spectra = transformed(sticks, *stick_slopes(sticks, candidates), query)
    profiles = _back(_slopes_and_profile(spectra, parameters, layout, query), query)
    return profiles[:, -1].copy(), profiles[:, :-1]  # a copy, so that slopes can be let go


def _slopes_and_profile(spectra, parameters, layout, query):
    """Spectra of the slopes, in the order of the parameters, and of the profile."""
    gauss, lorentz, square, line = _shapes(parameters, layout, query)
    eta = parameters[:, layout.eta, None, None]
    n_moved, plain = layout.widths.start, spectra[:, :, -1]
    mixed = _mixed(spectra, (1 - eta) * gauss + eta * lorentz)
    rows = np.empty((len(mixed), layout.n_parameters + 1, mixed.shape[-1]), dtype=mixed.dtype)
    rows[:, :n_moved], rows[:, layout.b_iso] = mixed[:, :n_moved], mixed[:, -2]
    rows[:, layout.widths] = plain * ((eta - 1) * 2 * square * gauss - eta * line * lorentz)
    rows[:, layout.eta] = (plain * (lorentz - gauss)).sum(1)
    rows[:, -1] = mixed[:, -1]
    return rows


def _mixed(spectra, shapes):
    """Add spectra (n, 2, n_values, n_frequencies) of both widths with shapes (n, 2, n_freq.)."""
    mixed = spectra[:, 0] * shapes[:, 0, None]
    mixed += spectra[:, 1] * shapes[:, 1, None]
    return mixed


def _shapes(parameters, layout, query):
    """Transform Gaussians and Lorentzians; also minus the logarithms of both without blur."""
    frequency = np.pi * rfftfreq(query.n_fast, d=query.step).astype(parameters.dtype)
    fwhm = np.exp(parameters[:, layout.widths, None])
    unit = frequency**2 / (4 * np.log(2).item())
    square, line = unit * fwhm**2, frequency * fwhm  # (n, 2, n_frequencies)
    blurred = np.exp(-unit * query.blur**2)
    return np.exp(-square) * blurred, np.exp(-line) * blurred, square, line


def _back(spectra, query):
    """Profiles on the grid, without its margins."""
    profiles = irfft(spectra, n=query.n_fast)
    return profiles[..., query.n_margin : query.n_margin + len(query.two_theta)]
