"""What notebooks show of patterns and pictures."""

import re
import subprocess
import sys
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest

from xrdmatch.crystallography import DiffractionPattern, Picture


def circles(html):
    found = re.findall(r'<circle cx="(.*?)" cy="(.*?)" r="(.*?)"/>', html)
    return np.array(found, dtype=float)


def test_spots_stand_where_they_are():
    """q_x to the right, q_y up, q = 0 in the middle; the stronger, the larger."""
    q = [[0.5, 0.0], [0.0, 0.25], [-0.25, -0.25]]
    x, y, r = circles(DiffractionPattern(q, [4.0, 1.0, 2.0])._repr_html_()).T - [[120], [120], [0]]
    assert np.argsort(-r).tolist() == [0, 1, 2]
    np.testing.assert_allclose(x / x[0], [1, -0.5, 0], atol=0.01)
    np.testing.assert_allclose(y / x[0], [0, 0.5, -0.5], atol=0.01)


def test_sticks_stand_where_they_are():
    html = DiffractionPattern([[0.2], [0.4], [0.3]], [1.0, 4.0, 0.0])._repr_html_()
    (path,) = re.findall(r'<path d="(.*?)"', html)
    ends = re.findall(r"M(.*?),90V(.*?)(?=M|$)", path)
    assert sorted((float(x), float(y)) for x, y in ends) == [(240, 45), (360, 90), (480, 0)]


def test_facts_of_a_pattern():
    html = DiffractionPattern([[3.0, 4.0]], [7.0], radiation="electron", unit="pixel")._repr_html_()
    for fact in ("spots", "5 to 5 pixel", "7 to 7", "electron", "not known"):
        assert fact in html


@pytest.mark.parametrize("n_dimensions", [1, 2, 3])
def test_no_pattern_is_too_dark_or_too_large(n_dimensions):
    q = np.random.default_rng(0).normal(size=(30_000, n_dimensions))
    html = DiffractionPattern(q, np.zeros(30_000))._repr_html_()
    assert "nan" not in html
    assert "of which the strongest 2000 are drawn" in html
    assert len(html) < 200_000
    assert "nan" not in DiffractionPattern(np.zeros((1, n_dimensions)), [0.0])._repr_html_()


def pixels(html):
    image = pytest.importorskip("PIL.Image")
    (content,) = re.findall(r'src="data:image/png;base64,(.*?)"', html)
    return np.asarray(image.open(BytesIO(b64decode(content))))


def test_pixels_keep_their_places_and_order():
    counts = np.arange(60.0).reshape(6, 10) ** 2
    shown = pixels(Picture(counts, 0.1, "real")._repr_html_())
    assert shown.shape == (6, 10)
    assert (np.diff(shown.ravel().astype(int)) >= 0).all()
    assert (shown[0, 0], shown[-1, -1]) == (0, 255)


def test_a_large_picture_is_drawn_small_and_loses_no_spot():
    counts = np.zeros((2000, 1000))
    counts[1502, 403] = 1e6
    counts[:10] = np.nan
    shown = pixels(Picture(counts)._repr_html_())
    assert shown.shape == (286, 143)
    assert np.argwhere(shown).tolist() == [[1502 // 7, 403 // 7]]


def test_facts_of_a_picture():
    counts = np.full((5, 9), 3.0)
    counts[2, 2] = np.nan
    html = Picture(counts, 96.0, "reciprocal")._repr_html_()
    for fact in ("5 x 9", "1 pixels", "3 to 3, drawn as log", "96 pixels per 1/Å"):
        assert fact in html
    assert "scale unknown" in Picture(counts)._repr_html_()


def test_nothing_is_imported_to_draw():
    code = (
        "import sys; from xrdmatch.crystallography import DiffractionPattern, Picture;"
        "DiffractionPattern([[0.5]], [1.0])._repr_html_(); Picture([[1.0] * 3] * 3)._repr_html_();"
        "print({'matplotlib', 'PIL'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout == "set()\n", answer.stderr
