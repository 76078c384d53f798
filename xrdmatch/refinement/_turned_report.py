"""Fits of candidates to patterns of unknown orientation, as `SpotFits`."""

import numpy as np

from xrdmatch.refinement._fits import SpotFits
from xrdmatch.refinement._lattice_reading import TurnedQuery
from xrdmatch.refinement._turned_fit import fit_entries, without_fits


def turned_fits(library, queries, candidates):
    """Fit candidates to patterns of unknown orientation.

    Parameters
    ----------
    library : TurnedLibrary
        The gallery.
    queries : list of TurnedQuery or DiffractionPattern
        The patterns. One that is not read is a tilted pattern, which has no fit of its own.
    candidates : ndarray of int, shape (n_patterns, n_candidates)
        Positions in the gallery; -1 for none.

    Returns
    -------
    SpotFits
        One row for each pattern. Where a candidate has no setting that could be the pattern's,
        and in the row of a tilted pattern, what was not fitted is NaN, and the numbers of extra
        and missing spots are 0.

    See Also
    --------
    fit_entries : Fit the entries of a gallery to a pattern, whatever its orientation.
    SpotFits : Fits of n_candidates layers to each of n_patterns spot patterns.
    """
    rows = [_row(library, *pair) for pair in zip(queries, candidates, strict=True)]
    fields = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    owners = np.arange(len(candidates))
    return SpotFits(-fields["log_likelihood"], candidates, owners, **fields)


def _row(library, query, candidates):
    """Fields of `SpotFits` for one pattern."""
    allowed = np.zeros(len(library), bool)
    allowed[candidates[candidates >= 0]] = True
    found = _fitted(library, query, allowed)
    place = np.full(len(library), -1)
    place[found.settings.entry] = np.arange(len(found.settings.entry))
    chosen = np.where(candidates >= 0, place[candidates], -1)
    log = np.where(candidates >= 0, found.log_odds[candidates], -np.inf)
    columns = {name: _taken(values, chosen) for name, values in _columns(found).items()}
    return {"log_likelihood": log} | columns


def _fitted(library, query, allowed):
    if isinstance(query, TurnedQuery):
        return fit_entries(library, query, allowed)
    return without_fits(np.full(len(library), np.nan))


def _columns(found):
    """Everything that was fitted, a row for each fitted entry."""
    fits, settings = found.fits, found.settings
    return {
        "evidence": fits.evidence,
        "strain": cell_strain(settings.deformation),
        "displacement": fits.displacement,
        "noise": fits.noise,
        "scale": np.exp(fits.log_scale),
        "n_extra": fits.n_extra.astype(int),
        "n_missing": fits.n_missing.astype(int),
        "placement": settings.deformation,
        "setting": settings.change.astype(float),
    }


def _taken(values, chosen):
    """Rows of `values` by their number; NaN, or 0 among integers, where it is -1."""
    missing = 0 if values.dtype.kind == "i" else np.nan
    taken = np.full((len(chosen), *values.shape[1:]), missing, dtype=values.dtype)
    taken[chosen >= 0] = values[chosen[chosen >= 0]]
    return taken


def cell_strain(placement):
    """Strain of cells by what their reciprocal lattices suffer, turns and mean growth left out.

    Parameters
    ----------
    placement : ndarray of shape (n, 2, 2)
        What row vectors of reciprocal space are multiplied with.

    Returns
    -------
    ndarray of shape (n, 2, 2)
        ``D - 1`` of the cell's row vectors ``L D``, symmetric, ``D`` of determinant 1.
    """
    square, axes = np.linalg.eigh(placement @ placement.swapaxes(-1, -2))
    stretch = np.sqrt(square / np.sqrt(square.prod(-1, keepdims=True)))
    return (axes / stretch[..., None, :]) @ axes.swapaxes(-1, -2) - np.eye(2)
