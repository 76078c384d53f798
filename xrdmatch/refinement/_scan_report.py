"""Cells, angles, residuals and profiles from refined fits of scans."""

import numpy as np

from xrdmatch.refinement._fits import ScanFits, ScanProfile
from xrdmatch.refinement._scan_model import Layout

NUMBERS = (  # of each candidate
    "log_likelihood", "strain", "strain_sigma", "lattice", "lattice_sigma", "zero_shift",
    "zero_shift_sigma", "fwhm", "fwhm_sigma", "eta", "eta_sigma", "b_iso", "b_iso_sigma", "scale",
    "r_wp",
)  # fmt: skip
TINY_STRAIN = 1e-6  # of central differences


def gathered(reports, profiles, indices):
    """Stack reports on the candidates of several scans.

    Parameters
    ----------
    reports : list of n_scans lists of n_candidates dicts
        Output of `reported` for each scan.
    profiles : list of n_scans ScanProfile
        What was calculated.
    indices : ndarray of int, shape (n_scans, n_candidates)
        Positions of the candidates among what was searched.

    Returns
    -------
    ScanFits
        All of them; distances are minus the log likelihoods, each scan is a query.
    """
    stacked = {name: np.array([[c[name] for c in row] for row in reports]) for name in NUMBERS}
    distances, owners = -stacked["log_likelihood"], np.arange(len(reports))
    return ScanFits(distances, indices, owners, profiles=profiles, **stacked)


def reported(fits, powders, scan):
    """Say what was fitted to one scan.

    Parameters
    ----------
    fits : FittedPowders
        Output of `fit_powders`.
    powders : list of n_candidates Powder
        These candidates.
    scan : Scan
        The scan.

    Returns
    -------
    report : list of n_candidates dicts
        By the names of `NUMBERS`.
    profile : ScanProfile
        What was calculated.
    """
    where = {at: (fit, i) for part, fit in fits.parts for i, at in enumerate(part)}
    query = fits.query
    rows = [_candidate(*where[at], powder, query) for at, powder in enumerate(powders)]
    for row, log_likelihood in zip(rows, fits.log_likelihood, strict=True):
        row["log_likelihood"] = log_likelihood
    curves = [np.array([row[name] for row in rows]) for name in ("calculated", "background")]
    ticks, name = [row["ticks"] for row in rows], scan.name
    return rows, ScanProfile(
        query.two_theta, query.observed, query.sigma, *curves, ticks=ticks, name=name
    )


def fitted_profile(found, query, scan):
    """Say what was fitted by the refinement of one structure with its sites.

    Parameters
    ----------
    found : SiteRefinement
        What came out.
    query : ScanQuery
        The scan as it was refined.
    scan : Scan
        The scan.

    Returns
    -------
    numbers : dict
        By the names of `NUMBERS`, but for the log likelihood.
    profile : ScanProfile
        What was calculated.

    See Also
    --------
    refine_sites : Refine cell, sites, lines and texture of one structure.
    """
    row = _candidate(found.fit, 0, found.powder, query)
    curves = row["calculated"], row["background"], row["ticks"]
    return row, ScanProfile(query.two_theta, query.observed, query.sigma, *curves, scan.name)


def _candidate(fit, i, powder, query):
    """Numbers, curves and ticks of one candidate."""
    numbers = fitted_values(fit, i, Layout(len(powder.basis)), powder, query)
    peaks = (fit.scale[i] * fit.profile[i]).astype(float)
    background = query.baseline + fitted_polynomial(query, peaks)
    calculated = peaks + background
    ticks = peak_angles(powder, numbers["strain"], numbers["zero_shift"], query)
    curves = {"calculated": calculated, "background": background, "ticks": ticks}
    return {**numbers, "r_wp": weighted_residual(query, calculated), **curves}


def fitted_values(fit, i, layout, powder, query):
    """Parameters of one fit and their standard uncertainties."""
    parameters = fit.parameters[i].astype(float)
    covariance = np.linalg.inv(fit.curvature[i].astype(float))
    sigma = np.sqrt(np.diag(covariance))
    shrunk, spread = parameters[layout.strain], covariance[layout.strain, layout.strain]
    strain = _strains(shrunk, powder.basis)
    variance = np.einsum("aij,ab,bij->ij", powder.basis, spread, powder.basis)
    fwhm = np.exp(parameters[layout.widths])
    return {
        "strain": strain,
        "strain_sigma": np.sqrt(variance.clip(0)),
        "lattice": _cells(powder.lattice @ (np.eye(3) + strain)),
        "lattice_sigma": _cell_sigma(powder, shrunk, spread),
        "zero_shift": parameters[layout.zero],
        "zero_shift_sigma": sigma[layout.zero],
        "fwhm": fwhm,
        "fwhm_sigma": fwhm * sigma[layout.widths],
        "eta": parameters[layout.eta],
        "eta_sigma": sigma[layout.eta],
        "b_iso": parameters[layout.b_iso],
        "b_iso_sigma": sigma[layout.b_iso],
        "scale": float(fit.scale[i]) * query.step,
    }


def _strains(shrunk, basis):
    """Strains of the cell (..., 3, 3) from coefficients (..., n_strains) in reciprocal space."""
    return np.linalg.inv(np.eye(3) - np.tensordot(shrunk, basis, 1)) - np.eye(3)


def _cells(lattices):
    """Lengths [Å] and angles [degrees], (..., 6), of row vectors (..., 3, 3)."""
    lengths = np.linalg.norm(lattices, axis=-1)
    unit = lattices / lengths[..., None]
    cosines = (unit[..., [1, 2, 0], :] * unit[..., [2, 0, 1], :]).sum(-1)
    return np.concatenate([lengths, np.degrees(np.arccos(np.clip(cosines, -1, 1)))], -1)


def _cell_sigma(powder, shrunk, spread):
    """Propagate uncertainties to the cell's lengths and angles, (6,), by their derivatives."""
    moves = TINY_STRAIN * np.eye(len(shrunk))
    above, below = (
        _cells(powder.lattice @ (np.eye(3) + _strains(shrunk + s * moves, powder.basis)))
        for s in (1, -1)
    )
    slopes = (above - below) / (2 * TINY_STRAIN)  # (n_strains, 6)
    return np.sqrt(np.einsum("ai,ab,bi->i", slopes, spread, slopes).clip(0))


def fitted_polynomial(query, peaks):
    """Fit the polynomials that the background has on top of its baseline."""
    weight = query.weight.astype(float)
    columns = query.background.astype(float)
    rest = weight * (query.observed - query.baseline - peaks)
    return columns @ (columns.T @ rest) / weight


def weighted_residual(query, calculated):
    """Weighted residual of the profile, background included, by counting errors alone."""
    weighted = (query.observed - calculated) / query.sigma
    return np.sqrt((weighted**2).sum() / ((query.observed / query.sigma) ** 2).sum())


def peak_angles(powder, strain, zero_shift, query):
    """Angles of the peaks of the refined cell at the mean wavelength [degrees]."""
    q = np.linalg.norm(powder.q @ np.linalg.inv(np.eye(3) + strain), axis=1)
    sine = q * query.radiation.wavelength / 2
    angles = 2 * np.degrees(np.arcsin(sine[sine < 1])) + zero_shift
    within = (angles >= query.two_theta[0]) & (angles <= query.two_theta[-1])
    return np.sort(angles[within])
