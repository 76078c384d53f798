"""The page: it holds the numbers, loads nothing, stays small, and shows names as text."""

import json
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from html_tables import Page

from xrdmatch.inspection import IdentificationReport, ReportedScan, describe_phases

LARGEST = 3_000_000  # bytes


@pytest.fixture(scope="module")
def html(one_scan):
    return one_scan.to_html()


def test_numbers_are_those_of_the_scan(html, decomposed):
    found, rows = decomposed[1], Page(html).table("phases")
    assert [row[2] for row in rows] == found.labels.tolist()
    weights = [float(row[0]) for row in rows]
    np.testing.assert_allclose(weights, 100 * found.weight_fraction, atol=0.051)
    np.testing.assert_allclose([float(r[5]) for r in rows], found.gain, atol=0.51)
    cells = Page(html).table("cells")
    lengths = [float(re.sub(r"\(.*", "", row[1])) for row in cells]
    np.testing.assert_allclose(lengths, found.lattice[:, 0], atol=1e-3)
    assert all(re.fullmatch(r"\d\.\d+\(\d+\)", row[1]) for row in cells)


def test_what_is_said_of_the_phases_is_there(html, decomposed):
    text = " ".join(Page(html).text.split())
    for sentence in describe_phases(decomposed[1]):
        assert sentence in text
    for part in ("What was assumed", "Versions", "How to cite", "Hill and C. J. Howard"):
        assert part in text


def test_nothing_is_loaded(html):
    page = Page(html)
    assert all(address.startswith("#") for address in page.addresses)
    assert {"link", "img", "iframe", "object", "base"}.isdisjoint(page.tags)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    assert "url(" not in style
    assert "@import" not in style


def test_it_is_small(html):
    assert len(html.encode()) < LARGEST


def test_dark_and_print_have_styles(html):
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_curves_are_those_of_the_scan(html, decomposed):
    found = decomposed[1]
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(text)
    assert data["kind"] == "profile"
    assert [phase["name"] for phase in data["phases"]] == ["KCl, 55.7 %", "NaCl, 44.3 %"]
    assert data["unexplained"]["two_theta"] == pytest.approx(found.unexplained.two_theta, rel=1e-5)


def test_names_are_shown_as_text():
    bad = "</script><script>alert(1)</script>"
    scan = ReportedScan(bad, {"file": bad, bad: "x"}, sentences=(bad,), error=bad)
    report = IdentificationReport([scan], asked={bad: bad}, library={"a": bad}, assumed=[bad])
    html = report.to_html()
    assert "<script>alert(1)" not in html
    assert Page(html).text.count(bad) >= 7


def test_labels_are_shown_as_text(decomposed):
    bad = "</script><script>alert(1)</script>"
    found = replace(
        decomposed[0],
        labels=np.array([bad, bad]),
        formulas=np.array([bad, bad]),
        name=bad,
    )
    html = IdentificationReport.from_decompositions([found, found], series=True).to_html()
    assert "<script>alert(1)" not in html
    assert Page(html).table("phases")[0][2] == bad
    for text in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL):
        json.loads(text)


def test_several_scans_have_an_overview(decomposed):
    report = IdentificationReport.from_decompositions([*decomposed, None], series=True)
    html = report.to_html()
    rows = Page(html).table("overview")
    assert [row[1] for row in rows] == ["mixture", "with rutile", "scan 3"]
    assert rows[0][2].startswith("69.9 % KCl, 30.1 % NaCl")
    assert float(rows[1][3]) == pytest.approx(100 * decomposed[1].r_wp, abs=0.051)
    assert rows[2][2] == "It could not be taken apart."
    assert "1 of 3 scans were not answered." in html
    pictures = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    kinds = [json.loads(text)["kind"] for text in pictures]
    assert kinds == ["series", "profile", "profile"]
    assert json.loads(pictures[0])["phases"][0]["fractions"][2] is None


def test_many_scans_stay_small(decomposed):
    html = IdentificationReport.from_decompositions(decomposed * 30).to_html()
    assert len(html.encode()) < LARGEST


def test_without_scans():
    with pytest.raises(ValueError, match=r"at least one scan, got none; hand in some"):
        IdentificationReport([]).to_html()


def test_without_what_it_needs(one_scan, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match=r"needs jinja2, .* pip install xrdmatch\[report\]"):
        one_scan.to_html()


def test_a_file(one_scan, html, tmp_path):
    assert one_scan.save(tmp_path / "out.html") is one_scan
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == html
