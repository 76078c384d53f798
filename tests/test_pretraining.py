"""The scripts that make the shipped retrievers, on a few structures; the page that shows them."""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.io import read_structures
from xrdmatch.retrieval import load_pretrained

pytest.importorskip("ase")
pytest.importorskip("pyarrow")

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "examples" / "pretraining"


@pytest.fixture
def script(monkeypatch):
    """Function of a name and arguments: what the script of that name defines, having run."""
    monkeypatch.syspath_prepend(SCRIPTS)

    def variables(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        as_name = "__main__" if arguments else "imported"
        return runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name=as_name)

    yield variables
    for name in ("pool_accuracies",):
        sys.modules.pop(name, None)


def table(script, structures, path):
    script("layers")["write_table"](structures, path)
    return path


@pytest.fixture
def benchmark_table(script, tmp_path):
    return table(script, make_monolayers(150, random_state=7), tmp_path / "benchmark.parquet")


def test_layers_of_a_table_of_crystals(script, tmp_path, capsys):
    """Two copies of a layer, another with other names, and one that no layer can be cut out of."""
    known = load_monolayers()[:3]
    crystals = [known[0], known[0] * (2, 1, 1), known[2], read_structures([silicon()])[0]]
    for i, crystal in enumerate(crystals):
        crystal.properties["name"] = f"crystal-{i}"
    source = table(script, crystals, tmp_path / "crystals.parquet")
    script("layers", source, "--output", tmp_path / "layers.parquet")
    layers = read_structures(tmp_path / "layers.parquet")
    assert [layer.properties["name"] for layer in layers] == ["crystal-0", "crystal-2"]
    assert {layer.lattice.c for layer in layers} == {40.0}
    assert "2 layers of 2 formulas and 2 elements" in capsys.readouterr().out


def silicon():
    return Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]])


def test_from_layers_to_a_card(script, tmp_path, benchmark_table, capsys):
    layers = table(script, make_monolayers(10, random_state=3), tmp_path / "layers.parquet")
    script(
        "pretrain", "--layers", layers, "--generated", 10, "--limit", 60, "--epochs", 1,
        "--batch-size", 32, "--benchmark", benchmark_table, "--output", tmp_path / "tiny",
    )  # fmt: skip
    card = json.loads((tmp_path / "tiny.json").read_text())
    about = card["about"]
    assert about["learned_from"]["structures"] == 60
    assert len(about["learned_from"]["sources"]) == 3
    assert sum(s["structures"] for s in about["learned_from"]["sources"]) == 60
    assert about["training"]["epochs"] == 1
    asked = {(row["queries"], row["retriever"], row["which"]) for row in about["benchmark"]["rows"]}
    assert len(asked) == len(about["benchmark"]["rows"]) == 8
    assert all(row["top_k"] == sorted(row["top_k"]) for row in about["benchmark"]["rows"])
    clean = [row for row in about["benchmark"]["rows"] if row["queries"] == "clean"]
    assert [r["top_k"][0] for r in clean if r["retriever"] == "PatternMatcher"] == [100.0, 100.0]
    load_pretrained(tmp_path / "tiny")
    text = script("model_cards")["card_text"]("tiny", card)
    assert "CC BY 4.0): layers cut out of its crystals" in text
    assert text.count("new formulas (") == 4


def test_a_structure_counts_for_its_first_source(script, tmp_path):
    known = load_monolayers()
    layers = table(script, [known[3], *make_monolayers(5, random_state=3)], tmp_path / "l.parquet")
    scripted = script("pretrain")
    options = SimpleNamespace(layers=layers, generated=5, seed=3, limit=None, max_atoms=12)
    structures = scripted["learning_set"](options)
    assert max(map(len, structures)) <= 12
    counts = scripted["origins"](structures)
    assert counts["known monolayers"] == sum(len(layer) <= 12 for layer in known) < len(known)
    assert counts["Materials Project"] == 5
    assert counts["generated monolayers"] == 0


def test_overlap_counts_formulas_and_copies(script):
    known = load_monolayers()
    facts = script("pool_accuracies")["overlap"](
        known, known[:4], np.array([False, False, True, True]), [known[0], known[1] * (2, 1, 1)]
    )
    assert facts["formulas"] == len({layer.reduced_formula for layer in known})
    assert facts["formulas_learned_from"] == 2
    assert facts["pool_with_formula_learned_from"] == 2
    assert facts["pool_copies_learned_from"] == 2


def test_the_page_of_models_is_that_of_the_cards(script):
    written = (ROOT / "docs" / "models.inc").read_text(encoding="utf-8")
    assert written == script("model_cards")["all_cards"]()
