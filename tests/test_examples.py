"""The gallery's examples run, quietly, and show what they claim."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

plt = pytest.importorskip("matplotlib.pyplot")

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def variables_of(monkeypatch):
    """Run an example as a script; its variables, once all of its figures could be drawn."""
    plt.switch_backend("Agg")
    plt.close("all")
    monkeypatch.setattr(plt, "show", lambda: None)

    def variables(name):
        found = runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
        return found

    yield variables
    plt.close("all")


def test_every_example_is_tested():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_plot_")}
    assert {path.stem for path in EXAMPLES.glob("plot_*.py")} == tests


def test_plot_name_a_crystal(variables_of, capsys):
    found = variables_of("plot_name_a_crystal")
    matcher = found["matcher"]
    assert matcher.predict(found["tungsten_ditelluride"])[0] == "WTe2-1T'"
    doubtful = found["molybdenum_disulfide"]
    assert matcher.predict(doubtful, elements="Mo,S")[0] == "MoS2-2H"
    (sure,), (unsure,) = (
        np.divide(*matcher.kneighbors(query, n_neighbors=2)[0].T[::-1])
        for query in (found["tungsten_ditelluride"], doubtful)
    )
    assert sure > 1.5 > 1.1 > unsure >= 1  # one decides, the other leaves doubt
    assert found["share"] == sorted(found["share"])  # the wider the gap, the more often right
    assert len(plt.get_fignums()) == 4
    assert "988 structures" in capsys.readouterr().out


def test_plot_how_imperfect(variables_of, capsys):
    found = variables_of("plot_how_imperfect")
    lines = capsys.readouterr().out.splitlines()
    nearest, ranked = (
        next(float(line.split()[1]) for line in lines if line.startswith(name))
        for name in ("nearest", "re-ranked")
    )
    assert ranked > nearest
    right = found["is_right"]
    fitted = found["fits"].displacement[right, 0]
    assert spearmanr(found["severity"][right], fitted).statistic > 0.7  # it tells mild from strong
    assert len(plt.get_fignums()) == 1


def test_plot_search_heads_and_layers(variables_of, capsys):
    found = variables_of("plot_search_heads_and_layers")
    top1, top3, top10 = (found["table"][k] for k in (1, 3, 10))
    assert top1.shape == (len(found["n_heads"]), len(found["n_layers"]))
    assert (top1 <= top3).all()
    assert (top3 <= top10).all()
    chance = 10 / (len(found["structures"]) / 2)
    assert (top10 > 3 * chance).all()  # every size has learned something
    assert found["search"].best_score_ == top1.max()
    best = found["search"].best_estimator_[-1]
    assert {"n_heads": best.n_heads, "n_layers": best.n_layers} == {
        name.split("__")[1]: value for name, value in found["search"].best_params_.items()
    }
    assert len(plt.get_fignums()) == 1
    assert "best by top-1" in capsys.readouterr().out
