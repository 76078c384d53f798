"""Columns of arrays have names, and scikit-learn's `set_output` makes tables of them."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import Scan
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import BinnedPattern, PatternProfile, PeakFinder

LAYERS = load_monolayers()[:3]
POWDERS = [DiffractionPattern([[0.25], [0.5]], [1.0, height]) for height in (2.0, 3.0, 9.0)]
CASES = [
    (BinnedPattern(21, q_max=1.0), POWDERS),
    (BinnedPattern(3500, q_max=0.95), POWDERS),
    (PatternProfile(start=0.1, stop=0.6), POWDERS),
    (PatternProfile("two_theta", start=5, stop=60, wavelength="CuKa"), POWDERS),
    (CrystalTokenizer(10), LAYERS),
    (CrystalTokenizer(10, layout="elements_last"), LAYERS),
]


def name(value):
    return repr(value) if hasattr(value, "fit") else ""


@pytest.mark.parametrize(("transformer", "X"), CASES, ids=name)
def test_a_table_holds_the_same_numbers(transformer, X):
    plain = transformer.transform(X)
    names = transformer.get_feature_names_out()
    assert len(set(names)) == plain.shape[1]
    table = clone(transformer).set_output(transform="pandas").fit_transform(X)
    assert isinstance(table, pd.DataFrame)
    np.testing.assert_array_equal(table.columns, names)
    np.testing.assert_array_equal(table.to_numpy(), plain)


@pytest.mark.parametrize(("transformer", "X"), CASES, ids=name)
def test_rows_keep_the_names_that_they_came_with(transformer, X):
    rows = pd.Series(X, index=["one", "two", "three"])
    table = clone(transformer).set_output(transform="pandas").transform(rows)
    assert table.index.tolist() == ["one", "two", "three"]


@pytest.mark.parametrize("length", [2, 3, 21, 140, 3500])
def test_a_peak_stands_in_the_column_of_its_q(length):
    bins = BinnedPattern(length, q_max=0.95)
    for place in np.linspace(0, 0.95, length)[[0, length // 2, -1]]:
        row = bins.transform([DiffractionPattern([[place]], [1.0])])[0]
        column = bins.get_feature_names_out()[row.argmax()]
        said, unit = column.removeprefix("q=").split()
        assert (abs(float(said) - place) < 0.95 / length / 10, unit) == (True, "1/Å")


def test_columns_of_a_profile_are_its_grid():
    profile = PatternProfile("two_theta", start=5, stop=60, step=0.02, wavelength="CuKa")
    said = [column.split() for column in profile.get_feature_names_out()]
    assert {unit for _, unit in said} == {"degrees"}
    angles = [float(angle.removeprefix("two_theta=")) for angle, _ in said]
    np.testing.assert_allclose(angles, profile.grid_, atol=1e-9)


def test_columns_of_tokens():
    table = CrystalTokenizer(10).set_output(transform="pandas").transform(LAYERS)
    structure = LAYERS[0]
    lengths = sorted(structure.lattice.abc[:2])
    assert table.loc[0, ["a Å", "b Å"]].tolist() == pytest.approx(lengths)
    numbers = [table.loc[0, f"atomic_number_{i}"] for i in range(len(structure))]
    assert numbers == sorted(structure.atomic_numbers)


def test_patterns_pass_a_tokenizer_as_they_are():
    patterns = DiffractionSimulator().transform(LAYERS)
    assert CrystalTokenizer().set_output(transform="pandas").transform(patterns) is patterns


@pytest.mark.parametrize("transformer", [PeakFinder(), PatternPointCloud(), DiffractionSimulator()])
def test_what_has_no_columns_has_no_set_output(transformer):
    assert not hasattr(transformer, "get_feature_names_out")
    assert not hasattr(transformer, "set_output")


def test_a_global_setting_leaves_what_has_no_columns():
    x = np.arange(20, 30, 0.02)
    scan = Scan(x, 90 + 2000 * np.exp(-(((x - 25) / 0.1) ** 2)), radiation="CuKa")
    with config_context(transform_output="pandas"):
        assert isinstance(PeakFinder().transform([scan])[0], DiffractionPattern)
        assert isinstance(PatternPointCloud().transform([[[0.5, 0, 1]]]), np.ndarray)
        assert isinstance(PatternProfile().transform([scan]), pd.DataFrame)


def test_options_are_checked():
    with pytest.raises(ValueError, match="bins need an end, got q_max=None; set q_max"):
        BinnedPattern().get_feature_names_out()
    with pytest.raises(ValueError, match="axis must be 'q' or 'two_theta', got 'd'"):
        PatternProfile("d").get_feature_names_out()
