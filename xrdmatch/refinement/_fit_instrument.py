"""An instrument's line widths and zero, out of the scan of a standard."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares
from scipy.sparse import csc_array

from xrdmatch.preprocessing import count_sigma, flattened, line_width
from xrdmatch.refinement._instrument import InstrumentProfile
from xrdmatch.refinement._refine_scan import KNOWN, refine_scan
from xrdmatch.simulation import (
    DiffractionSimulator,
    broadened,
    observed_two_theta,
    powder_reflections,
    pseudo_voigt,
)

RIGID = 1e-7  # strain that the cell of a standard may have
FEWEST_LINES = 4
REACH = 10.0  # typical widths around a line that are fitted
N_BACKGROUND = 6  # Chebyshev polynomials
GAUSSIAN = 0.7  # where its width starts, in units of the typical width
SPREAD = 0.5  # typical widths, prior of the displacement: short scans do not tell it from the zero
# Parameters: zero and displacement [degrees], logarithms of the Gaussian's width at three angles
# over its start, X and Y in units of the typical width.
START = (0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.1)
LOWEST = (-0.5, -0.5, -3.0, -3.0, -3.0, 0.0, 0.0)
HIGHEST = (0.5, 0.5, 3.0, 3.0, 3.0, 10.0, 10.0)
SHIFTS, GAUSSIANS, LORENTZIANS = slice(0, 2), slice(2, 5), slice(5, 7)
TYPICAL_STEP = 0.3  # of all but the shifts
RIDGE = 1e-9  # of the largest, that keeps lines apart which coincide


class Standard(NamedTuple):
    """A standard's scan, where its lines are, with all lines of the radiation."""

    two_theta: np.ndarray  # points near lines [degrees]
    net: np.ndarray  # counts above the background, weighted
    weight: np.ndarray
    polynomials: np.ndarray  # weighted, (n_points, n_background)
    centres: np.ndarray  # of the ideal lines [degrees], (n_lines, n_reflections)
    shares: np.ndarray  # of the radiation's lines, (n_lines,)
    width: float  # typical one [degrees]


def fit_instrument(scan, structure, *, monochromator=0.0, pattern_transformer=None):
    """Measure an instrument's line widths and zero on a standard.

    The standard's cell is taken as certified and stays; its lines are taken as no wider than
    the instrument makes them. Every reflection has an intensity of its own, so that neither
    texture nor sites count; fitted are the zero, the sample's displacement, and the widths.

    Parameters
    ----------
    scan : Scan
        Scan of the standard, for example LaB6, Si or CeO2, with its radiation.
    structure : Structure
        The standard, with its certified cell.
    monochromator : float, default=0.0
        As in `lorentz_polarization`: 26.6 for graphite with Cu K-alpha, 90 at a synchrotron
        [degrees]. It is kept in the profile.
    pattern_transformer : BackgroundRemover or its like, default=None
        What takes the background off; `BackgroundRemover()` if None.

    Returns
    -------
    InstrumentProfile
        Widths against angle, and the zero, within the range of the standard's lines.

    Raises
    ------
    ValueError
        If the scan has no radiation, no line stands out, or fewer than four of the standard's
        reflections are in its range.

    See Also
    --------
    refine_scan : Refines samples with it, ``instrument=...``.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.refinement import fit_instrument
    >>> from xrdmatch.simulation import PowderProfile
    >>> silicon = Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.4311), ["Si"], [[0, 0, 0]])
    >>> profile = PowderProfile(np.arange(20, 120, 0.02), fwhm=(0.01, -0.005, 0.008), eta=0.0,
    ...                         zero_shift=0.03, background=0.02)
    >>> scan = DiffractionSimulator("powder", "CuKa", profile=profile).transform([silicon])[0]
    >>> instrument = fit_instrument(scan, silicon)
    >>> round(instrument.zero_shift, 3), instrument.fwhm([60, 100]).round(3).tolist()
    (0.03, [0.092, 0.127])
    """
    (flat,) = flattened([scan], pattern_transformer)
    rigid = KNOWN._replace(expansion=RIGID, distortion=RIGID)
    start = refine_scan(flat, structure, model=rigid, monochromator=monochromator)
    standard = _standard(flat, structure, start.zero_shift)
    nodes = _nodes(standard.centres[0])
    found = _fitted(standard, nodes, start.zero_shift)
    values, sigma = found.x, np.sqrt(np.diag(np.linalg.pinv(found.jac.T @ found.jac)))
    gauss, lorentz = _widths(values, standard.width)
    return InstrumentProfile(
        scan.radiation,
        tuple(np.polyfit(np.tan(nodes), gauss**2, 2)),
        tuple(lorentz),
        float(values[0]),
        float(sigma[0] * max(1.0, np.sqrt(2 * found.cost / len(standard.net)))),
        (float(standard.centres[0].min()), float(standard.centres[0].max())),
        float(monochromator),
        _r_wp(standard, values, nodes, flat),
        scan.name,
    )


def _standard(flat, structure, zero_shift):
    """Collect the points near the standard's lines."""
    width = line_width(flat)
    centres, shares = _centres(flat, structure)
    if width is None or centres.shape[1] < FEWEST_LINES:
        raise ValueError(
            f"An instrument is measured on at least {FEWEST_LINES} lines of a standard, got "
            f"{'a scan without peaks' if width is None else f'{centres.shape[1]} in the scan'}; "
            "check structure and wavelength, or measure a wider range."
        )
    x = flat.two_theta
    places = np.sort(centres.ravel() + zero_shift)
    place = np.searchsorted(places, x).clip(1, len(places) - 1)
    gap = np.minimum(np.abs(x - places[place - 1]), np.abs(x - places[place]))
    near = gap < REACH * width
    net = flat.flat.counts[near]
    weight = 1 / count_sigma(flat)[near]
    along = 2 * (x[near] - x[0]) / np.ptp(x) - 1
    polynomials = np.polynomial.chebyshev.chebvander(along, N_BACKGROUND - 1) * weight[:, None]
    return Standard(x[near], weight * net, weight, polynomials, centres, shares, width)


def _centres(scan, structure):
    """Angles of the reflections, all lines of each within the scan; and the lines' shares."""
    lines = np.array(sorted(scan.radiation.lines, key=lambda line: -line[1]))
    q_max = 2 * np.sin(np.radians(min(scan.two_theta[-1], 178.0) / 2)) / lines[:, 0].max()
    simulator = DiffractionSimulator("powder", scan.radiation, q_max=q_max)
    (reflections,) = powder_reflections([structure], simulator)
    centres = observed_two_theta(reflections.q, lines[:, :1])
    inside = (centres.min(0) > scan.two_theta[0]) & (centres.max(0) < scan.two_theta[-1])
    return centres[:, inside], lines[:, 1] / lines[:, 1].sum()


def _nodes(centres):
    """Bragg angles [radians] at which the Gaussian's width is fitted: three for U, V, W."""
    tangents = np.tan(np.radians(centres[[0, -1]] / 2))
    return np.arctan(np.linspace(tangents.min(), tangents.max(), 3))


def _fitted(standard, nodes, zero_shift):
    """Fit shifts and widths; the intensities follow along."""
    start = np.array([zero_shift, *START[1:]])
    scale = np.full(len(start), TYPICAL_STEP)
    scale[SHIFTS] = standard.width
    bounds, args = (LOWEST, HIGHEST), (standard, nodes)
    return least_squares(_residuals, start, bounds=bounds, x_scale=scale, args=args)


def _widths(values, width):
    """Gaussian widths at the nodes, and X, Y of the Lorentzian [degrees]."""
    return GAUSSIAN * width * np.exp(values[GAUSSIANS]), width * values[LORENTZIANS]


def _residuals(values, standard, nodes):
    """Weighted misfit, and what the displacement's prior adds."""
    left = standard.net - _calculated(values, standard, nodes)
    return np.append(left, values[1] / (SPREAD * standard.width))


def _calculated(values, standard, nodes):
    """Weighted counts of the most probable intensities and background."""
    shapes = _shapes(values, standard, nodes)
    columns = csc_array(np.hstack([shapes, standard.polynomials]))
    square = (columns.T @ columns).toarray()
    square[np.diag_indices_from(square)] += RIDGE * np.diag(square).max()
    return columns @ np.linalg.solve(square, columns.T @ standard.net)


def _shapes(values, standard, nodes):
    """Weighted lines of unit area, one column a reflection."""
    gauss, (x, y) = _widths(values, standard.width)
    theta = np.radians(standard.centres / 2)  # (n_lines, n_reflections)
    square = np.polyval(np.polyfit(np.tan(nodes), gauss**2, 2), np.tan(theta))
    narrow = np.sqrt(np.maximum(square, (standard.width / 100) ** 2))
    fwhm, eta = broadened(narrow, 0.0, x / np.cos(theta) + y * np.tan(theta))
    places = standard.centres + values[0] - values[1] * np.cos(theta)
    columns = np.zeros((len(standard.net), standard.centres.shape[1]))
    for i, share in enumerate(standard.shares):
        for j, (place, width, part) in enumerate(zip(places[i], fwhm[i], eta[i], strict=True)):
            ends = place - REACH * standard.width, place + REACH * standard.width
            near = slice(*np.searchsorted(standard.two_theta, ends))
            shape = pseudo_voigt(standard.two_theta[near] - place, width, part)
            columns[near, j] += share * standard.weight[near] * shape
    return columns


def _r_wp(standard, values, nodes, flat):
    """Weighted residual by counting errors alone, background included."""
    left = standard.net - _calculated(values, standard, nodes)
    seen = flat.counts[np.isin(flat.two_theta, standard.two_theta)]
    return float(np.linalg.norm(left) / np.linalg.norm(seen * standard.weight))
