"""The page in a browser: pictures are drawn, nothing is complained about, all fits in."""

from dataclasses import replace

import pytest
from headless_browser import needs_browser, probed

from xrdmatch.inspection import IdentificationReport

pytestmark = needs_browser
# The largest observed count that the first picture shows, before and after its box is ticked.
ROOTS = """
  const shown = () => Math.max(...Bokeh.documents[0].roots()[0].children[0].renderers[0]
    .data_source.data.observed);
  said.linear = shown();
  document.querySelector(".root").click();
  said.roots = shown();
"""
BAD = "said.bad = window.bad === true;"


@pytest.mark.parametrize("width", [1280, 400])
def test_pictures_are_drawn_and_fit_in(decomposed, tmp_path, width):
    report = IdentificationReport.from_decompositions([*decomposed, None], series=True)
    said, logged = probed(report.to_html(), width, tmp_path)
    assert said["states"] == ["drawn"] * 3
    assert said["needed"] <= said["width"] == width
    assert min(said["canvases"]) > 250
    assert not [line for line in logged if "rror" in line]


def test_scale_of_square_roots(one_scan, decomposed, tmp_path):
    said, _ = probed(one_scan.to_html(), 900, tmp_path, more=ROOTS)
    highest = decomposed[1].profiles.observed.max()
    assert said["linear"] == pytest.approx(highest, rel=1e-3)
    assert said["roots"] == pytest.approx(highest**0.5, rel=1e-3)


def test_names_bring_in_no_script(tmp_path, decomposed):
    bad = "</script><script>window.bad = true</script><img src=x onerror='window.bad = true'>"
    named = [replace(one, name=bad) for one in decomposed]
    said, _ = probed(
        IdentificationReport.from_decompositions(named).to_html(), 900, tmp_path, more=BAD
    )
    assert said["states"] == ["drawn"] * 2
    assert said["bad"] is False
