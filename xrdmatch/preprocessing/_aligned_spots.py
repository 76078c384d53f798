"""A pattern turned into the frame of its own lattice."""

from dataclasses import replace

import numpy as np

from xrdmatch.preprocessing._patterns import as_pattern
from xrdmatch.preprocessing._spot_lattice import find_lattices


def align_spots(pattern, *, position_sigma=0.003):
    """Turn a pattern into the frame of its own reduced cell.

    The lattice of its spots is found; the shortest two vectors of the cell in real space are a
    and b, a not longer than b. The pattern is turned until a points along +x; b then lies in the
    upper half plane, as in the frame of every simulated layer.

    A retriever of known orientation can be asked about the result only where its gallery is in
    the same setting: a cell with axes of like length, or at 60 degrees, has several, and the
    mirror image of a pattern is one more. ``PatternMatcher(orientation="unknown")`` tries them all.

    Parameters
    ----------
    pattern : DiffractionPattern or array-like of shape (n_spots, 3)
        Spots with two components of q, q = 0 where the direct beam is.
    position_sigma : float, default=0.003
        Standard error of a spot's position along an axis [1/Å].

    Returns
    -------
    DiffractionPattern
        The same spots turned, of known orientation, without hkl.

    Raises
    ------
    ValueError
        If the pattern has not two components of q, or its spots lie on no lattice.

    See Also
    --------
    find_lattices : The lattice itself.
    xrdmatch.retrieval.PatternMatcher : Compares patterns of unknown orientation.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.preprocessing import align_spots
    >>> hk = np.array([[1, 0], [0, 1], [1, 1], [1, -1], [2, 0]])
    >>> turned = DiffractionPattern(hk @ [[0.0, 0.4], [0.3, 0.0]], np.ones(5))
    >>> align_spots(turned).q[:2].round(6) + 0.0
    array([[ 0.4,  0. ],
           [ 0. , -0.3]])
    """
    pattern = as_pattern(pattern)
    if pattern.n_dimensions != 2:
        raise ValueError(
            "Spots with two components of q are aligned, got a pattern with "
            f"{pattern.n_dimensions}; use the untilted one."
        )
    lattices = find_lattices(pattern.q, 1, position_sigma=position_sigma)
    if not lattices:
        raise ValueError(
            f"A pattern is aligned by the lattice of its spots, found none in {pattern!r}; it "
            "needs spots in two directions."
        )
    turn = _turn_to_x(_shortest_axis(lattices[0].basis))
    return replace(pattern, q=pattern.q @ turn, hkl=None, orientation="known")


def _shortest_axis(basis):
    """Shortest vector of the lattice in real space, of a reduced reciprocal basis [Å]."""
    direct = np.linalg.inv(basis).T
    candidates = np.array([direct[0], direct[1], direct[0] + direct[1], direct[0] - direct[1]])
    return candidates[np.linalg.norm(candidates, axis=1).argmin()]


def _turn_to_x(axis):
    """Matrix that turns row vectors so that `axis` points along +x."""
    x, y = axis / np.linalg.norm(axis)
    return np.array([[x, -y], [y, x]])
