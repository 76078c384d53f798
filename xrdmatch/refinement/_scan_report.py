"""Refined fits of scans in words of the laboratory: cells, angles, residuals, profiles."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.refinement._scan_model import Layout

NUMBERS = (  # of each candidate
    "strain", "strain_sigma", "lattice", "zero_shift", "zero_shift_sigma", "fwhm", "fwhm_sigma",
    "b_iso", "b_iso_sigma", "scale", "r_wp",
)  # fmt: skip
CURVES = "calculated", "background"


def described(scan, fits, columns, powders):
    """Say what was fitted to one scan.

    Parameters
    ----------
    scan : Scan
        The scan.
    fits : Bunch
        ``query``, the scan on its grid; of all candidates ``log_likelihood`` and ``parts``, pairs
        of positions and `Fit`.
    columns : ndarray of int, shape (n,)
        Positions of the candidates that are asked about.
    powders : list of n Powder
        These candidates.

    Returns
    -------
    Bunch
        ``log_likelihood``, arrays by the names of `NUMBERS`, and ``profiles``.
    """
    where = {at: (fit, i) for part, fit in fits.parts for i, at in enumerate(part)}
    found = [
        _candidate(*where[column], powder, fits.query)
        for column, powder in zip(columns, powders, strict=True)
    ]
    out = {name: np.array([row[name] for row in found]) for name in (*NUMBERS, *CURVES)}
    profiles = Bunch(
        two_theta=fits.query.two_theta,
        observed=fits.query.observed,
        ticks=[row["ticks"] for row in found],
        name=scan.name,
        **{name: out.pop(name) for name in CURVES},
    )
    return Bunch(log_likelihood=fits.log_likelihood[columns], profiles=profiles, **out)


def _candidate(fit, i, powder, query):
    """Numbers, curves and ticks of one candidate."""
    numbers = _values(fit, i, Layout(len(powder.basis)), powder, query)
    peaks = (fit.scale[i] * fit.profile[i]).astype(float)
    background = query.baseline + _polynomial(query, peaks)
    calculated = peaks + background
    ticks = _ticks(powder, numbers["strain"], numbers["zero_shift"], query)
    curves = {"calculated": calculated, "background": background, "ticks": ticks}
    return {**numbers, "r_wp": _r_wp(query, calculated), **curves}


def gathered(rows):
    """Stack what was fitted to several scans; profiles stay a list, their grids differ."""
    names = ("log_likelihood", *NUMBERS)
    numbers = {name: np.array([row[name] for row in rows]) for name in names}
    return {**numbers, "profiles": [row.profiles for row in rows]}


def _values(fit, i, layout, powder, query):
    """Parameters of one fit and their standard uncertainties."""
    parameters = fit.parameters[i].astype(float)
    covariance = np.linalg.inv(fit.curvature[i].astype(float))
    sigma = np.sqrt(np.diag(covariance))
    shrunk = np.tensordot(parameters[layout.strain], powder.basis, 1)
    spread = covariance[layout.strain, layout.strain]
    strain = np.linalg.inv(np.eye(3) - shrunk) - np.eye(3)
    variance = np.einsum("aij,ab,bij->ij", powder.basis, spread, powder.basis)
    fwhm = np.exp(parameters[layout.widths])
    return {
        "strain": strain,
        "strain_sigma": np.sqrt(variance.clip(0)),
        "lattice": _cell(powder.lattice @ (np.eye(3) + strain)),
        "zero_shift": parameters[layout.zero],
        "zero_shift_sigma": sigma[layout.zero],
        "fwhm": fwhm,
        "fwhm_sigma": fwhm * sigma[layout.widths],
        "b_iso": parameters[layout.b_iso],
        "b_iso_sigma": sigma[layout.b_iso],
        "scale": float(fit.scale[i]) * query.step,
    }


def _cell(lattice):
    """Lengths [Å] and angles [degrees] of row vectors."""
    lengths = np.linalg.norm(lattice, axis=1)
    unit = lattice / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[2] @ unit[0], unit[0] @ unit[1]]
    return [*lengths, *np.degrees(np.arccos(np.clip(cosines, -1, 1)))]


def _polynomial(query, peaks):
    """Fit the polynomials that the background has on top of its baseline."""
    weight = query.weight.astype(float)
    columns = query.background.astype(float)
    rest = weight * (query.observed - query.baseline - peaks)
    return columns @ (columns.T @ rest) / weight


def _r_wp(query, calculated):
    """Weighted residual of the profile, background included, by counting errors alone."""
    weighted = (query.observed - calculated) / query.sigma
    return np.sqrt((weighted**2).sum() / ((query.observed / query.sigma) ** 2).sum())


def _ticks(powder, strain, zero_shift, query):
    """Angles of the peaks of the refined cell at the mean wavelength [degrees]."""
    q = np.linalg.norm(powder.q @ np.linalg.inv(np.eye(3) + strain), axis=1)
    sine = q * query.radiation.wavelength / 2
    angles = 2 * np.degrees(np.arcsin(sine[sine < 1])) + zero_shift
    within = (angles >= query.two_theta[0]) & (angles <= query.two_theta[-1])
    return np.sort(angles[within])
