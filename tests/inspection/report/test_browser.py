"""The page in a browser: pictures are drawn, nothing is complained about, no text is cut off."""

import re

import pytest
from headless_browser import loaded, needs_browser

from xrdmatch.inspection import IdentificationReport

pytestmark = needs_browser


@pytest.mark.parametrize("width", [1280, 400])
def test_pictures_are_drawn(decomposed, tmp_path, width):
    report = IdentificationReport.from_decompositions(decomposed, series=True)
    report.save(tmp_path / "report.html")
    document, logged = loaded(tmp_path / "report.html", width, tmp_path / "profile")
    assert re.findall(r'data-state="(\w+)"', document) == ["drawn"] * 3
    assert not [line for line in logged if "bokeh" not in line or "rror" in line]
