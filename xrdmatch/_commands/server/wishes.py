"""Options of a query, from the fields of the page."""

import re

from xrdmatch._commands.arguments import AUTO_PHASES, AXES, RADIATIONS, wavelength
from xrdmatch._commands.chemistry import RULES, known_elements
from xrdmatch.crystallography import as_radiation

NUMBERS = tuple(map(str, range(1, AUTO_PHASES + 1)))
LONGEST_FIELD = 500  # characters


def read_wishes(fields):
    """Read the options of a query.

    Parameters
    ----------
    fields : mapping of str to str
        What the page sent; a field that is empty or missing is not said.

    Returns
    -------
    reading : dict
        Options of `list_scans`.
    asked : dict
        Options of `Question`.

    Raises
    ------
    ValueError
        If a field says what cannot be.
    """
    said = {name: text.strip() for name, text in fields.items() if isinstance(text, str)}
    said = {name: _short(name, text) for name, text in said.items() if text}
    reading = {
        "wavelength": _lines(said.get("wavelength")),
        "radiation": _one_of("radiation", said, RADIATIONS),
        "axis": _one_of("axis", said, AXES),
    }
    number = _one_of("phases", said, NUMBERS)
    known = {name: said.get(name) for name in RULES}
    known_elements(known)
    return reading, {"phases": int(number) if number else None, "known": known}


def in_words(sentence):
    """Name the fields of the page where a sentence names options of the command line."""
    return re.sub(r"--(\w+)", r"“\1”", sentence)


def _short(name, text):
    if len(text) > LONGEST_FIELD:
        raise ValueError(
            f"“{name}” takes at most {LONGEST_FIELD} characters, got {len(text)}; shorten it."
        )
    return text


def _lines(text):
    """Read a wavelength, so that a mistake is said before a file is read."""
    if text is None:
        return None
    given = wavelength(text.replace(",", "."))
    try:
        lines = as_radiation(given).lines
    except ValueError:
        lines = ()
    if not lines:
        raise ValueError(
            f"“wavelength” takes the name of a tube's lines or a number in Å, got {text!r}; write "
            "CuKa, MoKa or 1.5406."
        )
    return given


def _one_of(name, said, choices):
    text = said.get(name)
    if text is not None and text not in choices:
        raise ValueError(f"“{name}” is one of {', '.join(choices)}, or left open; got {text!r}.")
    return text
