"""Parsing of CIF text into data blocks."""

import re
import unicodedata
from itertools import pairwise

from gemmi import cif

# A line that opens or ends a text field, or one that begins a block.
_LANDMARK = re.compile(r"^(?:(;)|[^\S\n]*data_)", re.IGNORECASE | re.MULTILINE)
_STATED_HERE = ("_atom_", "_cell_", "_symmetry_", "_space_group", "_chemical_formula", "_jana_")
# Behind a tag, unquoted, words as in P 63/m m c, or a list in brackets as CIF 2 has them.
_UNQUOTED = re.compile(r"^([ \t]*_\S+[ \t]+)([^\s_'\";#]\S*(?:[ \t]+[^\s_'\";#]\S*)+)[ \t]*$", re.M)
_BRACKETS = re.compile(r"((?:^|[ \t]))(\[[^\]\n'\"]*\])(?=\s|$)", re.MULTILINE)
_OVERBAR = re.compile("(\\d)[\u0304\u0305]")  # combining, behind the digit
_MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
_LIMIT = 60  # characters of a value that are quoted in a sentence


def split_blocks(text):
    """Cut a CIF before every ``data_`` that stands outside a text field.

    Cut here, not by the parser, so that a broken block leaves the others and two of one name stay
    two.

    Returns
    -------
    list of (str, str)
        Name and text of each block.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts, in_field = [], False
    for found in _LANDMARK.finditer(text):
        if found[1]:
            in_field = not in_field
        elif not in_field:
            starts.append(found.start())
    bounds = pairwise([*starts, len(text) + 1])
    blocks = [text[start : end - 1] for start, end in bounds]  # without the last end of line
    return [(block.split(maxsplit=1)[0][len("data_") :], block) for block in blocks]


class Facts:
    """What a data block states of its crystal, by tags in lower case without dots.

    Parameters
    ----------
    block : str
        Text of one data block.

    Raises
    ------
    ValueError
        When it is no CIF, and when something is asked for that it states twice and differently.
    """

    def __init__(self, block):
        self._raw, self._contradicted = {}, set()
        block = block if block.isascii() else _transliterated(block)
        for item in _parse(block):
            if pair := item.pair:
                self._take(pair[0], [pair[1]])
            elif loop := item.loop:
                self._take_loop(loop)

    def _take_loop(self, loop):
        tags = loop.tags
        if any(_normalized(tag).startswith(_STATED_HERE) for tag in tags):
            values = list(loop.values)
            for i, tag in enumerate(tags):
                self._take(tag, values[i :: len(tags)])

    def _take(self, tag, values):
        tag = _normalized(tag)
        if tag.startswith(_STATED_HERE) and self._raw.setdefault(tag, values) != values:
            self._contradicted.add(tag)

    def __contains__(self, tag):
        return tag in self._raw

    def starting(self, *starts):
        """First tag that starts with one of these and has a value, None where there is none."""
        for tag, values in self._raw.items():
            if tag.startswith(starts) and not all(map(cif.is_null, values)):
                return tag
        return None

    def column(self, *tags):
        """Values below the first of the tags that is there, None where a value is missing."""
        for tag in tags:
            if tag in self._contradicted:
                raise ValueError(f"it states {tag} twice, and differently")
            if tag in self._raw:
                return [None if cif.is_null(v) else cif.as_string(v) for v in self._raw[tag]]
        return None

    def texts(self, *tags):
        """All values below the tags that are there, the missing ones left out."""
        columns = [self.column(tag) or [] for tag in tags]
        words = [" ".join(value.split()) for column in columns for value in column if value]
        return [text for text in words if text not in ("", "?", ".")]  # some quote them

    def texts_of_first(self, *tags):
        """Values below the first of the tags that has any, the missing ones left out."""
        return next((tuple(found) for tag in tags if (found := self.texts(tag))), ())

    def number(self, tag):
        """Read the number behind a tag, None where it is not stated."""
        value = next(iter(self.texts(tag)), None)
        if value is None:
            return None
        return read_number(value, tag)


def read_number(text, what):
    """Read a number as CIF writes it, with its uncertainty in parentheses, or a fraction.

    Raises
    ------
    ValueError
        When it is none.
    """
    number = cif.as_number(text)
    if number != number:  # not a number to gemmi
        over, slash, under = text.partition("/")
        try:
            number = float(over) / float(under) if slash else float(text)
        except (ValueError, ZeroDivisionError):
            number = float("nan")
    if not abs(number) < 1e6:
        raise ValueError(f"{what} is {text[:_LIMIT]!r}, which is no number")
    return number


def _normalized(tag):
    return tag.lower().replace(".", "_")


def _parse(block):
    try:
        return _only_block(block)
    except (ValueError, RuntimeError) as error:
        mended = _mended(block)
        if mended == block:
            raise ValueError(_complaint(error)) from None
    try:
        return _only_block(mended)
    except (ValueError, RuntimeError) as error:
        raise ValueError(_complaint(error)) from None


def _only_block(block):
    document = cif.read_string(block, check_level=0)  # tags that occur twice are judged above
    if len(document) != 1:
        raise ValueError("it holds a global_ section, which is no CIF")
    return document[0]


def _mended(block):
    """Quote what should be: words behind a tag, such as P 63/m m c, and lists in brackets."""
    return _BRACKETS.sub(r"\1'\2'", _UNQUOTED.sub(r"\1'\2'", block))


def _transliterated(block):
    """Write in ASCII what matters: minus signs and overbars, digits below the line, blanks."""
    block = _OVERBAR.sub(r"-\1", block.translate(_MINUS))
    return unicodedata.normalize("NFKD", block).encode("ascii", errors="replace").decode()


def _complaint(error):
    """Say where gemmi stumbled: it writes ``string:line:column(offset): reason``."""
    found = re.match(r"string:(\d+)(?::\d+\(\d+\)| in data_\S*)?:?\s*(.*)", str(error), re.DOTALL)
    if not found:
        return str(error)
    return f"line {found[1]} of the data block is no CIF: {found[2]}"
