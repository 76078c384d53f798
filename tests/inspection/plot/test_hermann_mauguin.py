"""Symbols as they are printed."""

import pytest

from xrdmatch.inspection._plot.hermann_mauguin import symbol_text


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("mm2", "$mm2$"),
        ("-1", r"$\bar{1}$"),
        ("-42m", r"$\bar{4}2m$"),
        ("m-3m", r"$m\bar{3}m$"),
        ("6/mmm", "$6/mmm$"),
    ],
)
def test_overbars(symbol, text):
    assert symbol_text(symbol) == text
