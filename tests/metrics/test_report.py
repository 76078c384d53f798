"""Retrievers made by hand, whose accuracies and chances are known."""

from itertools import combinations

import numpy as np
import pytest

from xrdmatch.metrics import clustered_bootstrap, retrieval_report

N = 60
FORMULAS = np.repeat([f"formula {i}" for i in range(N // 3)], 3)  # three entries each
SPACE_GROUPS = np.tile([1, 1, 2], N // 3)
TWINS = np.column_stack([FORMULAS, SPACE_GROUPS])  # of three entries, two are twins


class Ranking:
    """Answers query i with row i of the rows it was made of, among what a filter allows."""

    def __init__(self, rows):
        self.rows = np.asarray(rows)

    def kneighbors(self, queries, n_neighbors, elements):
        rows = self.rows[queries]
        if elements is not None:
            allowed = np.array([np.isin(row, elements) for row in rows])
            order = np.argsort(~allowed, axis=1, kind="stable")
            rows = np.take_along_axis(np.where(allowed, rows, -1), order, 1)
        rows = rows[:, :n_neighbors]
        return np.zeros(rows.shape), rows


def perfect(n=N):
    return Ranking((np.arange(n)[:, None] + np.arange(n)) % n)


def random(n=N, n_queries=N, seed=0):
    rng = np.random.RandomState(seed)
    return Ranking([rng.permutation(n) for _ in range(n_queries)])


def report(retriever, truth=None, n_gallery=N, **arguments):
    truth = np.arange(N) if truth is None else truth
    queries = np.arange(len(truth))
    return retrieval_report(retriever, queries, truth, n_gallery=n_gallery, **arguments)


def test_perfect_retriever():
    found = report(perfect(), facts={"formula": FORMULAS})
    assert found.ks == (1, 3, 5, 10)
    for name in ("exact", "formula"):
        assert found.accuracy[name].tolist() == [1, 1, 1, 1]
        assert found.interval[name].tolist() == [[1, 1]] * 4
    assert (found.n_queries, found.n_clusters, found.n_gallery) == (N, N, N)
    assert 0 < found.milliseconds_per_query < 1000


def test_always_second():
    """The entry before the right one: often of its formula, less often its twin."""
    found = report(
        Ranking((np.arange(N)[:, None] + np.arange(-1, N - 1)) % N),
        facts={"formula": FORMULAS, "twin": TWINS, "space group": SPACE_GROUPS},
        ks=(1, 2),
    )
    assert found.accuracy["exact"].tolist() == [0, 1]
    assert found.accuracy["formula"] == pytest.approx([2 / 3, 1])  # but for each formula's first
    assert found.accuracy["twin"] == pytest.approx([1 / 3, 1])  # the second of each formula
    assert found.accuracy["space group"] == pytest.approx([1 / 3, 1])


def test_chance_counts_every_set_of_guesses():
    """Of a pool of 6, three share the formula and two of them are twins."""
    n, facts = 6, {"formula": FORMULAS[:6], "twin": TWINS[:6]}
    found = report(perfect(n), [0], n, facts=facts, ks=(1, 2, 5, 6, 9))
    right = {"exact": {0}, "formula": {0, 1, 2}, "twin": {0, 1}}
    for name, entries in right.items():
        for k, chance in zip(found.ks, found.chance[name], strict=True):
            guesses = list(combinations(range(n), min(k, n)))
            share = sum(not entries.isdisjoint(guess) for guess in guesses) / len(guesses)
            assert chance == pytest.approx(share), (name, k)


def test_random_retriever_is_at_chance():
    n_queries = 3000
    truth = np.arange(n_queries) % N
    facts = {"formula": FORMULAS, "twin": TWINS}
    found = report(random(n_queries=n_queries), truth, facts=facts, clusters=np.arange(n_queries))
    assert found.chance["exact"] == pytest.approx(np.array(found.ks) / N)
    for name, chance in found.chance.items():
        low, high = found.interval[name].T
        assert ((low < chance) & (chance < high)).all(), name


def test_filter_raises_chance_and_leaves_gaps():
    """Four entries pass, so that the fourth guess is right for sure; -1 is never right."""
    found = report(random(), np.arange(4), elements=[0, 1, 2, 3], ks=(1, 3, 5, 10))
    assert found.chance["exact"] == pytest.approx([1 / 4, 3 / 4, 1, 1])
    assert found.accuracy["exact"][2:].tolist() == [1, 1]
    excluded = report(perfect(), np.arange(3), elements=[58, 59], facts={"formula": FORMULAS})
    for name in ("exact", "formula"):  # the last entry is not the right answer to a gap
        assert excluded.accuracy[name].tolist() == [0, 0, 0, 0]
        assert excluded.chance[name].tolist() == [0, 0, 0, 0]
    last = report(perfect(), np.array([59]), elements=[0], facts={"formula": FORMULAS})
    assert last.accuracy["formula"].tolist() == [0, 0, 0, 0]


def test_queries_of_one_structure_are_one_cluster():
    """Nine queries of each structure, right or wrong together: the interval of the structures."""
    right = np.arange(N) % 2 == 0
    rows = (np.arange(N)[:, None] + np.where(right, 0, 1)[:, None] + np.arange(N)) % N
    truth = np.repeat(np.arange(N), 9)
    found = report(Ranking(np.repeat(rows, 9, axis=0)), truth, ks=(1,))
    assert found.n_clusters == N
    assert np.array_equal(found.interval["exact"][0], clustered_bootstrap(right))
    apart = report(
        Ranking(np.repeat(rows, 9, axis=0)), truth, ks=(1,), clusters=np.arange(len(truth))
    )
    widths = [np.ptp(r.interval["exact"][0]) for r in (found, apart)]
    assert widths[0] / widths[1] == pytest.approx(3, rel=0.12)


def test_hits_can_be_put_together():
    found = report(perfect(), facts={"formula": FORMULAS})
    assert found.hits["formula"].shape == (N, 4)
    assert found.hits["formula"].dtype == bool


def test_size_of_the_gallery_is_read_where_it_is_known():
    retriever = perfect()
    queries = np.arange(3)
    facts = {"formula": FORMULAS}
    assert retrieval_report(retriever, queries, queries, facts=facts).n_gallery == N
    retriever.gallery_ = [None] * N
    assert retrieval_report(retriever, queries, queries).n_gallery == N


@pytest.mark.parametrize(
    ("truth", "arguments", "message"),
    [
        ([0, 1], {}, r"one position for each query, got shape \(2,\) for 3 queries"),
        ([0, 1, N], {}, rf"positions in a gallery of {N} structures, got int64 from 0 to {N}"),
        ([0, -1, 1], {}, r"got int64 from -1 to 1; pass positions, not labels"),
        (["a", "b", "c"], {}, r"whole numbers, .*got <U1 from a to c"),
        ([0, 1, 2], {"ks": (0, 1)}, r"ks are whole numbers of at least 1, got \(0, 1\)"),
        ([0, 1, 2], {"ks": (1.5,)}, r"got \(1.5,\)"),
        ([0, 1, 2], {"facts": {"formula": FORMULAS[:9]}}, rf"one size, got .*9, 'n_gallery': {N}"),
        ([0, 1, 2], {"facts": {"formula": "MoS2"}}, r"one value, or one row .*got shape \(\)"),
        ([0, 1, 2], {"facts": {"exact": FORMULAS}}, r"other than 'exact', which is counted"),
        ([0, 1, 2], {"n_gallery": None}, r"one size, got none; .*or say n_gallery"),
    ],
)
def test_what_cannot_be_measured(truth, arguments, message):
    with pytest.raises(ValueError, match=message):
        retrieval_report(perfect(), np.arange(3), truth, **{"n_gallery": N} | arguments)
