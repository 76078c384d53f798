"""Several libraries as one."""

from functools import reduce

from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._storage.library import load_library, save_library
from xrdmatch.retrieval._storage.library_card import library_card


def join_libraries(paths, path, *, about=None):
    """Save several libraries as one.

    Parameters
    ----------
    paths : list of path-like
        Folders that `save_library` wrote for retrievers with the same parameters.
    path : str or path-like
        The new one's folder.
    about : dict, default=None
        As in `save_library`; what the parts say of themselves is not taken over.

    Raises
    ------
    ValueError
        If one is no library, or they are of retrievers with other parameters.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import join_libraries, load_library, save_library
    >>> layers = load_monolayers()
    >>> with TemporaryDirectory() as folder:
    ...     save_library(PatternMatcher().fit(layers[:20]), f"{folder}/one")
    ...     save_library(PatternMatcher().fit(layers[20:50]), f"{folder}/other")
    ...     join_libraries([f"{folder}/one", f"{folder}/other"], f"{folder}/both")
    ...     len(load_library(f"{folder}/both").gallery_)
    50
    """
    cards = [library_card(part) for part in paths]
    if any(card["retriever"] != cards[0]["retriever"] for card in cards):
        raise ValueError(
            "Libraries that are joined are of retrievers with the same parameters, got others "
            f"among {', '.join(map(str, paths[:8]))}; build them alike."
        )
    save_library(_joined([load_library(part) for part in paths]), path, about=about)


def _joined(retrievers):
    """Return the first retriever with the galleries of all."""
    indices = [retriever.index_ for retriever in retrievers]
    return retrievers[0].set_index(reduce(GalleryIndex.joined, indices))
