"""Sublattices of small index: as many as there are, each once."""

from itertools import combinations

import numpy as np
import pytest

from xrdmatch.solution._cells.superlattices import superlattice_matrices


@pytest.mark.parametrize(("index", "n"), [(1, 1), (2, 7), (3, 13), (4, 35), (6, 91)])
def test_all_of_an_index_and_each_once(index, n):
    """The numbers are those of Hermite normal forms."""
    matrices = superlattice_matrices(index)
    assert matrices.shape == (n, 3, 3)
    assert np.linalg.det(matrices) == pytest.approx(np.full(n, index))
    for one, other in combinations(matrices, 2):
        change = one @ np.linalg.inv(other)
        assert not np.allclose(change, change.round(), atol=1e-9)
