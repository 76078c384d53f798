"""Candidates as a table."""

import pickle

import pandas as pd
import pytest

from xrdmatch.inspection import Candidates, describe_candidates


@pytest.fixture(scope="module")
def found(matcher, patterns):
    return describe_candidates(matcher, patterns[3], k=4)


def test_rows_are_the_candidates(found):
    table = found.to_frame()
    assert isinstance(table, pd.DataFrame)
    assert table["rank"].tolist() == [1, 2, 3, 4]
    for name in ("label", "formula", "space_group", "point_group", "distance", "index"):
        assert table[name].tolist() == [candidate[name] for candidate in found]
    cells = table[["a", "b", "c", "alpha", "beta", "gamma"]].to_numpy()
    for cell, candidate in zip(cells, found, strict=True):
        assert tuple(cell) == candidate.structure.lattice.parameters
    assert table["n_sites"].tolist() == [len(candidate.structure) for candidate in found]


def test_units_are_said_of_columns_that_exist(found):
    table = found.to_frame()
    units = table.attrs["units"]
    assert set(units) <= set(table.columns)
    assert (units["a"], units["gamma"]) == ("Å", "degrees")


def test_no_candidates_have_the_same_columns(found):
    table = Candidates().to_frame()
    assert (len(table), table.columns.tolist()) == (0, found.to_frame().columns.tolist())


def test_it_is_a_list(found):
    assert isinstance(found, list)
    assert found[:2].to_frame().equals(found.to_frame().head(2))
    assert found[0] is next(iter(found))
    copied = pickle.loads(pickle.dumps(found))
    assert copied.to_frame().equals(found.to_frame())


def test_it_shows_itself(found):
    assert repr(found) == f"Candidates({', '.join(repr(c.formula) for c in found)})"
    html = found._repr_html_()
    assert all(f"<td>{candidate.formula}</td>" in html for candidate in found)
    assert len(html) < 5000
