"""Wrappers and encodings: what was written comes back, and what is none is refused."""

import bz2
import codecs
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from xrdmatch.io import _decoding
from xrdmatch.io._decoding import bare_name, decode, read_text, unwrap

TEXT = "Titel: Prüfung von θ\n" + "20.00 63\n20.02 61\n" * 40


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_comes_back(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("endian", ["LE", "BE"])
def test_both_byte_orders_with_their_mark(endian):
    mark = getattr(codecs, f"BOM_UTF16_{endian}")
    assert decode(mark + TEXT.encode(f"utf-16-{endian}")) == TEXT


def test_what_is_no_utf8_is_latin1():
    assert decode("Prüfung 20 °".encode("latin-1")) == "Prüfung 20 °"


def test_control_bytes_in_a_title_become_blanks():
    assert decode(b"La\0MnO\x013\n" + b"20.0 63\n" * 9 + b"\0\0\x1a\x1a") == (
        "La MnO 3\n" + "20.0 63\n" * 9
    )


@pytest.mark.parametrize(
    "content",
    [
        np.linspace(0, 9, 500).tobytes(),
        np.arange(500, dtype=np.int32).tobytes(),
        np.random.default_rng(0).bytes(4000),
    ],
)
def test_numbers_in_binary_are_no_text(content):
    with pytest.raises(ValueError, match="it is a binary file"):
        decode(content)


def test_an_empty_file_is_an_empty_text():
    assert decode(b"") == ""


@pytest.mark.parametrize(
    ("ending", "wrap"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_wrappers_are_opened_by_content(tmp_path, ending, wrap):
    wrapped = wrap(TEXT.encode())
    assert unwrap(wrapped, f"a.xy{ending}") == (TEXT.encode(), "a.xy")
    assert unwrap(wrapped, "a.xy") == (TEXT.encode(), "a.xy")
    (tmp_path / "a.xy").write_bytes(wrapped)
    assert read_text(tmp_path / "a.xy") == TEXT


def test_a_zip_of_one_file_is_a_wrapper_and_one_of_two_is_not():
    assert unwrap(zipped(**{"deep/b.xy": TEXT}), "a.zip") == (TEXT.encode(), "b.xy")
    two = zipped(**{"b.xy": TEXT, "c.xy": TEXT})
    assert unwrap(two, "a.rasx") == (two, "a.rasx")


@pytest.mark.parametrize("wrap", [gzip.compress, bz2.compress, lzma.compress])
def test_a_cut_off_wrapper_is_refused(wrap):
    with pytest.raises(ValueError, match="it is compressed and cannot be unpacked"):
        unwrap(wrap(TEXT.encode())[:-12])


def test_a_damaged_zip_is_refused():
    with pytest.raises(ValueError, match="it is compressed and cannot be unpacked"):
        unwrap(zipped(a=TEXT)[:-30])


@pytest.mark.parametrize("wrap", [gzip.compress, lambda content: zipped(a=content)])
def test_what_swells_beyond_the_limit_is_refused(monkeypatch, wrap):
    monkeypatch.setattr(_decoding, "_MAX_BYTES", 2**20)
    assert len(unwrap(wrap(bytes(2**20)))[0]) == 2**20
    with pytest.raises(ValueError, match="holds more than 1 MiB; unpack it first"):
        unwrap(wrap(bytes(2**20 + 1)))


@pytest.mark.parametrize(
    ("name", "bare"),
    [("iron.cif.gz", "iron.cif"), ("POSCAR.XZ", "POSCAR"), ("iron.cif", "iron.cif"), ("", "")],
)
def test_names_of_what_is_wrapped(name, bare):
    assert bare_name(name) == bare
