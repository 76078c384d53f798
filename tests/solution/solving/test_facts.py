"""What speaks for a structure."""

import numpy as np
import pytest

from xrdmatch.solution._solving.facts import FACTS, LEAST, facts, merit


def test_merit_is_a_sum_of_logarithms(refined):
    assert merit(refined(0.1, n_free=5), 0.3) == pytest.approx(
        np.log(0.1) + 0.004 * 5 - 0.04 * np.log(0.3)
    )


def test_bonds_that_were_not_checked_speak_for_nothing(refined):
    assert merit(refined(0.1), np.nan) == merit(refined(0.1), 1.0)


def test_nothing_is_infinite(refined):
    assert merit(refined(0.0, 0), 0.0) == pytest.approx(np.log(LEAST) * (1 - 0.04))
    assert np.isfinite(facts(refined(0.0), 0.0, 1.0)).all()
    assert np.isfinite(facts(refined(0.0), 1.0, 1.0)).all()


def test_facts_by_their_names(refined):
    named = dict(zip(FACTS, facts(refined(0.2, n_free=7), 0.8, 0.4), strict=True))
    assert named == pytest.approx(
        {
            "log residual": np.log(0.2),
            "log signal": np.log(10.0),
            "free parameters": 7,
            "log odds of bonds": np.log(4.0),
            "lead": 0.4,
        }
    )


def test_bonds_that_were_not_checked_are_not_known(refined):
    found = facts(refined(0.2), np.nan, 0.0)
    assert np.isnan(found).tolist() == [name == "log odds of bonds" for name in FACTS]
