"""Fields of the page: what is read of them, and one sentence on what cannot be."""

import pytest

from xrdmatch._commands.server.wishes import in_words, read_wishes

NOTHING = {"wavelength": None, "radiation": None, "axis": None}


def test_fields_that_are_left_open_say_nothing():
    reading, asked = read_wishes({"wavelength": " ", "phases": "", "elements": "", "other": "x"})
    assert reading == NOTHING
    assert asked["phases"] is None
    assert set(asked["known"].values()) == {None}


def test_fields_are_options_of_the_command():
    fields = {"wavelength": "1,5406", "radiation": "neutron", "axis": "q", "phases": "2"}
    reading, asked = read_wishes(fields | {"elements": "Na,Cl", "must": "Na"})
    assert reading == {"wavelength": 1.5406, "radiation": "neutron", "axis": "q"}
    assert asked["phases"] == 2
    assert asked["known"] == {"elements": "Na,Cl", "must": "Na", "any": None, "cannot": None}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("wavelength", "Unobtainium", "“wavelength” takes .* got 'Unobtainium'; write CuKa"),
        ("wavelength", "-1", "“wavelength” takes .* got '-1'"),
        ("wavelength", "nan", "“wavelength” takes .* got 'nan'"),
        ("wavelength", "xray", "“wavelength” takes .* got 'xray'"),
        ("radiation", "sound", "“radiation” is one of xray, neutron, electron, .* got 'sound'"),
        ("axis", "../q", "“axis” is one of q, d, radians, theta, .* got '../q'"),
        ("phases", "7", "“phases” is one of 1, 2, .* got '7'"),
        ("elements", "Na,Xx", "got 'Xx'"),
        ("elements", "Na," * 300, "“elements” takes at most 500 characters, got 900; shorten"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(field, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_wishes({field: text})


def test_elements_that_contradict_each_other_are_refused_in_words_of_the_page():
    with pytest.raises(ValueError, match="must be there and is not allowed") as error:
        read_wishes({"elements": "Na", "must": "Cl"})
    assert "take it out of “must”, or add it to “elements”" in in_words(str(error.value))
