"""XML and archives that were made to do harm, or are damaged, end in a sentence."""

import pytest
import scan_files as files

from xrdmatch.io._scan_formats import markup as _markup
from xrdmatch.io._scan_formats.markup import Archive, numbers, parse_xml


def test_namespaces_are_dropped():
    root = parse_xml(b'<a xmlns="http://x"><b>1</b></a>')
    assert (root.tag, root.findtext("b")) == ("a", "1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "declares a document type"),
        (b"<a><b></a>", "breaks off or is damaged"),
        (b"<a>", "breaks off or is damaged"),
        (b"", "breaks off or is damaged"),
    ],
)
def test_bad_xml(content, message):
    with pytest.raises(ValueError, match=message):
        parse_xml(content)


def test_members_that_unpack_without_end(monkeypatch):
    monkeypatch.setattr(_markup, "_LARGEST", 1000)
    archive = Archive(files.archive({"small": "x" * 1000, "large": "x" * 1001}))
    assert len(archive.read("small")) == 1000
    with pytest.raises(ValueError, match="large in the archive is larger than 1,000 bytes"):
        archive.read("large")
    with pytest.raises(ValueError, match="other in the archive is damaged or missing"):
        archive.read("other")


def test_a_damaged_member():
    content = bytearray(files.archive({"a": "0123456789" * 50}))
    content[40] ^= 0xFF
    with pytest.raises(ValueError, match="a in the archive is damaged"):
        Archive(bytes(content)).read("a")


def test_no_archive():
    with pytest.raises(ValueError, match="the archive breaks off or is damaged"):
        Archive(b"PK\x03\x04 and no more")


def test_numbers():
    assert numbers("1 2,3\n4e1", "counts") == [1, 2, 3, 40]
    for wrong, message in ((None, "it has no counts"), ("1 x", "something else than numbers")):
        with pytest.raises(ValueError, match=message):
            numbers(wrong, "counts")
