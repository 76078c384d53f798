"""Several libraries as one."""

from pathlib import Path

from xrdmatch.retrieval._storage.library import load_library
from xrdmatch.retrieval._storage.library_card import check_free, library_card
from xrdmatch.retrieval._storage.library_writing import write_library


def join_libraries(paths, path, *, about=None, remarks=None):
    """Save several libraries as one.

    Encodings that have a row for each entry are copied block by block: memory does not grow with
    the libraries. What a calibration knew of the parts is not taken over.

    Parameters
    ----------
    paths : list of path-like
        Folders that `save_library` wrote for retrievers with the same parameters.
    path : str or path-like
        The new one's folder.
    about : dict, default=None
        As in `save_library`; what the parts say of themselves is not taken over.
    remarks : dict, default=None
        As in `save_library`; those of the parts are not taken over.

    Raises
    ------
    ValueError
        If one is no library, or they are of retrievers with other parameters.

    See Also
    --------
    add_to_library : A library that grows by another one.

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
    check_alike(paths)
    path = Path(path).expanduser().absolute()
    check_free(path)
    parts = [load_library(part) for part in paths]
    indices = [part.index_ for part in parts]
    write_library(parts[0], indices, path, about=about, remarks=remarks, calibrated=False)


def check_alike(paths):
    """Check that libraries are of retrievers with the same parameters.

    Parameters
    ----------
    paths : list of path-like
        Their folders.

    Raises
    ------
    ValueError
        If not, or one is no library.
    """
    cards = [library_card(part) for part in paths]
    if any(card["retriever"] != cards[0]["retriever"] for card in cards):
        raise ValueError(
            "Libraries that are joined are of retrievers with the same parameters, got others "
            f"among {', '.join(map(str, paths[:8]))}; build them alike."
        )
