"""Tables by atomic number."""

import numpy as np
import pytest

from xrdmatch.simulation._by_element import by_element


def test_one_number_for_all():
    assert by_element("b_iso", 0.5, "Å^2", 1.0).tolist() == [0.5] * 119


def test_numbers_stand_at_their_elements():
    table = by_element("b_iso", {"H": 0.5, "Og": np.float32(2.0)}, "Å^2", 1.0)
    assert (table[1], table[118], table.sum()) == (0.5, 2.0, 2.5)


@pytest.mark.parametrize("values", [-1.0, np.inf, "soft", None, {"H": np.nan}, {"H": [1]}])
def test_bad_numbers(values):
    with pytest.raises(ValueError, match=r"u must be finite and not negative \[Å\], got .*; use 0"):
        by_element("u", values, "Å", 0.08)


def test_what_is_no_element():
    with pytest.raises(ValueError, match="u by element needs element symbols as keys, got 'D2'"):
        by_element("u", {"D2": 1.0}, "Å", 0.08)
