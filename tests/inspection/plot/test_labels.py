"""Indices beside spots: right, few, and never on top of each other."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import PatternDisplay
from xrdmatch.inspection._plot.labels import _index_text

NAMES = ["graphene", "MoS2-2H", "V2O5", "CrI3", "NiPS3"]


@pytest.fixture(scope="module")
def by_name():
    layers = {layer.properties["name"]: layer for layer in load_monolayers()}
    return dict(
        zip(NAMES, DiffractionSimulator().transform([layers[n] for n in NAMES]), strict=True)
    )


@pytest.mark.parametrize(
    ("hkl", "text"),
    [((1, 0, 0), r"$1\,0$"), ((-1, 2, 0), r"$\bar{1}\,2$"), ((1, -12, 3), r"$1\,\bar{12}\,3$")],
)
def test_indices_as_crystallographers_write_them(hkl, text):
    assert _index_text(np.array(hkl)) == text


@pytest.mark.parametrize("name", NAMES)
def test_labels_overlap_neither_each_other_nor_the_frame(name, by_name):
    display = PatternDisplay(by_name[name]).plot(n_labels=12)
    display.figure_.canvas.draw()
    boxes = [text.get_window_extent() for text in display.labels_]
    frame = display.ax_.get_window_extent()
    assert 2 <= len(boxes) <= 12
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(frame.contains(*box.min) and frame.contains(*box.max) for box in boxes)


@pytest.mark.parametrize("name", NAMES)
def test_labels_name_the_spot_they_are_at(name, by_name):
    pattern = by_name[name]
    display = PatternDisplay(pattern).plot()
    for text in display.labels_:
        nearest = np.linalg.norm(pattern.q - text.get_position(), axis=1).argmin()
        assert text.get_text() == _index_text(pattern.hkl[nearest])


def test_strongest_spot_comes_first_and_only_one_of_a_friedel_pair(by_name):
    pattern = by_name["MoS2-2H"]
    texts = [text.get_text() for text in PatternDisplay(pattern).plot(n_labels=1).labels_]
    strongest = np.isclose(pattern.intensity, pattern.intensity.max())
    assert texts[0] in [_index_text(hkl) for hkl in pattern.hkl[strongest]]
    many = {text.get_text() for text in PatternDisplay(pattern).plot(n_labels=200).labels_}
    mates = {_index_text(-hkl) for hkl in pattern.hkl if _index_text(hkl) in many}
    assert not many & mates


def test_no_labels_when_none_are_wanted(by_name):
    assert PatternDisplay(by_name["V2O5"]).plot(n_labels=0).labels_ == []
    assert len(plt.gca().texts) == 0
