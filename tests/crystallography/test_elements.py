"""Symbols are read by the letter, though the library behind them is lenient."""

import pytest
from pymatgen.core import Element

from xrdmatch.crystallography import atomic_number


@pytest.mark.parametrize("element", list(Element)[:103], ids=lambda element: element.symbol)
def test_every_element(element):
    assert atomic_number(element.symbol) == element.Z
    assert atomic_number(element.symbol.lower()) == element.Z


@pytest.mark.parametrize("text", ["", "MoS2", "Mo,S", "Q", "Na+", "42"])
def test_what_is_no_element(text):
    assert atomic_number(text) == 0
