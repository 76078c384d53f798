"""What a library says of itself."""

import json
from pathlib import Path

FORMAT = 2  # the one that is written
FORMATS = 1, 2  # those that are read
CARD = "library.json"


def library_card(path):
    """Read what a library says of itself.

    Parameters
    ----------
    path : str or path-like
        The folder.

    Returns
    -------
    dict
        ``"n_structures"``, ``"retriever"`` (its parameters as plain data), ``"xrdmatch"`` (the
        version that wrote it), and ``"about"``, what was told to `save_library`.

    Raises
    ------
    ValueError
        If the folder is not there, is no library, or one of another format.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import library_card, save_library
    >>> with TemporaryDirectory() as folder:
    ...     matcher = PatternMatcher().fit(load_monolayers())
    ...     save_library(matcher, f"{folder}/layers", about={"from": "the literature"})
    ...     card = library_card(f"{folder}/layers")
    >>> card["n_structures"], card["about"]
    (188, {'from': 'the literature'})
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise ValueError(f"There is no library {str(path)!r}; check the path, or build it first.")
    try:
        card = json.loads((path / CARD).read_text(encoding="utf-8"))
        found = card["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A library is a folder with a {CARD}, got {str(path)!r}, which has none; name the "
            "folder that save_library or `xrdmatch index` wrote."
        ) from error
    if found not in FORMATS:
        raise ValueError(
            f"Libraries of format {FORMAT} or older are read, got {found!r} at {str(path)!r}, "
            f"written by xrdmatch {card.get('xrdmatch')}; build it anew, or install that version."
        )
    return card


def check_free(path):
    """Check that a library can be written there: nothing is, or another library."""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    elif path.exists():
        try:
            library_card(path)
        except ValueError as error:
            raise ValueError(
                f"A library is written into a folder of its own, got {str(path)!r}, where "
                "something else is; name another folder, or remove what is there."
            ) from error
