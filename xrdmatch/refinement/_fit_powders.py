"""Structures fitted to scans: from scans and reflections to fits."""

from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._powders import strongest_peaks
from xrdmatch.refinement._scan_fit import N_STEPS, Fit, ScanModel, refined
from xrdmatch.refinement._scan_model import Layout, candidates_at_rest
from xrdmatch.refinement._scan_query import ScanQuery, scan_queries
from xrdmatch.refinement._scan_report import gathered, reported

BATCH_POINTS = 200_000  # of all derivatives of those that are refined at once


class FittedPowders(NamedTuple):
    """Fits of n structures to one scan.

    See Also
    --------
    fit_powders : Fit structures to one scan, each on its own.
    """

    query: ScanQuery  # the scan on its grid
    parts: list  # pairs of positions and `Fit`, one for each batch
    log_likelihood: np.ndarray  # of the scan over that of one without any peak, (n,)

    def picked(self, positions):
        """Pick some of the structures, in any order."""
        where = {at: (fit, i) for part, fit in self.parts for i, at in enumerate(part)}
        found = [where[at] for at in positions]
        parts = [([k], Fit(*(values[[i]] for values in fit))) for k, (fit, i) in enumerate(found)]
        return FittedPowders(self.query, parts, self.log_likelihood[positions])

    def joined(self, other):
        """Append fits of more structures to the same scan."""
        moved = [(np.asarray(part) + len(self.log_likelihood), fit) for part, fit in other.parts]
        log_likelihood = np.append(self.log_likelihood, other.log_likelihood)
        return FittedPowders(self.query, [*self.parts, *moved], log_likelihood)


def fit_powders(
    scan,
    powders,
    *,
    model=ScanModel(),  # noqa: B008
    instrument=None,
    monochromator=None,
    n_steps=N_STEPS,
):
    """Fit structures to one scan, each on its own.

    Parameters
    ----------
    scan : Scan or FlattenedScan
        The scan, with its radiation; with its background if that is known.
    powders : list of Powder
        The structures.
    model : ScanModel, default=ScanModel()
        Priors.
    instrument : InstrumentProfile, default=None
        What the scan was taken with, where that is known.
    monochromator : float, default=None
        As in `lorentz_polarization` [degrees]; the instrument's, or 0, if None.
    n_steps : tuple of two ints, default=(6, 7)
        Steps of the fit of each widened scan, and of the scan itself.

    Returns
    -------
    FittedPowders
        The fits; `scan_fits` says what they mean.

    Raises
    ------
    ValueError
        If the scan has no radiation, or hardly a point within reach.

    See Also
    --------
    FittedPowders : Fits of n structures to one scan.
    fit_queries : Fit structures to a scan that was made ready, each on its own.
    """
    queries = scan_queries(scan, model, instrument)
    if monochromator is None:
        monochromator = 0.0 if instrument is None else instrument.monochromator
    return fit_queries(queries, powders, model, monochromator, n_steps)


def fit_queries(queries, powders, model, monochromator=0.0, n_steps=N_STEPS):
    """Fit structures to a scan that was made ready, each on its own.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`, or of `without_phases`.
    powders : list of Powder
        The structures.
    model : ScanModel
        Priors.
    monochromator : float, default=0.0
        As in `lorentz_polarization` [degrees].
    n_steps : tuple of two ints, default=(6, 7)
        As of `fit_powders`.

    Returns
    -------
    FittedPowders
        The fits.

    See Also
    --------
    fit_powders : Fit structures to one scan, each on its own.
    scan_queries : Make a scan ready: widened much, where its lines are narrow less, and as it is.
    """
    n_strains = np.array([len(powder.basis) for powder in powders])
    parts = []
    for n in np.unique(n_strains):
        own = np.flatnonzero(n_strains == n)
        for part in np.array_split(own, -(-len(own) // _batch_size(n, queries[-1]))):
            batch = [powders[i] for i in part]
            at_rest = at_rest_before(queries, batch, monochromator)
            parts.append((part, refined(queries, at_rest, model, n_steps)))
    return FittedPowders(queries[-1], parts, _log_likelihoods(parts, queries[-1], len(powders)))


def _batch_size(n_strains, query):
    """Count the candidates whose arrays fit the cache, and memory that is used again."""
    return max(1, BATCH_POINTS // (Layout(n_strains).n_parameters * len(query.two_theta)))


def at_rest_before(queries, powders, monochromator):
    """Candidates with equally many strains, before each stage of the scan."""
    q, strength = strongest_peaks(powders, queries[-1])
    basis = np.array([p.basis for p in powders], dtype=np.float32)
    return tuple(candidates_at_rest(q, strength, basis, query, monochromator) for query in queries)


def _log_likelihoods(parts, query, n):
    """Log probabilities relative to a scan without any peak."""
    log_likelihood = np.zeros(n)
    for part, fit in parts:
        log_likelihood[part] = (query.misfit_of_nothing - fit.cost.astype(float)) / 2
    return log_likelihood


def scan_fits(scans, powders, indices=None, fitted=None, **options):
    """Fit structures to scans, and say what was fitted.

    Parameters
    ----------
    scans : list of n_scans Scan or FlattenedScan
        The scans.
    powders : list of n_scans lists of n_candidates Powder
        The structures for each scan.
    indices : ndarray of int, shape (n_scans, n_candidates), default=None
        Their positions among what was searched; 0 to n_candidates - 1 if None.
    fitted : list of n_scans FittedPowders, default=None
        Output of `fit_powders` for each, where it is at hand.
    **options
        Priors, instrument and steps, as of `fit_powders`.

    Returns
    -------
    ScanFits
        One row for each scan, one column for each structure.

    See Also
    --------
    ScanFits : Fits of n_candidates structures to each of n_scans powder scans.
    fit_powders : Fit structures to one scan, each on its own.
    """
    if indices is None:
        indices = np.tile(np.arange(len(powders[0])), (len(scans), 1))
    pairs = list(zip(scans, powders, strict=True))
    if fitted is None:
        fitted = [fit_powders(scan, row, **options) for scan, row in pairs]
    rows = [reported(fits, row, scan) for fits, (scan, row) in zip(fitted, pairs, strict=True)]
    reports, profiles = zip(*rows, strict=True)
    return gathered(reports, list(profiles), indices)
