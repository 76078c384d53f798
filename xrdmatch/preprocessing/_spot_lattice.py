"""The lattice on which spots lie."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.preprocessing._lattice_axes import likely_bases

STRAY = 0.1  # share of spots that lie anywhere
STEPS = 4, 9, None  # largest index that takes part in each round of the fit; None: any
NEAR = 0.3  # of a lattice step: spots farther from a lattice point take no part in the fit
SAME = 0.1  # of a lattice step: bases that differ by less are one


@dataclass(frozen=True, eq=False)
class SpotLattice:
    """A plane lattice through the origin, and how spots lie on it.

    Parameters
    ----------
    basis : ndarray of shape (2, 2)
        Rows: two shortest vectors that span it, in the unit of the spots.
    score : float
        Logarithm of how much more probable the spots are, one in ten of them lying anywhere, than
        if all lay anywhere.
    indices : ndarray of int, shape (n_spots, 2)
        Of the lattice point nearest to each spot.
    gap : ndarray of shape (n_spots,)
        How far from it each spot lies.
    is_on : ndarray of bool, shape (n_spots,)
        Whether that is near enough for it to be the lattice's.

    See Also
    --------
    find_lattices : Finds them.
    """

    basis: np.ndarray
    score: float
    indices: np.ndarray
    gap: np.ndarray
    is_on: np.ndarray

    @property
    def area(self):
        """Area of the cell, in the squared unit of the spots."""
        return abs(np.linalg.det(self.basis))


def find_lattices(q, n_lattices=3, *, position_sigma=0.003):
    """Find the lattices on which spots may lie, the origin being a lattice point.

    1. Differences of spots, and the spots themselves, cluster at lattice vectors: the short ones
       that occur often are candidates for axes.
    2. Every pair of them is fitted to the spots, those of low indices first.
    3. A lattice is scored by ``sum log(0.1 + 0.9 A N(gap))`` over the spots, A the area of its
       cell and N a Gaussian density: a finer lattice reaches more spots and gains less by each.

    Parameters
    ----------
    q : array-like of shape (n_spots, 2)
        Positions of the spots relative to the pattern's centre, in any unit.
    n_lattices : int, default=3
        How many to return at most.
    position_sigma : float, default=0.003
        Standard error of a position along an axis, in that unit; the default is for 1/Å.

    Returns
    -------
    list of SpotLattice
        Best first; those of one pattern usually are sublattices of each other. Empty where the
        spots span no plane.

    Raises
    ------
    ValueError
        If `q` has another shape or is not finite, or `position_sigma` is not positive.

    See Also
    --------
    SpotLattice : A plane lattice through the origin, and how spots lie on it.
    fitted_lattice : Fit a lattice that is known roughly.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.preprocessing import find_lattices
    >>> hk = np.array([[1, 0], [0, 1], [1, 1], [2, 1], [-1, 1], [-1, -2], [2, 0], [1, -1]])
    >>> lattice, *_ = find_lattices(hk @ [[0.4, 0.0], [0.1, 0.3]])
    >>> float(lattice.area.round(6))
    0.12
    """
    q = _checked(q, position_sigma)
    bases = likely_bases(q, position_sigma)
    if not len(bases):
        return []
    bases = _fitted(bases, q, position_sigma)
    order = np.argsort(-_scores(bases, q, position_sigma), kind="stable")
    best = _distinct(_reduced(bases[order]), n_lattices)
    return [_lattice(basis, q, position_sigma) for basis in best]


def fitted_lattice(q, basis, *, position_sigma=0.003):
    """Fit a lattice that is known roughly.

    Parameters
    ----------
    q : array-like of shape (n_spots, 2)
        Positions of the spots relative to the pattern's centre, in any unit.
    basis : array-like of shape (2, 2)
        Rows: its axes, off by less than a third of a step at the spots of the lowest indices.
    position_sigma : float, default=0.003
        Standard error of a position along an axis, in that unit.

    Returns
    -------
    SpotLattice
        With the axes that `basis` stands for.

    See Also
    --------
    find_lattices : Needs no basis.

    Examples
    --------
    >>> from xrdmatch.preprocessing import fitted_lattice
    >>> fitted_lattice([[0.41, 0.0], [0.0, 0.3], [0.41, 0.3]], [[0.4, 0.0], [0.0, 0.3]]).indices
    array([[1, 0],
           [0, 1],
           [1, 1]])
    """
    q = _checked(q, position_sigma)
    (fitted,) = _fitted(np.asarray(basis, float)[None], q, position_sigma)
    return _lattice(fitted, q, position_sigma)


def _checked(q, position_sigma):
    q = np.asarray(q, dtype=float)
    if q.ndim != 2 or q.shape[1] != 2 or not np.isfinite(q).all():
        raise ValueError(
            "Positions of spots are finite rows of two numbers, got shape "
            f"{q.shape}; leave out those that are not known."
        )
    if not 0 < position_sigma < np.inf:
        raise ValueError(
            "position_sigma must be positive, in the unit of the positions, got "
            f"{position_sigma!r}; 0.003 1/Å is usual."
        )
    return q


def _fitted(bases, q, sigma):
    """Fit bases to the spots near their lattice points, those of low indices first."""
    for reach in STEPS:
        coordinates = q @ np.linalg.inv(bases)  # (n, n_spots, 2)
        hk = np.rint(coordinates)
        near = (np.abs(coordinates - hk) < NEAR).all(2)
        if reach is not None:
            near &= (np.abs(hk) <= reach).all(2)
        gap = np.linalg.norm((coordinates - hk) @ bases, axis=2)
        weight = near / (1 + (gap / (3 * sigma)) ** 2) ** 2
        used = hk * weight[..., None]
        normal = used.swapaxes(1, 2) @ hk + 1e-9 * np.eye(2)
        fitted = np.linalg.solve(normal, used.swapaxes(1, 2) @ q)
        sound = np.abs(np.linalg.det(fitted)) > 0.5 * np.abs(np.linalg.det(bases))
        bases = np.where(sound[:, None, None], fitted, bases)
    return bases


def _gaps(bases, q):
    coordinates = q @ np.linalg.inv(bases)
    hk = np.rint(coordinates)
    return hk, np.linalg.norm((coordinates - hk) @ bases, axis=-1)


def _evidence(bases, q, sigma):
    """Logarithm of how much more probable each spot is on the lattice than anywhere."""
    _, gap = _gaps(bases, q)
    area = np.abs(np.linalg.det(bases))[..., None]
    density = area * np.exp(-((gap / sigma) ** 2) / 2) / (2 * np.pi * sigma**2)
    return np.log(STRAY + (1 - STRAY) * density)


def _scores(bases, q, sigma):
    return _evidence(bases, q, sigma).sum(-1)


def _reduced(bases):
    """Gauss's reduction of plane bases: the first row the shortest vector; (n, 2, 2)."""
    bases = bases.copy()
    for _ in range(30):
        longer = (bases[:, 0] ** 2).sum(1) > (bases[:, 1] ** 2).sum(1)
        bases[longer] = bases[longer, ::-1]
        first, second = bases[:, 0], bases[:, 1]
        step = np.rint((first * second).sum(1) / (first**2).sum(1))
        if not step.any():
            break
        bases[:, 1] = second - step[:, None] * first
    return bases


def _distinct(bases, n):
    """Take the first n bases that span different lattices."""
    kept = []
    for basis in bases:
        if len(kept) == n:
            break
        if not any(_is_same(basis, other) for other in kept):
            kept.append(basis)
    return kept


def _is_same(basis, other):
    change = basis @ np.linalg.inv(other)
    whole = np.rint(change)
    return np.abs(change - whole).max() < SAME and abs(abs(np.linalg.det(whole)) - 1) < 0.5


def _lattice(basis, q, sigma):
    hk, gap = _gaps(basis, q)
    evidence = _evidence(basis, q, sigma)
    return SpotLattice(basis, float(evidence.sum()), hk.astype(int), gap, evidence > 0)
