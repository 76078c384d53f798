"""Log loss with an unknown: by hand, a naive loop, scikit-learn's own, and models that are off."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from xrdmatch.metrics import log_loss_with_unknown

N_GALLERY = 12


def drawn(seed, n=400, k=3, n_gallery=N_GALLERY, sharpness=1.0):
    """Queries whose probabilities are true at sharpness 1: logits times it are what is said."""
    rng = np.random.RandomState(seed)
    logits = rng.normal(0, 2, size=(n, n_gallery + 1))  # last of none
    order = np.argsort(-logits[:, :-1], axis=1)
    true, said = (softmax(factor * logits) for factor in (1.0, sharpness))
    truth = (true.cumsum(1) > rng.uniform(size=(n, 1))).argmax(1)
    truth = np.where(truth == n_gallery, -1, truth)
    indices = order[:, :k]
    listed = np.take_along_axis(said, indices, axis=1)
    return truth, np.column_stack([listed, said[:, -1]]), indices


def softmax(logits):
    weights = np.exp(logits)
    return weights / weights.sum(1, keepdims=True)


def naive(truth, probabilities, indices, groups, floor=1e-6):
    """Write down the probability of every entry of the gallery, then add up those of the group."""
    losses = []
    for right, given, listed in zip(truth, probabilities, indices, strict=True):
        entries = dict.fromkeys(range(len(groups)))
        for position, probability in zip(listed, given, strict=False):
            if position >= 0:
                entries[position] = probability
        rest = [i for i, probability in entries.items() if probability is None]
        for i in rest:
            entries[i] = max(1 - sum(given), 0) / len(rest)
        p = given[-1]
        if right >= 0:
            p = sum(entries[i] for i in entries if groups[i] == groups[right])
        losses.append(-np.log(max(p, floor)))
    return np.array(losses)


@pytest.mark.parametrize("groups", [np.arange(N_GALLERY), np.arange(N_GALLERY) // 3])
def test_a_naive_loop_finds_the_same(groups):
    truth, probabilities, indices = drawn(0)
    indices[::5, -1], probabilities[::5, 2] = -1, 0.0
    found = log_loss_with_unknown(truth, probabilities, indices, groups=groups, n_draws=5)
    losses = naive(truth, probabilities, indices, groups)
    np.testing.assert_allclose(found.losses, losses)
    assert found.loss == pytest.approx(losses.mean())


def test_all_entries_listed_is_scikit_learns_log_loss():
    truth, probabilities, indices = drawn(1, k=N_GALLERY)
    table = np.zeros_like(probabilities)
    np.put_along_axis(table, indices, probabilities[:, :-1], axis=1)
    table[:, -1] = probabilities[:, -1]
    classes = np.where(truth < 0, N_GALLERY, truth)
    expected = log_loss(classes, table, labels=range(N_GALLERY + 1))
    found = log_loss_with_unknown(truth, probabilities, indices, n_gallery=N_GALLERY)
    assert found.loss == pytest.approx(expected)
    assert found.n_at_floor == 0
    assert found.interval[0] < found.loss < found.interval[1]


def test_twins_are_right_together_and_share_what_is_not_listed():
    """Entries 0, 1, 2 are twins; 0 and 4 are listed, and .2 is left for 1, 2, 3."""
    groups, indices = ["a", "a", "a", "b", "c"], [[0, 4]] * 4
    probabilities = [[0.5, 0.2, 0.1]] * 4
    found = log_loss_with_unknown([1, 3, 4, -1], probabilities, indices, groups=groups)
    expected = [0.5 + 2 * 0.2 / 3, 0.2 / 3, 0.2, 0.1]
    np.testing.assert_allclose(np.exp(-found.losses), expected)
    assert sum(expected) == pytest.approx(1)  # groups and the unknown share everything


def test_the_floor_is_stated():
    found = log_loss_with_unknown([0, 1], [[1.0, 0.0]] * 2, [[0], [0]], n_gallery=3)
    assert found.losses == pytest.approx([0, 6 * np.log(10)])
    assert found.n_at_floor == 1
    low = log_loss_with_unknown([0, 1], [[1.0, 0.0]] * 2, [[0], [0]], n_gallery=3, floor=0.1)
    assert low.losses == pytest.approx([0, np.log(10)])


def test_probabilities_that_round_above_one_leave_nothing():
    found = log_loss_with_unknown([1], [[0.7, 0.3 + 5e-7]], [[0]], n_gallery=2, n_draws=5)
    assert found.loss == pytest.approx(6 * np.log(10))


def test_a_query_without_candidates():
    """Nothing is listed: the unknown has its share, all entries the rest."""
    found = log_loss_with_unknown([-1, 2], [[0, 0.6]] * 2, [[-1]] * 2, n_gallery=4)
    np.testing.assert_allclose(np.exp(-found.losses), [0.6, 0.1])
    assert found.constant == pytest.approx(np.log(2) + np.log(4) / 2)


def test_no_constant_is_better_than_the_best():
    """Three numbers, searched over a grid, each for its own outcome in every query."""
    truth, _, indices = drawn(2, n=100, k=N_GALLERY)
    groups = np.arange(N_GALLERY) // 2
    best = np.inf
    for first in np.arange(0.1, 0.9, 0.05):
        for unknown in np.arange(0.05, 0.99 - first, 0.05):
            entries = np.full((len(truth), N_GALLERY), (1 - first - unknown) / (N_GALLERY - 2))
            entries[groups == groups[indices[:, :1]]] = first / 2
            listed = np.take_along_axis(entries, indices, axis=1)
            given = np.column_stack([listed, np.full(len(truth), unknown)])
            found = log_loss_with_unknown(truth, given, indices, groups=groups, n_draws=1)
            best = min(best, found.loss)
    assert found.constant <= best
    assert found.constant == pytest.approx(best, abs=0.01)


def test_constant_in_closed_form():
    """Half are right, a quarter unknown, a quarter another entry: 9 of 10 entries to guess from."""
    indices, given = [[0]] * 8, [[0.5, 0.5]] * 8
    found = log_loss_with_unknown([0, 0, 0, 0, -1, -1, 3, 7], given, indices, n_gallery=10)
    assert found.constant == pytest.approx(1.5 * np.log(2) + np.log(9) / 4)
    always = log_loss_with_unknown([0, 0], [[0.5, 0.5]] * 2, [[0]] * 2, n_gallery=1)
    assert always.constant == 0


def test_the_truth_beats_the_constant_and_what_is_too_sharp_or_too_flat():
    losses = {}
    for sharpness in (0.5, 1.0, 2.0):
        found = log_loss_with_unknown(
            *drawn(3, n=2000, sharpness=sharpness), n_gallery=N_GALLERY, n_draws=200
        )
        losses[sharpness] = found
    assert losses[1.0].loss < losses[1.0].constant
    for sharpness in (0.5, 2.0):
        worse = losses[sharpness].losses - losses[1.0].losses
        assert worse.mean() > 4 * worse.std() / len(worse) ** 0.5


def test_a_perfect_answer_costs_nothing():
    found = log_loss_with_unknown([3, -1], [[1.0, 0.0], [0.0, 1.0]], [[3], [5]], n_gallery=9)
    assert found.loss == 0
    assert found.interval.tolist() == [0, 0]


def test_clusters_widen_the_interval():
    truth, probabilities, indices = drawn(4, n=200)
    copies = np.repeat(np.arange(200), 4)
    answers = truth[copies], probabilities[copies], indices[copies]
    alone = log_loss_with_unknown(*answers, n_gallery=N_GALLERY)
    clustered = log_loss_with_unknown(*answers, n_gallery=N_GALLERY, clusters=copies)
    assert np.ptp(clustered.interval) == pytest.approx(2 * np.ptp(alone.interval), rel=0.15)


GOOD = {"truth": [0, -1], "probabilities": [[0.6, 0.3, 0.1]] * 2, "indices": [[0, 2]] * 2}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_gallery": None}, r"n_gallery, .*, must be known without groups, got None; pass len"),
        ({"n_gallery": 0}, r"must be known without groups, got 0"),
        ({"groups": [0, 1]}, r"one value for each entry of the gallery, got shape \(2,\) for 5"),
        ({"groups": [[0], [1]], "n_gallery": None}, r"got shape \(2, 1\) for an unknown number"),
        ({"truth": [0]}, r"one truth and a row of at least one index, got shapes \(1,\) and \(2"),
        ({"indices": [0, 2]}, r"got shapes \(2,\) and \(2,\); pass those of CalibratedRetriever"),
        ({"truth": [], "indices": np.empty((0, 2), int)}, r"got shapes \(0,\) and \(0, 2\)"),
        ({"probabilities": [[0.6, 0.4]] * 2}, r"a column more than .*, got \(2, 2\) for \(2, 2\)"),
        ({"truth": [0, 5]}, r"truth holds positions in a gallery of 5 .* from 0 to 5; pass pos"),
        (
            {"truth": ["a", "b"]},
            r"truth holds positions in a gallery of 5 entries, or -1 for none, got <U1; pass",
        ),
        ({"truth": [0.0, 1.0]}, r"or -1 for none, got float64; pass positions"),
        ({"indices": [[0, -2]] * 2}, r"indices holds positions in a gallery .* from -2 to 0"),
        ({"indices": [[2, 2]] * 2}, r"indices lists an entry twice for one query; list each once"),
        ({"probabilities": [[0.6, 0.5, 0.1]] * 2}, r"sum up to at most 1, .* largest sum of 1.2"),
        ({"probabilities": [[0.6, -0.1, 0.1]] * 2}, r"are not negative, .* least one of -0.1"),
        ({"probabilities": [[0.6, np.nan, 0.1]] * 2}, r"not negative, .* least one of nan"),
        ({"indices": [[0, -1]] * 2}, r"are 0 where no entry is listed, got .*; pass those of"),
        ({"floor": 0}, r"floor is a probability above 0, got 0; 1e-6 costs 13.8 nats"),
        ({"clusters": ["a"]}, r"clusters needs one entry for each query"),
    ],
)
def test_what_has_no_loss(changed, message):
    arguments = GOOD | {"n_gallery": 5} | changed
    with pytest.raises(ValueError, match=message):
        log_loss_with_unknown(**arguments)
