"""Choice of the centre among lattice points by Friedel mates."""

import itertools

import numpy as np

_LIKE = 0.5  # standard deviation of the logarithm of the ratio of mates
_PRIOR_TILT = 1.0  # of its change over the picture, which a tilt of the crystal makes
_STRAY = 0.1  # share of mates that are as unlike as any two spots
_UNSEEN = 0.3  # share of strong spots whose mate is missed
_WEAK = 3.0  # times the weakest: spots whose mates should be seen


def mate_evidence(lattice, log_intensity, centre, can_be_seen):
    """Logarithm of how much more probable the spots are with this centre than with none.

    Parameters
    ----------
    lattice : AffineLattice
        Indices of the spots.
    log_intensity : ndarray of shape (n_spots,)
        Natural logarithms of their intensities.
    centre : ndarray of shape (2,)
        Indices of the centre, whole or half numbers.
    can_be_seen : callable
        Tells of columns and rows, (n, 2), whether a spot there would be found.

    Returns
    -------
    float
        Sum over pairs of mates, and over strong spots that lack one.
    """
    on = np.flatnonzero(lattice.is_on)
    indices, values = lattice.indices[on], log_intensity[on]
    of = {tuple(hk): i for i, hk in enumerate(indices.tolist())}
    partner = np.array([of.get(tuple(hk), -1) for hk in (2 * centre - indices).astype(int)])
    own = partner == np.arange(len(on))
    first = np.flatnonzero(partner > np.arange(len(on)))
    pairs = _pairs_evidence(indices[first] - centre, values[first] - values[partner[first]], values)
    alone = (partner < 0) & ~own & (values > values.min() + np.log(_WEAK))
    seen = can_be_seen(lattice.origin + (2 * centre - indices[alone]) @ lattice.basis)
    return pairs + seen.sum() * np.log(_UNSEEN) - own.sum()


def _pairs_evidence(offsets, ratio, values):
    """Likeness of pairs, up to a tilt, against that of any two spots."""
    if not len(ratio):
        return 0.0
    scale = max(np.abs(offsets).max(), 1)
    design = offsets / scale
    weight = 1 / _LIKE**2
    normal = weight * design.T @ design + np.eye(2) / _PRIOR_TILT**2
    tilt = np.linalg.solve(normal, weight * design.T @ ratio)
    apart = max(np.sqrt(2) * np.std(values), 1.5 * _LIKE)
    any_two = _gauss(ratio, apart)
    alike = (1 - _STRAY) * _gauss(ratio - design @ tilt, _LIKE) + _STRAY * any_two
    cost = (tilt**2).sum() / (2 * _PRIOR_TILT**2)
    return float(np.log(alike / any_two).sum() - cost)


def _gauss(x, sigma):
    return np.exp(-((x / sigma) ** 2) / 2) / sigma


def ranked_centres(lattice, log_intensity, can_be_seen, prior, shape):
    """Rank lattice points and those halfway between them as the centre.

    Parameters
    ----------
    lattice, log_intensity, can_be_seen
        As for `mate_evidence`.
    prior : callable
        Logarithm of how probable columns and rows, (n, 2), are as the centre.
    shape : (int, int)
        Rows and columns of the picture, inside which the centre is.

    Returns
    -------
    indices : ndarray of shape (n, 2)
        Whole and half numbers, best first.
    evidence : ndarray of shape (n,)
        Logarithms.
    """
    used = lattice.indices[lattice.is_on]
    spans = [
        np.arange(low, high + 0.5, 0.5) for low, high in zip(used.min(0), used.max(0), strict=True)
    ]
    halves = np.array(list(itertools.product(*spans)))
    points = lattice.origin + halves @ lattice.basis
    inside = ((points >= 0) & (points <= np.array(shape)[::-1] - 1)).all(1)
    halves, points = halves[inside], points[inside]
    evidence = np.array([mate_evidence(lattice, log_intensity, c, can_be_seen) for c in halves])
    evidence = evidence + prior(points)
    order = np.argsort(-evidence, kind="stable")
    return halves[order], evidence[order]
