"""Batches of structure-pattern pairs."""

from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset, get_worker_info

from xrdmatch.learning._gradient_cache import PairChunks
from xrdmatch.learning._inputs import drawn_rows
from xrdmatch.learning._rescaling import rescaled_pairs
from xrdmatch.preprocessing import chosen_rows


class Side(NamedTuple):
    """Structures or patterns with what makes batches of them.

    Parameters
    ----------
    inputs : Inputs
        What the tower reads.
    rows : ndarray, RaggedArray or Rows
        Output of ``inputs.of``.

    See Also
    --------
    PairDataset : Structures with their patterns, fetched a whole batch at a time.
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
    views : sequence of dict, default=()
        Further patterns of the same structures.
    """

    def __init__(self, structures, patterns, n, views=()):
        self.structures = structures
        self.patterns = patterns
        self.n = n
        self.views = views

    def __len__(self):
        return self.n

    @property
    def sides(self):
        """All arguments: of structures, of their patterns, and of further ones."""
        return self.structures, self.patterns, *self.views

    def to(self, device):
        """Return the same on a device."""
        return self._each(lambda x: x.to(device, non_blocking=True))

    def pin_memory(self):
        """Return the same in memory from which a GPU copies fast."""
        return self._each(torch.Tensor.pin_memory)

    def _each(self, change):
        first, second, *views = ({k: change(x) for k, x in side.items()} for side in self.sides)
        return PairBatch(first, second, self.n, views)


class PairDataset(Dataset):
    """Structures with their patterns, fetched a whole batch at a time.

    Parameters
    ----------
    structures, patterns : Side
        Row i of one belongs to row i of the other.
    groups : ndarray of shape (n,)
        Equal numbers for copies of one structure.
    augmentation : SpotAugmentation, ScanAugmentation or Rescaling, default=None
        Draws fresh patterns for every batch, or changes both sides together; None keeps pairs as
        given.
    chunk_size : int, default=None
        Pairs of one piece, where a batch shall come in pieces.
    n_views : int, default=1
        How many patterns of each structure are drawn, by an augmentation that draws patterns.

    See Also
    --------
    Side : Structures or patterns with what makes batches of them.
    training_sets : Divide pairs into those to train on and those whose loss is watched.
    """

    def __init__(self, structures, patterns, groups, augmentation=None, chunk_size=None, n_views=1):
        self.structures = structures
        self.patterns = patterns
        self.groups = groups
        self.augmentation = augmentation
        self.chunk_size = chunk_size
        self.n_views = n_views
        self._seed = None  # of the process that loads batches, where there are several

    def __len__(self):
        return len(self.groups)

    def __getitem__(self, index):
        return self.__getitems__([index])

    def __getitems__(self, indices):
        """Return the inputs, a `PairBatch`, and the groups of a batch."""
        rows = np.asarray(indices)
        sides = self.structures.rows[rows], self.patterns.rows[rows]
        if self.augmentation is not None:
            self._seed_worker()
            sides = self._augmented(rows, *sides)
        groups = torch.as_tensor(self.groups[rows])
        if self.chunk_size is None:
            return self._batch(*sides), groups
        pieces = np.split(np.arange(len(rows)), range(self.chunk_size, len(rows), self.chunk_size))
        return PairChunks([self._batch(*(side[i] for side in sides)) for i in pieces]), groups

    def _batch(self, structures, *patterns):
        """Make both towers' arguments of rows."""
        first, *views = (self.patterns.inputs.batch(rows) for rows in patterns)
        given = self.structures.inputs.batch(structures)
        return PairBatch(given, first, len(structures), views)

    def _augmented(self, rows, structures, patterns):
        """Draw fresh patterns, or change both sides together."""
        if hasattr(self.augmentation, "factors"):
            return rescaled_pairs(self, self.augmentation.factors(len(rows)), structures, patterns)
        return structures, *(self._view(rows, patterns) for _ in range(self.n_views))

    def _view(self, rows, patterns):
        """Draw patterns in the place of some of those given."""
        kept, draws = self.augmentation.fresh(rows)
        drawn = drawn_rows(self.patterns.inputs, draws, patterns)
        return chosen_rows(kept, patterns, drawn)

    def _seed_worker(self):
        """Let every process that loads batches draw numbers of its own."""
        worker = get_worker_info()
        if worker is not None and worker.seed != self._seed:
            self.augmentation.rng.seed(worker.seed % 2**32)
            self._seed = worker.seed

    def frozen(self, rows):
        """Return some of the pairs, with patterns that the augmentation draws once and for all."""
        structures, given = self.structures.rows[rows], self.patterns.rows[rows]
        if hasattr(self.augmentation, "standard"):
            draws = self.augmentation.standard(rows)
            given = drawn_rows(self.patterns.inputs, draws, given)
        sides = self.structures._replace(rows=structures), self.patterns._replace(rows=given)
        return PairDataset(*sides, self.groups[rows])


def as_batch(samples):
    """Collate for a DataLoader whose dataset already returns whole batches."""
    return samples
