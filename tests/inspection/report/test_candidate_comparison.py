"""Where candidates differ: at the peak that one of them lacks."""

import numpy as np

from xrdmatch.inspection._report.candidate_comparison import differing_places, place_in_words

X = np.arange(20, 60, 0.02)


def profile(*peaks):
    return 100 + sum(1000 * np.exp(-((X - at) ** 2) / 0.02) for at in peaks)


def test_they_differ_where_one_has_a_peak_more():
    observed = profile(30.25, 41.35)
    places = differing_places(X, observed, profile(30.25, 41.35), profile(30.25))
    assert places[0].low <= 41.35 <= places[0].high
    assert places[0].first == 0
    assert places[0].second > 10
    said = place_in_words(places[0], ("rutile", "anatase"))
    assert "rutile fits better" in said


def test_the_other_is_named_where_it_fits():
    places = differing_places(X, profile(30.25), profile(35.1), profile(30.25))
    assert all("b fits better" in place_in_words(place, ("a", "b")) for place in places)


def test_equal_profiles_differ_nowhere():
    assert differing_places(X, profile(30), profile(31), profile(31)) == []


def test_order_and_number():
    strong = profile(30.25) + 5 * (profile(41.35) - 100)
    places = differing_places(X, profile(50), strong, profile(50), n_places=1)
    (place,) = places
    assert place.low <= 41.35 <= place.high
