"""Pairs of structures and patterns, batch by batch."""

from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from xrdmatch.learning._inputs import drawn_rows
from xrdmatch.learning._rows import chosen_rows


class Side(NamedTuple):
    """Structures or patterns with what makes batches of them.

    Parameters
    ----------
    inputs : Inputs
        What the tower reads.
    rows : ndarray, RaggedArray or Rows
        Output of ``inputs.of``.
    """

    inputs: object
    rows: object

    def batch(self, rows):
        """Make the tower's arguments of some rows."""
        return self.inputs.batch(self.rows[rows])


class PairBatch:
    """A batch of pairs: what both towers read.

    Parameters
    ----------
    structures, patterns : dict of str to Tensor
        Arguments of either tower.
    n : int
        Number of pairs.
    """

    def __init__(self, structures, patterns, n):
        self.structures = structures
        self.patterns = patterns
        self.n = n

    def __len__(self):
        return self.n

    def to(self, device):
        """Return the same on a device."""
        sides = (self.structures, self.patterns)
        return PairBatch(*({k: x.to(device) for k, x in side.items()} for side in sides), self.n)


class PairDataset(Dataset):
    """Structures with their patterns, fetched a whole batch at a time.

    Parameters
    ----------
    structures, patterns : Side
        Row i of one belongs to row i of the other.
    groups : ndarray of shape (n,)
        Equal numbers for copies of one structure.
    augmentation : SpotAugmentation or ScanAugmentation, default=None
        Draws fresh patterns for every batch; None keeps the patterns as given.
    """

    def __init__(self, structures, patterns, groups, augmentation=None):
        self.structures = structures
        self.patterns = patterns
        self.groups = groups
        self.augmentation = augmentation

    def __len__(self):
        return len(self.groups)

    def __getitem__(self, index):
        return self.__getitems__([index])

    def __getitems__(self, indices):
        """Return the inputs, a `PairBatch`, and the groups of a batch."""
        rows = np.asarray(indices)
        given = self.patterns.rows[rows]
        if self.augmentation is not None:
            kept, draws = self.augmentation.fresh(rows)
            given = chosen_rows(kept, given, drawn_rows(self.patterns.inputs, draws, given))
        batch = self.structures.batch(rows), self.patterns.inputs.batch(given)
        return PairBatch(*batch, len(rows)), torch.as_tensor(self.groups[rows])

    def frozen(self, rows):
        """Return some of the pairs, with patterns that the augmentation draws once and for all."""
        structures, given = self.structures.rows[rows], self.patterns.rows[rows]
        if self.augmentation is not None:
            draws = self.augmentation.standard(rows)
            given = drawn_rows(self.patterns.inputs, draws, given)
        sides = self.structures._replace(rows=structures), self.patterns._replace(rows=given)
        return PairDataset(*sides, self.groups[rows])


def as_batch(samples):
    """Collate for a DataLoader whose dataset already returns whole batches."""
    return samples
