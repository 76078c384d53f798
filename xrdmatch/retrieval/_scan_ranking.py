"""Candidates of powder scans in the order of their refined fits."""

from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.crystallography import Scan, site_table, strain_basis
from xrdmatch.refinement import (
    BLUR,
    Q_RANGE,
    ScanModel,
    candidates_at_rest,
    check_refinable,
    described,
    gathered,
    refined,
    scan_query,
)
from xrdmatch.retrieval._gallery import picked
from xrdmatch.retrieval._queries import first_rows
from xrdmatch.simulation import powder_reflections

N_PEAKS = 300  # strongest ones that are calculated
N_KEPT = 1000  # strongest ones that are remembered of a structure
REACH = 1.04  # of the range of q, so that a strained cell's peaks can move in
N_REMEMBERED = 4000  # structures
SIMILARITY = 75.0  # log odds that a distance of 1 of the first stage is worth
BATCH = 16  # candidates refined at once: few enough for the cache


class Powder(NamedTuple):
    """What refinement needs of one structure; strongest reflections first."""

    lattice: np.ndarray  # rows a, b, c [Å]
    q: np.ndarray  # scattering vectors (n, 3) [1/Å]
    strength: np.ndarray  # m |F|^2, (n,)
    basis: np.ndarray  # of its strains


class ScanRanking:
    """How probable a scan is if it came from structures of a gallery.

    Parameters
    ----------
    structures : sequence of Structure or ndarray of tokens
        The gallery.
    inner : StructureRetriever
        Gives the simulator.
    model : ScanModel, default=ScanModel()
        Priors.
    """

    def __init__(self, structures, inner, model=ScanModel()):  # noqa: B008
        self.structures, self.inner, self.model = structures, inner, model
        simulator = inner.simulator_
        self._monochromator = simulator.monochromator or 0.0
        # Nothing but the limit depends on the wavelength; scans have their own.
        self._simulator = simulator.set_params(
            wavelength=1.0, q_max=REACH * Q_RANGE[1], profile=None, n_jobs=None
        )
        self._powders = {}

    def grown(self, structures, n_before, inner):
        """Ranking of a gallery that begins with this one's `n_before` structures."""
        ranking = ScanRanking(structures, inner, self.model)
        ranking._powders = dict(self._powders)
        return ranking

    def prepared(self, patterns):
        """Check that scans can be refined; peaks are not, and keep their order."""
        for pattern in patterns:
            if isinstance(pattern, Scan):
                check_refinable(pattern)
        return patterns

    def prior(self, distances):
        """Turn distances into log odds: a cosine forgives what no refinement can mend."""
        reached = np.where(np.isinf(distances), 0.0, distances)
        return self.inner.log_prior(distances) - SIMILARITY * (reached - reached[:, :1])

    def fitted(self, scans, indices):
        """Yield the fits of candidates, one row for each scan; of peaks there are none."""
        for scan, row in zip(scans, indices, strict=True):
            is_scan = isinstance(scan, Scan)
            yield self._fitted(scan, row) if is_scan else Bunch(log_likelihood=np.zeros(len(row)))

    def log_odds(self, queries, indices, prior, n_refined):
        """Log probabilities of the candidates, up to a constant; -inf where there is none."""
        rows = np.array([fits.log_likelihood for fits in queries.fitted])
        total = np.add.reduceat(rows, first_rows(queries.owners)) + prior
        total[indices < 0] = -np.inf
        return total

    def described(self, scans, fitted, indices, columns):
        """Say what was fitted of the candidates in these columns, one row for each scan."""
        rows = []
        _check_scans(scans)
        for scan, fits, row, places in zip(scans, fitted, indices, columns, strict=True):
            self._remember(row)
            rows.append(described(scan, fits, places, [self._powder(i) for i in row]))
        return gathered(rows)

    def _fitted(self, scan, row):
        """Fit the candidates of one scan; a Bunch with the scan as a query, and its fits."""
        wide = scan_query(scan, self.model.model_error, BLUR)
        sharp = scan_query(scan, self.model.model_error)
        self._remember(row)
        powders = [self._powder(i) for i in row]
        n_strains = np.array([len(powder.basis) for powder in powders])
        parts = []
        for n in np.unique(n_strains):
            own = np.flatnonzero(n_strains == n)
            for part in np.array_split(own, -(-len(own) // BATCH)):
                parts.append((part, self._refined(wide, sharp, [powders[i] for i in part])))
        log_likelihood = _log_likelihoods(parts, sharp, len(row))
        return Bunch(query=sharp, parts=parts, log_likelihood=log_likelihood)

    def _refined(self, wide, sharp, powders):
        """Fit candidates with equally many strains."""
        q, strength = _strongest(powders, sharp)
        basis = np.array([p.basis for p in powders], dtype=np.float32)
        at_rest = (
            candidates_at_rest(q, strength, basis, query, self._monochromator)
            for query in (wide, sharp)
        )
        return refined(wide, sharp, tuple(at_rest), self.model)

    def _powder(self, i):
        return self._powders[max(int(i), 0)]

    def _remember(self, row):
        """Work out the reflections of structures that were not asked for before."""
        wanted = sorted({max(int(i), 0) for i in row})
        new = [i for i in wanted if i not in self._powders]
        if len(self._powders) + len(new) > N_REMEMBERED:
            self._powders, new = {}, wanted
        if not new:
            return
        structures = picked(self.structures, new)
        found = powder_reflections(structures, self._simulator, on_error="skip")
        for i, lattice, reflections in zip(new, site_table(structures).lattice, found, strict=True):
            self._powders[i] = _powder(lattice, reflections)


def _powder(lattice, reflections):
    basis = strain_basis(lattice)
    if reflections is None:
        return Powder(lattice, np.zeros((0, 3)), np.zeros(0), basis)
    order = np.argsort(-reflections.strength / reflections.q**2, kind="stable")[:N_KEPT]
    q = reflections.hkl[order] @ np.linalg.inv(lattice).T
    return Powder(lattice, q, reflections.strength[order], basis)


def _strongest(powders, query):
    """Scattering vectors and strengths of the strongest peaks in reach, padded with zeros."""
    ends = np.sin(np.radians(query.two_theta[[0, -1]] / 2)) * 2 / query.radiation.wavelength
    q = np.zeros((len(powders), N_PEAKS, 3), dtype=np.float32)
    strength = np.zeros((len(powders), N_PEAKS), dtype=np.float32)
    for i, powder in enumerate(powders):
        length = np.linalg.norm(powder.q, axis=1)
        near = np.flatnonzero((length > ends[0] / REACH) & (length < ends[1] * REACH))[:N_PEAKS]
        if len(near):
            q[i, : len(near)] = powder.q[near]
            strength[i, : len(near)] = powder.strength[near] / powder.strength[near].max()
    n_peaks = max(1, int((strength > 0).sum(1).max()))
    return q[:, :n_peaks], strength[:, :n_peaks]


def _log_likelihoods(parts, query, n):
    """Log probabilities relative to a scan without any peak."""
    log_likelihood = np.zeros(n)
    for part, fit in parts:
        log_likelihood[part] = (query.misfit_of_nothing - fit.cost.astype(float)) / 2
    return log_likelihood


def _check_scans(patterns):
    for pattern in patterns:
        if not isinstance(pattern, Scan):
            raise TypeError(
                "Scans are refined, with the radiation that they were taken with, got a pattern of "
                f"{pattern.n_peaks} powder peaks; ask predict or kneighbors about peaks."
            )
