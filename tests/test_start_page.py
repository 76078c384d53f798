"""The start page's chart shows what the benchmarks wrote."""

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytest.importorskip("matplotlib")


def words(path):
    return re.findall(r"<text[^>]*>([^<]*)", path.read_text(encoding="utf-8"))


def test_the_chart_is_that_of_the_benchmarks(tmp_path, monkeypatch):
    drawn = tmp_path / "chart.svg"
    arguments = [str(ROOT / "docs" / "benchmarks"), "--output", str(drawn)]
    monkeypatch.setattr(sys, "argv", ["chart", *arguments])
    runpy.run_path(str(ROOT / "examples" / "start_page" / "chart.py"), run_name="__main__")
    shown = words(ROOT / "docs" / "images" / "how_good.svg")
    assert words(drawn) == shown
    assert sum(text.endswith(" %") for text in shown) == 4
