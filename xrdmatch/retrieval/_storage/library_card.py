"""Library cards: format, parameters and counts."""

import json
import re
from pathlib import Path

from xrdmatch.retrieval._storage.checksums import card_digest

FORMAT = 3  # the one that is written
FORMATS = 1, 2, 3  # those that are read
CARD = "library.json"
DATA = "data-"  # how folders with a library's files are called, before a number
LOCK, UNFINISHED = ".lock", ".unfinished"  # what else may be there


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

    See Also
    --------
    library_remarks
        Read what was left out of a library when it was made, and what is doubtful in it.
    verify_library : Check every file of a library against its checksum, and that all counts agree.

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
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(
            f"A library is a folder with a {CARD}, got {str(path)!r}, which has none; name the "
            "folder that save_library or `xrdmatch index` wrote."
        ) from error
    if found not in FORMATS:
        raise ValueError(
            f"Libraries of format {FORMAT} or older are read, got {found!r} at {str(path)!r}, "
            f"written by xrdmatch {card.get('xrdmatch')}; build it anew, or install that version."
        )
    if found == FORMAT and card.get("checksum") != card_digest(card):
        raise ValueError(
            f"A library's card is as it was written, got an altered {CARD} at {str(path)!r}; copy "
            "or build the library anew."
        )
    _check_kinds(card, path)
    return card


def _check_kinds(card, path):
    """Check that a card's entries are of their kinds, before anything is made of them."""
    kinds = {"n_structures": int, "retriever": dict, "about": dict, "encoded": dict}
    if card["format"] == FORMAT:
        kinds |= {"data": str, "files": dict}
    wrong = [name for name, kind in kinds.items() if type(card.get(name)) is not kind]
    if not wrong and card["format"] == FORMAT:
        is_data = re.fullmatch(rf"{DATA}\d+", card["data"])
        wrong = [] if is_data else ["data"]
        wrong += [name for name in card["files"] if Path(name).name != name]
    if wrong:
        raise ValueError(
            f"A library's card is as save_library writes it, got another {wrong[0]!r} in {CARD} at "
            f"{str(path)!r}; copy or build the library anew."
        )


def data_folder(path, card):
    """Folder of a library's other files.

    Parameters
    ----------
    path : Path
        The library's folder.
    card : dict
        What it says of itself.

    Returns
    -------
    Path
        The folder; the library's own one up to format 2.
    """
    return path / card["data"] if card["format"] == FORMAT else path


def check_free(path):
    """Check that a library can be written there: nothing is, or another library.

    Parameters
    ----------
    path : Path
        The folder.

    Raises
    ------
    ValueError
        If something else is there. What an unfinished library leaves counts as nothing.
    """
    if path.is_dir() and all(_is_ours(item) for item in path.iterdir()):
        return
    if path.exists():
        try:
            library_card(path)
        except ValueError as error:
            raise ValueError(
                f"A library is written into a folder of its own, got {str(path)!r}, where "
                "something else is; name another folder, or remove what is there."
            ) from error


def _is_ours(item):
    return re.fullmatch(rf"{DATA}\d+", item.name) or item.name in (
        LOCK, UNFINISHED, f"{CARD}{UNFINISHED}",
    )  # fmt: skip
