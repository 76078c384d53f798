"""Structures are taken in block by block, whatever is among them."""

import numpy as np
import pytest

from xrdmatch.preprocessing import Rows
from xrdmatch.solution._templates import gathering
from xrdmatch.solution._templates.gathering import gathered


def encode(block):
    if any(item % 5 == 3 for item in block):
        raise ValueError("A number must not end in 3 or 8.")
    return Rows(value=np.array(block))


@pytest.mark.parametrize("size", [1, 4, 100])
def test_blocks_of_any_size(monkeypatch, size):
    monkeypatch.setattr(gathering, "BLOCK", size)
    rows, taken, skipped = gathered(iter(range(20)), encode)
    np.testing.assert_array_equal(rows.value, [i for i in range(20) if i % 5 != 3])
    np.testing.assert_array_equal(taken, rows.value)
    assert [item.item for item in skipped] == ["3", "8", "13", "18"]
    assert skipped[0].reason == "A number must not end in 3 or 8"


def test_an_iterator_is_read_once_and_no_further_than_needed(monkeypatch):
    monkeypatch.setattr(gathering, "BLOCK", 2)
    seen = []

    def numbers():
        for i in (0, 1, 2, 4):
            seen.append(i)
            yield i

    gathered(numbers(), lambda block: encode(block) if len(seen) <= block[-1] + 1 else 1 / 0)
    assert seen == [0, 1, 2, 4]


def test_what_is_no_list():
    with pytest.raises(TypeError, match="got a single int; write"):
        gathered(3, encode)
