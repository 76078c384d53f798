"""The lines of a powder pattern from which a cell is sought."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_LEAST_SIGMA = 0.004  # [degrees] what peaks of real scans are off by beyond counting
_HIDDEN = 0.08  # of a peak's width, by which a neighbour hidden in it may shift it
_WEAKEST = 1e-3  # of the strongest, in patterns without noise
_PARTED = 0.04  # [degrees] reflections nearer to each other make one line
_STICK_SIGMA = 0.005  # [degrees]


@dataclass(frozen=True, eq=False)
class Lines:
    """Observed lines, at rising angles.

    Parameters
    ----------
    two_theta : ndarray of shape (n_lines,)
        Angles [degrees].
    sigma : ndarray of shape (n_lines,)
        Standard uncertainties of the angles [degrees].
    intensity : ndarray of shape (n_lines,)
        Intensities in any unit.
    wavelength : float
        Wavelength [Å].
    """

    two_theta: np.ndarray
    sigma: np.ndarray
    intensity: np.ndarray
    wavelength: float

    def __len__(self):
        return len(self.two_theta)

    @cached_property
    def q2(self):
        """1/d^2 without a correction of the angles [1/Å^2]."""
        return (2 * np.sin(np.radians(self.two_theta / 2)) / self.wavelength) ** 2

    @cached_property
    def slope(self):
        """Change of 1/d^2 with the angle [1/Å^2/degree]."""
        return np.radians(2 / self.wavelength**2 * np.sin(np.radians(self.two_theta)))

    @cached_property
    def error(self):
        """Standard uncertainties of the angles with what scans add to counting [degrees]."""
        return np.hypot(self.sigma, _LEAST_SIGMA)

    def first(self, n):
        """Leave the first lines only."""
        return self._chosen(slice(n))

    def stronger(self, share):
        """Leave lines with at least a share of the strongest one's intensity."""
        return self._chosen(self.intensity >= share * self.intensity.max())

    def _chosen(self, which):
        columns = self.two_theta, self.sigma, self.intensity
        return Lines(*(column[which] for column in columns), self.wavelength)


def scan_lines(found, wavelength, n_peaks):
    """First lines that `PeakFinder.find` found in a scan."""
    sigma = np.hypot(found.two_theta_sigma, _HIDDEN * found.fwhm)
    return Lines(found.two_theta, sigma, found.intensity, wavelength).first(n_peaks)


def stick_lines(pattern, wavelength, n_peaks):
    """First lines of a powder pattern, those of one angle taken together, very weak ones not."""
    strong = pattern.intensity >= _WEAKEST * pattern.intensity.max()
    q, intensity = pattern.q[strong, 0], pattern.intensity[strong]
    sine = q * wavelength / 2
    two_theta = 2 * np.degrees(np.arcsin(sine[(sine > 0) & (sine < 1)]))
    intensity = intensity[(sine > 0) & (sine < 1)]
    order = np.argsort(two_theta)
    two_theta, intensity = two_theta[order], intensity[order]
    group = np.concatenate([[0], np.cumsum(np.diff(two_theta) > _PARTED)])
    total = np.bincount(group, intensity)
    centre = np.bincount(group, intensity * two_theta) / total
    return Lines(centre, np.full(len(centre), _STICK_SIGMA), total, wavelength).first(n_peaks)
