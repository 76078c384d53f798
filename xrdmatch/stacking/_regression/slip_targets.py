"""Slips as numbers that are equal for equal stacks: products of the layers' phase sums."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from scipy.stats import qmc

N_STARTS = 4096  # for each pair of layers: on a cell of 6 Å one in 0.1 Å
N_TRIED = 5  # starts that are refined
N_STEPS = 12
STEP = 1e-5  # of a central difference, in fractions of the cell
DAMPING = 1e-3  # of the normal equations, beside (2 pi)^2 for each harmonic


@dataclass(frozen=True, eq=False)
class SlipTargets:
    """Even, periodic numbers in place of slips.

    A lattice harmonic h of a stack's projection is that of the layer times the sum of the layers'
    phases, so that with the sums S of each kind of layer,

    ``S_k(h) = sum_j exp(2 pi i h.p_j)``, over the layers j of kind k at p_j,

    the products S_k conj(S_l) are what an image without an origin shows. They do not change when
    a layer moves by a lattice vector, when the whole stack moves, or when layers of one kind
    change places; for two equal layers they are cosines of the slip's harmonics, for two unlike
    ones cosines and sines. Three equal layers and their inversion have the same |S|^2: there,
    Im S(g) S(h) conj(S(g + h)) tells them apart, which changes sign.

    Parameters
    ----------
    kinds : tuple of int
        Of each layer, from the bottom; equal numbers mean layers that can change places.
    harmonics : ndarray of shape (n_harmonics, 2)
        Indices h and k, one of each Friedel pair.
    offsets : ndarray of shape (n_layers, 2), default=0.0
        Added to the layers' places: where layers of one kind show the same.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.stacking._regression.slip_targets import SlipTargets
    >>> targets = SlipTargets((0, 0), np.array([[1, 0], [0, 1]]))
    >>> targets.encode(np.array([[[0.25, 0.4]], [[-0.25, 1.6]]])).round(2) + 0.0
    array([[ 0.  , -0.81],
           [ 0.  , -0.81]])
    >>> found = targets.decode(np.array([[0.0, -0.81]]))[0, 0]
    >>> np.minimum(found, 1 - found).round(2)
    array([0.25, 0.4 ])
    """

    kinds: tuple
    harmonics: np.ndarray
    offsets: np.ndarray = 0.0

    @property
    def pairs(self):
        """Kinds whose sums are multiplied; a single layer with itself says nothing."""
        kinds = sorted(set(self.kinds))
        pairs = combinations_with_replacement(kinds, 2)
        return [(k, m) for k, m in pairs if k != m or self.kinds.count(k) > 1]

    @property
    def n_targets(self):
        """How many numbers there are for a stack."""
        return self.encode(np.zeros((1, len(self.kinds) - 1, 2))).shape[1]

    def encode(self, slips):
        """Turn slips into targets.

        Parameters
        ----------
        slips : ndarray of shape (n_stacks, n_layers - 1, 2)
            Of each layer against the one below, in fractions of the cell.

        Returns
        -------
        ndarray of shape (n_stacks, n_targets)
            Cosines for each pair of kinds, and sines for unlike ones; triple products of three
            or more equal layers.
        """
        first = np.zeros((len(slips), 1, 2))
        places = np.concatenate([first, np.cumsum(slips, axis=1)], axis=1) + self.offsets
        phases = np.exp(2j * np.pi * places @ self.harmonics.T)  # (n_stacks, n_layers, n_harmonics)
        kinds = np.array(self.kinds)
        own = {kind: phases[:, kinds == kind] for kind in sorted(set(self.kinds))}
        sums = {kind: layers.sum(1) for kind, layers in own.items()}
        triples = [_triple_products(layers) for layers in own.values() if layers.shape[1] > 2]
        return np.hstack([self._product(sums, *pair) for pair in self.pairs] + triples)

    def _product(self, sums, k, m):
        """One pair's targets; of equal layers the sum of cosines over their pairs."""
        product = sums[k] * sums[m].conj()
        if k == m:
            return (product.real - self.kinds.count(k)) / 2
        return np.hstack([product.real, product.imag])

    def decode(self, targets):
        """Find the slips whose targets are nearest: from the best of many, by least squares.

        Parameters
        ----------
        targets : ndarray of shape (n_stacks, n_targets)
            As predicted; no slips need to have exactly these.

        Returns
        -------
        ndarray of shape (n_stacks, n_layers - 1, 2)
            Slips between 0 and 1, one of those that are equivalent.
        """
        targets = np.asarray(targets, dtype=float)
        starts = self._starts()
        reached = self.encode(starts)
        far = (reached**2).sum(1) - 2 * targets @ reached.T  # less what is the same for all
        best = np.argpartition(far, N_TRIED, axis=1)[:, :N_TRIED]
        slips = np.stack([self._refined(starts[column], targets) for column in best.T])
        misfit = np.stack([((self.encode(s) - targets) ** 2).sum(1) for s in slips])
        return slips[misfit.argmin(0), np.arange(len(targets))] % 1.0

    def _refined(self, slips, targets):
        for _ in range(N_STEPS):
            slips = slips - self._step(slips, targets)
        return slips

    def _starts(self):
        """Slips spread evenly, the same in every call."""
        n = 2 * (len(self.kinds) - 1)
        points = qmc.Sobol(n, rng=0).random(N_STARTS * 4 ** (n // 2 - 1))
        return points.reshape(len(points), -1, 2)

    def deviations(self, slips, targets):
        """Say by how much slips would have to change for targets near to theirs.

        Parameters
        ----------
        slips : ndarray of shape (n_stacks, n_layers - 1, 2)
            Where from.
        targets : ndarray of shape (n_stacks, n_targets)
            Where to.

        Returns
        -------
        ndarray of shape (n_stacks, n_layers - 1, 2)
            To first order, in fractions of the cell.
        """
        return -self._step(slips, targets)

    def covariances(self, slips):
        """Return covariances of slips whose targets are off by 1, each on its own.

        Parameters
        ----------
        slips : ndarray of shape (n_stacks, n_layers - 1, 2)
            Where; large where targets hardly change with the slip, as of equal layers near 0.

        Returns
        -------
        ndarray of shape (n_stacks, 2 (n_layers - 1), 2 (n_layers - 1))
            In fractions of the cell.
        """
        return np.linalg.inv(self._normal(self._jacobian(slips)))

    def _step(self, slips, targets):
        """One damped Gauss-Newton step, to be subtracted."""
        residual = self.encode(slips) - targets
        jacobian = self._jacobian(slips)  # (n_stacks, n_targets, 2 (n_layers - 1))
        gradient = np.einsum("nti,nt->ni", jacobian, residual)
        return np.linalg.solve(self._normal(jacobian), gradient[..., None]).reshape(slips.shape)

    def _normal(self, jacobian):
        """Damped normal matrices."""
        damping = DAMPING * (2 * np.pi) ** 2 * len(self.harmonics)
        normal = np.einsum("nti,ntj->nij", jacobian, jacobian)
        return normal + damping * np.eye(normal.shape[-1])

    def _jacobian(self, slips):
        shifts = STEP * np.eye(slips[0].size).reshape(-1, *slips.shape[1:])
        columns = [self.encode(slips + shift) - self.encode(slips - shift) for shift in shifts]
        return np.stack(columns, axis=-1) / (2 * STEP)


def _triple_products(phases):
    """Multiply sums of neighbouring harmonics; phases (n_stacks, n_layers, n_harmonics)."""
    first, second = phases[..., :-1], phases[..., 1:]
    product = first.sum(1) * second.sum(1) * (first * second).sum(1).conj()
    return product.imag / phases.shape[1]


def shortest_harmonics(lattice, n):
    """Choose the harmonics of a lattice that are shortest in reciprocal space.

    Parameters
    ----------
    lattice : ndarray of shape (2, 2)
        Rows a and b [Å].
    n : int
        How many; ties are broken by indices.

    Returns
    -------
    ndarray of shape (n, 2)
        Indices, one of each Friedel pair.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.stacking._regression.slip_targets import shortest_harmonics
    >>> shortest_harmonics(np.diag([2.0, 3.0]), 4).tolist()
    [[0, 1], [1, 0], [1, -1], [1, 1]]
    """
    reach = np.arange(-n, n + 1)
    indices = np.stack(np.meshgrid(reach, reach, indexing="ij"), axis=-1).reshape(-1, 2)
    half = indices[(indices[:, 0] > 0) | ((indices[:, 0] == 0) & (indices[:, 1] > 0))]
    lengths = np.linalg.norm(half @ np.linalg.inv(lattice).T, axis=1)
    return half[np.argsort(lengths.round(6), kind="stable")[:n]]
