"""Faithfulness: attention that is planted must come out as what it is."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.inspection import _faithfulness, attention_faithfulness
from xrdmatch.inspection._attention import attention_maps

FEW = {"fractions": [0.1], "n_random": 4}


@pytest.fixture(scope="module")
def patterns(layers):
    return DiffractionSimulator(hk_max=2).transform(layers)


@pytest.fixture
def learned(retrievers):
    return retrievers["structure_factor"]


@pytest.fixture
def plant(monkeypatch):
    """Make every token look at the others by given scores, one array an item."""

    def planted(scores):
        def maps_of(retriever, X):
            maps = attention_maps(retriever, X)
            maps.attention = [np.tile(s / s.sum(), (1, 1, len(s), 1)) for s in scores]
            return maps

        monkeypatch.setattr(_faithfulness, "attention_maps", maps_of)

    return planted


def effects_of_single_spots(learned, patterns):
    """1 - cosine where each spot in turn is left out."""
    maps = attention_maps(learned, patterns)
    rows = [np.column_stack(x) for x in zip(maps.q, maps.intensity, strict=True)]
    effects = []
    for row, before in zip(rows, learned.encode_patterns(patterns), strict=True):
        after = learned.encode_patterns([np.delete(row, i, 0) for i in range(len(row))])
        effects.append(1 - after @ before + 1e-9)
    return effects


def test_attention_to_what_matters_beats_chance(learned, patterns, plant):
    effects = effects_of_single_spots(learned, patterns)
    plant(effects)
    row = attention_faithfulness(learned, patterns, **FEW).rows[0]
    assert (row.operation, row.measure) == ("delete", "1 - cosine")
    # a tenth of twelve spots is one: the one that matters most
    assert row.mean["attended"] == pytest.approx(np.mean([e.max() for e in effects]), rel=1e-3)
    assert row.mean["attended"] > 1.5 * row.mean["random"]
    assert row.interval["random"][0] > 0


def test_attention_to_what_does_not_matter_is_found_out(learned, patterns, plant):
    plant([1 / e for e in effects_of_single_spots(learned, patterns)])
    row = attention_faithfulness(learned, patterns, **FEW).rows[0]
    assert row.interval["random"][1] < 0


def test_attention_that_is_intensity_differs_in_nothing_from_it(learned, patterns, plant):
    plant(attention_maps(learned, patterns).intensity)
    for row in attention_faithfulness(learned, patterns, **FEW).rows:
        if row.operation == "delete":  # what replaces a spot is drawn at random
            assert row.mean["attended"] == row.mean["strongest"]
            assert row.interval["strongest"].tolist() == [0, 0]


def test_chance_is_what_many_draws_give(learned, patterns):
    report = attention_faithfulness(learned, patterns, fractions=[0.01], n_random=60)
    expected = np.mean([e.mean() for e in effects_of_single_spots(learned, patterns)])
    assert report.rows[0].mean["random"] == pytest.approx(expected, rel=0.15)


def test_lost_answers_are_counted(learned, layers, patterns, monkeypatch):
    """Nothing is lost where the gallery has a single entry, and all where truth never comes."""
    alone = learned.set_gallery(layers[:1])
    truth = np.zeros(len(patterns), int)
    for row in attention_faithfulness(alone, patterns, truth=truth, **FEW).rows[1::2]:
        assert row.measure == "top-1 lost"
        assert set(row.mean.values()) == {0.0}
    learned.set_gallery(layers)
    report = attention_faithfulness(learned, patterns, truth=range(12), **FEW)
    _, nearest = learned.kneighbors(patterns, n_neighbors=1)
    right = (nearest[:, 0] == np.arange(12)).mean()
    assert all(-1 <= row.mean["attended"] <= right for row in report.rows[1::2])


def test_repeatable_and_clustered(learned, patterns):
    first, again = (attention_faithfulness(learned, patterns, **FEW) for _ in range(2))
    assert str(first) == str(again)
    pairs = attention_faithfulness(learned, patterns, clusters=np.arange(12) // 6, **FEW)
    assert pairs.rows[0].mean == first.rows[0].mean
    assert not np.array_equal(pairs.rows[0].interval["random"], first.rows[0].interval["random"])


@pytest.mark.filterwarnings("ignore:.*single part")
def test_sites_of_structures(retrievers, layers):
    report = attention_faithfulness(retrievers["sequence"], layers, **FEW)
    assert (report.side, report.parts) == ("structure", "sites")
    assert list(report.rows[0].mean) == ["attended", "random", "heaviest"]
    assert all(row.mean["attended"] > 0 for row in report.rows)


def test_patterns_of_sequence_towers(retrievers, patterns):
    report = attention_faithfulness(retrievers["sequence"], patterns, reduction="last", **FEW)
    assert (report.n_items, report.n_parts, report.reduction) == (12, 12, "last")


def test_single_sites_are_left_out_by_name(retrievers, layers):
    single = layers[0].copy()
    single.remove_sites([1])
    with pytest.warns(UserWarning, match="1 items have a single part .* at positions 2"):
        report = attention_faithfulness(
            retrievers["sequence"], [layers[0], layers[1], single], **FEW
        )
    assert report.n_items == 2
    with pytest.raises(ValueError, match="two items must have parts to spare, got 0 with more"):
        attention_faithfulness(retrievers["sequence"], [single, single], **FEW)


def test_it_prints_as_a_table(learned, patterns):
    lines = str(attention_faithfulness(learned, patterns, **FEW)).splitlines()
    assert lines[0] == "12 patterns of 12 spots (median)"
    assert lines[1].split() == ["attended", "random", "strongest", "innermost"]
    assert lines[2].split()[:3] == ["delete", "10", "%"]
    assert len(lines) == 2 + 2 * (1 + 3)


def test_structures_of_towers_that_read_spots_are_refused(learned, layers):
    with pytest.raises(ValueError, match=r"Sites are changed where .*, got .*; pass p"):
        attention_faithfulness(learned, layers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fractions": [0.0]}, r"between 0 and 1, got \[0.0\]; 0.1 is a tenth"),
        ({"fractions": []}, r"between 0 and 1, got \[\]"),
        ({"n_random": 0}, "at least 1, got 0; 5 is the default"),
        ({"reduction": "sum"}, "one of 'mean', 'last', 'rollout', got 'sum'"),
        ({"truth": [0]}, r"each of 12 patterns, got shape \(1,\) or others"),
        ({"truth": [99] * 12}, "a position in the gallery of 12 for each of 12"),
    ],
)
def test_numbers_out_of_range_are_refused(learned, patterns, options, message):
    with pytest.raises(ValueError, match=message):
        attention_faithfulness(learned, patterns, **options)


def test_truth_is_about_patterns_and_a_gallery(retrievers, layers, patterns):
    with pytest.raises(ValueError, match="got structures; pass patterns and call set_gallery"):
        attention_faithfulness(retrievers["sequence"], layers, truth=range(12))
