"""What stands over a candidate, and how probabilities are written."""

import pytest
from sklearn.utils import Bunch

from xrdmatch.inspection._plot.candidate_words import candidate_title, percent

GRAPHENE = Bunch(rank=1, label="graphene", formula="C", point_group="6/mmm", distance=0.25)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "< 1 %"), (0.0099, "< 1 %"), (0.01, "1 %"), (0.816, "82 %"),
        (0.99, "99 %"), (0.991, "> 99 %"), (1.0, "> 99 %"),
    ],
)  # fmt: skip
def test_nothing_is_impossible_or_certain(share, words):
    assert percent(share) == words


def test_a_title_with_and_without_a_probability():
    assert candidate_title(GRAPHENE) == "1  graphene\nC, 6/mmm, distance 0.2500"
    assert candidate_title(GRAPHENE, 0.82) == "1  graphene  82 %\nC, 6/mmm, distance 0.2500"


@pytest.mark.parametrize("probability", [None, 0.5, 0.999])
def test_long_labels_are_cut_and_probabilities_are_not(probability):
    line = candidate_title(Bunch(**GRAPHENE | {"label": "long " * 20}), probability).split("\n")[0]
    assert len(line) == 30
    assert line.endswith("…" if probability is None else f"…  {percent(probability)}")
