"""Verification of a library's files by their checksums."""

from pathlib import Path

from xrdmatch.retrieval._storage.library import DAMAGES, read_library
from xrdmatch.retrieval._storage.library_card import FORMAT, library_card


def verify_library(path):
    """Check every file of a library against its checksum, and that all counts agree.

    Parameters
    ----------
    path : str or path-like
        The library's folder.

    Returns
    -------
    int
        Number of entries.

    Raises
    ------
    ValueError
        If a file is missing, altered or does not fit the others; it is named. Also if the library
        is of a format before 3, which has no checksums.

    See Also
    --------
    load_library : Compares sizes of all files, and checksums of the smaller ones.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import save_library, verify_library
    >>> with TemporaryDirectory() as folder:
    ...     save_library(PatternMatcher().fit(load_monolayers()[:5]), f"{folder}/layers")
    ...     print(verify_library(f"{folder}/layers"))
    ...     Path(folder, "layers", "data-1", "elements.npy").write_bytes(bytes(208))
    ...     verify_library(f"{folder}/layers")
    Traceback (most recent call last):
    ValueError: The library '...layers' is damaged: elements.npy has been altered; ...
    """
    path = Path(path).expanduser()
    card = library_card(path)
    if card["format"] != FORMAT:
        raise ValueError(
            f"Libraries have checksums from format {FORMAT} on, got {card['format']} at "
            f"{str(path)!r}; save what load_library reads to have them."
        )
    try:
        return len(read_library(path, card, fully=True).index_)
    except DAMAGES as error:
        raise ValueError(
            f"The library {str(path)!r} is damaged: {error}; copy or build it anew."
        ) from error
