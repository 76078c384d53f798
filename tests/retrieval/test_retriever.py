"""The face that every retriever shows."""

import copy

import numpy as np
import pytest
from sklearn.base import clone

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator
from xrdmatch.io import SkippedStructureWarning
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval import ElementFilter

SAME = 1e-5  # embeddings are single precision
POWDER = DiffractionPattern([[0.3], [0.5]], [1.0, 2.0])


def symbols(structure):
    return {element.symbol for element in structure.composition.elements}


@pytest.mark.parametrize(("k", "shape"), [(1, (5,)), (2, (5, 2)), (10, (5, 10)), (40, (5, 40))])
def test_predictions_have_a_leading_query_axis(retriever, imperfect, k, shape):
    assert retriever.predict(imperfect[:5], k=k).shape == shape
    assert retriever.predict(imperfect[0], k=k).shape == (1, *shape[1:])
    assert retriever.predict(imperfect[:1], k=np.int64(k)).shape == (1, *shape[1:])


def test_neighbours_are_named_best_first(retriever, imperfect):
    distances, indices = retriever.kneighbors(imperfect, 7)
    assert distances.shape == indices.shape == (40, 7)
    assert (np.diff(distances, axis=1) >= 0).all()
    assert all(len(set(row)) == 7 for row in indices)
    everything, _ = retriever.kneighbors(imperfect, 40)
    np.testing.assert_allclose(distances, everything[:, :7], atol=SAME)
    np.testing.assert_array_equal(retriever.predict(imperfect, k=7), retriever.classes_[indices])
    np.testing.assert_array_equal(retriever.predict(imperfect), retriever.classes_[indices[:, 0]])
    assert retriever.kneighbors(imperfect)[0].shape == (40, 10)


def test_patterns_of_one_crystal_come_in_a_tuple(retriever, imperfect):
    """The distance is the mean over them, so doubling a pattern changes nothing."""
    first, second, third = imperfect[:3]
    one_by_one = copy.copy(retriever).kneighbors([first, second, third], 40)
    both, indices = retriever.kneighbors([(first, second), third, (third, third)], 40)
    assert both.shape == (3, 40)
    by_entry = np.empty((3, 40))
    np.put_along_axis(by_entry, one_by_one[1], one_by_one[0], axis=1)
    expected = [by_entry[:2].mean(0), by_entry[2], by_entry[2]]
    for row, order, means in zip(both, indices, expected, strict=True):
        np.testing.assert_allclose(row, means[order], atol=SAME)


def test_several_patterns_in_other_forms(retriever, imperfect):
    pattern = imperfect[0]
    rows = np.column_stack([pattern.q, pattern.intensity])
    expected = retriever.predict(pattern, k=5)
    for query in (rows, [rows], [rows.tolist()], (pattern,), [(rows,)], np.array([pattern])):
        np.testing.assert_array_equal(retriever.predict(query, k=5), expected)


def test_labels(retriever, layers, imperfect):
    names = [layer.properties["name"] for layer in layers]
    before = retriever.predict(imperfect, k=3)
    assert retriever.set_gallery(layers, names) is retriever
    assert retriever.classes_.tolist() == names
    np.testing.assert_array_equal(retriever.predict(imperfect, k=3), np.array(names)[before])


def test_another_gallery(retriever, layers, imperfect):
    retriever.set_gallery(layers[10:20])
    assert retriever.gallery_ == layers[10:20]
    assert retriever.classes_.tolist() == list(range(10))
    assert set(retriever.predict(imperfect, k=10).ravel()) == set(range(10))


def test_a_growing_gallery_is_the_whole_one(retriever, layers, imperfect):
    whole = copy.copy(retriever).set_gallery(layers[:20])
    retriever.set_gallery(layers[:12])
    assert retriever.add_to_gallery(layers[12:20]) is retriever
    assert retriever.gallery_ == layers[:20]
    assert retriever.classes_.tolist() == list(range(20))
    for ours, theirs in zip(
        whole.kneighbors(imperfect), retriever.kneighbors(imperfect), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=SAME)
    filtered = [r.predict(imperfect, k=5, elements="S,Se,Mo,W,Ti,Zr") for r in (whole, retriever)]
    np.testing.assert_array_equal(*filtered)


def test_labels_of_different_types_stay_what_they_are(retriever, layers):
    retriever.set_gallery(layers[:2]).add_to_gallery(layers[2:4], ["third", "fourth"])
    assert retriever.classes_.tolist() == [0, 1, "third", "fourth"]


def test_tokens_as_gallery(retriever, layers, imperfect):
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    before = retriever.kneighbors(imperfect, 5)
    retriever.set_gallery(tokens)
    np.testing.assert_allclose(before[0], retriever.kneighbors(imperfect, 5)[0], atol=SAME)
    np.testing.assert_array_equal(before[1], retriever.kneighbors(imperfect, 5)[1])
    assert retriever.gallery_ is tokens
    shorter = CrystalTokenizer(24, vacuum=40.0).transform(layers[:3])
    retriever.add_to_gallery(shorter, ["a", "b", "c"])
    assert len(retriever.gallery_) == 43
    with pytest.raises(TypeError, match="made of structures or of tokens, got both; convert one"):
        retriever.add_to_gallery(layers[:3])
    assert len(retriever.gallery_) == len(retriever.classes_) == 43


@pytest.mark.parametrize("form", ["one text", "list", "tuple", "filter", "list of filters"])
def test_known_elements(retriever, layers, imperfect, form):
    known = sorted(symbols(layers[0]))
    elements = {
        "one text": ",".join(known),
        "list": known,
        "tuple": tuple(known),
        "filter": ElementFilter(only=known),
        "list of filters": [ElementFilter(only=known)] * len(imperfect),
    }[form]
    allowed = [i for i, layer in enumerate(layers) if symbols(layer) <= set(known)]
    assert 0 in allowed
    predicted = retriever.predict(imperfect, k=40, elements=elements)
    for row in predicted:
        assert sorted(row[: len(allowed)]) == allowed
        assert set(row[len(allowed) :]) <= {None}
    distances, indices = retriever.kneighbors(imperfect, 40, elements)
    assert np.isinf(distances[:, len(allowed) :]).all()
    assert (indices[:, len(allowed) :] == -1).all()
    assert np.isfinite(distances[:, : len(allowed)]).all()


def test_known_elements_of_each_query(retriever, layers, imperfect):
    """A text with its comma, a list, a filter, nothing known: one for each query."""
    first, second, third = (sorted(symbols(layers[i])) for i in range(3))
    elements = [",".join(first), second, ElementFilter(all_of=third), None]
    predicted = retriever.predict(imperfect[:4], k=40, elements=elements)
    allowed = [
        {i for i, layer in enumerate(layers) if symbols(layer) <= set(first)},
        {i for i, layer in enumerate(layers) if symbols(layer) <= set(second)},
        {i for i, layer in enumerate(layers) if symbols(layer) >= set(third)},
        set(range(40)),
    ]
    assert [set(row) - {None} for row in predicted] == allowed


def test_where_nothing_is_allowed(retriever, imperfect):
    assert retriever.predict(imperfect[:2], elements="Xe").tolist() == [None, None]
    assert retriever.predict(imperfect[:2], k=2, elements="Xe").tolist() == [[None, None]] * 2


@pytest.mark.parametrize("score_k", [1, 3, 40])
def test_score_is_the_top_k_accuracy_in_the_pool(retriever, layers, imperfect, score_k):
    pool = copy.copy(retriever).set_gallery(layers[5:25])
    expected = top_k_accuracy(range(20), pool.predict(imperfect[5:25], k=20), min(score_k, 20))
    retriever.set_params(score_k=score_k)
    if score_k > 20:
        with pytest.raises(ValueError, match=r"k must lie between 1 and the gallery's 20 struct"):
            retriever.score(layers[5:25], imperfect[5:25])
    else:
        assert retriever.score(layers[5:25], imperfect[5:25]) == expected


def test_score_leaves_the_gallery_alone(retriever, layers, imperfect):
    retriever.set_gallery(layers[:7], list("abcdefg"))
    before = retriever.predict(imperfect, k=3)
    retriever.score(layers[20:30], imperfect[20:30])
    assert retriever.gallery_ == layers[:7]
    assert retriever.classes_.tolist() == list("abcdefg")
    np.testing.assert_array_equal(retriever.predict(imperfect, k=3), before)


def test_structures_that_cannot_be_taken(retriever, layers):
    flat = layers[0].copy()
    flat.lattice = [[3, 0, 0], [0, 3, 0], [3, 3, 0]]
    with pytest.raises(ValueError, match="A cell must have a volume"):
        retriever.set_gallery([layers[0], flat])
    names = ["good", "flat", "better", "text"]
    with pytest.warns(SkippedStructureWarning, match="Left 2 of 4") as caught:
        retriever.set_gallery([layers[0], flat, layers[1], "layer.cif"], names, on_error="skip")
    (warning,) = caught
    assert warning.filename == __file__
    text = str(warning.message)
    assert text.startswith("Left 2 of 4 structures out of the gallery: flat (A cell must have")
    assert "; text (Structures must be pymatgen Structures, got str at position 3; read" in text
    assert retriever.classes_.tolist() == ["good", "better"]
    assert retriever.gallery_ == layers[:2]
    with pytest.warns(UserWarning, match="Left 1 of 2 structures out of the gallery: 3 .A cell"):
        retriever.add_to_gallery([layers[2], flat], on_error="skip")
    assert retriever.classes_.tolist() == ["good", "better", 2]


def test_a_gallery_of_which_nothing_can_be_taken(retriever, layers):
    with pytest.raises(ValueError, match="structures that can be taken, got none: Structures must"):
        retriever.set_gallery(["a.cif", "b.cif"], on_error="skip")


@pytest.mark.parametrize("k", [0, 41, -1, 2.0, None])
def test_k_out_of_range(retriever, imperfect, k):
    with pytest.raises(
        ValueError, match=r"k must lie between 1 and the gallery's 40 structures, got"
    ):
        retriever.predict(imperfect, k=k)


def test_powder_patterns_are_refused(retriever):
    with pytest.raises(ValueError, match=r"two components of q, got a .* with 1 \(powder\); use"):
        retriever.predict(POWDER)


def test_lengths_that_differ(retriever, layers, patterns):
    with pytest.raises(
        ValueError, match="as many patterns as structures, got 3 patterns for 4 str"
    ):
        retriever.fit(layers[:4], patterns[:3])
    with pytest.raises(
        ValueError, match="as many patterns as structures, got 1 patterns for 4 str"
    ):
        retriever.fit(layers[:4], patterns[0])
    with pytest.raises(
        ValueError, match="as many patterns as structures, got 5 patterns for 4 str"
    ):
        retriever.score(layers[:4], patterns[:5])
    for take in (retriever.set_gallery, retriever.add_to_gallery):
        with pytest.raises(
            ValueError, match="as many labels as structures, got 2 labels for 4 str"
        ):
            take(layers[:4], labels=["a", "b"])


def test_patterns_where_structures_are_due(retriever, layers, patterns):
    message = "Structures|structures first and patterns second|second argument of fit"
    for give in (
        lambda: retriever.fit(patterns[:4], layers[:4]),
        lambda: retriever.set_gallery(patterns[:4]),
        lambda: retriever.score(patterns[:4], layers[:4]),
        lambda: retriever.set_gallery(patterns[0]),
        lambda: retriever.fit(layers[0]),
    ):
        with pytest.raises(TypeError, match=message):
            give()


def test_structures_where_patterns_are_due(retriever, layers, patterns):
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers[:2])
    for query in (layers[:2], layers[0], tokens, [(patterns[0], layers[0])]):
        with pytest.raises(
            TypeError, match=r"A pattern is due here, got .*; simulate it with Diffr"
        ):
            retriever.predict(query)


def test_unknown_on_error(retriever, layers):
    with pytest.raises(ValueError, match=r"on_error must be 'raise' or 'skip', got 'ignore'; pick"):
        retriever.set_gallery(layers, on_error="ignore")


def test_failing_calls_leave_the_gallery_alone(retriever, layers, imperfect):
    before = retriever.predict(imperfect, k=3)
    for take in (retriever.set_gallery, retriever.add_to_gallery):
        with pytest.raises(TypeError):
            take([*layers[:2], "c.cif"])
    np.testing.assert_array_equal(retriever.predict(imperfect, k=3), before)


def test_labels_keep_the_type_of_each(retriever, layers, patterns):
    labels = [1, "two", ("three", 3)]
    retriever.set_gallery(layers[:3], labels=labels)
    assert sorted(map(str, retriever.predict(patterns[0], k=3)[0])) == sorted(map(str, labels))
    assert list(retriever.classes_) == labels


@pytest.mark.parametrize("simulator", ["xray", DiffractionSimulator])
def test_simulator_that_is_none(retriever, layers, simulator):
    with pytest.raises(TypeError, match="simulator must be a DiffractionSimulator or None, got"):
        clone(retriever).set_params(simulator=simulator).fit(layers)


def test_pattern_transformer_that_is_none(retriever, layers, patterns):
    with pytest.raises(TypeError, match="must be a PatternPointCloud or None, got 'points'; write"):
        clone(retriever).set_params(pattern_transformer="points").fit(layers).predict(patterns)


def test_a_list_that_grows_later_does_not_reach_the_gallery(retriever, layers):
    mine = list(layers[:5])
    retriever.set_gallery(mine)
    mine.append(layers[5])
    assert retriever.gallery_ == layers[:5]
    assert retriever.add_to_gallery(layers[6:7]).classes_.tolist() == list(range(6))
