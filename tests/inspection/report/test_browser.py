"""The page in a browser: pictures are drawn, nothing is complained about, all fits in."""

from dataclasses import replace

import pytest
from report_page import drawn_page

from xrdmatch.inspection import IdentificationReport

# The largest observed count that the first picture shows.
HIGHEST = """Math.max(...Bokeh.documents[0].roots()[0].children[0].renderers[0]
    .data_source.data.observed)"""


@pytest.mark.parametrize("width", [1280, 400])
def test_pictures_are_drawn_and_fit_in(browser, decomposed, tmp_path, width):
    report = IdentificationReport.from_decompositions([*decomposed, None], series=True)
    said = drawn_page(browser, report.to_html(), width, tmp_path)
    assert said["states"] == ["drawn"] * 3
    assert said["needed"] <= said["width"] == width
    assert min(said["canvases"]) > 250
    assert not browser.complaints()


def test_scale_of_square_roots(browser, one_scan, decomposed, tmp_path):
    drawn_page(browser, one_scan.to_html(), 900, tmp_path)
    highest = decomposed[1].profiles.observed.max()
    assert browser.look(HIGHEST) == pytest.approx(highest, rel=1e-3)
    browser.look("document.querySelector('.root').click()")
    assert browser.look(HIGHEST) == pytest.approx(highest**0.5, rel=1e-3)


def test_names_bring_in_no_script(browser, tmp_path, decomposed):
    bad = "</script><script>window.bad = true</script><img src=x onerror='window.bad = true'>"
    named = [replace(one, name=bad) for one in decomposed]
    html = IdentificationReport.from_decompositions(named).to_html()
    assert drawn_page(browser, html, 900, tmp_path)["states"] == ["drawn"] * 2
    assert browser.look("window.bad === true") is False
