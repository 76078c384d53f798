"""The fourteen Bravais lattices: reflection conditions and free metric parameters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Largest index on any axis of the reflections that are listed.
REACH = {"triclinic": 7, "monoclinic": 9, "orthorhombic": 12}
FAR = 14  # the same for the other systems, whose reflections are few

# Rows: how each free parameter enters a*^2, b*^2, c*^2, 2b*.c*, 2a*.c*, 2a*.b*.
METRICS = {
    "cubic": [[1, 1, 1, 0, 0, 0]],
    "tetragonal": [[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]],
    "hexagonal": [[1, 1, 0, 0, 0, 1], [0, 0, 1, 0, 0, 0]],
    "orthorhombic": [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]],
    "monoclinic": [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0]],
    "triclinic": np.eye(6, dtype=int).tolist(),
}
METRICS["trigonal"] = METRICS["hexagonal"]

LAUE_ORDER = {
    "cubic": 48,
    "hexagonal": 24,
    "trigonal": 12,
    "tetragonal": 16,
    "orthorhombic": 8,
    "monoclinic": 4,
    "triclinic": 2,
}

# Vectors of a primitive cell in the axes of the conventional one.
PRIMITIVE = {
    "P": np.eye(3),
    "A": np.array([[1, 0, 0], [0, 0.5, 0.5], [0, -0.5, 0.5]]),
    "C": np.array([[0.5, 0.5, 0], [-0.5, 0.5, 0], [0, 0, 1]]),
    "I": np.array([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    "F": np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "R": np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3,
}

# Reflections that a centring leaves: sums of indices, rows of factors, divide by a number.
ALLOWED = {
    "P": ([[0, 0, 0]], 1),
    "A": ([[0, 1, 1]], 2),
    "C": ([[1, 1, 0]], 2),
    "I": ([[1, 1, 1]], 2),
    "F": ([[1, 1, 0], [0, 1, 1]], 2),
    "R": ([[-1, 1, 1]], 3),
}

# Parameters of usual cells, by which reflections are ordered: those of equal axes at right angles,
# or of this ratio of c to a.
_EQUAL = np.array([1.0, 1, 1, 0, 0, 0])
_USUAL = {
    ("tetragonal", "I"): np.array([1, 1.5**-2]),
    ("hexagonal", "P"): np.array([4 / 3, 1.5**-2]),
    ("trigonal", "R"): np.array([4 / 3, 2.8**-2]),
}


@dataclass(frozen=True)
class Bravais:
    """One Bravais lattice.

    Parameters
    ----------
    system : str
        Crystal system of its metric; ``"trigonal"`` with the centring R, on hexagonal axes.
    centring : str
        ``"P"``, ``"A"``, ``"C"``, ``"I"``, ``"F"`` or ``"R"``.
    """

    system: str
    centring: str

    @cached_property
    def metric(self):
        """Matrix from the free parameters to the reciprocal metric; (n_parameters, 6)."""
        return np.array(METRICS[self.system], float)

    @cached_property
    def n_parameters(self):
        """Number of free parameters of the metric."""
        return len(self.metric)

    @cached_property
    def multiplicity(self):
        """Lattice points of the conventional cell."""
        return round(1 / np.linalg.det(PRIMITIVE[self.centring]))

    @cached_property
    def families(self):
        """Coefficients of the metric parameters in 1/d^2, a row for each family of reflections.

        Families of low indices come first; (n_families, n_parameters).
        """
        hkl = half_space(REACH.get(self.system, FAR))
        sums, divisor = ALLOWED[self.centring]
        hkl = hkl[(hkl @ np.transpose(sums) % divisor == 0).all(1)]
        rows = products(hkl) @ self.metric.T
        usual = _USUAL.get((self.system, self.centring), _EQUAL[: self.n_parameters])
        order = np.argsort(rows @ usual, kind="stable")
        _, first = np.unique(rows[order], axis=0, return_index=True)
        return rows[order][np.sort(first)]


def half_space(reach):
    """List indices, one of each pair hkl and -h-k-l; (n, 3).

    Parameters
    ----------
    reach : int or array-like of shape (3,)
        Largest index, of all axes or of each.
    """
    axes = (np.arange(-n, n + 1) for n in np.broadcast_to(reach, 3))
    hkl = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    return hkl[len(hkl) // 2 + 1 :]


def products(hkl):
    """List h^2, k^2, l^2, kl, hl, hk; (n, 6)."""
    first, second = [0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]
    return (hkl[:, first] * hkl[:, second]).astype(float)


def determinants(metric):
    """Take determinants of reciprocal metrics, zero where they are not positive.

    Parameters
    ----------
    metric : ndarray of shape (..., 6)
        a*^2, b*^2, c*^2, 2b*.c*, 2a*.c*, 2a*.b* [1/Å^2].

    Returns
    -------
    ndarray of shape (...)
        Squares of reciprocal volumes [1/Å^6].
    """
    a, b, c, d, e, f = np.moveaxis(metric, -1, 0)
    whole = a * b * c + (d * e * f - a * d * d - b * e * e - c * f * f) / 4
    good = (a > 0) & (b > 0) & (c > 0) & (4 * a * b > f * f) & (4 * a * c > e * e)
    return np.where(good & (4 * b * c > d * d), np.maximum(whole, 0), 0)


def cell_vectors(metric):
    """Row vectors of the cell of one reciprocal metric; (3, 3) [Å]."""
    a, b, c, d, e, f = metric
    reciprocal = np.array([[a, f / 2, e / 2], [f / 2, b, d / 2], [e / 2, d / 2, c]])
    return np.linalg.cholesky(np.linalg.inv(reciprocal))


KINDS = {
    "cubic": [Bravais("cubic", centring) for centring in "PIF"],
    "hexagonal": [Bravais("hexagonal", "P")],
    "trigonal": [Bravais("trigonal", "R")],
    "tetragonal": [Bravais("tetragonal", centring) for centring in "PI"],
    "orthorhombic": [Bravais("orthorhombic", centring) for centring in "PCIF"],
    "monoclinic": [Bravais("monoclinic", centring) for centring in "PCI"],
    "triclinic": [Bravais("triclinic", "P")],
}
