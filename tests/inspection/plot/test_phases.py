"""The panels of a scan's phases: what they show, on both scales, wherever they are drawn."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from mixed_scans import known_structures, mixed_scan

from xrdmatch.inspection import PhaseDisplay
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever


@pytest.fixture(scope="module")
def found():
    known = known_structures()
    scan = mixed_scan([known["NaCl"], known["TiO2"]], [0.5, 0.5])
    gallery = [known["NaCl"], known["KCl"]]
    retriever = make_powder_retriever().fit(gallery, labels=["halite", "sylvite"])
    return PhaseDecomposition(retriever).decompose([scan])[0]


def test_panels_show_the_scan(found):
    display = PhaseDisplay.from_decomposition(found).plot()
    profile = found.profiles
    np.testing.assert_array_equal(display.lines_["observed"].get_ydata(), profile.observed)
    difference = display.lines_["difference"].get_ydata()
    np.testing.assert_allclose(difference, profile.observed - profile.calculated)
    np.testing.assert_array_equal(
        display.lines_["unexplained"].get_xdata(), found.unexplained.two_theta
    )
    assert len(found.unexplained.two_theta) > 0
    (marks,) = display.axes_["ticks"].collections
    assert len(marks.get_segments()) == len(profile.ticks[0])
    limits = {ax.get_xlim() for ax in display.axes_.values()}
    assert limits == {(profile.two_theta.min(), profile.two_theta.max())}


def test_roots_of_counts_have_an_error_of_one_half():
    x = np.linspace(10, 90, 20_000)
    calculated = np.where(x < 50, 50.0, 5000.0)
    observed = np.random.default_rng(0).poisson(calculated)
    scan = x, observed, calculated, np.zeros_like(x), {}, {}, np.zeros(0)
    difference = PhaseDisplay(*scan, scale="sqrt").plot().lines_["difference"].get_ydata()
    np.testing.assert_allclose([difference[x < 50].std(), difference[x > 50].std()], 0.5, atol=0.02)


def test_scale_of_roots(found):
    display = PhaseDisplay.from_decomposition(found, scale="sqrt").plot()
    difference = display.lines_["difference"].get_ydata()
    np.testing.assert_allclose(
        difference, np.sqrt(found.profiles.observed) - np.sqrt(found.profiles.calculated)
    )
    transform = display.ax_.yaxis.get_transform()
    np.testing.assert_allclose(transform.transform([0, 4, 9]), [0, 2, 3])
    np.testing.assert_allclose(transform.inverted().transform([-2.0, 3.0]), [-4, 9])


def test_names_have_shares(found):
    display = PhaseDisplay.from_decomposition(found).plot()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts[0] == "observed"
    assert "NaCl, 100.0 %" in texts
    assert "unexplained" in texts


def test_beside_another_picture(found):
    _, (left, right) = plt.subplots(1, 2)
    display = PhaseDisplay.from_decomposition(found).plot(ax=right)
    assert display.figure_ is left.figure
    assert set(right.child_axes) == set(display.axes_.values())


def test_a_file(found, tmp_path):
    PhaseDisplay.from_decomposition(found, scale="sqrt").save(tmp_path / "a.png", title="x")
    assert (tmp_path / "a.png").stat().st_size > 5000


def test_no_scale_and_no_scan(found):
    with pytest.raises(ValueError, match=r"scale must be one of 'linear', 'sqrt', got 'log'; pick"):
        PhaseDisplay.from_decomposition(found, scale="log")
    with pytest.raises(TypeError, match="drawn from one DecomposedScan, got SimpleNamespace"):
        PhaseDisplay.from_decomposition(SimpleNamespace())
