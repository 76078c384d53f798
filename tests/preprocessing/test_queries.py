"""What counts as a query, and what as several."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.pipeline import make_pipeline

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import are_patterns, as_queries, as_query, check_powders
from xrdmatch.simulation import PowderProfile

PATTERN = DiffractionPattern([[0.5, 0.0], [0.0, 0.5]], [1.0, 2.0])
ROWS = np.array([[0.5, 0.0, 1.0], [0.0, 0.5, 2.0]])
SCAN = Scan(np.arange(20, 30, 0.1), np.ones(100), radiation="CuKa")
SALT = Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.64)


@pytest.mark.parametrize("query", [PATTERN, SCAN, ROWS])
def test_one_counts_as_a_list_of_one(query):
    (only,) = as_queries(query)
    assert only is query


@pytest.mark.parametrize("several", [[SCAN, PATTERN], (SCAN, PATTERN), np.stack([ROWS, ROWS])])
def test_a_list_stays_one(several):
    assert len(as_queries(several)) == 2


def test_a_tuple_in_a_list_is_one_query():
    assert as_queries([(SCAN, SCAN), PATTERN]) == [(SCAN, SCAN), PATTERN]


@pytest.mark.parametrize("what", [None, 5])
def test_what_is_no_list(what):
    with pytest.raises(TypeError, match=r"a pattern or a list of them, got \w+; pass a Diff"):
        as_queries(what)


@pytest.mark.parametrize("queries", [SCAN, [SCAN], [(SCAN, SCAN)], [SCAN, PATTERN], (SCAN,)])
def test_scans_are_told_from_structures(queries):
    assert are_patterns(queries)
    assert not are_patterns([SALT, SCAN])


def test_a_query_of_whatever_stands_for_it():
    assert as_query(SCAN) is SCAN
    assert as_query(PATTERN) is PATTERN
    np.testing.assert_array_equal(as_query(ROWS).q, ROWS[:, :2])


def test_spots_are_refused_where_powders_are_due():
    check_powders([SCAN, DiffractionPattern([[0.3]], [1.0])])
    with pytest.raises(ValueError, match=r"got spots with 2 components as pattern 1; ask one with"):
        check_powders([SCAN, PATTERN])
    with pytest.raises(TypeError, match="compares scans and powder peaks, got Structure as patt"):
        check_powders([SALT])


def test_scans_pass_through_a_pipeline():
    """The tokenizer lets them pass, as it does patterns."""
    salts = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], [[0, 0, 0], [0.5] * 3])
        for a in (5.2, 5.64, 6.3)
    ]
    profile = PowderProfile(np.arange(15, 80, 0.02), background=0.05)
    powder = DiffractionSimulator("powder", "CuKa")
    scans = DiffractionSimulator("powder", "CuKa", profile=profile).transform(salts)
    pipeline = make_pipeline(CrystalTokenizer(), PatternMatcher(powder)).fit(salts)
    assert pipeline.predict(scans).tolist() == [0, 1, 2]
    assert pipeline.predict(scans[1]).tolist() == [1]
