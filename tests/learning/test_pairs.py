"""What a batch of pairs holds."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from xrdmatch.learning import PairDataset, Side
from xrdmatch.learning._pairs import as_batch
from xrdmatch.preprocessing import RaggedArray, Rows


class Numbers:
    """Ragged rows, padded."""

    def batch(self, rows):
        return {"numbers": torch.as_tensor(rows.numbers.padded())}


class Points:
    def batch(self, rows):
        return {"points": torch.as_tensor(rows)}

    def of_draws(self, draws, given):
        return draws + given


class Draws:
    """Adds 1000 times the row, or 1000 once and for all; odd rows stay as given."""

    def fresh(self, rows):
        return rows % 2 == 1, 1000.0 * rows[:, None]

    def standard(self, rows):
        return np.full((len(rows), 1), 1000.0)


@pytest.fixture
def pairs():
    numbers = RaggedArray.of([np.full(i % 4 + 1, i) for i in range(40)])
    points = np.arange(80.0).reshape(40, 2)
    sides = Side(Numbers(), Rows(numbers=numbers)), Side(Points(), points)
    return PairDataset(*sides, np.arange(40) // 2)


def test_a_batch_is_its_rows(pairs):
    batch, groups = pairs.__getitems__([5, 0, 31])
    assert len(batch) == 3
    assert groups.tolist() == [2, 0, 15]
    assert batch.patterns["points"].tolist() == [[10, 11], [0, 1], [62, 63]]
    assert batch.structures["numbers"].tolist() == [[5, 5, 0, 0], [0, 0, 0, 0], [31, 31, 31, 31]]


def test_one_item_is_a_batch_of_one(pairs):
    batch, groups = pairs[7]
    assert groups.tolist() == [3]
    assert batch.structures["numbers"].tolist() == [[7, 7, 7, 7]]


def test_a_batch_moves_as_a_whole(pairs):
    moved = pairs[7][0].to("meta")
    assert {
        x.device.type for side in (moved.structures, moved.patterns) for x in side.values()
    } == {"meta"}
    assert len(moved) == 1


def test_draws_take_the_place_of_what_is_not_kept(pairs):
    pairs.augmentation = Draws()
    batch, _ = pairs.__getitems__([2, 5])
    assert batch.patterns["points"].tolist() == [[2004, 2005], [10, 11]]


class Steps(Draws):
    """Adds 100 more with every draw."""

    n = 0

    def fresh(self, rows):
        self.n += 1
        return rows % 2 == 1, np.full((len(rows), 1), 100.0 * self.n)


@pytest.mark.parametrize("chunk_size", [None, 2])
def test_every_view_is_drawn_of_its_own(pairs, chunk_size):
    pairs.augmentation, pairs.n_views, pairs.chunk_size = Steps(), 2, chunk_size
    batch, _ = pairs.__getitems__([2, 5, 4])
    pieces = [batch] if chunk_size is None else batch.chunks
    sides = [[x for piece in pieces for x in piece.sides[i]["points"].tolist()] for i in (1, 2)]
    assert sides[0] == [[104, 105], [10, 11], [108, 109]]
    assert sides[1] == [[204, 205], [10, 11], [208, 209]]
    moved = pieces[0].to("meta")
    assert {x.device.type for side in moved.sides for x in side.values()} == {"meta"}
    assert len(moved.sides) == 3


def test_frozen_pairs_were_drawn_once(pairs):
    frozen = pairs.frozen(np.array([3, 9]))
    assert frozen.patterns.rows.tolist() == [[6, 7], [18, 19]]
    pairs.augmentation = Draws()
    pairs.n_views = 2  # while training
    frozen = pairs.frozen(np.array([3, 9]))
    batch, groups = frozen.__getitems__([1, 0])
    assert frozen.augmentation is None
    assert len(batch.sides) == 2
    assert batch.patterns["points"].tolist() == [[1018, 1019], [1006, 1007]]
    assert batch.structures["numbers"].tolist() == [[9, 9, 0, 0], [3, 3, 3, 3]]
    assert groups.tolist() == [4, 1]


def test_a_loader_fetches_whole_batches(pairs):
    batches = list(DataLoader(pairs, batch_size=16, collate_fn=as_batch))
    assert [len(batch) for batch, _ in batches] == [16, 16, 8]
    assert torch.cat([groups for _, groups in batches]).tolist() == pairs.groups.tolist()
