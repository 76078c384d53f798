"""XML and zip archives, read without trust."""

import io
import zipfile
import zlib
from xml.etree import ElementTree

_LARGEST = 400_000_000  # bytes unpacked; the largest scans take some tens of millions


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuse document types: with them come entities, which may grow without bound."""

    def doctype(self, name, pubid, system):
        raise ValueError("its XML declares a document type, which no instrument writes")


def parse_xml(content):
    """Parse XML into an element whose tags have lost their namespaces.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    xml.etree.ElementTree.Element

    Raises
    ------
    ValueError
        When it is no XML, breaks off or declares entities.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())
    try:
        parser.feed(content)
        root = parser.close()
    except LookupError as error:
        raise ValueError(f"its XML is in an encoding that nobody knows ({error})") from None
    except ElementTree.ParseError as error:
        raise ValueError(f"its XML breaks off or is damaged ({error}); copy it anew") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def number(element, path, default=None):
    """Read a number below an element, from its text or its ``Value``; a default where none is."""
    found = element.find(path)
    if found is None:
        return default
    try:
        return float(found.get("Value") or found.text)
    except (TypeError, ValueError):
        return default


def text(element, path):
    """Read a text below an element, empty where there is none."""
    return (element.findtext(path) or "").strip()


def numbers(content, what):
    """Read numbers that blanks or commas part.

    Raises
    ------
    ValueError
        When there are none or something else stands among them.
    """
    try:
        values = [float(word) for word in (content or "").replace(",", " ").split()]
        if "_" in (content or ""):
            raise ValueError("an underscore")
    except ValueError as error:
        raise ValueError(f"its {what} hold something else than numbers ({error})") from None
    if not values:
        raise ValueError(f"it has no {what}")
    return values


class Archive:
    """A zip archive in memory: members by name, never a path on the disk.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    ValueError
        When it is no whole archive or a member is damaged or far too large.
    """

    def __init__(self, content):
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ValueError(f"the archive breaks off or is damaged ({error})") from None
        self.names = self._zip.namelist()

    def read(self, name):
        """Unpack one member."""
        try:
            with self._zip.open(name) as member:
                content = member.read(_LARGEST + 1)
        except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError) as error:
            raise ValueError(f"{name} in the archive is damaged or missing ({error})") from None
        except (RuntimeError, NotImplementedError) as error:  # encrypted, unknown compression
            raise ValueError(f"{name} in the archive cannot be unpacked ({error})") from None
        if len(content) > _LARGEST:
            raise ValueError(f"{name} in the archive is larger than {_LARGEST:,} bytes")
        return content
