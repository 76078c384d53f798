"""Stacks: which descriptions are one stack, how far stacks are apart, and their names."""

import numpy as np
import pytest

from xrdmatch.stacking import Stack, StackSimulator

KINDS = ["MoS2", "WS2", "ReS2", "ReSe2", "MoTe2", "graphene"]


def seen(stack, **view):
    simulator = StackSimulator(0.3, 0.5, shape=(60, 60), origin=(0.0, 0.0), **view)
    return simulator.transform([stack])[0]


@pytest.mark.parametrize("kind", KINDS)
def test_lattice_vectors_and_the_sign_make_no_difference(stack_layers, kind):
    layer = stack_layers[kind]
    stack = Stack([layer, layer], (0.17, 0.31))
    for slip in [(1.17, -0.69), (-0.17, -0.31), (0.83, 0.69)]:
        other = Stack([layer, layer], slip)
        assert stack.distance(other) == pytest.approx(0, abs=1e-3)
        np.testing.assert_allclose(stack.canonical().slip, other.canonical().slip, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_canonical_stays_canonical(stack_layers, kind):
    layer = stack_layers[kind]
    for twist in (0.0, 180.0):
        once = Stack([layer] * 3, [(0.1, 0.45), (0.7, 0.2)], twist).canonical()
        assert once.distance(once.canonical()) == pytest.approx(0, abs=1e-3)
        np.testing.assert_allclose(once.slip, once.canonical().slip, atol=1e-5)


def test_a_small_slip_is_its_length(stack_layers):
    layer = stack_layers["ReS2"]
    stack = Stack([layer, layer], (0.2, 0.3))
    step = np.array([0.03, -0.04]) @ np.linalg.inv(stack.lattice)  # 0.05 Å
    assert stack.distance(Stack([layer, layer], stack.slip + step)) == pytest.approx(5.0, abs=1e-3)


def test_three_fold_axes_turn_slips(stack_layers):
    mos2, res2 = stack_layers["MoS2"], stack_layers["ReS2"]
    slip = np.array([0.12, 0.05])
    turned = slip @ np.array([[0, 1], [-1, -1]])  # a -> b, b -> -a - b
    assert Stack([mos2] * 2, slip).distance(Stack([mos2] * 2, turned)) == pytest.approx(0, abs=0.1)
    assert Stack([res2] * 2, slip).distance(Stack([res2] * 2, turned)) > 20


def test_half_a_turn_of_both_layers_is_the_same_stack(stack_layers):
    """MoS2 turned by 60 and by 180 degrees is the same layer, its origin kept on the axis."""
    mos2 = stack_layers["MoS2"]
    assert Stack([mos2] * 2, (0.1, 0.2), 180).distance(
        Stack([mos2] * 2, (0.1, 0.2), 60)
    ) == pytest.approx(0, abs=0.1)
    assert Stack([mos2] * 2, (0.1, 0.2), 180).distance(Stack([mos2] * 2, (0.1, 0.2))) == np.inf


def test_turning_a_stack_over_shows_its_mirror_image(stack_layers):
    """Both faces up, both down: one stack, and the image is mirrored in a."""
    layer = stack_layers["ReS2"]
    up, down = (Stack([layer, layer], (0.2, 0.3), face=face) for face in (1, -1))
    assert up.distance(down) == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(seen(up), seen(down)[::-1], atol=1e-3)


def test_the_order_of_layers_does_not_show(stack_layers):
    mos2, ws2 = stack_layers["MoS2"], stack_layers["WS2"]
    one, other = Stack([mos2, ws2], (0.2, 0.1)), Stack([ws2, mos2], (-0.2, -0.1))
    assert one.distance(other) == pytest.approx(0, abs=1e-3)
    assert one.distance(Stack([mos2, ws2], (-0.2, -0.1))) > 20
    assert [layer.reduced_formula for layer in other.canonical().layers] == ["MoS2", "WS2"]


@pytest.mark.parametrize(
    ("kind", "slip", "twist", "name"),
    [
        ("MoS2", (0, 0), 0, "AA"),
        ("MoS2", (1 / 3, 2 / 3), 0, "3R"),
        ("MoS2", (2 / 3, 1 / 3), 0, "3R"),
        ("graphene", (1 / 3, 2 / 3), 0, "AB"),
        ("graphene", (0.01, 1.0), 0, "AA"),
        ("ReS2", (0.25, 0.5), 0, "slip (0.25, 0.50)"),
        ("MoS2", (0.5, 0.0), 0, "slip (0.50, 0.00)"),
        ("MoS2", (0, 0), 21.8, "twist 21.8°"),
    ],
)
def test_names(stack_layers, kind, slip, twist, name):
    layer = stack_layers[kind]
    assert Stack([layer, layer], slip, twist).name() == name


def test_antiparallel_names_say_what_lies_on_what(stack_layers):
    """Of MoS2: metal on metal, sulphur on sulphur, or each on the other (2H)."""
    layer = stack_layers["MoS2"]
    sites = {site.specie.symbol: site.frac_coords[:2] for site in layer}
    metal, sulphur = sites["Mo"], sites["S"]
    on = {
        "AB'": metal + metal,  # the upper layer's metal is at slip - metal
        "A'B": sulphur + sulphur,
        "2H": metal + sulphur,
    }
    for name, slip in on.items():
        assert Stack([layer, layer], slip, 180).name() == name


def test_names_of_several_interfaces(stack_layers):
    layer = stack_layers["MoS2"]
    assert Stack([layer] * 3, [(0, 0), (1 / 3, 2 / 3)]).name() == "AA-3R"
    assert Stack([layer], np.zeros((0, 2))).name() == "monolayer"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"layers": []}, "one or more layers"),
        ({"layers": ["MoS2"]}, "as pymatgen Structures, got str"),
        ({"slip": (1, 2, 3)}, r"slip must fit the layers \(1 x 2 numbers\)"),
        ({"slip": (np.nan, 0)}, "slip must be finite"),
        ({"face": 2}, "face must be 1, or -1"),
        ({"twist": (1, 2)}, "twist must fit the layers"),
    ],
)
def test_bad_input_ends_in_one_sentence(stack_layers, arguments, sentence):
    layers = [stack_layers["MoS2"]] * 2
    with pytest.raises(ValueError, match=sentence):
        Stack(**({"layers": layers, "slip": (0, 0)} | arguments))
