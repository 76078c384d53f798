"""What the page's script decodes is what was measured."""

from base64 import b64decode

import numpy as np

from xrdmatch.inspection._report.picture_data import (
    encoded_angles,
    encoded_counts,
    mixture_picture,
    phase_colours,
)


def decoded(curve):
    steps = np.frombuffer(b64decode(curve["data"]), dtype="<u2")
    roots = curve["low"] + curve["step"] * steps
    return roots * np.abs(roots)


def test_counts_come_back_far_within_their_errors():
    expected = np.geomspace(0.1, 1e6, 5000)
    counts = np.random.default_rng(0).poisson(expected).astype(float)
    error = decoded(encoded_counts(counts)) - counts
    assert (np.abs(error) < 0.05 * np.sqrt(np.maximum(expected, 1))).all()


def test_negative_and_equal_counts():
    np.testing.assert_allclose(
        decoded(encoded_counts(np.array([-4.0, 0, 9]))), [-4, 0, 9], atol=1e-3
    )
    np.testing.assert_allclose(decoded(encoded_counts(np.full(3, 7.0))), 7)


def test_angles_come_back():
    angles = np.arange(5, 150, 0.0013)
    back = np.frombuffer(b64decode(encoded_angles(angles)), dtype="<f4")
    np.testing.assert_allclose(back, angles, atol=1e-5)


def test_a_picture_has_the_curves_of_its_scan(decomposed):
    found = decomposed[0]
    picture = mixture_picture(found, ["a", "b"], ["red", "blue"], 10**6)
    for name in ("observed", "calculated", "background"):
        values = getattr(found.profiles, name)
        np.testing.assert_allclose(decoded(picture[name]), values, rtol=1e-3, atol=0.1)
    assert [phase["colour"] for phase in picture["phases"]] == ["red", "blue"]
    np.testing.assert_allclose(picture["phases"][0]["ticks"], found.profiles.ticks[0], rtol=1e-5)


def test_phases_keep_their_colour(decomposed):
    colours = phase_colours([None, *decomposed])
    assert colours == phase_colours([*decomposed, None])
    assert len(set(colours.values())) == len(colours) == 2
