"""Targets are equal for equal stacks and only for these; decoding inverts them."""

import numpy as np
import pytest

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import Stack
from xrdmatch.stacking._regression.slip_targets import SlipTargets, shortest_harmonics
from xrdmatch.stacking._regression.stack_kind import StackKind, common_kind, kind_of_layers

BY_NAME = {layer.properties["name"]: layer for layer in load_monolayers()}
MOS2, WS2, GRAPHENE = BY_NAME["MoS2-2H"], BY_NAME["WS2-2H"], load_monolayers()[0]
HEXAGONAL = 3.18 * np.array([[1.0, 0.0], [-0.5, np.sqrt(0.75)]])
KINDS = {
    "equal": ([MOS2, MOS2], 0.0, 1),
    "antiparallel": ([MOS2, MOS2], 180.0, 1),
    "turned by a symmetry": ([MOS2, MOS2], 120.0, 1),
    "unlike": ([MOS2, WS2], 0.0, 1),
    "three equal": ([MOS2, MOS2, MOS2], 0.0, 1),
    "sandwich": ([MOS2, WS2, MOS2], 0.0, 1),
    "turned over": ([MOS2, MOS2], 0.0, [1, -1]),
}


@pytest.fixture(params=KINDS, scope="module")
def kind(request):
    return kind_of_layers(*KINDS[request.param])


def drawn(kind, n=12):
    return kind.random_slips(n, np.random.RandomState(0))


def test_two_equal_layers_give_cosines():
    harmonics = shortest_harmonics(HEXAGONAL, 5)
    slips = np.random.RandomState(0).random_sample((7, 1, 2))
    expected = np.cos(2 * np.pi * slips[:, 0] @ harmonics.T)
    assert np.allclose(SlipTargets((0, 0), harmonics).encode(slips), expected)


def test_lattice_vectors_change_nothing(kind):
    slips, targets = drawn(kind), kind.targets(8)
    moved = slips + np.random.RandomState(1).randint(-3, 4, slips.shape)
    assert np.allclose(targets.encode(slips), targets.encode(moved))


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 1, 0), (1, 2, 0)])
def test_equal_layers_may_change_places(order):
    targets = kind_of_layers(*KINDS["three equal"]).targets(8)
    slips = np.random.RandomState(0).random_sample((5, 2, 2))
    places = np.concatenate([np.zeros((5, 1, 2)), np.cumsum(slips, axis=1)], axis=1)
    exchanged = np.diff(places[:, list(order)], axis=1)
    assert np.allclose(targets.encode(slips), targets.encode(exchanged))


def test_unlike_layers_may_not():
    targets = kind_of_layers(*KINDS["unlike"]).targets(8)
    slip = np.array([[[0.1, 0.2]]])
    assert np.abs(targets.encode(slip) - targets.encode(-slip)).max() > 0.5


def test_three_equal_layers_differ_from_their_inversion():
    targets = kind_of_layers(*KINDS["three equal"]).targets(8)
    slips = np.array([[[0.1, 0.2], [0.3, 0.15]]])
    assert np.abs(targets.encode(slips) - targets.encode(-slips)).max() > 0.1


def test_decoding_finds_the_stack(kind):
    slips, targets = drawn(kind, 6), kind.targets(8)
    found = targets.decode(targets.encode(slips))
    for one, other in zip(slips, found, strict=True):
        assert kind.stack(one).distance(kind.stack(other)) < 0.01  # [pm]


def test_deviations_are_the_slips_change(kind):
    slips, targets = drawn(kind), kind.targets(8)
    step = 1e-4 * np.random.RandomState(2).normal(size=slips.shape)
    found = targets.deviations(slips, targets.encode(slips + step))
    assert np.median(np.abs(found - step) / np.abs(step)) < 0.05


def test_covariances_are_those_of_noisy_targets(kind):
    slips, targets = drawn(kind, 1), kind.targets(8)
    clean, size = targets.encode(slips), 1e-4
    noise = size * np.random.RandomState(3).normal(size=(4000, clean.shape[1]))
    many = np.repeat(slips, len(noise), axis=0)
    moved = targets.deviations(many, clean + noise).reshape(len(noise), -1)
    expected = np.sqrt(np.diag(targets.covariances(slips)[0]))
    assert np.allclose(moved.std(0) / size, expected, rtol=0.05)


def test_slips_near_zero_are_less_sure():
    targets = kind_of_layers(*KINDS["equal"]).targets(8)
    near, far = targets.covariances(np.array([[[0.02, 0.01]], [[0.2, 0.3]]]))
    assert np.trace(near) > 10 * np.trace(far)


def test_harmonics_are_the_shortest_of_each_pair():
    harmonics = shortest_harmonics(HEXAGONAL, 6)
    lengths = np.linalg.norm(harmonics @ np.linalg.inv(HEXAGONAL).T, axis=1)
    shell = 2 / np.sqrt(3) / 3.18
    assert np.allclose(lengths, shell * np.array([1, 1, 1, *[np.sqrt(3)] * 3]))
    signed = {tuple(sign * h) for sign in (1, -1) for h in harmonics}
    assert len(signed) == 12


def test_layers_turned_by_their_symmetry_are_of_one_kind():
    kinds = {name: kind_of_layers(*KINDS[name]).kinds_and_offsets()[0] for name in KINDS}
    assert kinds["equal"] == kinds["turned by a symmetry"] == (0, 0)
    assert kinds["antiparallel"] == kinds["unlike"] == (0, 1)


def test_a_layer_alone_has_no_slip():
    with pytest.raises(ValueError, match="got 1 layer; give those of the stack"):
        kind_of_layers([MOS2], 0.0, 1)


@pytest.mark.parametrize(("layers", "twist"), [([MOS2, GRAPHENE], 0.0), ([MOS2, MOS2], 21.8)])
def test_layers_need_one_lattice(layers, twist):
    with pytest.raises(ValueError, match=r"must have one lattice .* differ by"):
        kind_of_layers(layers, twist, 1)


def test_stacks_of_several_kinds_are_refused():
    stacks = [Stack([MOS2, MOS2], (0, 0)), Stack([MOS2, MOS2], (0, 0), twist=180)]
    with pytest.raises(ValueError, match=r"slips alone, got .* at 1"):
        common_kind(stacks)


def test_the_mirror_image_has_other_faces_and_twists():
    kind = StackKind(Stack([MOS2, MOS2], (0, 0), twist=60))
    stack = kind.stack([[0.1, 0.2]], mirrored=True)
    assert stack.face.tolist() == [-1, -1]
    assert stack.twist.tolist() == [-60]
