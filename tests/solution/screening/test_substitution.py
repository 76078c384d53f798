"""Elements that replace each other."""

import numpy as np
import pytest

from xrdmatch.solution._screening.substitution import log_prior, replacement_table


def test_the_table_is_symmetric():
    table = replacement_table()
    assert (table == table.T).all()


def test_like_ions_replace_each_other_more_readily_than_unlike_ones():
    table = replacement_table()
    assert table[56, 38] > table[56, 8]  # barium and strontium; barium and oxygen
    assert table[26, 27] > table[26, 17]


def test_the_prior_is_the_mean_over_kinds():
    table = replacement_table()
    found = log_prior(np.array([38, 22]), np.array([56, 40]))
    assert found == pytest.approx((table[38, 56] + table[22, 40]) / 2)
