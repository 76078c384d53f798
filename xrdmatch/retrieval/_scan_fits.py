"""Refined fits of scans in words of the laboratory: cells, angles, residuals, profiles."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.retrieval._scan_model import Layout

NUMBERS = {  # of each candidate: the shape of an entry
    "log_likelihood": (),
    "strain": (3, 3),
    "strain_sigma": (3, 3),
    "lattice": (6,),
    "zero_shift": (),
    "zero_shift_sigma": (),
    "fwhm": (2,),
    "fwhm_sigma": (2,),
    "b_iso": (),
    "b_iso_sigma": (),
    "scale": (),
    "r_wp": (),
}


def described(scan, query, fits, powders):
    """Say what was fitted to one scan.

    Parameters
    ----------
    scan : Scan
        The scan.
    query : ScanQuery
        The same, on its grid.
    fits : Bunch
        ``log_likelihood`` (n,) and ``parts``, pairs of positions and `Fit`.
    powders : list of Powder
        The candidates.

    Returns
    -------
    Bunch
        Arrays by the names of `NUMBERS`, and ``profiles``.
    """
    n = len(powders)
    out = Bunch(**{name: np.zeros((n, *shape)) for name, shape in NUMBERS.items()})
    out.log_likelihood = fits.log_likelihood
    calculated = np.zeros((n, len(query.two_theta)))
    background, ticks = np.zeros_like(calculated), [None] * n
    for part, fit in fits.parts:
        layout = Layout(len(powders[part[0]].basis))
        for i, row in enumerate(part):
            values = _values(fit, i, layout, powders[row], query)
            for name, value in values.items():
                out[name][row] = value
            peaks = (fit.scale[i] * fit.profile[i]).astype(float)
            background[row] = query.baseline + _polynomial(query, peaks)
            calculated[row] = peaks + background[row]
            out.r_wp[row] = _r_wp(query, calculated[row])
            ticks[row] = _ticks(powders[row], out.strain[row], out.zero_shift[row], query)
    out.profiles = Bunch(
        two_theta=query.two_theta,
        observed=query.observed,
        calculated=calculated,
        background=background,
        ticks=ticks,
        name=scan.name,
    )
    return out


def gathered(rows):
    """Stack what was fitted to several scans; profiles stay a list, their grids differ."""
    numbers = {name: np.array([row[name] for row in rows]) for name in NUMBERS}
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
