"""The lattice of spots whose centre is not known."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.preprocessing._spot_lattice import find_lattices

_POSITION_SIGMA = 0.3  # of a spot's width, and pixels: distortion adds to what a fit errs by
_SIGMAS = np.array([0.25, 1.0])  # of that; sharp lattices are told from chance by the first
_N_ORIGINS = 4  # strong spots that are tried as the origin
_N_STRONGEST = 150  # spots of which a lattice is sought
_FEWEST = 6  # spots on a lattice
_SHARE = 0.3  # of the spots that lie on it: others may be of more crystals
_SCORE = 8.0  # of a lattice that is one
_ROUNDS = 12
_FAR = 0.25  # of a lattice step: a spot there is not on it


@dataclass(frozen=True, eq=False)
class AffineLattice:
    """A lattice with a free origin.

    Parameters
    ----------
    origin : ndarray of shape (2,)
        Column and row of the lattice point with indices 0 [pixels].
    basis : ndarray of shape (2, 2)
        Rows: two vectors that span it [pixels].
    indices : ndarray of int, shape (n_spots, 2)
        Of the lattice point nearest to each spot.
    is_on : ndarray of bool, shape (n_spots,)
        Whether the spot is near enough to it.
    residual : float
        Root mean square distance of those from their lattice points [pixels].
    covariance : ndarray of shape (3, 3)
        Of origin and basis along one axis, in units of the squared residual along it.
    """

    origin: np.ndarray
    basis: np.ndarray
    indices: np.ndarray
    is_on: np.ndarray
    residual: float
    covariance: np.ndarray

    def error_at(self, indices):
        """Compute the standard error of a lattice point along an axis [pixels]."""
        row = np.array([1.0, *indices])
        return float(self.residual / np.sqrt(2) * np.sqrt(row @ self.covariance @ row))

    def moved(self, indices):
        """Count the same lattice from another of its points."""
        row = np.eye(3)
        row[0, 1:] = indices
        return replace(
            self,
            origin=self.origin + np.asarray(indices) @ self.basis,
            indices=self.indices - np.asarray(indices),
            covariance=row @ self.covariance @ row.T,
        )


def fit_lattice(places, strength, width, beam=None):
    """Find the lattice on which most spots lie, and fit it with a free origin.

    Parameters
    ----------
    places : ndarray of shape (n_spots, 2)
        Columns and rows [pixels].
    strength : ndarray of shape (n_spots,)
        Which of them are strong.
    width : float
        Standard deviation of a spot [pixels].
    beam : ndarray of shape (2,), optional
        Column and row of the direct beam, an origin to try besides strong spots.

    Returns
    -------
    AffineLattice or None
        None where there is none.
    """
    if len(places) < _FEWEST:
        return None
    order = np.argsort(-strength, kind="stable")
    strong = places[order[:_N_STRONGEST]]
    origins = [*strong[:_N_ORIGINS], *([] if beam is None else [beam])]
    found = [
        (lattice.score, lattice.basis, origin, sigma)
        for sigma in position_sigma(width) * _SIGMAS
        for origin in origins
        for lattice in find_lattices(_without(strong, origin) - origin, 1, position_sigma=sigma)
    ]
    if not found:
        return None
    score, basis, origin, sigma = max(found, key=lambda one: one[0])
    fitted = affine_fit(places, origin, basis, sigma)
    enough = fitted is not None and fitted.is_on.sum() >= max(_FEWEST, _SHARE * len(places))
    return fitted if enough and score > _SCORE else None


def position_sigma(width):
    """How far spots are expected to be from where a lattice has them [pixels]."""
    return _POSITION_SIGMA * np.hypot(1.0, width)


def affine_fit(places, origin, basis, sigma):
    """Fit origin and basis to the spots near the lattice; None where they span no plane."""
    for _ in range(_ROUNDS):
        indices, gap, near = _nearest(places, origin, basis)
        scale = max(1.48 * np.median(gap[near]), 0.3 * sigma) if near.any() else sigma
        weight = near / (1 + (gap / (3 * scale)) ** 2) ** 2
        rows = np.column_stack([np.ones(len(places)), indices])
        normal = (rows * weight[:, None]).T @ rows
        if np.linalg.matrix_rank(normal) < 3 or weight.sum() < 3:
            return None
        fitted = np.linalg.solve(normal, (rows * weight[:, None]).T @ places)
        if abs(np.linalg.det(fitted[1:])) < 0.5 * abs(np.linalg.det(basis)):
            return None
        origin, basis = fitted[0], fitted[1:]
    indices, gap, near = _nearest(places, origin, basis)
    is_on = near & (gap < max(4 * scale, 3 * sigma))
    residual = np.sqrt((gap[is_on] ** 2).sum() / max(is_on.sum() - 3, 1))
    return AffineLattice(origin, basis, indices, is_on, float(residual), np.linalg.inv(normal))


def _nearest(places, origin, basis):
    coordinates = (places - origin) @ np.linalg.inv(basis)
    indices = np.rint(coordinates)
    gap = np.linalg.norm((coordinates - indices) @ basis, axis=1)
    near = (np.abs(coordinates - indices) < _FAR).all(1)
    return indices.astype(int), gap, near


def _without(places, origin):
    return places[np.linalg.norm(places - origin, axis=1) > 1e-6]
