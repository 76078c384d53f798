"""`SpotFits` and `ScanFits`: results of fitting candidates."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class SpotFits:
    """Fits of n_candidates layers to each of n_patterns spot patterns.

    Parameters
    ----------
    distances : ndarray of shape (n_patterns, n_candidates)
        Minus log probabilities by which candidates are ranked.
    indices : ndarray of int, shape (n_patterns, n_candidates)
        Position of each candidate among what was searched; -1 where there is none.
    owners : ndarray of int, shape (n_patterns,)
        Number of the query that each pattern belongs to.
    log_likelihood : ndarray of shape (n_patterns, n_candidates)
        Of the pattern over that of spots anywhere, of any intensity.
    evidence : ndarray of shape (n_patterns, n_candidates)
        The share of the paired intensities in it.
    strain : ndarray of shape (n_patterns, n_candidates, 2, 2)
        ``D - 1`` of the cell's row vectors ``L D``, in the layer's frame.
    displacement : ndarray of shape (n_patterns, n_candidates)
        Root mean square displacement of the atoms along an axis [Å].
    noise : ndarray of shape (n_patterns, n_candidates)
        Relative error of the intensities.
    scale : ndarray of shape (n_patterns, n_candidates)
        From the candidate's intensities to the pattern's, each in units of its own mean: near 1
        where the pattern shows all spots.
    n_extra : ndarray of int, shape (n_patterns, n_candidates)
        Spots that the candidate has no place for.
    n_missing : ndarray of int, shape (n_patterns, n_candidates)
        Spots of the candidate, within the pattern's reach, that are not seen.
    placement : ndarray of shape (n_patterns, n_candidates, 2, 2), optional
        Where the orientation was not known: what brings scattering vectors of the candidate, rows
        in the layer's frame, to those of the pattern, ``q_layer @ placement``; NaN where the
        candidate has no setting that could be the pattern's.
    setting : ndarray of shape (n_patterns, n_candidates, 2, 2), optional
        The axes of the pattern's own reduced lattice in terms of the candidate's a* and b*.

    See Also
    --------
    fit_candidates : Compare patterns with candidates, all strengths of imperfection unknown.
    turned_fits : Fit candidates to patterns of unknown orientation.
    """

    distances: np.ndarray
    indices: np.ndarray
    owners: np.ndarray
    log_likelihood: np.ndarray
    evidence: np.ndarray
    strain: np.ndarray
    displacement: np.ndarray
    noise: np.ndarray
    scale: np.ndarray
    n_extra: np.ndarray
    n_missing: np.ndarray
    placement: np.ndarray | None = None
    setting: np.ndarray | None = None

    @property
    def mirrored(self):
        """Whether each candidate is seen from below, (n_patterns, n_candidates)."""
        return plane_determinant(self._placement) < 0

    @property
    def rotation(self):
        """Angle by which each candidate is turned, from +x to +y, after `mirrored` [degrees].

        From 0 to 180: spots do not tell half a turn. A candidate that is mirrored has q_y negated
        first.
        """
        return rotation_of(self._placement)

    @property
    def magnification(self):
        """Lengths in the pattern in units of the candidate's, (n_patterns, n_candidates)."""
        return np.sqrt(np.abs(plane_determinant(self._placement)))

    @property
    def _placement(self):
        if self.placement is None:
            raise ValueError(
                "Fits have a placement where the orientation was not known, got fits of patterns "
                'in the frame of the gallery; ask PatternMatcher(orientation="unknown").'
            )
        return self.placement


def plane_determinant(matrix):
    """Calculate the determinants of 2 x 2 matrices, NaN where one has NaN."""
    return matrix[..., 0, 0] * matrix[..., 1, 1] - matrix[..., 0, 1] * matrix[..., 1, 0]


def rotation_of(placement):
    """Angle of plane rotations, after a reflection of y where there is one [degrees].

    Parameters
    ----------
    placement : ndarray of shape (..., 2, 2)
        What row vectors are multiplied with.

    Returns
    -------
    ndarray of shape (...)
        From 0 to 180.
    """
    (a, b), (c, d) = np.moveaxis(placement, (-2, -1), (0, 1))
    mirrored = plane_determinant(placement) < 0
    y, x = np.where(mirrored, b + c, b - c), np.where(mirrored, a - d, a + d)
    return np.degrees(np.arctan2(y, x)) % 180.0


@dataclass(frozen=True, eq=False)
class ScanProfile:
    """What was calculated for one scan.

    Parameters
    ----------
    two_theta : ndarray of shape (n_points,)
        The refinement's grid [degrees].
    observed : ndarray of shape (n_points,)
        Counts on it.
    sigma : ndarray of shape (n_points,)
        Their counting errors.
    calculated : ndarray of shape (n_candidates, n_points) or (n_points,)
        Counts calculated of each candidate, or of one structure; background included.
    background : ndarray of shape (n_candidates, n_points) or (n_points,)
        Counts of the background alone.
    ticks : list of n_candidates ndarrays of shape (n_peaks,), or one of them
        Angles of the peaks [degrees].
    name : str or None
        What the scan is called.

    See Also
    --------
    ScanFits : Fits of n_candidates structures to each of n_scans powder scans.
    xrdmatch.inspection.ProfileDisplay
        Observed and calculated profile, marks of the peaks, and the difference below.
    """

    two_theta: np.ndarray
    observed: np.ndarray
    sigma: np.ndarray
    calculated: np.ndarray
    background: np.ndarray
    ticks: list
    name: str | None = None

    def of_candidate(self, candidate):
        """Take the profile of one candidate out of those of several."""
        one = (x[candidate] for x in (self.calculated, self.background, self.ticks))
        return ScanProfile(self.two_theta, self.observed, self.sigma, *one, self.name)


@dataclass(frozen=True, eq=False)
class ScanFits:
    """Fits of n_candidates structures to each of n_scans powder scans.

    Standard uncertainties (``..._sigma``) are those of the most probable values, priors and
    errors of the model included.

    Parameters
    ----------
    distances : ndarray of shape (n_scans, n_candidates)
        Minus log probabilities by which candidates are ranked.
    indices : ndarray of int, shape (n_scans, n_candidates)
        Position of each candidate among what was searched; -1 where there is none.
    owners : ndarray of int, shape (n_scans,)
        Number of the query that each scan belongs to.
    log_likelihood : ndarray of shape (n_scans, n_candidates)
        Of the scan over that of one without any peak.
    strain, strain_sigma : ndarray of shape (n_scans, n_candidates, 3, 3)
        ``D - 1`` of the cell's row vectors ``L D``, in the cell's own frame.
    lattice, lattice_sigma : ndarray of shape (n_scans, n_candidates, 6)
        Refined lengths [Å] and angles [degrees].
    zero_shift, zero_shift_sigma : ndarray of shape (n_scans, n_candidates)
        Shift of all angles [degrees].
    fwhm, fwhm_sigma : ndarray of shape (n_scans, n_candidates, 2)
        Full widths at half maximum at both ends of the scan [degrees].
    eta, eta_sigma : ndarray of shape (n_scans, n_candidates)
        Lorentzian share of the lines.
    b_iso, b_iso_sigma : ndarray of shape (n_scans, n_candidates)
        Debye-Waller factor on top of the simulator's [Å^2].
    scale : ndarray of shape (n_scans, n_candidates)
        Counts for a calculated profile whose strongest reflection has the strength 1.
    r_wp : ndarray of shape (n_scans, n_candidates)
        Weighted residual of the profile, background included, as a fraction.
    profiles : list of n_scans ScanProfile
        What was calculated for each scan.

    See Also
    --------
    scan_fits : Fit structures to scans, and say what was fitted.
    ScanProfile : What was calculated for one scan.
    """

    distances: np.ndarray
    indices: np.ndarray
    owners: np.ndarray
    log_likelihood: np.ndarray
    strain: np.ndarray
    strain_sigma: np.ndarray
    lattice: np.ndarray
    lattice_sigma: np.ndarray
    zero_shift: np.ndarray
    zero_shift_sigma: np.ndarray
    fwhm: np.ndarray
    fwhm_sigma: np.ndarray
    eta: np.ndarray
    eta_sigma: np.ndarray
    b_iso: np.ndarray
    b_iso_sigma: np.ndarray
    scale: np.ndarray
    r_wp: np.ndarray
    profiles: list
