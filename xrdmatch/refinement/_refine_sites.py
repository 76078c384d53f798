"""Cell, sites and lines of one structure refined against a scan, within its space group."""

from typing import NamedTuple

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import strain_basis
from xrdmatch.refinement._contacts import Contacts, contact_cost, contacts
from xrdmatch.refinement._powders import REACH, Powder
from xrdmatch.refinement._scan_fit import DAMPING, TINY, Fit, Prior, prior_of
from xrdmatch.refinement._scan_model import (
    Candidates,
    Layout,
    calculated,
    calculated_with_slopes,
    candidates_at_rest,
)
from xrdmatch.refinement._scan_query import Q_RANGE, ScanQuery
from xrdmatch.refinement._site_modes import SiteModes, site_modes
from xrdmatch.refinement._site_refinement import SiteModel, SiteRefinement
from xrdmatch.refinement._site_reflections import Scatterers, families, scatterers, strengths

ENOUGH = 0.1  # of the cost, twice a logarithm of a probability: a smaller gain is the last
STUCK = 1e3  # damping at which hardly anything moves


class _Crystal(NamedTuple):
    """What does not change while a structure is refined."""

    structure: Structure
    symmetry: SiteModes
    atoms: Scatterers
    basis: np.ndarray  # (n_strains, 3, 3)
    pairs: Contacts
    model: SiteModel

    def frac_coords(self, moved):
        """Fractional coordinates after displacements (n_modes,)."""
        off = np.tensordot(moved, self.symmetry.modes, 1)  # (n_atoms, 3) [Å]
        lattice = self.structure.lattice.matrix
        return self.structure.frac_coords + off @ np.linalg.inv(lattice)


class _Stage(NamedTuple):
    """A scan, and reflections of strength 1 before it."""

    query: ScanQuery
    at_rest: Candidates
    prior: Prior


class _Point(NamedTuple):
    parameters: np.ndarray  # of the cell and the lines, (n_parameters,)
    moved: np.ndarray  # (n_modes,) [Å]
    cost: float
    curvature: np.ndarray
    slope: np.ndarray
    scale: float
    profile: np.ndarray


def refine_sites(queries, structure, scan_model, site_model=SiteModel(), start=None):  # noqa: B008
    """Refine cell, sites, lines and texture of one structure.

    Damped Gauss-Newton steps, with exact derivatives of all intensities by all displacements that
    the space group allows; the scale follows along. Scans that are widened come first.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`.
    structure : Structure
        An ordered crystal, of any cell.
    scan_model : ScanModel
        Priors of the cell, the lines and the texture.
    site_model : SiteModel, default=SiteModel()
        Priors of the sites.
    start : ndarray of shape (n_parameters,), default=None
        Parameters of cell and lines to start from, as of a `Fit`; what is expected if None.

    Returns
    -------
    SiteRefinement
        The most probable structure.

    See Also
    --------
    SiteModel : Priors of sites.
    site_modes : Find the displacements that leave a crystal's symmetry as it is.
    fitted_profile : Say what was fitted by the refinement of one structure with its sites.
    """
    crystal = _crystal(structure, queries[-1].radiation.kind, site_model)
    prior = prior_of(Layout(len(crystal.basis)), scan_model, queries[-1].lines)
    parameters = prior.mean.copy() if start is None else np.array(start, dtype=np.float32)
    moved = np.zeros(len(crystal.symmetry.modes))
    steps = (*site_model.n_steps[:1] * (len(queries) - 1), site_model.n_steps[1])
    for query, n_steps in zip(queries, steps, strict=True):
        stage = _Stage(query, _unit_candidates(crystal, query), prior)
        point = _descended(parameters, moved, crystal, stage, n_steps)
        parameters, moved = point.parameters, point.moved
    return _refinement(point, crystal)


def _crystal(structure, kind, model):
    symmetry = site_modes(structure, model.symprec)
    if not model.displacement:
        symmetry = symmetry._replace(modes=symmetry.modes[:0])
    lattice, numbers = structure.lattice.matrix, np.array([site.specie.Z for site in structure])
    found = families(lattice, symmetry.rotations, REACH * Q_RANGE[1])
    atoms = scatterers(numbers, symmetry.modes, found, kind, model.b_iso)
    pairs = contacts(lattice, structure.frac_coords, numbers)
    return _Crystal(structure, symmetry, atoms, strain_basis(lattice), pairs, model)


def _unit_candidates(crystal, query):
    q = crystal.atoms.families.q[None].astype(np.float32)
    basis = crystal.basis[None].astype(np.float32)
    return candidates_at_rest(q, np.ones(q.shape[:2], dtype=np.float32), basis, query)


def _descended(parameters, moved, crystal, stage, n_steps):
    """Levenberg and Marquardt's steps."""
    point, damping, n = _point(parameters, moved, crystal, stage), DAMPING[0], len(parameters)
    most = crystal.model.longest
    for _ in range(n_steps):
        matrix = point.curvature + damping * np.diag(np.diag(point.curvature))
        step = np.linalg.solve(matrix, point.slope)
        longest = np.concatenate([stage.prior.longest, np.full(len(moved), most)])
        step = np.clip(step, -longest, longest)
        new = np.clip(point.parameters + step[:n], stage.prior.low, stage.prior.high)
        trial = _point(new.astype(np.float32), point.moved + step[n:], crystal, stage)
        gain = point.cost - trial.cost
        point = trial if gain > 0 else point
        damping *= DAMPING[1] if gain > 0 else DAMPING[2]
        if 0 < gain < ENOUGH or damping > STUCK:
            break
    return point


def _point(parameters, moved, crystal, stage):
    """Cost of some parameters, its slope and its curvature; the scale follows along."""
    query, prior = stage.query, stage.prior
    strength, by_site = strengths(crystal.frac_coords(moved), crystal.atoms)
    unit = strength.max()
    raw, slopes = _profiles(parameters, strength / unit, by_site / unit, stage)
    profile = query.without_background(raw * query.weight)
    square = max(float(profile @ profile), TINY)
    scale = max(float(profile @ query.target) / square, 0.0)
    slopes = query.without_background(slopes * query.weight) * scale
    slopes = slopes - np.outer(slopes @ profile / square, profile)  # the scale is fitted as well
    residual = query.target - scale * profile
    curvature = query.share * (slopes @ slopes.T).astype(float)
    slope = query.share * (slopes @ residual).astype(float)
    cost = query.share * float(residual @ residual)
    for added in (
        _of_priors(parameters, moved, crystal, prior),
        _of_contacts(moved, crystal, slope),
    ):
        cost, slope, curvature = cost + added[0], slope + added[1], curvature + added[2]
    return _Point(parameters, moved, cost, curvature, slope, scale, raw)


def _profiles(parameters, strength, by_site, stage):
    """Profile (n_points,) and its derivatives (n_parameters + n_modes, n_points)."""
    at_rest, query = stage.at_rest, stage.query
    whole = at_rest._replace(area=at_rest.area * strength.astype(np.float32))
    raw, slopes = calculated_with_slopes(parameters[None], whole, query)
    if not len(by_site):
        return raw[0], slopes[0]
    n = len(by_site)
    # A profile is linear in strengths: its derivatives are profiles of their derivatives.
    area = at_rest.area * by_site[:, None].astype(np.float32)  # (n, n_lines, n_families)
    many = Candidates(*(np.broadcast_to(x, (n, *x.shape[1:])) for x in at_rest))
    sites = calculated(np.tile(parameters, (n, 1)), many._replace(area=area), query)
    return raw[0], np.concatenate([slopes[0], sites])


def _of_priors(parameters, moved, crystal, prior):
    sigma = np.concatenate([prior.sigma, np.full(len(moved), crystal.model.displacement)])
    off = np.concatenate([parameters - prior.mean, moved]) / sigma
    return float(off @ off), -off / sigma, np.diag(sigma**-2.0)


def _of_contacts(moved, crystal, slope):
    """Cost of atoms that are too near, in the shape of all parameters."""
    lattice, modes = crystal.structure.lattice.matrix, crystal.symmetry.modes
    coords = crystal.frac_coords(moved)
    cost, down, bend = contact_cost(lattice, coords, modes, crystal.pairs)
    n = len(slope) - len(moved)
    full, curvature = np.zeros(len(slope)), np.zeros((len(slope),) * 2)
    full[n:], curvature[n:, n:] = down, bend
    return cost, full, curvature


def _refinement(point, crystal):
    layout = Layout(len(crystal.basis))
    shrunk = np.tensordot(point.parameters[layout.strain].astype(float), crystal.basis, 1)
    strain = np.linalg.inv(np.eye(3) - shrunk)
    coords = crystal.frac_coords(point.moved)
    lattice = Lattice(crystal.structure.lattice.matrix @ strain)
    structure = Structure(lattice, crystal.structure.species, coords)
    strength, _ = strengths(coords, crystal.atoms)
    n = len(point.parameters)
    fit = Fit(
        point.parameters[None], np.array([point.cost]), point.curvature[None, :n, :n],
        np.array([point.scale]), point.profile[None],
    )  # fmt: skip
    q, number = crystal.atoms.families.q, crystal.symmetry.space_group
    powder = Powder(crystal.structure.lattice.matrix, q, strength / strength.max(), crystal.basis)
    n_free = len(crystal.basis) + len(point.moved)
    return SiteRefinement(structure, fit, powder, point.moved, n_free, number)
