"""Distances of point groups against a search for the best orientation, and by hand."""

from collections import defaultdict
from itertools import permutations, product

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from xrdmatch.cluster import point_group_distances
from xrdmatch.crystallography import POINT_GROUPS, maximal_subgroups, point_group_operations

SYMBOLS = list(POINT_GROUPS)


def axes_of(operations):
    """Directions that operations turn about or mirror along, each once."""
    found = []
    for operation in operations:
        values, vectors = np.linalg.eig(np.linalg.det(operation) * operation)
        if np.isclose(values, 1).sum() == 1:  # neither the identity nor the inversion
            axis = vectors[:, np.isclose(values, 1)].real.ravel()
            if not any(np.isclose(abs(axis @ other), 1) for other in found):
                found.append(axis)
    return found


def frame(first, second):
    """Orthogonal matrix whose columns begin with one direction and lean to a second one."""
    second = second - first * (first @ second)
    second = second / np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=1)


def frames(operations):
    """Frames from each axis alone and from pairs of axes, by the angle between the two.

    Where an orientation shares operations about one axis only, it suffices to align that axis;
    where about two, these two. Both ends of an axis count.
    """
    found = defaultdict(list)
    axes = axes_of(operations)
    for axis, sign in product(axes, (1, -1)):
        found["alone"].append(frame(sign * axis, np.roll(axis, 1) + np.array((0.1, 0.2, 0.4))))
    for (a, b), i, j in product(permutations(axes, 2), (1, -1), (1, -1)):
        found[round(float(i * j * (a @ b)), 6) + 0.0].append(frame(i * a, j * b))
    return {angle: np.array(values) for angle, values in found.items()}


FRAMES = {symbol: frames(point_group_operations(symbol)) for symbol in SYMBOLS}


def orientations(first, second):
    """Every rotation that aligns an axis, or two, of one group with those of another."""
    found = [np.eye(3)[None]]
    for angle in FRAMES[first].keys() & FRAMES[second].keys():
        both = np.einsum("aij,bkj->abik", FRAMES[first][angle], FRAMES[second][angle])
        found.append(both.reshape(-1, 3, 3))
    rounded = np.unique(np.concatenate(found).round(6).reshape(-1, 9), axis=0)
    return rounded.reshape(-1, 3, 3)


def n_shared(first, second, turns):
    """Operations in common for each orientation of the second group."""
    ours = point_group_operations(first).reshape(-1, 9)
    theirs = point_group_operations(second)
    turned = np.einsum("rij,hjk,rlk->rhil", turns, theirs, turns, optimize=True)
    return (turned.reshape(len(turns), -1, 9) @ ours.T > 3 - 1e-4).any(2).sum(1)


@pytest.mark.parametrize("first", SYMBOLS)
def test_distances_are_those_of_the_best_orientation(first):
    others = SYMBOLS[: SYMBOLS.index(first) + 1]
    found = point_group_distances([first], others)[0]
    for second, distance in zip(others, found, strict=True):
        shared = n_shared(first, second, orientations(first, second)).max()
        n_either = POINT_GROUPS[first].order + POINT_GROUPS[second].order - shared
        assert distance == pytest.approx(1 - shared / n_either, abs=1e-12), second


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_nearest_are_maximal_subgroups_or_minimal_supergroups(symbol):
    distances = dict(zip(SYMBOLS, point_group_distances([symbol], SYMBOLS)[0], strict=True))
    del distances[symbol]
    nearest = {other for other, d in distances.items() if d == min(distances.values())}
    above = {other for other in SYMBOLS if symbol in maximal_subgroups(other)}
    assert min(distances.values()) == 0.5
    assert nearest <= above | set(maximal_subgroups(symbol))
    orders = {POINT_GROUPS[other].order / POINT_GROUPS[symbol].order for other in nearest}
    assert orders <= {0.5, 2}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("mmm", "4/mmm", 1 - 8 / 16),
        ("3m", "m-3m", 1 - 6 / 48),  # the three-fold axes along [111]
        ("6/mmm", "m-3m", 1 - 12 / (24 + 48 - 12)),  # -3m in common
        ("2", "m", 1 - 1 / 3),  # the identity alone
        ("1", "m-3m", 1 - 1 / 48),
        ("-6", "-4", 1 - 1 / 9),
        ("23", "6mm", 1 - 3 / 21),
    ],
)
def test_by_hand(first, second, expected):
    assert point_group_distances([first], [second]) == pytest.approx(expected)


def test_it_is_a_metric():
    d = point_group_distances(SYMBOLS)
    np.testing.assert_array_equal(d, d.T)
    np.testing.assert_array_equal(d == 0, np.eye(32, dtype=bool))
    assert (d[:, None] <= d[:, :, None] + d[None] + 1e-12).all()
    assert d.max() < 1


def test_relabelled_or_turned_axes_change_nothing():
    turns = [np.eye(3)[[2, 0, 1]], *Rotation.random(2, random_state=0).as_matrix()]
    expected = point_group_distances(SYMBOLS)
    for turn in turns:
        turned = [turn @ point_group_operations(symbol) @ turn.T for symbol in SYMBOLS]
        np.testing.assert_array_equal(point_group_distances(turned), expected)


def test_answers_can_be_changed_without_harm():
    point_group_distances(SYMBOLS)[:] = 0
    assert point_group_distances(["1"], ["-1"]) == 0.5


def test_shapes():
    assert point_group_distances([]).shape == (0, 0)
    assert point_group_distances(["m", "-62m"], ["2", "3", "4"]).shape == (2, 3)


def test_a_single_symbol_is_no_list():
    with pytest.raises(TypeError, match=r"come in a list, got 'mmm'; write \['mmm'\]"):
        point_group_distances("mmm")


def test_unknown_symbol():
    with pytest.raises(ValueError, match="one of the 32 crystallographic ones"):
        point_group_distances(["mmm"], ["5m"])
