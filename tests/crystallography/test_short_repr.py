"""One line for what may be large."""

from importlib import import_module

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection import PatternDisplay, RetrievalDisplay, SimilarityDisplay


class Holder(ShortRepr):
    def __init__(self, values, labels=(), title=None):
        self.values, self.labels, self.title = values, labels, title


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (Holder(2.5), "Holder(values=2.5, labels=())"),
        (Holder(np.zeros((9, 2)), title="a"), "values=array of shape (9, 2), labels=(), title='a'"),
        (Holder([1, 2]), "values=[1, 2]"),
        (Holder(list(range(5))), "values=list of 5"),
        (Holder(["x" * 70]), "values=list of 1"),
        (Holder({i: i for i in range(9)}), "values=dict of 9"),
        (Holder(object()), "values=object"),
        (Holder("x" * 500), "xxx...'"),
    ],
)
def test_long_arguments_are_named_by_type_and_size(holder, expected):
    assert expected in repr(holder)
    assert len(repr(holder)) < 250


PATTERN = DiffractionPattern([[0.5, 0.0]], [1.0])


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        (PatternDisplay(PATTERN), f"PatternDisplay(pattern={PATTERN!r})"),
        (RetrievalDisplay(PATTERN, []), f"RetrievalDisplay(pattern={PATTERN!r}, candidates=[])"),
        (
            SimilarityDisplay(np.zeros((40, 40)), list("abcd")),
            "SimilarityDisplay(similarity=array of shape (40, 40), labels=list of 4)",
        ),
    ],
)
def test_displays(display, expected):
    assert repr(display) == expected


@pytest.mark.parametrize("module", ["inspection", "solution", "stacking"])
def test_every_display_has_one(module):
    names = import_module(f"xrdmatch.{module}")
    displays = [getattr(names, name) for name in names.__all__ if name.endswith("Display")]
    assert displays
    assert all(issubclass(display, ShortRepr) for display in displays)
