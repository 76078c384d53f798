"""The gallery's examples run, quietly, and show what they claim."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from xrdmatch.retrieval import PRETRAINED

plt = pytest.importorskip("matplotlib.pyplot")

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def variables_of(monkeypatch):
    """Run an example as a script; its variables, once all of its figures could be drawn."""
    plt.switch_backend("Agg")
    plt.close("all")
    monkeypatch.setattr(plt, "show", lambda: None)

    def variables(name):
        (path,) = EXAMPLES.glob(f"*/{Path(name).name}.py")  # with or without its numbered folder
        found = runpy.run_path(str(path), run_name="__main__")
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
        return found

    yield variables
    plt.close("all")


def test_every_example_is_tested():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_plot_")}
    assert {path.stem for path in EXAMPLES.glob("*/plot_*.py")} == tests


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


def test_plot_solve_a_structure(variables_of, capsys):
    found = variables_of("plot_solve_a_structure")
    best, truth = found["best"].structure, found["truth"]
    assert sorted(best.lattice.abc) == pytest.approx(sorted(truth.lattice.abc), rel=1e-3)
    assert best.composition == truth.composition
    assert found["best"].label == "rutile, TiO2"
    assert found["solution"].answer is best
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("tetragonal")
    assert "[None]" in lines  # without rutile in the library
    assert len(plt.get_fignums()) == 1


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


def test_plot_how_sure(variables_of, capsys):
    found = variables_of("plot_how_sure")
    named, rejected, unknown = found["shares"].values()
    assert named > 0.85
    assert rejected < 0.12
    assert unknown > 0.75
    assert found["held"] == pytest.approx(0.9, abs=0.06)
    assert found["display"].calibration.error < 0.15
    assert "Calibrated on 300 simulated queries among 438" in capsys.readouterr().out


def test_plot_search_heads_and_layers(variables_of, capsys):
    found = variables_of("plot_search_heads_and_layers")
    top1, top3, top5, top10 = (found["table"][k] for k in (1, 3, 5, 10))
    assert top1.shape == (len(found["n_heads"]), len(found["n_layers"]))
    assert (top1 <= top3).all()
    assert (top3 <= top5).all()
    assert (top5 <= top10).all()
    chance = 10 / (len(found["structures"]) / 2)
    assert (top10 > 3 * chance).all()  # every size has learned something
    assert found["search"].best_score_ == top1.max()
    best = found["search"].best_estimator_[-1]
    assert {"n_heads": best.n_heads, "n_layers": best.n_layers} == {
        name.split("__")[1]: value for name, value in found["search"].best_params_.items()
    }
    assert len(plt.get_fignums()) == 1
    assert "best by top-1" in capsys.readouterr().out


def test_plot_similarity(variables_of, capsys):
    found = variables_of("plot_similarity")
    clean, noisy = (
        (found[name].similarity.argmax(0) == np.arange(30)).mean() for name in ("clean", "noisy")
    )
    assert clean == 1.0
    assert 1 / 30 < noisy < clean
    means = [values.mean() for values in found["pairs"].values()]
    assert means == sorted(means, reverse=True)  # the worse a pattern, the fainter the diagonal
    assert max(abs(values.mean()) for values in found["rest"].values()) < 0.1
    assert len(plt.get_fignums()) == 3
    assert "of 188" in capsys.readouterr().out


def test_plot_embedding(variables_of):
    found = variables_of("plot_embedding")
    for share, chance in found["agreement"].values():
        assert share > chance + 0.1
    assert found["agreement"]["net"][0] > 0.95
    first, second = found["first"], found["second"]
    assert found["systems"][first] != found["systems"][second]
    cells = [found["layers"][i].lattice.a for i in (first, second)]
    assert cells[0] / cells[1] == pytest.approx(1, abs=0.05)  # nearly one size, as the text says
    assert found["cosines"][first, second] > 0.9
    assert len(plt.get_fignums()) == 3


def test_plot_powder_embedding(variables_of):
    pytest.importorskip("e3nn")
    pytest.importorskip("vesin")
    found = variables_of("plot_powder_embedding")
    cosines = found["cosines"]  # cubic, tetragonal, orthorhombic, monoclinic
    assert cosines[2, 3] > 0.95 > cosines[0, 1]
    assert (np.diff(cosines[0]) < 0).all()
    assert found["found"][0, :2].tolist() == [0, 1]  # itself and its tetragonal form
    assert len(plt.get_fignums()) == 2


@pytest.mark.skipif(
    "monolayers-sequence" not in PRETRAINED, reason="the sequence towers are not shipped yet"
)
def test_plot_attention(variables_of, capsys):
    found = variables_of("plot_attention")
    (tokens,), (attention,) = found["maps"].tokens, found["maps"].attention
    assert " ".join(tokens[7:]) == "x1 y1 z1 S1 x2 y2 z2 S2 x3 y3 z3 Mo3 end"
    assert (attention[:, :, 0, 7:] == 0).all()  # the start mark sees the cell only
    for row in found["report"].rows:  # as the text says: it matters, as the innermost spots do
        assert row.interval["random"][0] > 0 > row.interval["innermost"][0]
    assert len(plt.get_fignums()) == 4
    assert "start a b c alpha beta gamma" in capsys.readouterr().out


def test_plot_point_groups(variables_of, capsys):
    found = variables_of("plot_point_groups")
    clusters, symbols = found["clustering"].labels_, found["symbols"]
    with_42m = set(symbols[clusters == clusters[list(symbols).index("-42m")]])
    assert with_42m == {"222", "mm2", "mmm", "-42m"}  # as the text says
    assert 0 < found["above"] - found["below"] < 0.01  # hangs by a thread
    assert len(found["cuts"]) > 10
    counts = np.bincount(found["layers"].labels_)
    threefold = [group.strip("-")[0] in "36" for group in found["layers"].point_groups_]
    assert max(counts) == sum(threefold) > len(threefold) / 2
    assert len(plt.get_fignums()) == 2
    out = capsys.readouterr().out
    assert "nearest to mm2:         2 m mmm 4mm -42m\n" in out


def test_plot_mismatches(variables_of, capsys):
    found = variables_of("plot_mismatches")
    report = found["report"]
    for reference in ("anywhere", "within_class"):
        summary = report[reference]["all"]
        assert (summary.n_mismatches[1:] > len(found["gallery"])).all()
        assert {"mm2", "2/m"} <= set(report[reference])
    lead = report.anywhere["all"].difference["point_group"][-1]
    within = report.within_class["all"].difference["point_group"][-1]
    assert lead > within  # much of the nearness is the lattice's
    assert len(plt.get_fignums()) == 1
    assert "within_class" in capsys.readouterr().out


def test_plot_what_hk0_cannot_know(variables_of, capsys):
    found = variables_of("plot_what_hk0_cannot_know")
    assert max(found["apart"]) < 1e-12  # of the strongest spot: rounding errors
    assert {"silicene", "pressed flat"} == set(found["matcher"].classes_[found["indices"][0, :2]])
    rods = [found["rod"](found[name], 1, 0, np.array([0.0, 0.3])) for name in ("buckled", "flat")]
    np.testing.assert_allclose(rods[0][0], rods[1][0])
    assert rods[0][1] > 1.5 * rods[1][1]  # off the zero layer they differ
    assert len(plt.get_fignums()) == 2
    assert "point group" in capsys.readouterr().out


def test_plot_mixture(variables_of, capsys):
    variables = variables_of("plot_mixture")
    found = variables["found"]
    assert found.labels.tolist() == ["anatase", "rutile", "corundum", "zincite"]
    np.testing.assert_allclose(found.weight_fraction, [0.55, 0.25, 0.15, 0.05], atol=0.02)
    assert found.r_wp < 0.06
    assert len(plt.get_fignums()) == 2
    assert "% of the counts are unexplained, with peaks at\n[27.4" in capsys.readouterr().out
    assert "Peaks at 27.4" in variables["page"]


def test_plot_identify_a_scan(variables_of, capsys):
    found = variables_of("plot_identify_a_scan")
    fits, labels = found["fits"], found["labels"]
    assert labels[fits.indices[0, 0]] == "anatase"
    assert fits.distances[0, 1] - fits.distances[0, 0] > 20  # ahead by far, as the text says
    assert fits.r_wp[0, 0] < 0.06 < 0.15 < fits.r_wp[0, 1]
    np.testing.assert_allclose(fits.lattice[0, 0, :3], found["sample"].lattice.lengths, rtol=1e-3)
    assert 0 < fits.zero_shift[0, 0] < 0.1
    assert len(plt.get_fignums()) == 3
    assert capsys.readouterr().out.startswith("20 structures\n[[]]\n")


def test_plot_stacking_map(variables_of, capsys):
    found = variables_of("plot_stacking_map")
    assert np.abs(found["off"]).max() < 1.0  # [Å]
    assert set(found["found"].name_.ravel()) == {"3R", "2H"}
    shares = found["shares"]
    assert (shares.interval[:, 0] < shares.share).all()
    assert (shares.share < shares.interval[:, 1]).all()
    np.testing.assert_allclose(found["moire_map"].twist_, 2.0, atol=0.05)
    strengths = [found["spectrum"](found[side]) for side in ("left", "right")]
    places = [np.argwhere(s > 0.2 * s.max()) for s in strengths]
    apart = np.linalg.norm(places[0][:, None] - places[1][None], axis=-1)
    assert apart.min(1).max() <= 3  # peaks at the same places, as the text says
    assert len(plt.get_fignums()) == 4
    assert "Stack(MoS2/MoS2" in capsys.readouterr().out


def test_plot_a_picture_of_spots(variables_of, capsys):
    found = variables_of("plot_a_picture_of_spots")
    fits, names = found["fits"], found["names"]
    assert names[fits.indices[0, 0]] == "SnSe"
    assert fits.mirrored[0, 0]
    np.testing.assert_allclose(fits.rotation[0, 0], 27, atol=0.5)
    np.testing.assert_allclose(fits.magnification[0, 0], 1.02, atol=0.003)
    phases = [["SnSe"] * 3, ["SnSe", "WTe2-1T'", "WTe2-1T'"], ["no spots", "WTe2-1T'", "WTe2-1T'"]]
    assert found["spot_map"].phase_.tolist() == phases
    capsys.readouterr()
