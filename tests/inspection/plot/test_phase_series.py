"""Weight fractions over a series: what is drawn, and what cannot be."""

from types import SimpleNamespace

import numpy as np
import pytest

from xrdmatch.inspection import PhaseSeriesDisplay

pytest.importorskip("matplotlib")


def scan(name, **shares):
    """What is taken from a `DecomposedScan`, of entries 0 (MnO) and 1, 2 (TiO2 twice)."""
    entries = {"MnO": 0, "rutile": 1, "other": 2}
    indices = np.array([entries[label] for label in shares], dtype=int)
    return SimpleNamespace(
        name=name,
        indices=indices,
        labels=np.array([*shares]),
        formulas=np.array([("MnO", "TiO2", "TiO2")[i] for i in indices]),
        space_groups=np.array([("Fm-3m", "P4_2/mnm", "P4_2/mnm")[i] for i in indices]),
        weight_fraction=np.array([*shares.values()]),
        weight_fraction_std=np.full(len(shares), 0.02),
    )


def test_fractions_are_zero_without_the_phase_and_unknown_without_the_scan():
    found = [scan("a", MnO=1.0), None, scan("c", rutile=0.7, MnO=0.3)]
    display = PhaseSeriesDisplay.from_decompositions(found).plot()
    assert [*display.lines_] == ["MnO, Fm-3m", "TiO2, P4_2/mnm"]
    np.testing.assert_allclose(display.lines_["MnO, Fm-3m"].get_ydata(), [100, np.nan, 30])
    np.testing.assert_allclose(display.lines_["TiO2, P4_2/mnm"].get_ydata(), [0, np.nan, 70])
    assert [text.get_text() for text in display.ax_.get_xticklabels()] == ["a", "2", "c"]


def test_twins_are_told_apart_by_their_labels():
    found = [scan("a", rutile=1.0), scan("b", other=1.0)]
    names = [*PhaseSeriesDisplay.from_decompositions(found).fractions]
    assert [name.split(" (")[1] for name in names] == ["rutile, 1)", "other, 2)"]


def test_without_any_phase_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match="No phase was found in any of 2 scans"):
        PhaseSeriesDisplay.from_decompositions([scan("a"), None])


def test_a_file(tmp_path):
    PhaseSeriesDisplay.from_decompositions([scan("a", MnO=1.0)]).save(tmp_path / "a.png", title="x")
    assert (tmp_path / "a.png").stat().st_size > 5000


def test_stacked_phases_stand_on_each_other():
    found = [scan("a", MnO=1.0), None, scan("c", rutile=0.7, MnO=0.3)]
    display = PhaseSeriesDisplay.from_decompositions(found, stacked=True).plot()
    assert display.lines_ == {}
    lower, upper = display.bars_.values()
    assert [bar.get_height() for bar in lower][::2] == [100, 30]
    assert upper[2].get_y() == 30
    assert upper[2].get_height() == pytest.approx(70)
    assert np.isnan(lower[1].get_height())
