"""The command line: help, mistakes, and a tiny demo from end to end."""

import gc
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest

from xrdmatch import (
    ContrastiveStructureRetriever,
    DiffractionSimulator,
    PatternMatcher,
    _cli,
)
from xrdmatch._cli import main
from xrdmatch._commands import demo as demo_command
from xrdmatch.inspection import RetrievalDisplay
from xrdmatch.retrieval import PRETRAINED, load_pretrained, save_pretrained

TINY = ["demo", "--samples", "60", "--epochs", "1", "--quiet", "--output"]
ROW = r"^{} +{} +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)"


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What a tiny demo says, and its picture."""
    picture = tmp_path_factory.mktemp("demo") / "demo.png"
    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr(demo_command, "say", lambda text="": said.append(str(text)))
        assert main([*TINY, str(picture)]) == 0
    return "\n".join(said), picture


def accuracies(text, kind, name):
    """Top-1, 3, 5 and 10 of one row of the table."""
    return [float(x) for x in re.search(ROW.format(kind, name), text, re.MULTILINE).groups()]


def test_help(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "usage: xrdmatch" in capsys.readouterr().out


def test_help_of_the_demo_names_all_options(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["demo", "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert set(re.findall(r"--\w+", text)) == {
        "--help", "--samples", "--epochs", "--seed", "--output", "--quiet", "--pretrained",
        "--files",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (
            "index",
            {"--help", "--output", "--radiation", "--n-jobs", "--calibrate", "--cells", "--quiet"}
            | {"--add-to", "--remove-from", "--verify", "--skipped"}
            | {"--max-atoms", "--max-reflections", "--max-seconds", "--max-memory", "--scheduler"}
            | {"--spots", "--zones"},
        ),
        (
            "identify",
            {"--help", "--library", "--elements", "--wavelength", "--scan", "--plot"}
            | {"--radiation", "--axis", "--instrument", "--phases", "--must", "--any", "--cannot"}
            | {"--series", "--all", "--json", "--csv", "--report", "--n-jobs"},
        ),
        (
            "calibrate",
            {"--help", "--structure", "--output", "--wavelength", "--scan", "--monochromator"}
            | {"--radiation", "--axis"},
        ),
        (
            "solve",
            {"--help", "--library", "--output", "--formula", "--min-probability", "--time-limit"}
            | {"--scan", "--wavelength", "--radiation", "--axis"},
        ),
        (
            "stacking",
            {"--help", "--layers", "--pixel-size", "--twist", "--map", "--window", "--step"}
            | {"--output"},
        ),
        ("read", {"--help", "--wavelength", "--radiation", "--axis"}),
        (
            "serve",
            {"--help", "--library", "--host", "--port", "--max-upload-mb", "--instrument"}
            | {"--browse"},
        ),
    ],
)
def test_help_of_a_command_names_all_options(command, options, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert set(re.findall(r"--[a-z][\w-]+", capsys.readouterr().out)) == options


def test_help_imports_nothing_heavy():
    code = (
        "import sys, xrdmatch._cli as cli\n"
        "try: cli.main(['identify', '--help'])\n"
        "finally: print({'torch', 'numpy', 'pymatgen', 'matplotlib'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.endswith("set()\n")


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_as_before(collects, monkeypatch, capsys):
    class NoCommands:
        def __getattr__(self, name):
            assert not gc.isenabled()
            raise ImportError(f"There is no {name}.")

    monkeypatch.setattr(_cli, "_commands", NoCommands())
    monkeypatch.setattr(gc, "freeze", lambda: None)  # pytest's own garbage is not for ever
    (gc.enable if collects else gc.disable)()
    try:
        with pytest.raises(ImportError, match="There is no demo"):
            main(["demo"])
        assert gc.isenabled() == collects
    finally:
        gc.enable()


def test_no_command_shows_the_help(capsys):
    assert main([]) == 2
    assert "usage: xrdmatch" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--samples", "-1"], "--samples: must be a whole number from 0 to .*, got '-1'"),
        (["--samples", "many"], "--samples: must be a whole number from 0 to .*, got 'many'"),
        (["--epochs", "0"], "--epochs: must be a whole number from 1 to .*, got '0'"),
        (["--seed", "4294967296"], "--seed: must be a whole number from 0 to 4294967295"),
        (["--output", "no/such/folder/demo.png"], "--output: .* a folder that exists"),
        (["--output", "demo.txt"], "--output: a picture's name ends in .png, .pdf, .svg, got"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_mistakes_end_in_one_sentence(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["demo", *arguments])
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert re.search(sentence, said.err)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_more_samples_than_can_be_made_are_a_mistake_too(monkeypatch, capsys):
    def make_few(n_samples, random_state):
        raise ValueError(f"n_samples must be at most 3, got {n_samples}; ask for fewer.")

    monkeypatch.setattr(demo_command, "make_monolayers", make_few)
    with pytest.raises(SystemExit) as stop:
        main(["demo", "--samples", "4"])
    assert stop.value.code == 2
    assert capsys.readouterr().err.endswith("must be at most 3, got 4; ask for fewer.\n")


def test_demo_tells_sizes_and_that_formulas_are_new(demo):
    text, _ = demo
    total, known, made = re.search(r"Monolayers +(\d+) +(\d+) known, (\d+) gen", text).groups()
    trained = re.search(r"Training +(\d+)", text)[1]
    pool = re.search(r"Pool +(\d+) +held out: none of their formulas is trained on", text)[1]
    assert int(known) + int(made) == int(total) == int(trained) + int(pool)


def test_demo_counts_chance_as_k_over_pool(demo):
    text, _ = demo
    pool = int(re.search(r"Pool +(\d+)", text)[1])
    for kind in ("clean", "perturbed"):
        chance = accuracies(text, kind, "chance")
        assert chance == pytest.approx([100 * k / pool for k in (1, 3, 5, 10)], abs=0.051)


def test_demo_measures_both_retrievers(demo):
    text, _ = demo
    assert accuracies(text, "clean", "PatternMatcher")[0] > 95
    for kind in ("clean", "perturbed"):
        learned = accuracies(text, kind, "ContrastiveStructureRetriever")
        chance = accuracies(text, kind, "chance")
        assert learned == sorted(learned)
        assert all(a > b for a, b in zip(learned, chance, strict=True))


def test_demo_lists_ten_candidates_with_their_facts(demo):
    text, _ = demo
    rows = re.findall(r"^[* ] +(\d+)  (\S.*?)  +(\w\S*) +([A-Z].*?)  +(\S+) +([\d.]+)$", text, re.M)
    assert [int(row[0]) for row in rows] == list(range(1, 11))
    distances = [float(row[-1]) for row in rows]
    assert distances == sorted(distances)


def test_demo_writes_a_picture_and_says_where(demo):
    text, picture = demo
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in text


@pytest.fixture
def display():
    """The candidates of h-BN, sought among twelve."""
    layers = demo_command.library(0, 0)[:12]
    matcher = PatternMatcher().fit(layers, labels=demo_command._names(layers))
    query = DiffractionSimulator().transform(layers)[demo_command._names(layers).index("h-BN")]
    return RetrievalDisplay.from_estimator(matcher, query, k=4)


def test_right_candidate_is_marked(display, capsys):
    demo_command._print_candidates("h-BN", display.candidates, 12)
    said = capsys.readouterr().out
    assert re.findall(r"^\* +\d+  (\S+)", said, re.M) == ["h-BN"]
    assert "* the right one" in said


def test_a_miss_is_said(display, capsys):
    demo_command._print_candidates("V2O5", display.candidates, 12)
    said = capsys.readouterr().out
    assert "*" not in said
    assert "V2O5 is not among them." in said


@pytest.fixture
def tiny_pretrained(monkeypatch, tmp_path):
    """A tiny retriever in place of the shipped one."""
    tiny = ContrastiveStructureRetriever(n_layers=1, n_heads=2, embedding_dim=32, max_epochs=2)
    save_pretrained(tiny.fit(demo_command.library(0, 0)), tmp_path / "tiny")
    monkeypatch.setattr(
        demo_command, "load_pretrained", lambda name: load_pretrained(tmp_path / "tiny")
    )


def check_pretrained_demo(picture, capsys):
    """The same table and picture, nothing trained and nothing promised about the formulas."""
    assert main(["demo", "--pretrained", "--samples", "60", "--output", str(picture)]) == 0
    text = capsys.readouterr().out
    assert "Train" not in text
    assert "the shipped retriever has learned from some of them" in text
    for kind in ("clean", "perturbed"):
        found = accuracies(text, kind, "ContrastiveStructureRetriever")
        assert found[-1] > accuracies(text, kind, "chance")[-1]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("tiny_pretrained")
def test_demo_of_a_retriever_that_has_learned(tmp_path, capsys):
    check_pretrained_demo(tmp_path / "demo.png", capsys)


@pytest.mark.skipif("monolayers" not in PRETRAINED, reason="no weights are shipped yet")
def test_demo_of_the_shipped_retriever(tmp_path, capsys):
    check_pretrained_demo(tmp_path / "demo.png", capsys)


def test_demo_without_shipped_weights_is_a_mistake(monkeypatch, capsys):
    monkeypatch.setattr(
        demo_command, "load_pretrained", lambda name: load_pretrained("no such one")
    )
    with pytest.raises(SystemExit) as stop:
        main(["demo", "--pretrained", "--samples", "0"])
    assert stop.value.code == 2
    assert "There is no pretrained retriever 'no such one'" in capsys.readouterr().err


def test_library_has_every_name_once():
    names = demo_command._names(demo_command.library(300, 0))
    assert len(set(names)) == len(names) > 400


def test_interrupted_training_goes_on_with_what_there_is(monkeypatch, capsys):
    epochs = []

    def interrupt(callback, net, **kwargs):
        epochs.append(1)
        if len(epochs) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("skorch.callbacks.LRScheduler.on_epoch_end", interrupt, raising=False)
    layers = demo_command.library(0, 0)
    retriever = demo_command._trained(layers, n_epochs=5, random_state=0, verbose=False)
    assert "Trained for 2 of 5 epochs" in capsys.readouterr().out
    assert retriever.encode_structures(layers[:2]).shape == (2, 96)


def test_interrupt_elsewhere_leaves_quietly(monkeypatch, capsys):
    def interrupt(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_command, "library", interrupt)
    assert main(["demo"]) == 130
    assert capsys.readouterr().err == "xrdmatch: interrupted.\n"


def test_without_matplotlib_all_but_the_picture(display, monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    demo_command._draw(display, tmp_path / "demo.png")
    assert "pip install xrdmatch[plot]" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
