"""Ragged rows against lists of arrays."""

import pickle

import numpy as np
import pytest

from xrdmatch.preprocessing import RaggedArray, Rows, chosen_rows, joined_rows, row_sizes

LISTS = [[1.0, 2.0, 3.0], [], [4.0], [5.0, 6.0]]


@pytest.fixture
def ragged():
    return RaggedArray.of(LISTS)


def as_lists(rows):
    return [rows.values[a:b].tolist() for a, b in zip(rows.starts, rows.starts[1:], strict=False)]


def test_rows_are_kept_as_they_are(ragged):
    assert as_lists(ragged) == LISTS
    assert len(ragged) == 4
    assert ragged.lengths.tolist() == [3, 0, 1, 2]
    assert ragged.row.tolist() == [0, 0, 0, 2, 3, 3]


@pytest.mark.parametrize("rows", [[2, 0, 0, 3], [1], [], [3, 2, 1, 0]])
def test_rows_are_picked_by_number(ragged, rows):
    assert as_lists(ragged[np.array(rows, int)]) == [LISTS[i] for i in rows]


def test_slices_and_masks_pick_rows(ragged):
    assert as_lists(ragged[1:3]) == LISTS[1:3]
    assert as_lists(ragged[np.array([True, False, False, True])]) == [LISTS[0], LISTS[3]]


def test_padding(ragged):
    assert ragged.padded(-1.0).tolist() == [[1, 2, 3], [-1, -1, -1], [4, -1, -1], [5, 6, -1]]
    assert ragged[1:2].padded().tolist() == [[0.0]]


def test_entries_of_several_numbers():
    edges = RaggedArray.of([[[0, 1], [1, 0]], []], (2,), np.int16)
    assert edges.values.shape == (2, 2)
    assert edges.values.dtype == np.int16
    assert edges.padded().shape == (2, 2, 2)
    assert RaggedArray.of([], (2,)).values.shape == (0, 2)
    assert row_sizes(edges).tolist() == [4, 0]


def test_rows_behind_others(ragged):
    assert as_lists(joined_rows(ragged[:1], ragged[2:])) == [LISTS[0], *LISTS[2:]]
    points, more = np.ones((1, 2, 3)), np.ones((1, 4, 3))
    joined = joined_rows(points, more)
    assert joined.shape == (2, 4, 3)
    assert np.isfinite(joined).sum((1, 2)).tolist() == [6, 12]


def test_each_row_from_one_of_two():
    first, second = np.array([1, 2, 3]), np.array([-1, -2, -3])
    assert chosen_rows(np.array([True, False, True]), first, second).tolist() == [1, -2, 3]


def test_arrays_by_name_are_picked_and_joined_together(ragged):
    rows = Rows(ragged=ragged, plain=np.arange(8).reshape(4, 2))
    assert len(rows) == 4
    assert row_sizes(rows).tolist() == [5, 2, 3, 4]
    part = rows[np.array([3, 1])]
    assert as_lists(part.ragged) == [LISTS[3], LISTS[1]]
    assert part.plain.tolist() == [[6, 7], [2, 3]]
    both = part.joined(rows)
    assert len(both) == 6
    assert as_lists(both.ragged) == [LISTS[3], LISTS[1], *LISTS]
    copy = pickle.loads(pickle.dumps(rows))
    assert as_lists(copy.ragged) == LISTS


def test_containers_of_another_kind_count_as_one_number_a_row():
    assert row_sizes(["a", "b"]).tolist() == [1, 1]
