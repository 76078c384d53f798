"""Elements for kinds of atoms."""

import pytest

from xrdmatch.solution._screening.assignments import assignments


@pytest.mark.parametrize(
    ("kinds", "amounts", "n"),
    [((1,), (1,), 1), ((1, 2), (1, 2), 1), ((1, 1), (1, 1), 2), ((1, 1, 1), (1, 1, 1), 6)],
)
def test_as_many_ways_as_equal_amounts_can_be_exchanged(kinds, amounts, n):
    assert len(assignments(kinds, amounts)) == n


def test_each_kind_gets_an_element_of_its_amount():
    for way in assignments((3, 1, 1), (1, 1, 3)):
        assert [(1, 1, 3)[i] for i in way] == [3, 1, 1]


def test_other_formulas_have_no_way():
    assert assignments((1, 2), (1, 3)) == []
    assert assignments((1, 2), (1, 1, 2)) == []
