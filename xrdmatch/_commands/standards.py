"""The shipped standards as a library, for scans of those who have made none."""

from collections import Counter
from functools import cache
from pathlib import Path

from xrdmatch._commands.library_radiation import library_radiation
from xrdmatch.datasets import load_standards
from xrdmatch.retrieval import make_powder_retriever

NAME = "standards"  # what calls for them; a folder of that name is a library like others


def are_standards(path):
    """Tell whether no library is named, or the standards are."""
    return path is None or (path == Path(NAME) and not path.exists())


@cache
def _standards():
    return load_standards()


def standards_library():
    """Make a retriever that searches among the shipped standards, for X-rays.

    Returns
    -------
    PhysicsReranker
        Labels are the names of the standards.
    """
    standards = _standards()
    names = [standard.properties["name"] for standard in standards]
    retriever = make_powder_retriever(library_radiation("xray"), cells="stated")
    return retriever.set_gallery(standards, labels=names)


def standards_facts():
    """Say what the standards are, and where they are from, as facts by name."""
    standards = _standards()
    facts = {"searched": "only the shipped standards, common phases", "structures": len(standards)}
    facts["cells"] = ", ".join(f"{n} {cells}" for cells, n in _cells_of(standards).items())
    facts["source"] = "; ".join(sorted({standard.properties["source"] for standard in standards}))
    return {name: str(value) for name, value in facts.items()}


def standards_in_words(retriever):
    """Say what is searched, and how to search more."""
    standards = retriever.gallery_
    return (
        f"Only the {len(standards)} shipped standards are searched: common phases, "
        f"{_cells_of(standards)['computed']} of them with computed cells. For structures of your "
        "own: `xrdmatch index my-cifs/ -o LIBRARY`, then `--library LIBRARY`."
    )


def _cells_of(standards):
    """Count where the cells are from."""
    return Counter(standard.properties["cells"] for standard in standards)
