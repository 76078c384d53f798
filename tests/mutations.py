"""Files damaged in the ways in which files are: cut, flipped, repeated, with other numbers."""

import re

NUMBERS = [b"-1", b"0", b"1e300", b"nan", b"inf", b"2147483648", b"-2147483649", b"1e-320", b"1,5"]
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def mutated(content, rng):
    """A damaged copy of a file, by one to three mutations.

    Parameters
    ----------
    content : bytes
        The file.
    rng : numpy.random.Generator
        Which mutations, and where.

    Returns
    -------
    bytes
        The copy.
    """
    for _ in range(rng.integers(1, 4)):
        content = MUTATIONS[rng.integers(len(MUTATIONS))](content, rng) if content else content
    return content


def _cut(content, rng):
    return content[: rng.integers(len(content))]


def _beheaded(content, rng):
    return content[rng.integers(min(len(content), 400)) :]


def _flipped(content, rng):
    out = bytearray(content)
    for at in rng.integers(len(out), size=rng.integers(1, 20)):
        out[at] ^= 1 << rng.integers(8)
    return bytes(out)


def _overwritten(content, rng):
    """Four or eight bytes of a header as an extreme number."""
    extreme = [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", bytes(4), b"\0\0\xc0\x7f", b"\0\0\x80\x7f"]
    at = rng.integers(min(len(content), 1000))
    word = extreme[rng.integers(len(extreme))]
    return content[:at] + word + content[at + 4 :]


def _swapped(content, rng):
    a, b, c = sorted(rng.integers(len(content) + 1, size=3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _repeated(content, rng):
    lines = content.splitlines(keepends=True)
    at = rng.integers(len(lines))
    return b"".join([*lines[:at], lines[at] * int(rng.integers(2, 50)), *lines[at:]])


def _without_a_line(content, rng):
    lines = content.splitlines(keepends=True)
    del lines[rng.integers(len(lines))]
    return b"".join(lines)


def _other_numbers(content, rng):
    found = [*_NUMBER.finditer(content)]
    for match in sorted(
        (found[i] for i in rng.integers(len(found), size=rng.integers(1, 4))) if found else (),
        key=lambda match: -match.start(),
    ):
        number = NUMBERS[rng.integers(len(NUMBERS))]
        content = content[: match.start()] + number + content[match.end() :]
    return content


def _other_encoding(content, rng):
    text = content.decode("latin-1")
    encodings = ("utf-16", "utf-8", "utf-32", "cp500")
    return text.encode(encodings[rng.integers(len(encodings))], "replace")


def _with_other_characters(content, rng):
    marks = [b"\0", b"\t", b";", b"'", b"<", b"{", b"\xef\xbb\xbf", b"\r", b"\x1a", b"_", b"#"]
    for at in sorted(rng.integers(len(content) + 1, size=rng.integers(1, 8)), reverse=True):
        content = content[:at] + marks[rng.integers(len(marks))] + content[at:]
    return content


MUTATIONS = (
    _cut, _beheaded, _flipped, _overwritten, _swapped, _repeated, _without_a_line, _other_numbers,
    _other_encoding, _with_other_characters,
)  # fmt: skip
