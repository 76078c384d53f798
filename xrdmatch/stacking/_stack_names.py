"""The common names of how one layer lies on another."""

import numpy as np

from xrdmatch.stacking._poses import TWIST_TOLERANCE
from xrdmatch.stacking._projected_layer import projected_symmetries, wrapped

# Antiparallel layers with three or more atoms in the cell: which atoms lie on which.
ANTIPARALLEL = {"both": "2H", "heavy": "AB'", "light": "A'B"}


def interface_name(poses, tolerance):
    """Name the stacking of two layers.

    Parameters
    ----------
    poses : Poses
        Two layers.
    tolerance : float
        How far a slip may be from the named one [Å].

    Returns
    -------
    str
        A name, or the slip in fractions, or the twist.

    References
    ----------
    He, Hummer and Franchini, Phys. Rev. B 89, 075409 (2014), name the five stackings of
    antiparallel and parallel dichalcogenides: AA, AB (here 3R), AA' (2H), AB' and A'B.
    """
    lower, upper = poses.placed
    slip = poses.positions[1] - poses.positions[0]
    order = _rotations_of(poses.layers[0])
    turn = _least_turn(poses.angles[1] - poses.angles[0], order)
    if lower.formula == upper.formula and abs(turn) < TWIST_TOLERANCE:
        return _parallel_name(lower, slip, order, tolerance)
    if lower.formula == upper.formula and order == 3 and abs(abs(turn) - 60) < TWIST_TOLERANCE:
        return _antiparallel_name(lower, upper, slip, tolerance)
    if abs(turn) < TWIST_TOLERANCE:
        return _slip_name(slip, lower)
    return f"twist {turn:.1f}°"


def _rotations_of(layer):
    return sum(np.linalg.det(matrix) > 0 for matrix, _ in projected_symmetries(layer))


def _least_turn(angle, order):
    period = 360.0 / order
    return (angle + period / 2) % period - period / 2


def _parallel_name(lower, slip, order, tolerance):
    if np.linalg.norm(wrapped(slip, lower.lattice)) < tolerance:
        return "AA"
    thirds = np.array([[1, 2], [2, 1]]) / 3 @ lower.lattice
    hexagonal = order in (3, 6) and abs(lower.lattice[0] @ lower.lattice[1]) > 0.1
    apart = np.linalg.norm(wrapped(slip - thirds, lower.lattice), axis=1)
    if hexagonal and apart.min() < tolerance:
        return "3R" if len(set(lower.numbers)) > 1 and len(lower.numbers) > 2 else "AB"
    return _slip_name(slip, lower)


def _antiparallel_name(lower, upper, slip, tolerance):
    heavy = max(lower.numbers)
    on_heavy = _lies_on(upper, lower, slip, heavy, True, tolerance)
    on_light = _lies_on(upper, lower, slip, heavy, False, tolerance)
    crossed = _crossed(upper, lower, slip, heavy, tolerance)
    if crossed:
        return "2H" if len(lower.numbers) > 2 else "AA'"
    if on_heavy:
        return ANTIPARALLEL["heavy"]
    return ANTIPARALLEL["light"] if on_light else _slip_name(slip, lower)


def _lies_on(upper, lower, slip, heavy, is_heavy, tolerance):
    """Tell whether an atom of a kind lies on one of the same kind."""
    above = upper.positions[(upper.numbers == heavy) == is_heavy] + slip
    below = lower.positions[(lower.numbers == heavy) == is_heavy]
    return _nearest(above, below, lower.lattice) < tolerance


def _crossed(upper, lower, slip, heavy, tolerance):
    """Tell whether heavy atoms lie on light ones and light ones on heavy ones."""
    is_above, is_below = upper.numbers == heavy, lower.numbers == heavy
    pairs = ((is_above, ~is_below), (~is_above, is_below))
    return all(
        _nearest(upper.positions[a] + slip, lower.positions[b], lower.lattice) < tolerance
        for a, b in pairs
    )


def _nearest(above, below, lattice):
    between = wrapped(above[:, None] - below, lattice)
    return np.linalg.norm(between, axis=-1).min(initial=np.inf)


def _slip_name(slip, lower):
    fractions = np.round(slip @ np.linalg.inv(lower.lattice) % 1.0, 2) % 1.0
    return "slip ({:.2f}, {:.2f})".format(*fractions)
