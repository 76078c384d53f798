"""The benchmark of realistic images on a small sample of generated ones."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from xrdmatch.stacking import Stack, StackSimulator

plt = pytest.importorskip("matplotlib.pyplot")

BENCHMARKS = Path(__file__).parents[2] / "examples" / "benchmarks"
SLIPS = {"x0.5_y1.0": (0.5, 1.0), "x1.0_y0.5": (1.0, 0.5)}  # [Å]
SIMULATION = {"shape": (512, 512), "pixel_size": 0.03409, "random_state": 0}


@pytest.fixture(scope="module")
def sample(stack_layers, tmp_path_factory):
    """Folders as in the public sample."""
    folder = tmp_path_factory.mktemp("sample")
    layer = stack_layers["ReS2"]
    (folder / "structures").mkdir()
    layer.to(filename=str(folder / "structures" / "ReS2.cif"))
    for kind, dose in (("clean", None), ("realistic", 5.0), ("images", 5.0)):
        (folder / kind).mkdir()
        for name, slip in SLIPS.items():
            # A face of -1: the images show the mirror image, as the sample's do.
            flat = Stack([layer, layer], slip=(0, 0)).lattice
            stack = Stack([layer, layer], slip=slip @ np.linalg.inv(flat), face=-1)
            image = StackSimulator(dose=dose, **SIMULATION).transform([stack])[0]
            plt.imsave(folder / kind / f"{name}.png", image, cmap="gray")
    return folder


def test_realism_of_a_small_sample(sample, tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(BENCHMARKS)
    arguments = ["--data", sample, "--json", tmp_path / "found.json"]
    arguments += ["--n", 2, "--learn", 3, "--epochs", 1, "--pairs", 4, "--sample", 2]
    arguments += ["--picture", tmp_path / "found.png"]
    monkeypatch.setattr(sys, "argv", ["stacking_realism", *map(str, arguments)])
    before = set(sys.modules)
    runpy.run_path(str(BENCHMARKS / "stacking_realism.py"), run_name="__main__")
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCHMARKS:
            del sys.modules[name]
    found = json.loads((tmp_path / "found.json").read_text())
    rows = {row["images"]: row for row in found["images"]}
    assert rows["simulated"]["n"] == 2
    assert rows["sample, clean"]["worst_pm"] < 5  # names, frames and pixels are understood
    assert rows["randomised"]["noise"] > 2 * rows["simulated"]["noise"]
    assert (tmp_path / "found.inc").read_text().count("list-table::") == 1
    assert (tmp_path / "found.png").stat().st_size > 10_000
    capsys.readouterr()
