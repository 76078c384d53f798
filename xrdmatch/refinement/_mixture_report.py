"""Cells, widths and profiles from a refined mixture."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.refinement._mixture_fit import joint_columns
from xrdmatch.refinement._scan_fit import Fit
from xrdmatch.refinement._scan_report import (
    fitted_polynomial,
    fitted_values,
    peak_angles,
    weighted_residual,
)


@dataclass(frozen=True, eq=False)
class MixtureProfile:
    """Observed and calculated counts of one scan on the refinement's grid.

    Parameters
    ----------
    two_theta : ndarray of shape (n_points,)
        The grid [degrees].
    observed : ndarray of shape (n_points,)
        Counts on it.
    sigma : ndarray of shape (n_points,)
        Their counting errors.
    calculated : ndarray of shape (n_points,)
        Counts calculated of all phases and the background together.
    phases : ndarray of shape (n_phases, n_points)
        Counts calculated of each phase, without the background.
    background : ndarray of shape (n_points,)
        Counts of the background.
    ticks : list of n_phases ndarrays of shape (n_peaks,)
        Angles of each phase's peaks [degrees].
    name : str or None
        What the scan is called.

    See Also
    --------
    mixture_report : Say what was refined of a mixture.
    """

    two_theta: np.ndarray
    observed: np.ndarray
    sigma: np.ndarray
    calculated: np.ndarray
    phases: np.ndarray
    background: np.ndarray
    ticks: list
    name: str | None = None


def mixture_report(query, fit=None, name=None):
    """Say what was refined of a mixture.

    Parameters
    ----------
    query : ScanQuery
        The scan.
    fit : MixtureFit, default=None
        Its phases; None if it has none.
    name : str, default=None
        What the scan is called.

    Returns
    -------
    values : list of n_phases dicts
        Refined values and their standard uncertainties by the names of the fields of `ScanFits`.
    profile : MixtureProfile
        What was calculated.
    r_wp : float
        Weighted residual of the profile, background included, as a fraction.

    See Also
    --------
    fit_mixture : Refine phases together, from where they stand.
    MixtureProfile : Observed and calculated counts of one scan on the refinement's grid.
    """
    values = [] if fit is None else _values(fit)
    peaks = np.zeros((0, len(query.two_theta))) if fit is None else fit.peaks
    powders = [] if fit is None else [phase.powder for phase in fit.phases]
    background = query.baseline + fitted_polynomial(query, peaks.sum(0))
    calculated = background + peaks.sum(0)
    ticks = [
        peak_angles(powder, value["strain"], value["zero_shift"], query)
        for powder, value in zip(powders, values, strict=True)
    ]
    profile = MixtureProfile(
        query.two_theta, query.observed, query.sigma, calculated, peaks, background, ticks, name
    )
    return values, profile, float(weighted_residual(query, calculated))


def _values(fit):
    """Values of each phase; what it shares with the others counts as its uncertainty."""
    columns, _ = joint_columns([phase.layout for phase in fit.phases])
    covariance, found = fit.covariance, []
    for i, (phase, own) in enumerate(zip(fit.phases, columns, strict=True)):
        curvature = np.linalg.pinv(covariance[np.ix_(own, own)], hermitian=True)
        single = Fit(
            phase.parameters[None], np.array([fit.cost]), curvature[None], fit.scale[i, None],
            fit.profile[i, None],
        )  # fmt: skip
        found.append(fitted_values(single, 0, phase.layout, phase.powder, fit.query))
    return found
