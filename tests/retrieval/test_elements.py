"""What known chemistry allows, on a table written by hand."""

import numpy as np
import pytest
from pymatgen.core import Element

from xrdmatch.retrieval import ElementFilter
from xrdmatch.retrieval._elements import bits_of_numbers, bits_of_presence, element_filters

NUMBERS = np.array([[42, 16, 16], [74, 16, 34], [6, 0, 0], [3, 8, 16]])  # MoS2, WSSe, C, LiOS
ELEMENTS = bits_of_numbers(NUMBERS)


def test_bits_by_hand():
    rows = [[16, 42], [16, 34, 74], [6], [3, 8, 16]]
    words = [[sum(1 << z - 64 * w for z in row if z // 64 == w) for w in (0, 1)] for row in rows]
    assert ELEMENTS.tolist() == words


def test_bits_of_a_table_of_bools():
    presence = np.zeros((len(NUMBERS), 119), dtype=bool)
    for row, numbers in zip(presence, NUMBERS, strict=True):
        row[numbers[numbers > 0]] = True
    presence[0, [63, 64, 118]] = True
    expected = ELEMENTS.copy()
    expected[0] |= bits_of_numbers(np.array([[63, 64, 118]]))[0]
    np.testing.assert_array_equal(bits_of_presence(presence), expected)


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({}, [0, 1, 2, 3]),
        ({"all_of": ["S"]}, [0, 1, 3]),
        ({"all_of": ["S", "Se"]}, [1]),
        ({"any_of": ["C", "Mo"]}, [0, 2]),
        ({"none_of": ["S"]}, [2]),
        ({"only": ["Mo", "W", "S", "Se"]}, [0, 1]),
        ({"only": "Mo,S"}, [0]),
        ({"all_of": "S", "none_of": "Se,Li"}, [0]),
        ({"all_of": "S", "any_of": "W,Li", "only": "Li,O,S"}, [3]),
        ({"all_of": "Xe"}, []),
    ],
)
def test_what_a_filter_allows(options, allowed):
    assert np.flatnonzero(ElementFilter(**options).allowed(ELEMENTS)).tolist() == allowed


def test_filters_are_values():
    assert ElementFilter("Mo, S") == ElementFilter(all_of=["Mo", "S"])
    text = repr(ElementFilter(any_of=["Li"], none_of="H"))
    assert eval(text) == ElementFilter(any_of=("Li",), none_of=("H",))
    assert ElementFilter(only=[Element("Li"), "O"]) == ElementFilter(only="Li,O")


@pytest.mark.parametrize(
    ("elements", "filters"),
    [
        (None, [ElementFilter()] * 2),
        ("Li,O", [ElementFilter(only="Li,O")] * 2),
        ("Li", [ElementFilter(only="Li")] * 2),
        (["Li", "O"], [ElementFilter(only="Li,O")] * 2),
        (("Li", "O", "S"), [ElementFilter(only="Li,O,S")] * 2),
        ([Element("Li"), Element("O")], [ElementFilter(only="Li,O")] * 2),
        (ElementFilter(all_of="C"), [ElementFilter(all_of="C")] * 2),
        (["Li,O", "S"], [ElementFilter(only="Li,O"), ElementFilter(only="S")]),
        ([["Li", "O"], None], [ElementFilter(only="Li,O"), ElementFilter()]),
        ([ElementFilter(all_of="C"), ["S"]], [ElementFilter(all_of="C"), ElementFilter(only="S")]),
    ],
)
def test_forms_of_the_argument(elements, filters):
    assert element_filters(elements, 2) == filters


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ("Li,Qq", r"given by their symbols, got 'Qq'; write 'Li,O'"),
        ("MoS2", r"given by their symbols, got 'MoS2'; write 'Li,O'"),
        ("", r"given by their symbols, got ''"),
        ([8, 16], r"given by their symbols, got '8'"),
        ([["Li", 8], None], r"given by their symbols, got '8'"),
        ([["Li"], ["O"], ["S"]], r"one entry for all queries or one for each, got 3 for 2 queries"),
        ([], r"one entry for all queries or one for each, got 0 for 2 queries"),
        ([["Li"], []], r"Known elements are at least one, got none; pass None"),
    ],
)
def test_what_is_no_filter(elements, message):
    with pytest.raises(ValueError, match=message):
        element_filters(elements, 2)


def test_a_number_is_no_filter():
    with pytest.raises(
        TypeError, match=r"symbols or an ElementFilter, got 8; write 'Li,O', for example"
    ):
        element_filters(8, 2)
