"""Pairs of vectors that may span a lattice of spots."""

import numpy as np

from xrdmatch.preprocessing._lattice_axes import MIN_SINE, likely_bases

BASIS = np.array([[0.31, 0.02], [0.07, 0.42]])
HK = np.array([(h, k) for h in range(-3, 4) for k in range(-2, 3) if (h, k) != (0, 0)])


def test_pairs_are_vectors_of_the_lattice_and_one_spans_it():
    bases = likely_bases(HK @ BASIS, 0.003)
    change = bases @ np.linalg.inv(BASIS)
    np.testing.assert_allclose(change, np.rint(change), atol=1e-9)
    assert np.isclose(np.abs(np.linalg.det(change)), 1).any()


def test_no_pair_is_nearly_parallel():
    bases = likely_bases(HK @ BASIS, 0.003)
    sines = np.abs(np.linalg.det(bases)) / np.linalg.norm(bases, axis=2).prod(1)
    assert sines.min() > MIN_SINE


def test_one_row_has_no_pairs():
    assert likely_bases(np.arange(1, 6)[:, None] * [[0.3, 0.1]], 0.003).shape == (0, 2, 2)
